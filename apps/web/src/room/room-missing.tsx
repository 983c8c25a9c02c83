import { Link } from '@tanstack/react-router';
import { Lock } from 'lucide-react';
import type { ReactNode } from 'react';
import { paths } from '../app/paths.ts';
import { useTexts } from '../texts/texts-context.tsx';
import { buttonClass } from '../ui/index.ts';
import '../app/notice-page.css';

/** There is no room of this code for this person. Whether there is one for others is told to nobody, so nor is it here. */
export function RoomMissing({ code }: { readonly code: string }): ReactNode {
  const { t } = useTexts();
  return (
    <section className="notice-page">
      <Lock aria-hidden="true" />
      <h1>{t('web.room.missing.title')}</h1>
      <p>{t('web.room.missing.rule', { code })}</p>
      <p>{t('web.room.missing.next')}</p>
      <div className="notice-actions">
        <Link to={paths.clients} className={buttonClass({ variant: 'primary' })}>
          {t('web.room.missing.go')}
        </Link>
      </div>
    </section>
  );
}

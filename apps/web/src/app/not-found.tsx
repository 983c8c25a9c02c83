import { Link } from '@tanstack/react-router';
import { SearchX } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTexts } from '../texts/texts-context.tsx';
import { buttonClass } from '../ui/index.ts';
import { paths } from './paths.ts';
import './notice-page.css';

/** No screen has this address. */
export function NotFound(): ReactNode {
  const { t } = useTexts();
  return (
    <section className="notice-page">
      <title>{t('web.shell.missing.title')}</title>
      <SearchX aria-hidden="true" />
      <h1>{t('web.shell.missing.title')}</h1>
      <p>{t('web.shell.missing.sentence')}</p>
      <div className="notice-actions">
        <Link to={paths.today} className={buttonClass({ variant: 'primary' })}>
          {t('web.shell.missing.today')}
        </Link>
        <Link to={paths.clients} className={buttonClass()}>
          {t('web.shell.missing.clients')}
        </Link>
      </div>
    </section>
  );
}

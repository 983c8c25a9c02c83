/** A screen that could not be drawn, or whose code could not be fetched because a newer version of the app is installed. */
import type { ErrorComponentProps } from '@tanstack/react-router';
import { RefreshCw, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { describeError } from '../texts/error-words.ts';
import { useTexts } from '../texts/texts-context.tsx';
import { Button } from '../ui/index.ts';
import { isMissingCode } from './missing-code.ts';
import './notice-page.css';

export function ScreenFailed({ error, reset }: ErrorComponentProps): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const isOld = isMissingCode(error);
  const words = describeError(error, texts);
  const title = isOld ? t('web.shell.failed.code') : t('web.shell.failed.title');
  return (
    <section className="notice-page" role="alert">
      <title>{title}</title>
      {isOld ? <RefreshCw aria-hidden="true" /> : <TriangleAlert aria-hidden="true" />}
      <h1>{title}</h1>
      <p>{isOld ? t('web.shell.failed.code.next') : t('web.shell.failed.next')}</p>
      {isOld ? undefined : (
        <p>
          {words.title} <span className="mono muted">{words.code}</span>
        </p>
      )}
      <div className="notice-actions">
        <Button variant="primary" onClick={() => location.reload()}>
          {t('web.shell.failed.reload')}
        </Button>
        {isOld ? undefined : <Button onClick={reset}>{t('web.shell.failed.again')}</Button>}
      </div>
    </section>
  );
}

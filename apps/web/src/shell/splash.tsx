import type { ReactNode } from 'react';
import { useTexts } from '../texts/texts-context.tsx';

/** The moment in which the worker reads what it has. */
export function Splash(): ReactNode {
  const { t } = useTexts();
  return <p className="visually-hidden" role="status">{t('web.start.brand')}</p>;
}

import type { ReactNode } from 'react';
import { useTexts } from '../texts/texts-context.tsx';
import { BrandGlyph } from '../ui/index.ts';
import './splash.css';

/** The moment in which the worker reads what it has. Seen only where it takes long. */
export function Splash(): ReactNode {
  const { t } = useTexts();
  return (
    <main className="splash" aria-busy="true">
      <BrandGlyph />
      <p role="status">{t('web.shell.starting')}</p>
    </main>
  );
}

/** The screens before there is an unlocked device: the firm's plate on one half, one task on the other, the language at the bottom. */
import { localeNames, locales } from '@strongroom/texts';
import type { Locale } from '@strongroom/texts';
import type { ReactNode } from 'react';
import { BrandGlyph } from '../ui/icons/glyphs.tsx';
import { NativeSelect } from '../ui/index.ts';
import { useTexts } from '../texts/texts-context.tsx';
import './public-layout.css';

export function PublicLayout({
  title,
  sentence,
  step,
  children,
}: {
  readonly title: string;
  readonly sentence?: string | undefined;
  /** How far one has come, where it takes several. */
  readonly step?: { readonly words: string; readonly number: number; readonly count: number };
  readonly children: ReactNode;
}): ReactNode {
  const { t, locale, setLocale } = useTexts();
  return (
    <div className="public">
      <header className="public-plate">
        <div className="public-line">
          <p className="public-brand">
            <BrandGlyph />
            {t('web.start.brand')}
          </p>
          <p className="public-tagline">{t('web.start.tagline')}</p>
          <p className="public-promise">{t('web.start.promise')}</p>
        </div>
      </header>
      <main className="public-main" id="main">
        <div className="public-task">
          {step === undefined ? undefined : (
            <div className="public-step">
              <p>{step.words}</p>
              <span aria-hidden="true">
                {Array.from({ length: step.count }, (_, index) => (
                  <i key={index} data-on={index < step.number ? '' : undefined} />
                ))}
              </span>
            </div>
          )}
          <h1>{title}</h1>
          {sentence === undefined ? undefined : <p className="public-sentence">{sentence}</p>}
          {children}
        </div>
        <footer className="public-footer">
          <NativeSelect<Locale>
            label={t('web.start.language')}
            size="s"
            value={locale}
            options={locales.map((value) => ({ value, label: localeNames[value] }))}
            onChange={(value) => void setLocale(value)}
          />
        </footer>
      </main>
    </div>
  );
}

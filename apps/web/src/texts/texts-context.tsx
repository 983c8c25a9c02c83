/** The language of this browser's pages, and the typed `t()` for components. One language is loaded at a time. */
import { findLocale, intlTagOf, isLocale, loadWebTranslator } from '@strongroom/texts';
import type { Locale, Translator } from '@strongroom/texts';
import { createContext, use, useCallback, useMemo, useState } from 'react';
import type { ReactNode } from 'react';

const storageKey = 'strongroom.locale';

/** Texts for components. */
export interface Texts extends Translator {
  /** The tag that Intl expects, such as `en-GB`. */
  readonly intlTag: string;
  readonly setLocale: (locale: Locale) => Promise<void>;
}

const TextsContext = createContext<Texts | undefined>(undefined);

/** The texts of the chosen language. */
export function useTexts(): Texts {
  const texts = use(TextsContext);
  if (texts === undefined) throw new Error('useTexts outside TextsProvider');
  return texts;
}

/** The language chosen in this browser, else the first that the browser asks for and there is, else English. */
function chooseLocale(): Locale {
  const chosen = localStorage.getItem(storageKey);
  if (isLocale(chosen)) return chosen;
  return navigator.languages.map((tag) => findLocale(tag)).find((locale) => locale !== undefined) ?? 'en';
}

/** Says the language to the browser: fonts, hyphens, screen readers. */
function applyLocale(locale: Locale): void {
  document.documentElement.lang = locale === 'zh' ? 'zh-Hans' : locale;
}

/** Loads the texts of the language this browser wants. */
export async function loadFirstTexts(): Promise<Translator> {
  const locale = chooseLocale();
  applyLocale(locale);
  return await loadWebTranslator(locale);
}

export function TextsProvider({
  first,
  children,
}: {
  readonly first: Translator;
  readonly children: ReactNode;
}): ReactNode {
  const [translator, setTranslator] = useState(first);
  const setLocale = useCallback(async (locale: Locale) => {
    const next = await loadWebTranslator(locale);
    localStorage.setItem(storageKey, locale);
    applyLocale(locale);
    setTranslator(next);
  }, []);
  const texts = useMemo<Texts>(
    () => ({ ...translator, intlTag: intlTagOf(translator.locale), setLocale }),
    [translator, setLocale],
  );
  return <TextsContext value={texts}>{children}</TextsContext>;
}

/** The language of this browser's pages, and the typed `t()` for components. One language is loaded at a time. */
import { findLocale, intlTagOf, isLocale, loadWebTranslator } from '@strongroom/texts';
import type { Locale, Translator, WebTranslator } from '@strongroom/texts';
import { createContext, use, useCallback, useEffect, useMemo, useState } from 'react';
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

/** The texts that are shown, for what waits before there is a component. */
let shown: WebTranslator | undefined;

/** Loads the texts of the language this browser wants. */
export async function loadFirstTexts(): Promise<Translator> {
  const locale = chooseLocale();
  applyLocale(locale);
  shown = await loadWebTranslator(locale);
  return shown;
}

/** Settles once every text of the shown language is there. */
export async function waitForAllTexts(): Promise<void> {
  await shown?.whole();
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
    // Any screen may be the one that asks.
    await next.whole();
    shown = next;
    localStorage.setItem(storageKey, locale);
    applyLocale(locale);
    setTranslator(next);
  }, []);
  // A language chosen in another tab is this one's too.
  useEffect(() => {
    const follow = ({ key, newValue }: StorageEvent): void => {
      if (key === storageKey && isLocale(newValue)) void setLocale(newValue);
    };
    window.addEventListener('storage', follow);
    return () => window.removeEventListener('storage', follow);
  }, [setLocale]);
  const texts = useMemo<Texts>(
    () => ({ ...translator, intlTag: intlTagOf(translator.locale), setLocale }),
    [translator, setLocale],
  );
  return <TextsContext value={texts}>{children}</TextsContext>;
}

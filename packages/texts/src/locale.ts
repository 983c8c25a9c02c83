/** The four languages, and how a person's wish for one is read. */

/** Languages of every text, in the order of the columns of the glossary. */
export const locales = ['en', 'fr', 'zh', 'pl'] as const;

/** One of the four languages. */
export type Locale = (typeof locales)[number];

/** Names of the languages, each in itself, as a list of choices shows them. */
export const localeNames: Readonly<Record<Locale, string>> = {
  en: 'English',
  fr: 'Français',
  zh: '中文',
  pl: 'Polski',
};

/** Whether a text is exactly one of the four codes. */
export function isLocale(value: unknown): value is Locale {
  return typeof value === 'string' && (locales as readonly string[]).includes(value);
}

/**
 * The language a tag asks for: BCP 47 (`fr-CA`, `zh-Hans-CN`) or a POSIX locale (`pl_PL.UTF-8`). `C` and `POSIX` are
 * English. Undefined where the language is not one of the four.
 */
export function findLocale(tag: string): Locale | undefined {
  const language = tag
    .trim()
    .split(/[-_.@]/u)[0]
    ?.toLowerCase();
  if (language === 'c' || language === 'posix') return 'en';
  return isLocale(language) ? language : undefined;
}

/** The tag that Intl and typography expect for a language. */
export function intlTagOf(locale: Locale): string {
  return { en: 'en-GB', fr: 'fr-FR', zh: 'zh-Hans-CN', pl: 'pl-PL' }[locale];
}

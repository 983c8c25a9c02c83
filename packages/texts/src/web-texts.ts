/** The texts of the staff app, one language at a time: each is a file of its own, loaded when it is asked for. */
import type { Locale } from './locale.ts';
import { createTranslatorFrom } from './translator.ts';
import type { Translator } from './translator.ts';

/** Loads the app's texts in one language. Fails as the import fails where the file cannot be fetched. */
export async function loadWebTranslator(locale: Locale): Promise<Translator> {
  return createTranslatorFrom(locale, await loadWebCatalogue(locale));
}

async function loadWebCatalogue(locale: Locale): Promise<Readonly<Record<string, string>>> {
  switch (locale) {
    case 'en':
      return (await import('./catalogues/en/web.ts')).catalogue;
    case 'fr':
      return (await import('./catalogues/fr/web.ts')).catalogue;
    case 'zh':
      return (await import('./catalogues/zh/web.ts')).catalogue;
    case 'pl':
      return (await import('./catalogues/pl/web.ts')).catalogue;
  }
}

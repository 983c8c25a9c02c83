/**
 * The texts of the staff app, one language at a time: each is a file of its own, loaded when it is asked for. The app's build compiles the
 * messages (apps/web/vite-compiled-texts.ts): here there is no compiler.
 */
import type { Catalogue } from './catalogue.ts';
import type { Locale } from './locale.ts';
import { createTranslatorFrom } from './translator.ts';
import type { Translator } from './translator.ts';

/**
 * Loads the texts of the screens in one language. What no screen shows at once (errors, findings, papers) follows by itself; until it is
 * there, `find` answers undefined for it. Fails as the import fails where the file cannot be fetched.
 */
export async function loadWebTranslator(locale: Locale): Promise<Translator> {
  const translator = createTranslatorFrom(locale, await loadScreens(locale));
  void loadLater(locale).then(translator.add, () => {
    // Without them an error is shown by its code; the next page load asks again.
  });
  return translator;
}

/** Loads all texts of the app in one language. */
export async function loadWholeWebTranslator(locale: Locale): Promise<Translator> {
  const [screens, later] = await Promise.all([loadScreens(locale), loadLater(locale)]);
  return createTranslatorFrom(locale, { ...screens, ...later });
}

async function loadScreens(locale: Locale): Promise<Catalogue> {
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

async function loadLater(locale: Locale): Promise<Catalogue> {
  switch (locale) {
    case 'en':
      return (await import('./catalogues/en/web-later.ts')).catalogue;
    case 'fr':
      return (await import('./catalogues/fr/web-later.ts')).catalogue;
    case 'zh':
      return (await import('./catalogues/zh/web-later.ts')).catalogue;
    case 'pl':
      return (await import('./catalogues/pl/web-later.ts')).catalogue;
  }
}

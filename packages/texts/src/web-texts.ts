/**
 * The texts of the staff app, one language at a time: each is a file of its own, loaded when it is asked for. The app's build compiles the
 * messages (apps/web/vite-compiled-texts.ts): here there is no compiler.
 */
import type { Catalogue } from './catalogue.ts';
import type { Locale } from './locale.ts';
import { createTranslatorFrom } from './translator.ts';
import type { Translator } from './translator.ts';

/** The texts of the staff app in one language, of which some arrive after the others. */
export interface WebTranslator extends Translator {
  /** Settles once every text is there. Fails as the import fails where the file cannot be fetched; the next call asks again. */
  readonly whole: () => Promise<void>;
}

/**
 * Loads the texts of the first screens in one language. The others (errors, findings, papers, screens further in) follow by themselves;
 * until they are there `find` answers undefined for them, and whoever needs them waits for `whole`. Fails as the import fails where the
 * file cannot be fetched.
 */
export async function loadWebTranslator(locale: Locale): Promise<WebTranslator> {
  const { add, ...translator } = createTranslatorFrom(locale, await loadScreens(locale));
  let arrival: Promise<void> | undefined;
  const whole = async (): Promise<void> => {
    arrival ??= loadLater(locale).then(add);
    try {
      await arrival;
    } catch (cause) {
      arrival = undefined;
      throw cause;
    }
  };
  whole().catch(() => {
    // Without them an error is shown by its code; a screen that needs them asks again.
  });
  return { ...translator, whole };
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

/**
 * The typed `t()`: a text by its id, with the arguments that its message names. Ids and argument types come from
 * `ids.ts`, which is generated, so that a missing text or argument is a type error and not a blank on a screen.
 */
import { setupI18n } from '@lingui/core';
import { compileMessageOrThrow } from '@lingui/message-utils/compileMessage';
import type { Catalogue } from './catalogue.ts';
import type { TextArguments } from './ids.ts';
import { intlTagOf } from './locale.ts';
import type { Locale } from './locale.ts';

/** Id of a text. */
export type TextId = keyof TextArguments;

/** Arguments of a text as a rest parameter: none where its message has none. */
export type ArgumentsOf<K extends TextId> = TextArguments[K] extends undefined
  ? readonly []
  : readonly [TextArguments[K]];

/** Texts in one language. */
export interface Translator {
  readonly locale: Locale;
  /** The text of an id. */
  readonly t: <K extends TextId>(id: K, ...args: ArgumentsOf<K>) => string;
  /** The text of an id that arrives as data, with every argument its message may name; undefined where there is none. */
  readonly find: (id: string, args?: Readonly<Record<string, string | number>>) => string | undefined;
}

/** Makes the texts of one language from a catalogue that is at hand. Messages are compiled when first used. */
export function createTranslatorFrom(locale: Locale, catalogue: Catalogue): Translator {
  const i18n = setupI18n({ locale, locales: intlTagOf(locale), messages: { [locale]: { ...catalogue } } });
  i18n.setMessagesCompiler(compileMessageOrThrow);
  return {
    locale,
    t: (id, ...args) => i18n._(id, args[0] as Record<string, unknown> | undefined),
    find: (id, args) => (Object.hasOwn(catalogue, id) ? i18n._(id, args) : undefined),
  };
}

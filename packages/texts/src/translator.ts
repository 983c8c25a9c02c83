/**
 * The typed `t()`: a text by its id, with the arguments that its message names. Ids and argument types come from
 * `ids.ts`, which is generated, so that a missing text or argument is a type error and not a blank on a screen.
 */
import { setupI18n } from '@lingui/core';
import type { CompiledMessage } from '@lingui/message-utils/compileMessage';
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

/** A translator that may still be given texts. */
export interface GrowingTranslator extends Translator {
  readonly add: (more: Catalogue) => void;
}

/**
 * Makes the texts of one language from a catalogue that is at hand. With `compile` messages are compiled when first used; without it
 * the catalogue holds them compiled already.
 */
export function createTranslatorFrom(
  locale: Locale,
  catalogue: Catalogue,
  compile?: (message: string) => CompiledMessage,
): GrowingTranslator {
  const i18n = setupI18n({ locale, locales: intlTagOf(locale), messages: { [locale]: { ...catalogue } } });
  if (compile !== undefined) i18n.setMessagesCompiler(compile);
  const known = new Set(Object.keys(catalogue));
  return {
    locale,
    t: (id, ...args) => i18n._(id, args[0] as Record<string, unknown> | undefined),
    find: (id, args) => (known.has(id) ? i18n._(id, args) : undefined),
    add(more) {
      i18n.load(locale, { ...more });
      for (const id of Object.keys(more)) known.add(id);
    },
  };
}

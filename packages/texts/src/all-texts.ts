/** Translators over whole catalogues, for programs that have every text at hand: the server, the command line, tools. */
import { compileMessageOrThrow } from '@lingui/message-utils/compileMessage';
import type { Catalogue } from './catalogue.ts';
import { allCatalogues } from './catalogues/all.ts';
import { createTranslatorFrom } from './translator.ts';
import type { TextId, Translator } from './translator.ts';
import type { Locale } from './locale.ts';

/** All messages. A test keeps ids, arguments and plural categories equal across the four. */
export const catalogues: Readonly<Record<Locale, Catalogue>> = allCatalogues;

/** Makes the texts of one language. */
export function createTranslator(locale: Locale): Translator {
  return createTranslatorFrom(locale, catalogues[locale], compileMessageOrThrow);
}

/** Whether a text with this id exists. */
export function isTextId(id: string): id is TextId {
  return Object.hasOwn(catalogues.en, id);
}

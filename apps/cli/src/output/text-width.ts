/** Columns that a text takes in a terminal. */
import { createRequire } from 'node:module';
import type stringWidth from 'string-width';

/**
 * Letters of Latin scripts and their punctuation, one column each. All else needs the tables of the library, which take longer to
 * load than most commands run.
 */
const oneColumnEach = /^[\u0020-\u007e\u00a0-\u00ac\u00ae-\u02ff\u2010-\u2027]*$/;
const require = createRequire(import.meta.url);
let measure: ((text: string) => number) | undefined;

/** The columns of one line of text; colours take none. */
export function textWidth(text: string): number {
  if (oneColumnEach.test(text)) return text.length;
  measure ??= (require('string-width') as { readonly default: typeof stringWidth }).default;
  return measure(text);
}

/** The texts of the screens, read from the catalogues: to look for words of another language and for ids that nobody replaced. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const folder = resolve(import.meta.dirname, '../../packages/texts/src/catalogues');
const hasArgument = /[{}<>]/u;

/** All texts of a locale by id. */
function readTexts(locale: string): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const file of readdirSync(join(folder, locale))) {
    if (!file.endsWith('.json')) continue;
    const entries = JSON.parse(readFileSync(join(folder, locale, file), 'utf8')) as Record<string, string>;
    for (const [id, text] of Object.entries(entries)) texts.set(id, text);
  }
  return texts;
}

/** English texts that read otherwise in a locale, whatever their id: none of them may stand on a screen of it. */
export function listForeignTexts(locale: string): ReadonlySet<string> {
  const own = readTexts(locale);
  const ownTexts = new Set(own.values());
  const foreign = [...readTexts('en')].filter(
    ([id, text]) => !hasArgument.test(text) && own.get(id) !== text && !ownTexts.has(text),
  );
  return new Set(foreign.map(([, text]) => text));
}

/** What an id looks like that found no text. */
export const textId = /\b(?:web|error|role|state|class|line|purpose|finding)\.[a-z-]+\.[a-z][a-z.-]*\b/u;

/** Finds a text of the screens by its id: the whole text, whatever stands in the place of its arguments. */
export type Say = (id: string) => RegExp;

/** The texts of a locale, to find buttons and fields by in whatever language a screen is shown. */
export function sayIn(locale: string): Say {
  const texts = readTexts(locale);
  return (id) => {
    const text = texts.get(id);
    if (text === undefined) throw new Error(`no text ${id} in ${locale}`);
    const fixed = withoutArguments(text).map((part) => part.replace(/[.*+?^${}()|[\]\\]/gu, '\\$&'));
    return new RegExp(`^\\s*${fixed.join('.+')}\\s*$`, 'u');
  };
}

/** What of a message stands there as it is written: the parts before, between and after its arguments. */
function withoutArguments(text: string): readonly string[] {
  const parts = [''];
  let depth = 0;
  for (const character of text) {
    if (character === '{' && depth++ === 0) parts.push('');
    else if (character === '}') depth--;
    else if (depth === 0) parts[parts.length - 1] += character;
  }
  return parts;
}

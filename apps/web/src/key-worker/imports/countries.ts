/** Countries by code or by name, as the four languages name them. */
import { fold } from './columns.ts';

const languages = ['en', 'fr', 'pl', 'zh-Hans'] as const;
/** Names that people write and no list has. */
const others: readonly (readonly [string, string])[] = [
  ['uk', 'GB'],
  ['england', 'GB'],
  ['scotland', 'GB'],
  ['usa', 'US'],
  ['etats unis', 'US'],
  ['stany zjednoczone ameryki', 'US'],
  ['美国', 'US'],
  ['czech republic', 'CZ'],
  ['holland', 'NL'],
];
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

let known: ReadonlyMap<string, string> | undefined;

/** The code of a country; undefined for what names none. */
export function parseCountry(text: string): string | undefined {
  known ??= nameCountries();
  return known.get(fold(text));
}

function nameCountries(): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const language of languages) {
    const display = new Intl.DisplayNames(language, { type: 'region', fallback: 'none' });
    for (const first of letters)
      for (const second of letters) {
        const code = first + second;
        const name = display.of(code);
        // Codes outside the standard: unknown region, and those that users may give a meaning.
        if (name === undefined || /^(?:AA|EU|EZ|Q[M-Z]|UN|X[A-Z]|ZZ)$/u.test(code)) continue;
        if (!names.has(fold(name))) names.set(fold(name), code);
        names.set(code.toLowerCase(), code);
      }
  }
  for (const [name, code] of others) names.set(name, code);
  return names;
}

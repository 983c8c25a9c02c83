import { expect, test } from 'vitest';
import { listRepositoryFiles, readRepositoryFile } from './repository.ts';

const LANGUAGES = ['en', 'fr', 'zh', 'pl'];
const FOLDER = 'packages/texts/src/catalogues';

/** The categories a plural needs, after the Unicode CLDR; French `many` is for millions with a noun and is not needed here. */
const PLURAL_CATEGORIES: Readonly<Record<string, readonly string[]>> = {
  en: ['one', 'other'],
  fr: ['one', 'other'],
  zh: ['other'],
  pl: ['one', 'few', 'many', 'other'],
};

const present = listRepositoryFiles().filter(
  (path) => path.startsWith(`${FOLDER}/`) && path.endsWith('.json'),
);
const isHere = present.length > 0;
const catalogues = new Map(
  LANGUAGES.filter(() => isHere).map((language) => [
    language,
    flatten(JSON.parse(readRepositoryFile(`${FOLDER}/${language}.json`))),
  ]),
);
const english = catalogues.get('en') ?? new Map<string, string>();

test.skipIf(!isHere)('there are the four catalogues [skipped: packages/texts has no catalogues yet]', () => {
  expect(present.sort()).toEqual(LANGUAGES.map((language) => `${FOLDER}/${language}.json`).sort());
  expect(english.size).toBeGreaterThan(0);
});

for (const language of LANGUAGES) {
  test.skipIf(!isHere)(
    `${language} has the keys of en and no empty text [skipped: packages/texts has no catalogues yet]`,
    () => {
      const catalogue = catalogues.get(language) ?? new Map<string, string>();
      expect([...catalogue.keys()].sort()).toEqual([...english.keys()].sort());
      expect([...catalogue].filter(([, text]) => text.trim() === '')).toEqual([]);
    },
  );

  test.skipIf(!isHere)(
    `${language} has the arguments of en [skipped: packages/texts has no catalogues yet]`,
    () => {
      const catalogue = catalogues.get(language) ?? new Map<string, string>();
      const differing = [...catalogue].filter(
        ([key, text]) => listArguments(text).join() !== listArguments(english.get(key) ?? '').join(),
      );
      expect(differing.map(([key]) => key)).toEqual([]);
    },
  );

  test.skipIf(!isHere)(
    `${language} has its plural categories [skipped: packages/texts has no catalogues yet]`,
    () => {
      const catalogue = catalogues.get(language) ?? new Map<string, string>();
      const lacking = [...catalogue].filter(([, text]) =>
        listPlurals(text).some((plural) =>
          (PLURAL_CATEGORIES[language] ?? []).some(
            (category) => !new RegExp(`\\b${category}\\s*\\{`).test(plural),
          ),
        ),
      );
      expect(lacking.map(([key]) => key)).toEqual([]);
    },
  );
}

function flatten(value: unknown, prefix = ''): Map<string, string> {
  if (typeof value === 'string') return new Map([[prefix, value]]);
  const entries = Object.entries(value as Record<string, unknown>);
  return new Map(
    entries.flatMap(([key, inner]) => [...flatten(inner, prefix === '' ? key : `${prefix}.${key}`)]),
  );
}

/** The names in `{name}` and `{name, plural, ...}`, each once, sorted. */
function listArguments(text: string): string[] {
  return [
    ...new Set([...text.matchAll(/\{\s*([a-zA-Z][a-zA-Z0-9]*)\s*[,}]/g)].map((match) => match[1] ?? '')),
  ].sort();
}

/** The bodies of `{name, plural, BODY}`, braces balanced. */
function listPlurals(text: string): string[] {
  return [...text.matchAll(/\{\s*\w+\s*,\s*plural\s*,/g)].map((match) => {
    const start = match.index + match[0].length;
    let depth = 1;
    let end = start;
    while (end < text.length && depth > 0) {
      if (text[end] === '{') depth += 1;
      if (text[end] === '}') depth -= 1;
      end += 1;
    }
    return text.slice(start, end - 1);
  });
}

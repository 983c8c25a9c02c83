import { describe, expect, test } from 'vitest';
import { readMessageShape } from './message-shape.ts';
import { listRepositoryFiles, readRepositoryFile } from './repository.ts';

const FOLDER = 'packages/texts/src/catalogues';

/** The categories a whole number can fall into, after the Unicode CLDR; French `many` begins at a million. */
const PLURAL_CATEGORIES: Readonly<Record<string, readonly string[]>> = {
  en: ['one', 'other'],
  fr: ['one', 'other'],
  zh: ['other'],
  pl: ['one', 'few', 'many', 'other'],
};

const LANGUAGES = Object.keys(PLURAL_CATEGORIES);

test('there are the four languages with the same files, and no other', () => {
  const present = listRepositoryFiles().filter(
    (path) => path.startsWith(`${FOLDER}/`) && path.endsWith('.json'),
  );
  const expected = LANGUAGES.flatMap((language) =>
    listAreas('en').map((area) => `${FOLDER}/${language}/${area}.json`),
  );
  expect(present.sort()).toEqual(expected.sort());
});

test('each file holds the ids that its name says', () => {
  for (const area of listAreas('en')) {
    const prefix = area.startsWith('web-') ? `web.${area.slice('web-'.length)}.` : `${area}.`;
    const strangers = Object.keys(readArea('en', area)).filter((id) => !`${id}.`.startsWith(prefix));
    expect(strangers, area).toEqual([]);
  }
});

describe.each(LANGUAGES)('%s', (language) => {
  const english = readCatalogue('en');
  const catalogue = readCatalogue(language);

  test('has the keys of en, each once and in order, and no empty text', () => {
    expect([...catalogue.keys()]).toEqual([...english.keys()]);
    expect([...catalogue].filter(([, text]) => text.trim() === '')).toEqual([]);
    for (const area of listAreas(language)) {
      const text = readRepositoryFile(`${FOLDER}/${language}/${area}.json`);
      const written = [...text.matchAll(/^ {2}"([^"]+)"/gm)].map((match) => match[1]);
      expect(written, area).toEqual(Object.keys(readArea(language, area)).toSorted());
    }
  });

  test('has the arguments of en', () => {
    const differing = [...catalogue].filter(([key, text]) => {
      const expected = readMessageShape(english.get(key) ?? '').argumentNames;
      return readMessageShape(text).argumentNames.join() !== expected.join();
    });
    expect(differing.map(([key]) => key)).toEqual([]);
  });

  test('has its own plural categories', () => {
    const lacking = [...catalogue].filter(([, text]) =>
      readMessageShape(text).plurals.some((categories) =>
        (PLURAL_CATEGORIES[language] ?? []).some((category) => !categories.includes(category)),
      ),
    );
    expect(lacking.map(([key]) => key)).toEqual([]);
  });
});

test('French keeps its punctuation beside its words, and writes the curved apostrophe', () => {
  const wrong = [...readCatalogue('fr')].filter(
    ([, text]) =>
      /[^\u00A0:]:(?=\s|$)|[^\u202F][;!?](?=\s|$)|«(?!\u00A0)|(?<!\u00A0)»/u.test(text) || text.includes("'"),
  );
  expect(wrong.map(([key]) => key)).toEqual([]);
});

test('the shape of a message is read through nested plurals', () => {
  expect(
    readMessageShape('{who} sent {count, plural, one {one of {all}} other {# things}} on {day, date}'),
  ).toEqual({
    argumentNames: ['all', 'count', 'day', 'who'],
    plurals: [['one', 'other']],
  });
  expect(() => readMessageShape('{who')).toThrow('unreadable argument');
  expect(() => readMessageShape('who}')).toThrow('unbalanced braces');
});

function listAreas(language: string): readonly string[] {
  return listRepositoryFiles()
    .filter((path) => path.startsWith(`${FOLDER}/${language}/`) && path.endsWith('.json'))
    .map((path) => path.slice(`${FOLDER}/${language}/`.length, -'.json'.length))
    .toSorted();
}

function readArea(language: string, area: string): Readonly<Record<string, string>> {
  return JSON.parse(readRepositoryFile(`${FOLDER}/${language}/${area}.json`)) as Record<string, string>;
}

function readCatalogue(language: string): ReadonlyMap<string, string> {
  return new Map(listAreas(language).flatMap((area) => Object.entries(readArea(language, area))));
}

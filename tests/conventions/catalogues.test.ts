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

test('there are the four catalogues, and no other', () => {
  const present = listRepositoryFiles().filter(
    (path) => path.startsWith(`${FOLDER}/`) && path.endsWith('.json'),
  );
  expect(present.sort()).toEqual(LANGUAGES.map((language) => `${FOLDER}/${language}.json`).sort());
});

describe.each(LANGUAGES)('%s', (language) => {
  const english = readCatalogue('en');
  const catalogue = readCatalogue(language);

  test('has the keys of en, each once and in order, and no empty text', () => {
    expect([...catalogue.keys()]).toEqual([...english.keys()]);
    expect([...catalogue].filter(([, text]) => text.trim() === '')).toEqual([]);
    const written = readRepositoryFile(`${FOLDER}/${language}.json`).match(/^ {2}"/gm) ?? [];
    expect(written.length).toBe(catalogue.size);
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

function readCatalogue(language: string): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(JSON.parse(readRepositoryFile(`${FOLDER}/${language}.json`)) as Record<string, string>),
  );
}

import { errorCodes } from '@strongroom/core';
import { describe, expect, test } from 'vitest';
import { catalogues, createTranslator, describeMessage, glossary, intlTagOf, locales } from './index.ts';

const ids = Object.keys(catalogues.en);

describe.each(locales)('the catalogue of %s', (locale) => {
  const catalogue = catalogues[locale];

  test('has the same ids as the English one', () => {
    expect(Object.keys(catalogue)).toEqual(ids);
  });

  test('asks for the same arguments as the English one', () => {
    for (const id of ids) {
      expect(describeMessage(catalogue[id]!).arguments, id).toEqual(
        describeMessage(catalogues.en[id]!).arguments,
      );
    }
  });

  test('spells out every plural category of the language', () => {
    const categories = new Intl.PluralRules(intlTagOf(locale)).resolvedOptions().pluralCategories;
    // French `many` (millions) reads like `other` in every message of ours: ICU falls back to it.
    const expected = categories.filter((category) => locale !== 'fr' || category !== 'many').toSorted();
    for (const id of ids) {
      for (const { categories: found } of describeMessage(catalogue[id]!).plurals) {
        expect(found, id).toEqual(expected);
      }
    }
  });

  test('has no empty text, no straight apostrophe that ICU would eat, and no doubled space', () => {
    for (const id of ids) {
      expect(catalogue[id]!.trim(), id).not.toBe('');
      expect(catalogue[id], id).not.toMatch(/'| {2}/u);
    }
  });

  test('never shows the words that stay in code', () => {
    const hidden = /\b(?:wraps?|wrapped|epochs?|punctur\w*|merkle|hpke|époques?|epok[aiąę]?)\b/iu;
    for (const id of ids) expect(catalogue[id], id).not.toMatch(hidden);
  });

  test('says for every error what happened and what to do next', () => {
    for (const { code } of errorCodes) {
      expect(catalogue[`error.${code}.title`], code).toBeTypeOf('string');
      expect(catalogue[`error.${code}.next`], code).toBeTypeOf('string');
    }
  });

  test('has no text for an error that does not exist', () => {
    const codes = new Set<string>(errorCodes.map(({ code }) => code));
    const named = ids.filter((id) => id.startsWith('error.')).map((id) => id.split('.')[1]!);
    expect(named.filter((code) => !codes.has(code))).toEqual([]);
  });

  test('differs from English wherever it has words of its own', () => {
    if (locale === 'en') return;
    // A word or two may be the same in two languages (document, version); what only counts them says no more than the word.
    const wordsOf = (text: string): string =>
      text.replace(/\{\w+, plural,|\b(?:one|other)\b(?= \{)|[{}#]/gu, '').trim();
    const same = ids.filter(
      (id) => catalogue[id] === catalogues.en[id] && wordsOf(catalogue[id] ?? '').length > 25,
    );
    expect(same).toEqual([]);
  });
});

describe('counting', () => {
  const count = (locale: (typeof locales)[number], number: number): string =>
    createTranslator(locale).t('cli.records.add.done', { count: number, client: 'C-2K7Q' });

  test('is right in Polish', () => {
    expect(count('pl', 1)).toContain('1 plik:');
    expect(count('pl', 2)).toContain('2 pliki:');
    expect(count('pl', 4)).toContain('4 pliki:');
    expect(count('pl', 5)).toContain('5 plików:');
    expect(count('pl', 12)).toContain('12 plików:');
    expect(count('pl', 22)).toContain('22 pliki:');
    expect(count('pl', 112)).toContain('112 plików:');
  });

  test('is right in the others', () => {
    expect(count('en', 1)).toContain('1 file sealed');
    expect(count('en', 0)).toContain('0 files sealed');
    expect(count('fr', 0)).toContain('0 fichier scellé');
    expect(count('fr', 2)).toContain('2 fichiers scellés');
    expect(count('zh', 7)).toContain('7 个文件');
  });
});

describe('the translator', () => {
  test('gives an argument back as it was, whatever it contains', () => {
    expect(createTranslator('fr').t('cli.value', { value: "l'{étude} #1" })).toBe("l'{étude} #1");
  });

  test('finds nothing for an id that is none', () => {
    expect(createTranslator('en').find('constructor')).toBeUndefined();
    expect(createTranslator('en').find('error.NO_SUCH_CODE.title')).toBeUndefined();
  });
});

test('the glossary has each word once, in four languages', () => {
  const english = glossary.map(({ en }) => en);
  expect(new Set(english).size).toBe(english.length);
  for (const word of glossary) {
    for (const locale of locales) expect(word[locale].trim(), word.id).not.toBe('');
    expect(word.isShown || word.shownAs !== undefined, word.id).toBe(true);
  }
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { guessSeparator, readCsv, separators } from './csv.ts';

const cellsOf = (text: string, separator: ',' | ';' | '\t' | '|' = ','): readonly (readonly string[])[] =>
  readCsv(text, separator).rows.map(({ cells }) => cells);

describe('comma-separated values', () => {
  test('quotes, doubled quotes, separators and line breaks in quotes', () => {
    expect(cellsOf('a,"b, ""c""",d\r\n"two\r\nlines",,x\r\n')).toEqual([
      ['a', 'b, "c"', 'd'],
      ['two\nlines', '', 'x'],
    ]);
  });

  test('a row knows its line, also after a quoted line break and empty lines', () => {
    const { rows } = readCsv('h\n"one\ntwo"\n\n\rlast', ',');
    expect(rows.map(({ line }) => line)).toEqual([1, 2, 6]);
  });

  test('a quote that stays open, and text after one that is closed, are named by their lines', () => {
    expect(readCsv('a,b\n"c"d,e\nf,g', ',').broken).toEqual([2]);
    expect(readCsv('a,b\n"c,d\ne,f', ',').broken).toEqual([2]);
  });

  test('a quote inside a plain cell is a quote', () => {
    expect(cellsOf('5" pipe,x')).toEqual([['5" pipe', 'x']]);
  });

  test('each separator is found', () => {
    for (const separator of separators)
      expect(
        guessSeparator(`name${separator}country\n"Lind${separator}q"${separator}PL\nB${separator}FR\n`),
      ).toBe(separator);
    expect(guessSeparator('Lindqvist, Ltd;PL\nB;FR\nC;PL\n')).toBe(';');
  });

  test('what is written by the rules is read back', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', ' ', 'ż', '客') });
    fc.assert(
      fc.property(
        fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 8 }),
        (rows) => {
          const text = rows
            .map((cells) => cells.map((each) => `"${each.replaceAll('"', '""')}"`).join(','))
            .join('\r\n');
          const expected = rows.filter((cells) => cells.some((each) => each !== ''));
          expect(cellsOf(text)).toEqual(expected);
          expect(readCsv(text, ',').broken).toEqual([]);
        },
      ),
    );
  });
});

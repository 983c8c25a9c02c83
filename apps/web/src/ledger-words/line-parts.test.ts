import type { LineRow } from '@strongroom/device';
import { createTranslator, intlTagOf, locales } from '@strongroom/texts';
import type { Locale } from '@strongroom/texts';
import { describe, expect, test } from 'vitest';
import { lineGroups } from './line-groups.ts';
import { noteOfLine, partsOfLine, textOfLine } from './line-parts.ts';
import type { LineWords } from './line-parts.ts';

function wordsOf(locale: Locale): LineWords {
  return { ...createTranslator(locale), intlTag: intlTagOf(locale) };
}

function lineOf(line: Partial<LineRow>): LineRow {
  return {
    ledger: 'vlt_1' as LineRow['ledger'],
    index: 48_213,
    atMs: 0,
    kind: 'released',
    hash: '9f3ac1e0',
    records: [],
    facts: {},
    ...line,
  };
}

const en = wordsOf('en');
const record = 'rec_1' as LineRow['records'][number];
const anna = 'per_1' as NonNullable<LineRow['person']>;

test('an opening names person and document, the person as a part of its own', () => {
  const line = lineOf({
    person: anna,
    records: [record],
    names: { person: 'Anna Lindqvist', records: ['Deed.pdf'] },
  });
  expect(partsOfLine(line, en)).toEqual([
    { kind: 'person', text: 'Anna Lindqvist', id: anna },
    { kind: 'text', text: ' opened ' },
    { kind: 'record', text: 'Deed.pdf', id: record },
  ]);
});

test('names are set in after the message: one that looks like a message or a mark is only a name', () => {
  for (const name of ['{who}', '\uE0000\uE001', '{count, plural, other {#}}', "it's {x"]) {
    const line = lineOf({ person: anna, records: [record], names: { person: name, records: [name] } });
    expect(textOfLine(line, en)).toBe(`${name} opened ${name}`);
  }
});

test('a sentence that begins with our words begins with a capital', () => {
  const line = lineOf({ kind: 'destroyed', device: 'warden', records: [record] });
  expect(textOfLine(line, en)).toBe(
    'Key destroyed: a document without a readable name can no longer be opened',
  );
});

test('the first version was added, a later one written, a copy beside another says so', () => {
  const names = { person: 'Jan', records: ['A.txt'] };
  const written = (facts: LineRow['facts']): string =>
    textOfLine(lineOf({ kind: 'written', person: anna, records: [record], facts, names }), en);
  expect(written({ kind: 'document', version: 1 })).toBe('Jan added A.txt');
  expect(written({ kind: 'document', version: 3 })).toBe('Jan wrote A.txt, version 3');
  expect(written({ kind: 'document', version: 1, conflictOf: 'rec_2 4' })).toBe(
    'Jan saved A.txt as a copy beside a newer version',
  );
});

test('keys for what a device keeps are told as such', () => {
  const line = lineOf({
    person: anna,
    records: [record],
    facts: { parts: 1, bodies: 0 },
    names: { person: 'Jan', records: ['A.txt'] },
  });
  expect(textOfLine(line, en)).toBe('Jan fetched the keys for what the device keeps');
});

test('a grant names both people and its end', () => {
  const line = lineOf({
    kind: 'access.granted',
    person: anna,
    facts: { person: 'per_2', endsAt: Date.UTC(2026, 11, 21, 12) },
    names: { person: 'Anna', client: 'Dubois Holdings' },
  });
  expect(textOfLine(line, en, new Map([['per_2', 'Yue Zhao']]))).toBe(
    'Anna gave Yue Zhao access to Dubois Holdings until 21 Dec 2026',
  );
});

test('more than three documents are counted, a refusal is one, a void line says that it changed nothing', () => {
  const records = ['a', 'b', 'c', 'd', 'e'].map((id) => `rec_${id}` as typeof record);
  const many = lineOf({
    person: anna,
    records,
    names: { person: 'Jan', records: ['A', 'B', 'C', 'D', 'E'] },
  });
  expect(textOfLine(many, en)).toBe('Jan opened A, B, C and 2 more');
  const refused = lineOf({ kind: 'refused', person: anna, facts: { of: 'open', count: 1 }, isVoid: true });
  expect(textOfLine(refused, en, new Map([[anna, 'Jan']]))).toBe(
    'Refused: Jan asked for a document or a list; this line names no room (not accepted, changed nothing)',
  );
});

test('a refusal says what was asked for as far as the reader is told, and a line that only counts says that', () => {
  const refusal = { kind: 'refused', person: anna, names: { person: 'Jan' } } as const;
  const room = 'rom_1' as NonNullable<LineRow['room']>;
  const named = lineOf({
    ...refusal,
    room,
    records: [record],
    facts: { of: 'open', count: 1 },
    names: { person: 'Jan', client: 'Fontaine SARL', records: ['Deed.pdf'] },
  });
  expect(textOfLine(named, en)).toBe('Refused: Jan asked to open Deed.pdf in Fontaine SARL');
  const listed = lineOf({ ...refusal, room, facts: { of: 'list', count: 1 } });
  expect(textOfLine(listed, en)).toBe(
    'Refused: Jan asked to read the names of documents in a room without a readable name',
  );
  const counted = lineOf({ ...refusal, facts: { of: 'open', count: 12 } });
  expect(textOfLine(counted, en)).toBe(
    'Refused 12 more times in the hour: Jan; this line counts and names no room',
  );
});

test('what is usual is not noted, another purpose and a reason are', () => {
  expect(noteOfLine(lineOf({ purpose: 'work' }), en)).toBeUndefined();
  expect(noteOfLine(lineOf({ purpose: 'review', reason: 'hearing on Monday' }), en)).toBe(
    'review: hearing on Monday',
  );
});

describe.each(locales)('%s', (locale) => {
  const words = wordsOf(locale);

  test('every kind of line is a whole sentence without marks, braces or ids', () => {
    for (const kind of Object.values(lineGroups).flat()) {
      const text = textOfLine(
        lineOf({
          kind,
          person: anna,
          room: 'rom_1' as NonNullable<LineRow['room']>,
          records: [record],
          facts: { person: 'per_2', role: 'manager', version: 2, count: 3, of: 'open', vault: 'vlt_2' },
        }),
        words,
        new Map([
          [anna, 'Anna'],
          ['per_2', 'Yue'],
          ['vlt_2', 'Litigation'],
        ]),
      );
      expect(text, kind).not.toMatch(/[\uE000\uE001{}]|per_|rec_|rom_|vlt_/u);
      expect(text, kind).not.toBe(kind);
      expect(text.length, kind).toBeGreaterThan(5);
    }
  });
});

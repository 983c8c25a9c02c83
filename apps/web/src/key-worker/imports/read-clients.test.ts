import { encodeUtf8, StrongroomError } from '@strongroom/core';
import { describe, expect, test } from 'vitest';
import { guessEncoding } from './encodings.ts';
import { importLimits, readClientsFile } from './read-clients.ts';
import type { KnownNames } from './read-clients.ts';

const known: KnownNames = {
  clients: new Map([['dubois holdings', 'C-2K7Q']]),
  people: new Map([
    ['anna kowalska', 'per_a' as never],
    ['jan nowak', undefined],
  ]),
};
const read = (text: string, options: { separator?: string; columns?: (('name' | 'alias') | null)[] } = {}) =>
  readClientsFile({ bytes: encodeUtf8(text), ...options }, known);

// Written by hand from the code pages' own tables.
const windows1250 = Uint8Array.from([
  ...encodeUtf8('Nazwa;Kraj\n'),
  0xa3,
  0xf3,
  0x64,
  0x9f,
  ...encodeUtf8(';Polska\n'),
  0x8c,
  0x77,
  0x69,
  0xea,
  0x74,
  0x79,
  ...encodeUtf8(';Polska\n'),
]);
const windows1252 = Uint8Array.from([
  ...encodeUtf8('Nom;Pays\n'),
  0x53,
  0x6f,
  0x63,
  0x69,
  0xe9,
  0x74,
  0xe9,
  ...encodeUtf8(' D'),
  0xe9,
  0x63,
  0xe8,
  0x73,
  ...encodeUtf8(';France\n'),
]);
// 名称 / 客户 in GB 18030.
const gb18030 = Uint8Array.from([0xc3, 0xfb, 0xb3, 0xc6, 0x0a, 0xbf, 0xcd, 0xbb, 0xa7, 0x0a]);

function codeOf(action: () => unknown): unknown {
  try {
    return action();
  } catch (cause) {
    return cause instanceof StrongroomError ? [cause.code, cause.details['name']] : cause;
  }
}

describe('a client list, read dry', () => {
  test('columns by their titles in four languages', () => {
    for (const [titles, values] of [
      ['Client name,Also known as,Confidentiality,Country,Lead', 'A Ltd,A; Ay,secret,France,Anna Kowalska'],
      [
        'Raison sociale,Autres noms,Confidentialité,Pays,Responsable',
        'A Ltd,A; Ay,Secret,france,ANNA KOWALSKA',
      ],
      ['Nazwa klienta,Inne nazwy,Klauzula,Państwo,Prowadzący', 'A Ltd,A; Ay,tajne,Francja,Anna Kowalska'],
      ['客户名称,曾用名,密级,国家,负责人', 'A Ltd,A; Ay,绝密,法国,anna kowalska'],
    ] as const) {
      const file = read(`${titles}\n${values}\n`);
      expect(file.columns.map(({ field }) => field)).toEqual(['name', 'alias', 'class', 'country', 'lead']);
      expect(file.problems).toEqual([]);
      expect(file.rows).toEqual([
        {
          line: 2,
          name: 'A Ltd',
          aliases: ['A', 'Ay'],
          class: 3,
          countries: ['FR'],
          lead: 'per_a',
          leadName: expect.any(String),
        },
      ]);
    }
  });

  test('what is wrong is named by line, and leaves out no more than it must', () => {
    const file = read(
      'Name,Class,Country,Lead\nA,hush,Narnia; PL,Jan Nowak\n ,open,,\n"B"x,open,,\nC,,"Korea, Republic of",\n',
    );
    expect(file.problems).toEqual([
      { line: 2, code: 'class-unknown', value: 'hush' },
      { line: 2, code: 'country-unknown', value: 'Narnia' },
      { line: 2, code: 'lead-unknown', value: 'Jan Nowak' },
      { line: 3, code: 'name-missing' },
      { line: 4, code: 'quote-broken' },
      { line: 5, code: 'country-unknown', value: 'Korea' },
      { line: 5, code: 'country-unknown', value: 'Republic of' },
    ]);
    expect(file.rows.map(({ name, countries }) => [name, countries])).toEqual([
      ['A', ['PL']],
      ['C', undefined],
    ]);
  });

  test('a client who is there, and a name that comes twice', () => {
    const file = read('Name\nDubois Hóldings\nNew\nnew\n');
    expect(file.doubles).toEqual([{ line: 2, code: 'C-2K7Q' }, { line: 4 }]);
  });

  test('a list of names without a title; titles that say nothing; columns that the person chose', () => {
    expect(read('Alpha\nBeta\n').rows.map(({ name }) => name)).toEqual(['Alpha', 'Beta']);
    expect(read('xx,Country\nAlpha,PL\n').rows).toMatchObject([{ name: 'Alpha', countries: ['PL'] }]);
    expect(read('p,q\nAlpha,Beta\n', { columns: [null, 'name'] }).rows).toMatchObject([{ name: 'Beta' }]);
  });

  test('the code pages of the four languages, and marks at the beginning', () => {
    expect(guessEncoding(windows1250)).toBe('windows-1250');
    expect(readClientsFile({ bytes: windows1250 }, known).rows.map(({ name }) => name)).toEqual([
      'Łódź',
      'Święty',
    ]);
    expect(guessEncoding(windows1252)).toBe('windows-1252');
    expect(readClientsFile({ bytes: windows1252 }, known).rows.map(({ name }) => name)).toEqual([
      'Société Décès',
    ]);
    expect(guessEncoding(gb18030)).toBe('gb18030');
    expect(readClientsFile({ bytes: gb18030 }, known).rows.map(({ name }) => name)).toEqual(['客户']);
    const utf16 = new Uint8Array(Uint16Array.from('\uFEFFName\nŻ\n', (each) => each.charCodeAt(0)).buffer);
    expect(readClientsFile({ bytes: utf16 }, known).rows.map(({ name }) => name)).toEqual(['Ż']);
    const marked = Uint8Array.from([0xef, 0xbb, 0xbf, ...encodeUtf8('Name\nA\n')]);
    expect(readClientsFile({ bytes: marked }, known)).toMatchObject({
      encoding: 'utf-8',
      rows: [{ name: 'A' }],
    });
  });

  test('the person may choose another encoding; bytes that are none in it are refused', () => {
    expect(readClientsFile({ bytes: windows1250, encoding: 'windows-1252' }, known).rows[0]?.name).toBe(
      '£ódŸ',
    );
    expect(codeOf(() => readClientsFile({ bytes: windows1250, encoding: 'utf-8' }, known))).toEqual([
      'INPUT_INVALID',
      'encoding',
    ]);
    expect(codeOf(() => readClientsFile({ bytes: windows1250, encoding: 'koi8-r' }, known))).toEqual([
      'INPUT_INVALID',
      'encoding',
    ]);
    expect(codeOf(() => read('a', { separator: '^' }))).toEqual(['INPUT_INVALID', 'separator']);
  });

  test('each limit holds at the limit and not one above', () => {
    const { nameLengthMax, rowsMax, fileBytesMax } = importLimits;
    expect(read(`Name\n${'n'.repeat(nameLengthMax)}\n`).rows).toHaveLength(1);
    expect(read(`Name\n${'n'.repeat(nameLengthMax + 1)}\n`).problems).toMatchObject([
      { line: 2, code: 'name-too-long' },
    ]);
    expect(read(`Name\n${'n\n'.repeat(rowsMax)}`).rows).toHaveLength(rowsMax);
    expect(codeOf(() => read(`Name\n${'n\n'.repeat(rowsMax + 1)}`))).toEqual(['LIMIT_EXCEEDED', 'rows']);
    const filler = new Uint8Array(fileBytesMax).fill(0x0a);
    filler.set(encodeUtf8('Name\nA'));
    expect(readClientsFile({ bytes: filler }, known).rows).toHaveLength(1);
    expect(codeOf(() => readClientsFile({ bytes: new Uint8Array(fileBytesMax + 1) }, known))).toEqual([
      'LIMIT_EXCEEDED',
      'fileBytes',
    ]);
  });
});

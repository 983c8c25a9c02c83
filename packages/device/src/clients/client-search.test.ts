import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RoomId, VaultId } from '@strongroom/core';
import type { ClientRow } from '../device/device.ts';
import { ClientSearch, foldText, queryWords } from './client-search.ts';

function rowOf(number: number, name: string, more: Partial<ClientRow> = {}): ClientRow {
  return {
    code: `C-${String(2222 + number)}`,
    room: `rom_${number}` as RoomId,
    vault: 'vlt_a' as VaultId,
    name,
    aliases: [],
    class: 2,
    countries: [],
    isOnHold: false,
    isFrozen: false,
    memberCount: 1,
    ...more,
  };
}

function searchOf(rows: readonly ClientRow[], leads: ReadonlyMap<string, string> = new Map()): ClientSearch {
  const search = new ClientSearch();
  for (const row of rows) search.set(row, leads.get(row.lead ?? ''));
  return search;
}

const namesFound = (search: ClientSearch, query: string): (string | undefined)[] =>
  search.find(query, 50).rows.map(({ name }) => name);

test('accents, case, width and letters with strokes do not count', () => {
  expect(foldText('  Łódź  Straße Ærø ＡＢＣ ')).toBe('lodz strasse aero abc');
  const search = searchOf([
    rowOf(1, 'Żółć i Synowie sp. z o.o.'),
    rowOf(2, 'Société Générale'),
    rowOf(3, 'Weiß GmbH'),
  ]);
  expect(namesFound(search, 'zolc')).toEqual(['Żółć i Synowie sp. z o.o.']);
  expect(namesFound(search, 'ŻÓŁĆ SYN')).toEqual(['Żółć i Synowie sp. z o.o.']);
  expect(namesFound(search, 'generale')).toEqual(['Société Générale']);
  expect(namesFound(search, 'weiss')).toEqual(['Weiß GmbH']);
});

test('Chinese names are found by any of their characters, in their order', () => {
  const search = searchOf([rowOf(1, '上海浦东发展有限公司'), rowOf(2, '北京大成律师事务所')]);
  expect(namesFound(search, '浦东')).toEqual(['上海浦东发展有限公司']);
  expect(namesFound(search, '事务所')).toEqual(['北京大成律师事务所']);
  expect(namesFound(search, '东浦')).toEqual([]);
});

test('codes come first, then beginnings of names, of words, then the rest', () => {
  const search = searchOf([
    rowOf(1, 'Oporto Wines', { code: 'C-9999' }),
    rowOf(2, 'Wines of Port', { code: 'C-9998' }),
    rowOf(3, 'Portfolio', { code: 'C-9997' }),
    rowOf(4, 'Somebody', { code: 'C-PORT' }),
  ]);
  expect(namesFound(search, 'port')).toEqual(['Somebody', 'Portfolio', 'Wines of Port', 'Oporto Wines']);
  expect(namesFound(search, 'c-port')).toEqual(['Somebody']);
  expect(search.find('port', 2)).toMatchObject({ totalCount: 4, rows: [{}, {}] });
});

test('alias, country and the name of the lead are searched too', () => {
  const search = searchOf(
    [
      rowOf(1, 'Halewood', { aliases: ['Old Mill'], countries: ['PL'], lead: 'per_a' as never }),
      rowOf(2, 'Other'),
    ],
    new Map([['per_a', 'Ada Vogel']]),
  );
  for (const query of ['old mill', 'mill hale', 'pl hale', 'vogel', 'ada old'])
    expect(namesFound(search, query)).toEqual(['Halewood']);
});

test('a row that comes again replaces the older one, and one that goes is not found', () => {
  const search = searchOf([rowOf(1, 'Before'), rowOf(2, 'Beside')]);
  search.set(rowOf(1, 'After'));
  expect(namesFound(search, 'before')).toEqual([]);
  expect(namesFound(search, 'after')).toEqual(['After']);
  search.remove('rom_2' as RoomId);
  expect(namesFound(search, 'beside')).toEqual([]);
  expect(search.size).toBe(1);
});

test('it finds exactly those in which every word of the query is found', () => {
  const word = fc.constantFrom('anna', 'Łuk', 'bau', 'Ål', 'x', '公司', 'st', 'é');
  const text = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(' '));
  fc.assert(
    fc.property(
      fc.array(fc.record({ name: text, alias: text }), { maxLength: 12 }),
      text,
      (clients, query) => {
        const rows = clients.map(({ name, alias }, place) => rowOf(place, name, { aliases: [alias] }));
        const words = queryWords(query);
        const naive = rows.filter(({ code, name, aliases }) =>
          words.every((each) =>
            [code, name ?? '', ...aliases].some((field) => foldText(field).includes(each)),
          ),
        );
        const { rows: found, totalCount } = searchOf(rows).find(query, 1_000);
        expect(found.map(({ room }) => room).sort()).toEqual(naive.map(({ room }) => room).sort());
        expect(totalCount).toBe(naive.length);
      },
    ),
  );
});

test('typed letter by letter, with rows that come and go between, it finds what the whole query finds at once', () => {
  const name = fc.array(fc.constantFrom('anna', 'an', 'Łuk', 'bau', '公司', 'é'), {
    minLength: 1,
    maxLength: 3,
  });
  const row = fc.tuple(fc.nat(6), name).map(([place, words]) => rowOf(place, words.join(' ')));
  const query = fc.array(fc.constantFrom('a', 'n', ' ', 'l', 'u', '公', 'e'), { maxLength: 6 });
  fc.assert(
    fc.property(
      fc.array(row, { maxLength: 8 }),
      query,
      fc.array(row, { maxLength: 6 }),
      (rows, letters, later) => {
        const search = searchOf(rows);
        const kept = new Map(rows.map((each) => [each.room, each]));
        for (const [at] of letters.entries()) {
          const typed = letters.slice(0, at + 1).join('');
          const change = later[at];
          if (change !== undefined && kept.delete(change.room)) search.remove(change.room);
          else if (change !== undefined) {
            search.set(change);
            kept.set(change.room, change);
          }
          expect(search.find(typed, 50)).toEqual(searchOf([...kept.values()]).find(typed, 50));
        }
      },
    ),
  );
});

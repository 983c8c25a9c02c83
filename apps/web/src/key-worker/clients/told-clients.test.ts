import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RoomId, VaultId } from '@strongroom/core';
import type { ClientRow } from '@strongroom/device';
import { HeldClients } from '../../clients/held-clients.ts';
import type { ClientChanges } from '../../keys/contract.ts';
import { isSameRow, ToldClients } from './told-clients.ts';

function rowOf(room: number, name: string | undefined, aliases: readonly string[] = []): ClientRow {
  return {
    code: `C-${room}`,
    room: `rom_${room}` as RoomId,
    vault: 'vlt_a' as VaultId,
    aliases,
    class: 2,
    countries: ['PL'],
    isOnHold: false,
    isFrozen: false,
    memberCount: 1,
    ...(name === undefined ? {} : { name }),
  };
}

const byRoom = (rows: readonly ClientRow[]): ClientRow[] =>
  rows.toSorted((left, right) => (left.room < right.room ? -1 : 1));

/** What the worker does next, and whether the page under test hears of it, asks, or is another one. */
const row = fc
  .tuple(fc.nat(7), fc.option(fc.constantFrom('Ada', 'Łódź', '上海'), { nil: undefined }), fc.nat(1))
  .map(([room, name, aliases]) => rowOf(room, name, aliases === 0 ? [] : ['also']));
const rows = fc.uniqueArray(row, { selector: (each) => each.room, maxLength: 8 });
const step = fc.oneof(
  fc.record({ kind: fc.constant('part' as const), rows, isHeard: fc.boolean() }),
  fc.record({ kind: fc.constant('all' as const), rows }),
  fc.record({ kind: fc.constant('ask' as const), isLate: fc.boolean() }),
  fc.record({ kind: fc.constant('unlock' as const) }),
);

describe('the list of clients, told as changes', () => {
  test('a page that asks has what the worker has, whatever it heard before and however late an answer comes', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 24 }), (steps) => {
        let told = new ToldClients('list-0');
        let count = 0;
        const page = new HeldClients();
        const late: ClientChanges[] = [];
        const answer = (): ClientChanges => {
          const had = page.had?.list === told.id ? page.had.change : 0;
          return { ...told.since(had), isWhole: true };
        };
        for (const each of steps) {
          if (each.kind === 'part') {
            const changes = told.takePart(each.rows, 8);
            if (changes !== undefined && each.isHeard) page.take({ ...changes, isWhole: false });
          } else if (each.kind === 'all') told.takeAll(each.rows);
          else if (each.kind === 'unlock') {
            told = new ToldClients(`list-${++count}`);
            late.length = 0;
          } else if (each.isLate) late.push(answer());
          else {
            for (const one of late.splice(0)) page.take(one);
            page.take(answer());
            expect(byRoom(page.rows)).toEqual(byRoom(told.rows()));
            expect(page.doneCount).toBe(page.rows.filter(({ name }) => name !== undefined).length);
            expect(page.totalCount).toBeGreaterThanOrEqual(page.rows.length);
            const rooms = told.rows().map(({ room }) => room);
            const places = Uint32Array.from(rooms, (room) => told.placeOf(room) ?? -1);
            expect(page.rowsOf({ list: told.id, places, isComplete: true })?.map(({ room }) => room)).toEqual(
              rooms,
            );
          }
        }
      }),
      { numRuns: 400 },
    );
  });

  test('only what differs is told again', () => {
    const told = new ToldClients('list');
    told.takeAll([rowOf(1, 'Ada'), rowOf(2, 'Ben'), rowOf(3, undefined)]);
    const { to } = told.since(0);
    told.takeAll([rowOf(1, 'Ada'), rowOf(2, 'Benno')]);
    const changes = told.since(to);
    expect(changes.rows).toEqual([rowOf(2, 'Benno')]);
    expect([...changes.gone]).toEqual([2]);
    expect(told.since(changes.to)).toMatchObject({ rows: [], namedCount: 2, totalCount: 2 });
  });

  test('a part never takes a name away; the whole list does', () => {
    const told = new ToldClients('list');
    told.takeAll([rowOf(1, 'Ada')]);
    expect(told.takePart([rowOf(1, undefined)], 1)).toBeUndefined();
    told.takeAll([rowOf(1, undefined)]);
    expect(told.rows()).toEqual([rowOf(1, undefined)]);
  });

  test('what does not follow on what a page has is not taken', () => {
    const page = new HeldClients();
    const told = new ToldClients('list');
    told.takeAll([rowOf(1, 'Ada')]);
    const part = told.takePart([rowOf(2, 'Ben')], 2);
    expect(part === undefined ? undefined : page.take({ ...part, isWhole: false })).toBe(false);
    expect(page.rows).toEqual([]);
    expect(page.rowsOf({ list: 'list', places: Uint32Array.of(0), isComplete: true })).toBeUndefined();
  });
});

test('two rows are the same if each of their values is', () => {
  expect(isSameRow(rowOf(1, 'Ada', ['x']), rowOf(1, 'Ada', ['x']))).toBe(true);
  expect(isSameRow(rowOf(1, 'Ada', ['x']), rowOf(1, 'Ada', ['y']))).toBe(false);
  expect(isSameRow(rowOf(1, 'Ada'), rowOf(1, undefined))).toBe(false);
  expect(isSameRow(rowOf(1, undefined), rowOf(1, 'Ada'))).toBe(false);
});

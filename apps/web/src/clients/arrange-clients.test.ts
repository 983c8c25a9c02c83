import type { ClientRow } from '@strongroom/device';
import { describe, expect, it } from 'vitest';
import { filterClients, sortClients } from './arrange-clients.ts';

function client(code: string, rest: Partial<ClientRow> = {}): ClientRow {
  return {
    code,
    room: `rom_${code}` as ClientRow['room'],
    vault: 'vlt_a' as ClientRow['vault'],
    aliases: [],
    class: 2,
    countries: [],
    isOnHold: false,
    isFrozen: false,
    memberCount: 1,
    ...rest,
  };
}

const lead = 'per_a' as NonNullable<ClientRow['lead']>;
const rows = [
  client('C-1', { name: 'Żak', class: 3, lead, lastActivityAtMs: 10, reviewAtMs: 100 }),
  client('C-2', { name: 'Zając', class: 1, lastActivityAtMs: 30, isOnHold: true }),
  client('C-3', { class: 2, isFrozen: true, mine: 'manager', reviewAtMs: 300 }),
  client('C-4', { name: 'Ącka', lastActivityAtMs: 20, vault: 'vlt_b' as ClientRow['vault'] }),
];
const arranging = {
  me: 'per_a',
  nowMs: 200,
  intlTag: 'pl',
  groupNames: new Map([
    ['vlt_a', 'B'],
    ['vlt_b', 'A'],
  ]),
  personNames: new Map([['per_a', 'Anna']]),
};
const codes = (found: readonly ClientRow[]): string => found.map(({ code }) => code.slice(2)).join('');

describe('filterClients', () => {
  it.each([
    [{ class: 3 }, '1'],
    [{ group: 'vlt_b' }, '4'],
    [{ lead: 'per_a' }, '1'],
    [{ lead: 'none' }, '234'],
    [{ only: 'hold' }, '2'],
    [{ only: 'review' }, '1'],
    [{ only: 'mine' }, '1'],
    [{ only: 'managed' }, '3'],
    [{ only: 'frozen' }, '3'],
    [{ only: 'frozen', class: 1 }, ''],
    [{}, '1234'],
  ] as const)('%j', (filters, left) => {
    expect(codes(filterClients(rows, filters, arranging))).toBe(left);
  });
});

describe('sortClients', () => {
  it.each([
    [{}, '2413'],
    [{ order: 'activity', reversed: true }, '1423'],
    [{ order: 'name' }, '4213'],
    [{ order: 'name', reversed: true }, '1243'],
    [{ order: 'class' }, '1342'],
    [{ order: 'class', reversed: true }, '2341'],
    [{ order: 'group' }, '4123'],
    [{ order: 'lead' }, '1234'],
    [{ order: 'review' }, '1324'],
    [{ order: 'code', reversed: true }, '4321'],
  ] as const)('%j, without a value last', (order, sorted) => {
    expect(codes(sortClients(rows, order, arranging))).toBe(sorted);
  });
});

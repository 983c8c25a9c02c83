import type { LineRow, RecordRow } from '@strongroom/device';
import { expect, test } from 'vitest';
import { withOpenings } from './newest-openings.ts';

const record = 'rec_1' as RecordRow['record'];
const ledger = 'vlt_1' as LineRow['ledger'];
const person = 'per_1' as NonNullable<LineRow['person']>;
const row = { record, openings: 0 } as RecordRow;

function lineOf(index: number, more: Partial<LineRow> = {}): LineRow {
  return {
    ledger,
    index,
    atMs: index,
    kind: 'released',
    hash: '',
    person,
    records: [record],
    facts: { bodies: 1 },
    names: { person: 'Jan' },
    ...more,
  };
}

test('an opening that the row does not know yet is its last one, and is counted once', () => {
  const [first] = withOpenings([row], [lineOf(9), lineOf(7)]) ?? [];
  expect(first?.lastOpened).toEqual({ person, personName: 'Jan', atMs: 9, line: { ledger, index: 9 } });
  expect(first?.openings).toBe(2);
  expect(withOpenings(first === undefined ? [] : [first], [lineOf(9), lineOf(7)])?.[0]).toBe(first);
});

test('keys of what a device keeps, lines that were not accepted, and other records open nothing', () => {
  const lines = [
    lineOf(9, { facts: { bodies: 0 } }),
    lineOf(8, { isVoid: true }),
    lineOf(7, { records: ['rec_2' as RecordRow['record']] }),
  ];
  expect(withOpenings([row], lines)?.[0]).toBe(row);
});

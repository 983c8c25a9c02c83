import type { LineRow } from '@strongroom/device';
import { expect, test } from 'vitest';
import { groupActivity } from './group-activity.ts';

const minuteMs = 60_000;

function lineOf(line: Partial<LineRow> & { readonly index: number }): LineRow {
  return {
    ledger: 'vlt_1' as LineRow['ledger'],
    atMs: line.index * minuteMs,
    kind: 'released',
    hash: '',
    records: [`rec_${line.index}` as LineRow['records'][number]],
    person: 'per_1' as NonNullable<LineRow['person']>,
    facts: {},
    names: { records: [`File ${line.index}`] },
    ...line,
  };
}

test('openings of one person in one go are told once, with every document once', () => {
  const again = lineOf({
    index: 9,
    records: ['rec_8' as LineRow['records'][number]],
    names: { records: ['File 8'] },
  });
  const [told, ...rest] = groupActivity([again, lineOf({ index: 8 }), lineOf({ index: 7 })]);
  expect(rest).toEqual([]);
  expect(told?.lines).toBe(3);
  expect(told?.line.index).toBe(9);
  expect(told?.line.names?.records).toEqual(['File 8', 'File 7']);
});

test('another person, another kind, or more than an hour between them stand apart', () => {
  const other = lineOf({ index: 99, person: 'per_2' as NonNullable<LineRow['person']> });
  const written = lineOf({ index: 98, kind: 'written', facts: { kind: 'document', version: 1 } });
  const late = lineOf({ index: 90 });
  const early = lineOf({ index: 10 });
  expect(groupActivity([other, written, late, early])).toHaveLength(4);
});

test('upkeep, reasons, and what was not accepted are left out', () => {
  const told = groupActivity([
    lineOf({ index: 5, kind: 'listed' }),
    lineOf({ index: 4, kind: 'leased' }),
    lineOf({ index: 3, kind: 'written', facts: { kind: 'note', version: 1 } }),
    lineOf({ index: 2, isVoid: true }),
    lineOf({ index: 1, kind: 'hold.placed' }),
  ]);
  expect(told.map(({ line }) => line.kind)).toEqual(['hold.placed']);
});

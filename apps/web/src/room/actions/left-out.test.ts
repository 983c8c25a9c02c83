import type { RecordRow } from '@strongroom/device';
import { expect, test } from 'vitest';
import { findLeftOut } from './left-out.ts';

const rows = ['rec_1', 'rec_2', 'rec_3'].map((record) => ({ record }) as RecordRow);
const [first, second, third] = rows.map(({ record }) => record) as [
  RecordRow['record'],
  RecordRow['record'],
  RecordRow['record'],
];

test('what was left out is named with its own reason, in the order in which it was asked for', () => {
  const left = findLeftOut(rows, [
    { record: third, code: 'RECORD_DESTROYED' },
    { record: first, code: 'RECORD_REFUSED' },
  ]);
  expect(left).toEqual([
    { row: rows[0], code: 'RECORD_REFUSED' },
    { row: rows[2], code: 'RECORD_DESTROYED' },
  ]);
});

test('nothing is left out where nothing was refused, and everything where all was', () => {
  expect(findLeftOut(rows, [])).toEqual([]);
  const all = [first, second, third].map((record) => ({ record, code: 'ACCESS_DENIED' }));
  expect(findLeftOut(rows, all).map(({ row }) => row)).toEqual(rows);
});

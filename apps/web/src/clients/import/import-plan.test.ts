import { expect, it } from 'vitest';
import type { ClientsFile } from '../../keys/contract.ts';
import { findDoubles, planImport } from './import-plan.ts';

const file: ClientsFile = {
  encoding: 'utf-8',
  encodings: ['utf-8'],
  separator: ',',
  columns: [{ title: 'Name', field: 'name' }],
  rows: [
    { line: 2, name: 'Dubois', aliases: [] },
    { line: 3, name: 'Żak', aliases: [] },
    { line: 4, name: 'Żak', aliases: [] },
    { line: 5, name: 'Beta', aliases: [] },
  ],
  problems: [
    { line: 5, code: 'class-unknown', value: 'x' },
    { line: 5, code: 'lead-unknown', value: 'y' },
    { line: 6, code: 'name-missing' },
  ],
  doubles: [{ line: 4 }],
};

it('skips doubles of the file and of this page unless they are ticked, and counts lines with problems once', () => {
  const doubles = findDoubles(file, new Map([['dubois', 'C-1']]));
  expect(doubles).toEqual([{ line: 2, code: 'C-1' }, { line: 4 }]);
  const plan = planImport(file, doubles, new Set());
  expect(plan.rows.map(({ line }) => line)).toEqual([3, 5]);
  expect([plan.skippedCount, plan.problemCount]).toEqual([2, 2]);
  expect(planImport(file, doubles, new Set([4])).rows.map(({ line }) => line)).toEqual([3, 4, 5]);
});

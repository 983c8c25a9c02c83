import { expect, test } from 'vitest';
import { rowsBetween } from './row-selection.ts';

const keys = ['f:Tax', 'd:a', 'd:b', 'd:c'];

test('with shift the rows between are chosen, downwards and upwards', () => {
  expect(rowsBetween(keys, 'd:a', 'd:c')).toEqual(['d:a', 'd:b', 'd:c']);
  expect(rowsBetween(keys, 'd:b', 'f:Tax')).toEqual(['f:Tax', 'd:a', 'd:b']);
  expect(rowsBetween(keys, 'd:b', 'd:b')).toEqual(['d:b']);
});

test('where nothing was chosen before, or what was is not listed any more, it is the row alone', () => {
  expect(rowsBetween(keys, undefined, 'd:b')).toEqual(['d:b']);
  expect(rowsBetween(keys, 'd:gone', 'd:b')).toEqual(['d:b']);
  expect(rowsBetween(keys, 'd:a', 'd:gone')).toEqual([]);
});

import { describe, expect, test } from 'vitest';
import { findAgainRuns } from './again-runs.ts';

const ask = (again: number, note?: string) => ({
  again,
  witnessed: note === undefined ? undefined : { note },
});
const shapes = (asked: readonly ReturnType<typeof ask>[]) =>
  findAgainRuns(asked).map(({ from, count, asked: askers }) => [
    from,
    count,
    askers.map(({ again }) => again),
  ]);

describe('entries that are handed in once more', () => {
  test('go together where they stand side by side under the same head, whatever their order', () => {
    expect(shapes([ask(7, 'a'), ask(5, 'a'), ask(6, 'a')])).toEqual([[5, 3, [5, 6, 7]]]);
  });

  test('are cut where one lies between that nobody asked for', () => {
    expect(shapes([ask(1, 'a'), ask(3, 'a'), ask(4, 'a')])).toEqual([
      [1, 1, [1]],
      [3, 2, [3, 4]],
    ]);
  });

  test('are never put under the head that another brought', () => {
    expect(shapes([ask(1, 'a'), ask(2, 'b'), ask(3)])).toEqual([
      [1, 1, [1]],
      [2, 1, [2]],
      [3, 1, [3]],
    ]);
  });

  test('are one entry where two ask for the same', () => {
    expect(shapes([ask(2, 'a'), ask(2, 'a'), ask(3, 'a')])).toEqual([[2, 2, [2, 2, 3]]]);
  });

  test('are none where nobody asks', () => {
    expect(shapes([])).toEqual([]);
  });
});

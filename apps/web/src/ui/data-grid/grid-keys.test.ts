import { describe, expect, it } from 'vitest';
import { nextSort, rangeOf, stepOf } from './grid-keys.ts';
import type { GridKey } from './grid-keys.ts';

const size = { rows: 10_000, columns: 5, page: 18 };
const plain = (key: string): GridKey => ({ key, isShift: false, isCommand: false });
const rowAfter = (key: string, row: number, areLettersOn = true): number | undefined => {
  const step = stepOf(plain(key), { row, column: 2 }, size, areLettersOn);
  return step?.kind === 'move' ? step.to.row : undefined;
};

describe('stepOf', () => {
  it('moves by one, by a page and to the ends', () => {
    expect(rowAfter('ArrowDown', 4)).toBe(5);
    expect(rowAfter('ArrowUp', 4)).toBe(3);
    expect(rowAfter('PageDown', 4)).toBe(22);
    expect(rowAfter('PageUp', 40)).toBe(22);
    expect(rowAfter('Home', 4_000)).toBe(0);
    expect(rowAfter('End', 4)).toBe(9_999);
  });

  it('stays inside: the header above, the last row below', () => {
    expect(rowAfter('ArrowUp', 0)).toBe(-1);
    expect(rowAfter('ArrowUp', -1)).toBe(-1);
    expect(rowAfter('ArrowDown', 9_999)).toBe(9_999);
    expect(rowAfter('PageUp', 3)).toBe(0);
    expect(rowAfter('PageDown', 9_990)).toBe(9_999);
  });

  it('reads j, k and x as arrows and Space, where letters are on', () => {
    expect(rowAfter('j', 4)).toBe(5);
    expect(rowAfter('k', 4)).toBe(3);
    expect(stepOf(plain('x'), { row: 4, column: 0 }, size, true)).toEqual({ kind: 'select' });
    expect(rowAfter('j', 4, false)).toBeUndefined();
    expect(stepOf(plain('x'), { row: 4, column: 0 }, size, false)).toBeUndefined();
  });

  it('moves through headings and sorts there', () => {
    const at = (key: string, column: number): unknown => stepOf(plain(key), { row: -1, column }, size, true);
    expect(at('ArrowRight', 1)).toMatchObject({ to: { row: -1, column: 2 } });
    expect(at('ArrowLeft', 0)).toMatchObject({ to: { row: -1, column: 0 } });
    expect(at('ArrowRight', 4)).toMatchObject({ to: { row: -1, column: 4 } });
    expect(at('Enter', 1)).toEqual({ kind: 'sort' });
    expect(at(' ', 1)).toEqual({ kind: 'sort' });
    expect(at('ArrowDown', 1)).toMatchObject({ to: { row: 0, column: 1 } });
  });

  it('extends the selection with shift, but not out of the header', () => {
    const shifted = (key: string, row: number): unknown =>
      stepOf({ key, isShift: true, isCommand: false }, { row, column: 0 }, size, true);
    expect(shifted('ArrowDown', 4)).toMatchObject({ isExtending: true });
    expect(shifted('ArrowDown', -1)).toMatchObject({ isExtending: false });
    expect(shifted('ArrowUp', 0)).toMatchObject({ isExtending: false });
  });

  it('selects all with the command key and leaves its other keys to the browser', () => {
    const commanded = (key: string): unknown =>
      stepOf({ key, isShift: false, isCommand: true }, { row: 4, column: 0 }, size, true);
    expect(commanded('a')).toEqual({ kind: 'select-all' });
    expect(commanded('Home')).toMatchObject({ to: { row: 0 } });
    for (const key of ['c', 'j', 'x', 'ArrowDown', 'Enter']) expect(commanded(key)).toBeUndefined();
  });

  it('opens with Enter, and leaves what is not the grid’s', () => {
    expect(stepOf(plain('Enter'), { row: 4, column: 0 }, size, true)).toEqual({ kind: 'open' });
    for (const key of ['Tab', 'Escape', 'F10', 'ArrowLeft', 'q'])
      expect(stepOf(plain(key), { row: 4, column: 0 }, size, true)).toBeUndefined();
    expect(
      stepOf({ key: 'F10', isShift: true, isCommand: false }, { row: 4, column: 0 }, size, true),
    ).toEqual({
      kind: 'menu',
    });
  });

  it('does not leave the header of an empty grid', () => {
    const step = stepOf(plain('End'), { row: -1, column: 0 }, { ...size, rows: 0 }, true);
    expect(step).toMatchObject({ to: { row: -1 } });
  });
});

describe('rangeOf', () => {
  it('takes both ends, in either direction', () => {
    const keys = ['a', 'b', 'c', 'd'];
    expect(rangeOf(keys, 1, 3)).toEqual(['b', 'c', 'd']);
    expect(rangeOf(keys, 3, 1)).toEqual(['b', 'c', 'd']);
    expect(rangeOf(keys, 2, 2)).toEqual(['c']);
    expect(rangeOf(keys, -1, 1)).toEqual(['a', 'b']);
  });
});

describe('nextSort', () => {
  it('begins ascending and turns on the same column only', () => {
    expect(nextSort(undefined, 'name')).toEqual({ column: 'name', direction: 'ascending' });
    expect(nextSort({ column: 'name', direction: 'ascending' }, 'name').direction).toBe('descending');
    expect(nextSort({ column: 'name', direction: 'descending' }, 'name').direction).toBe('ascending');
    expect(nextSort({ column: 'name', direction: 'ascending' }, 'code').direction).toBe('ascending');
  });
});

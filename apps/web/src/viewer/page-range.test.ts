import { expect, test } from 'vitest';
import { viewerLimits } from './limits.ts';
import { countPages, isPrintedAtOnce, nextPages, readPageRange } from './page-range.ts';

const max = viewerLimits.printPagesMax;

test('a document within the limit is printed in one go, one page more is not', () => {
  expect(isPrintedAtOnce(max)).toBe(true);
  expect(isPrintedAtOnce(max + 1)).toBe(false);
});

test('page after page, the ranges offered cover a long document once', () => {
  const pages = max * 2 + 50;
  const seen: number[] = [];
  let last = 0;
  do {
    const range = nextPages(pages, last);
    for (let page = range.from; page <= range.to; page++) seen.push(page);
    last = range.to;
  } while (last < pages);
  expect(seen).toEqual(Array.from({ length: pages }, (_, index) => index + 1));
  expect(nextPages(pages, pages)).toEqual({ from: 1, to: max });
});

test('a range is read as it was typed, with its ends', () => {
  expect(readPageRange(' 201 ', '250', 450)).toEqual({ from: 201, to: 250 });
  expect(countPages({ from: 201, to: 250 })).toBe(50);
  expect(readPageRange('7', '7', 450)).toEqual({ from: 7, to: 7 });
});

test.each([
  ['0', '10'],
  ['10', '9'],
  ['1', '451'],
  ['1', String(max + 1)],
  ['', '10'],
  ['1.5', '10'],
  ['-1', '10'],
  ['1e1', '12'],
])('%j to %j is no range of 450 pages', (from, to) => {
  expect(readPageRange(from, to, 450)).toBeUndefined();
});

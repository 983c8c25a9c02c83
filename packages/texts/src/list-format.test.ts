import { expect, test } from 'vitest';
import { formatList, formatValues, intlTagOf, listPieces, locales } from './index.ts';

test('a list is written as each language writes it', () => {
  const words = ['Anna', 'Yue', 'Jan'];
  expect(locales.map((locale) => formatList(intlTagOf(locale), words))).toEqual([
    'Anna, Yue and Jan',
    'Anna, Yue et Jan',
    'Anna、Yue和Jan',
    'Anna, Yue i Jan',
  ]);
  expect(formatList('en-GB', ['Anna'])).toBe('Anna');
  expect(formatList('en-GB', [])).toBe('');
});

test('values stand beside one another', () => {
  expect(locales.map((locale) => formatValues(intlTagOf(locale), ['A', 'B', 'C']))).toEqual([
    'A, B, C',
    'A, B, C',
    'A、B、C',
    'A, B i C',
  ]);
});

test('a list in pieces has each item at its place', () => {
  expect(listPieces('zh-Hans-CN', 3)).toEqual([
    { item: 0 },
    { between: '、' },
    { item: 1 },
    { between: '和' },
    { item: 2 },
  ]);
  expect(listPieces('en-GB', 0)).toEqual([]);
});

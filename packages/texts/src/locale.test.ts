import { expect, test } from 'vitest';
import { findLocale } from './index.ts';

test.each([
  ['fr', 'fr'],
  ['fr_CA.UTF-8', 'fr'],
  ['zh-Hans-CN', 'zh'],
  ['PL', 'pl'],
  ['en_GB@euro', 'en'],
  ['C', 'en'],
  ['C.UTF-8', 'en'],
  ['POSIX', 'en'],
  ['de_DE.UTF-8', undefined],
  ['', undefined],
  ['zhongwen', undefined],
])('the tag %s asks for %s', (tag, expected) => {
  expect(findLocale(tag)).toBe(expected);
});

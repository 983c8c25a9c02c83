import { expect, test } from 'vitest';
import { findStaleTextFiles } from './texts.ts';

test('the ids of the texts and the glossary page are generated from what is in the catalogues now', () => {
  expect(findStaleTextFiles()).toEqual([]);
});

import { expect, test } from 'vitest';
import { copyText } from './copy-text.ts';

test('what was copied is the text itself', async () => {
  const written: string[] = [];
  const clipboard = { writeText: async (text: string) => void written.push(text) };
  expect(await copyText('K7QF-2MRD', clipboard)).toBe(true);
  expect(written).toEqual(['K7QF-2MRD']);
});

test('a browser that refuses, answers with an error or has no clipboard is told apart from one that copied', async () => {
  const refusal = new DOMException('not allowed', 'NotAllowedError');
  expect(await copyText('K7QF', { writeText: async () => await Promise.reject(refusal) })).toBe(false);
  const throwing = {
    writeText: (): Promise<void> => {
      throw refusal;
    },
  };
  expect(await copyText('K7QF', throwing)).toBe(false);
  expect(await copyText('K7QF', undefined)).toBe(false);
});

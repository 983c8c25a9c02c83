import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { textWidth } from '../src/output/text-width.ts';

test('every character that is not looked up has the width that the tables give it', () => {
  for (let code = 0x20; code < 0x2030; code++) {
    const text = String.fromCodePoint(code);
    expect([code, textWidth(text)]).toEqual([code, stringWidth(text)]);
  }
});

test.each([
  ['', 0],
  ['Prénom', 6],
  ['Zażółć — „gęślą”', 16],
  ['守卫进程', 8],
  ['e\u0301', 1],
  ['\u001B[1mbold\u001B[22m', 4],
  ['👍🏽', 2],
])('%j', (text, width) => {
  expect(textWidth(text)).toBe(width);
});

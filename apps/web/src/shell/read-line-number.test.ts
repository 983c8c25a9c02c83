import { expect, test } from 'vitest';
import { readLineNumber } from './read-line-number.ts';

test('reads numbers of lines as people write them, and nothing else', () => {
  for (const query of ['1234', '#1234', ' # 1,234 ', '1 234', '1.234', '1\u202f234'])
    expect(readLineNumber(query), query).toBe(1_234);
  for (const query of ['', '#', 'C-1234', '12a', '1234567890123', '-5'])
    expect(readLineNumber(query), query).toBeUndefined();
});

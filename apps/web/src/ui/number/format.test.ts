import { describe, expect, it } from 'vitest';
import { formatBytes, formatLine, formatNumber } from './format.ts';

const plain = (text: string): string => text.replaceAll(/\s/gu, ' ');

describe('formatBytes', () => {
  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1_000, '1 kB'],
    [412_300, '412 kB'],
    [999_499, '999 kB'],
    [999_600, '1 MB'],
    [2_140_000, '2.1 MB'],
    [9_960_000, '10 MB'],
    [5_000_000_000, '5 GB'],
    [7e15, '7,000 TB'],
    [-5, '0 bytes'],
  ])('%d', (size, text) => {
    expect(plain(formatBytes('en-GB', size))).toBe(text);
  });

  it('is written as each language does', () => {
    expect(plain(formatBytes('fr-FR', 2_140_000))).toBe('2,1 Mo');
    expect(plain(formatBytes('pl-PL', 2_140_000))).toBe('2,1 MB');
    expect(['fr-FR', 'zh-Hans-CN', 'pl-PL'].map((tag) => plain(formatBytes(tag, 5)))).toEqual([
      '5 octets',
      '5字节',
      '5 bajtów',
    ]);
    expect(plain(formatBytes('pl-PL', 2))).toBe('2 bajty');
  });
});

describe('formatNumber and formatLine', () => {
  it('groups a number as the language does, and a line always by spaces', () => {
    expect(formatNumber('en-GB', 48_213)).toBe('48,213');
    expect(plain(formatNumber('fr-FR', 48_213))).toBe('48 213');
    expect([7, 110, 1_000, 48_213, 1_048_213].map((line) => plain(formatLine(line)))).toEqual([
      '7',
      '110',
      '1 000',
      '48 213',
      '1 048 213',
    ]);
  });
});

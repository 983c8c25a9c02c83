import { expect, test } from 'vitest';
import { formatAdoptLink, readAdoptCode } from './adopt-link.ts';

const code = 'ABCD-EFGH-JKMN-PQRS-TVWX-YZ01';

test('a code comes back out of its link, its fragment, and as it is typed', () => {
  const link = formatAdoptLink('https://files.example.org', code);
  expect(link).toBe(`https://files.example.org/me#adopt=${code}`);
  for (const text of [link, new URL(link).hash, code, ` ${code.toLowerCase()} `])
    expect(readAdoptCode(text)).toBe(code);
});

test('what is scanned besides is none', () => {
  for (const text of ['', 'https://example.org', '#adopt=', `#adopt=${code}-AAAA`, `#kit=${code}`])
    expect(readAdoptCode(text)).toBeUndefined();
});

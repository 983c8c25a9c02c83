import { expect, test } from 'vitest';
import { watermarkRows } from './watermark.ts';

test('every row says who, when and which line, again and again', () => {
  const text = 'Anna Lindqvist · 22 Nov 2026, 09:14 CET · 0001 204';
  const rows = watermarkRows(text);
  expect(rows.length).toBeGreaterThanOrEqual(20);
  for (const row of rows) expect(row.split(text)).toHaveLength(7);
});

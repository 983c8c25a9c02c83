import { createTranslator, locales } from '@strongroom/texts';
import { expect, test } from 'vitest';
import { printingReason } from './printing-reason.ts';

const english = createTranslator('en');

test('the whole document: that it is for printing', () => {
  const range = { from: 1, to: 12 };
  expect(printingReason({ range, pages: 12, reason: undefined }, english)).toBe('For printing');
});

test('some of its pages, and why it was opened', () => {
  const range = { from: 201, to: 400 };
  expect(printingReason({ range, pages: 450, reason: 'Hearing on Monday' }, english)).toBe(
    'For printing · pages 201 to 400 · Hearing on Monday',
  );
});

test.each(locales)('%s says it in words, however long the reason is that a person may type', (locale) => {
  const reason = '证'.repeat(500);
  const text = printingReason(
    { range: { from: 1, to: 200 }, pages: 5_000, reason },
    createTranslator(locale),
  );
  expect(text).toMatch(/1.+200/u);
  // What a device seals at most (docs/spec/requests.md, 1).
  expect(new TextEncoder().encode(text).length).toBeLessThanOrEqual(4_096);
});

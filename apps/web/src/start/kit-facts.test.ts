import { createTranslator, intlTagOf, locales } from '@strongroom/texts';
import { expect, test } from 'vitest';
import { listKitFacts } from './kit-facts.ts';

const sheet = {
  start: { person: 'per_7k3m9q2x5t8w1v4z6b0c2d4f6g' },
  names: { firmName: 'Lindqvist & Partner', personName: 'Anna Lindqvist' },
  root: 'ab'.repeat(32),
  server: 'https://vault.example',
  madeAtMs: Date.UTC(2026, 10, 22, 12),
};

test.each(locales)('%s: whoever has the sheet and the password can sign in by hand', (locale) => {
  const texts = { ...createTranslator(locale), intlTag: intlTagOf(locale) };
  const facts = listKitFacts(texts, sheet);
  expect(facts.map(({ id }) => id)).toEqual(['firm', 'name', 'server', 'person', 'root', 'made']);
  expect(facts.filter(({ isCode }) => isCode).map(({ value }) => value)).toEqual([
    sheet.server,
    sheet.start.person,
    sheet.root,
  ]);
  expect(facts.at(-1)?.value).toContain('2026');
});

test('the first sheet of a firm says that the root is still to come, and that it is to be destroyed', () => {
  const texts = { ...createTranslator('en'), intlTag: 'en-GB' };
  const root = listKitFacts(texts, { ...sheet, root: undefined }).find(({ id }) => id === 'root');
  expect(root?.isCode).toBe(false);
  expect(root?.value).toMatch(/^Not yet: .+ destroy this sheet\.$/u);
});

test('who joins by an invitation, where this browser cannot know a name yet, is told to write his on the sheet', () => {
  const texts = { ...createTranslator('en'), intlTag: 'en-GB' };
  const facts = listKitFacts(texts, { ...sheet, names: {} });
  expect(facts.map(({ id }) => id)).toEqual(['name', 'server', 'person', 'root', 'made']);
  expect(facts[0]).toMatchObject({ label: 'Your name', value: 'Write it on the sheet by hand' });
});

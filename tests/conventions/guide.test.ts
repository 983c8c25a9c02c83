/** What the guides set in bold is a text of the app in the guide's language, so that nobody looks for a button of another name. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readRepositoryFile, REPOSITORY } from './repository.ts';

const languages = ['en', 'fr', 'pl', 'zh'];
/** The word for bold itself, set in bold where the guide explains it. */
const exceptions = new Set(['bold', 'gras', 'pogrubione', '粗体']);

/** Every text of a language that screens show, as it is written. */
function readTexts(language: string): ReadonlySet<string> {
  const folder = join(REPOSITORY, 'packages/texts/src/catalogues', language);
  const files = readdirSync(folder).filter((name) => /^web-.*\.json$/u.test(name));
  return new Set(
    files.flatMap((name) =>
      Object.values(JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record<string, string>),
    ),
  );
}

function listBold(guide: string): string[] {
  return [...guide.matchAll(/\*\*([^*]+)\*\*/gu)].map(([, words = '']) => words);
}

test.each(languages)('%s: bold words are on the screen', (language) => {
  const texts = readTexts(language);
  const bold = listBold(readRepositoryFile(`docs/guide/${language}/first-day.md`));
  expect(bold.length).toBeGreaterThan(60);
  expect(bold.filter((words) => !exceptions.has(words) && !texts.has(words))).toEqual([]);
});

test('the guides have the same chapters and name equally many things', () => {
  const shapes = languages.map((language) => {
    const guide = readRepositoryFile(`docs/guide/${language}/first-day.md`);
    return [guide.match(/^## /gmu)?.length, guide.match(/^\| /gmu)?.length, listBold(guide).length];
  });
  expect(new Set(shapes.map((shape) => shape.join())).size).toBe(1);
});

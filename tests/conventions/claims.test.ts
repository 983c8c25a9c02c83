import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readRepositoryFile, REPOSITORY } from './repository.ts';

/** Rows of the table whose last cell names tests: a path in backticks and the words of a title in quotes. */
const references = readRepositoryFile('docs/claims.md')
  .split('\n')
  .filter((line) => line.startsWith('| ') && /\.(?:test|spec)\.ts`/u.test(line))
  .flatMap((line) =>
    [...line.matchAll(/`([^`]+\.(?:test|spec)\.ts)` "([^"]*)"/g)].map(([, path = '', title = '']) => ({
      path,
      title,
    })),
  );

test('there are claims', () => {
  expect(references.length).toBeGreaterThan(15);
});

test.each(references)('$path shows "$title"', ({ path, title }) => {
  expect(existsSync(`${REPOSITORY}/${path}`), path).toBe(true);
  expect(title).not.toBe('');
  expect(readRepositoryFile(path)).toContain(title);
});

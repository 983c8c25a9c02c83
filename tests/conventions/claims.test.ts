import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readRepositoryFile, REPOSITORY } from './repository.ts';

/** Rows of the table whose last cell names tests: a path in backticks and the words of a title in quotes. */
const references = readRepositoryFile('docs/claims.md')
  .split('\n')
  .filter((line) => line.startsWith('| ') && line.includes('.test.ts`'))
  .flatMap((line) =>
    [...line.matchAll(/`([^`]+\.test\.ts)` "([^"]*)"/g)].map(([, path = '', title = '']) => ({
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

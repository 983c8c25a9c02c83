import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { listRepositoryFiles, readRepositoryFile, REPOSITORY } from './repository.ts';

const documents = listRepositoryFiles().filter(
  (path) => path.endsWith('.md') && !path.includes('/fixtures/'),
);

/** `[text](target)` and `[name]: target`, code blocks left out. */
const LINK = /\[[^\]]*\]\(([^)\s]+)[^)]*\)|^\[[^\]]+\]:\s+(\S+)/gm;
const ADR_LINES_MAX = 60;

test('there are documents', () => {
  expect(documents.length).toBeGreaterThan(2);
});

test('every relative link leads to a file, and its anchor to a heading', () => {
  const dead = documents.flatMap((path) =>
    listLinks(path)
      .filter((link) => !isAlive(path, link))
      .map((link) => `${path}: ${link}`),
  );
  expect(dead).toEqual([]);
});

test('every line of the ADRs table of the dependencies is whole', () => {
  const rows = readRepositoryFile('docs/adr/0002-dependencies.md')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  expect(
    rows.filter((row) =>
      row
        .split('|')
        .slice(1, -1)
        .some((cell) => cell.trim() === ''),
    ),
  ).toEqual([]);
});

test(`ADRs have at most ${ADR_LINES_MAX} lines, numbers in order and the four parts`, () => {
  const adrs = documents.filter((path) => path.startsWith('docs/adr/')).sort();
  expect(adrs.map((path) => Number(/(\d{4})-/.exec(path)?.[1]))).toEqual(adrs.map((_, index) => index + 1));
  for (const path of adrs) {
    const text = readRepositoryFile(path);
    expect(text.trimEnd().split('\n').length, path).toBeLessThanOrEqual(ADR_LINES_MAX);
    for (const part of ['Context', 'Decision', 'Rejected', 'Consequences'])
      expect(text, path).toContain(`## ${part}`);
  }
});

function listLinks(path: string): string[] {
  const prose = readRepositoryFile(path)
    .replaceAll(/^(```|~~~)[\s\S]*?^\1/gm, '')
    .replaceAll(/`[^`\n]*`/g, '');
  return [...prose.matchAll(LINK)]
    .map((match) => match[1] ?? match[2] ?? '')
    .filter((link) => link !== '' && !/^[a-z]+:/.test(link));
}

function isAlive(from: string, link: string): boolean {
  const [file, anchor] = link.split('#') as [string, string | undefined];
  const target = file === '' ? from : join(dirname(from), decodeURIComponent(file));
  if (!existsSync(join(REPOSITORY, target))) return false;
  if (anchor === undefined || !target.endsWith('.md')) return true;
  const headings = [...readRepositoryFile(target).matchAll(/^#+\s+(.+)$/gm)].map((match) =>
    slugify(match[1] ?? ''),
  );
  return headings.includes(anchor);
}

/** As the usual code hosts make an anchor of a heading. */
function slugify(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');
}

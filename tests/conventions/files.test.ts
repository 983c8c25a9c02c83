import { basename, dirname } from 'node:path';
import { expect, test } from 'vitest';
import { listRepositoryFiles, readRepositoryFile } from './repository.ts';

const LINES_MAX = 400;
const LONG_REASON = /^\/\/ long: \S.{9,}$/m;
const FORBIDDEN_NAMES = [
  'utils',
  'util',
  'helpers',
  'helper',
  'common',
  'misc',
  'manager',
  'base',
  'shared',
  'lib',
];
const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|spec|config|d|worker))*\.(ts|tsx|mjs|cjs)$/;
const KEBAB_FOLDER = /^[a-z0-9]+(-[a-z0-9]+)*$/;

// One letter of each in brackets, so that this file does not contain what it looks for.
const UNFINISHED = /\b(TOD[O]|FIXM[E]|XX[X]|HAC[K])\b/;
const REGISTRY_HOST = /registry\.npmj[s]|registry\.yarnpk[g]|npm\.pkg\.githu[b]/;
const MACHINE_PATH = /(^|[\s"'`(=:])\/(wor[k]|roo[t]|home\/[a-z]+|User[s]\/[a-z]+)\//m;

const files = listRepositoryFiles();
const code = files.filter((path) => /\.(ts|tsx|mjs|cjs)$/.test(path) && !path.startsWith('.'));
const shipped = files.filter((path) => /^(packages|apps|bin|tools|\.ci)\//.test(path));
const texts = files.filter((path) => !/\.(png|pdf|docx|bin|woff2|ico|jpg)$/.test(path));

test('there is something to look at', () => {
  expect(code.length).toBeGreaterThan(20);
});

test.each([
  [UNFINISHED, `// ${'todo'.toUpperCase()} later`],
  [REGISTRY_HOST, `https://${['registry', 'npmjs', 'org'].join('.')}/x`],
  [MACHINE_PATH, `"${['', 'root', 'x'].join('/')}"`],
  [MACHINE_PATH, `see ${['', 'work', 'main'].join('/')}`],
])('%s finds what it looks for', (pattern, text) => {
  expect(text).toMatch(pattern);
  expect(`the work/flow of a method, npm and the root/ folder`).not.toMatch(pattern);
});

test(`no file over ${LINES_MAX} lines without its reason ("// long: why")`, () => {
  const long = code.filter((path) => {
    const text = readRepositoryFile(path);
    const header = text.split('\n').slice(0, 12).join('\n');
    return text.split('\n').length - 1 > LINES_MAX && !LONG_REASON.test(header);
  });
  expect(long).toEqual([]);
});

test('files and folders of code are in kebab-case', () => {
  const named = code.filter((path) => !KEBAB_CASE.test(basename(path).replace(/^\./, '')));
  const folders = [...new Set(code.map((path) => dirname(path)))].filter((folder) =>
    folder.split('/').some((part) => part !== '.' && !KEBAB_FOLDER.test(part)),
  );
  expect([...named, ...folders]).toEqual([]);
});

test('specs of the browser lie in tests/e2e, and only they are called so', () => {
  const misplaced = code.filter(
    (path) => /\.spec\./.test(path) !== /^tests\/e2e\/[^/]+\.spec\.ts$/.test(path),
  );
  expect(misplaced).toEqual([]);
});

test('no file or folder is named after nothing', () => {
  const vague = code.filter((path) =>
    path.split('/').some((part) => FORBIDDEN_NAMES.includes(part.replace(/(\.(test|worker))?\.[a-z]+$/, ''))),
  );
  expect(vague).toEqual([]);
});

test('no shipped code is marked as unfinished', () => {
  expect(shipped.filter((path) => UNFINISHED.test(readRepositoryFile(path)))).toEqual([]);
});

test('no file names a package registry', () => {
  expect(texts.filter((path) => REGISTRY_HOST.test(readRepositoryFile(path)))).toEqual([]);
});

test('no file names a path of one machine', () => {
  expect(texts.filter((path) => MACHINE_PATH.test(readRepositoryFile(path)))).toEqual([]);
});

test('the lockfile has no address of where a package came from', () => {
  const lock = JSON.parse(readRepositoryFile('package-lock.json')) as {
    readonly packages: Readonly<
      Record<string, { readonly resolved?: string; readonly link?: boolean; readonly integrity?: string }>
    >;
  };
  const installed = Object.entries(lock.packages).filter(
    ([path, entry]) => path.includes('node_modules/') && entry.link !== true,
  );
  expect(installed.filter(([, entry]) => entry.resolved !== undefined).map(([path]) => path)).toEqual([]);
  expect(installed.filter(([, entry]) => entry.integrity === undefined).map(([path]) => path)).toEqual([]);
});

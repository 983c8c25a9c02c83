import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listFiles, makeBundleList, writeCompressedTwins } from './bundle.ts';
import { findFreshBundle } from './stamp.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sr-bundle-'));
  mkdirSync(join(folder, 'assets'));
  put('index.html', '<title>app</title>');
  put('assets/app-B.js', 'export const text = 1;\n'.repeat(200));
  put('assets/app-a.js', 'export {};');
  put('assets.txt', 'beside the folder of that name');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});
const put = (path: string, text: string): void => writeFileSync(join(folder, path), text);

test('the hash is that of what sha256sum prints for the sorted names', async () => {
  await writeCompressedTwins(folder);
  put('.stamp', 'stamp');
  put('bundle.json', '{}');
  const list = makeBundleList(folder, 7);
  const paths = ['assets.txt', 'assets/app-B.js', 'assets/app-a.js', 'index.html'];
  expect(list.files.map(({ path }) => path)).toEqual(paths);
  const printed = execFileSync('sha256sum', paths, { cwd: folder });
  expect(list).toMatchObject({ number: 7, hash: createHash('sha256').update(printed).digest('hex') });
});

test('what gets smaller has twins of the same bytes, and twins are no files of the bundle', async () => {
  const before = makeBundleList(folder, 1);
  expect(await writeCompressedTwins(folder)).toBe(2);
  expect(listFiles(join(folder, 'assets'))).toEqual(['app-B.js', 'app-B.js.br', 'app-B.js.gz', 'app-a.js']);
  const bytes = readFileSync(join(folder, 'assets/app-B.js'));
  expect(brotliDecompressSync(readFileSync(join(folder, 'assets/app-B.js.br'))).equals(bytes)).toBe(true);
  expect(gunzipSync(readFileSync(join(folder, 'assets/app-B.js.gz'))).equals(bytes)).toBe(true);
  expect(makeBundleList(folder, 1)).toEqual(before);
  put('assets/alone.gz', 'a file of its own');
  expect(makeBundleList(folder, 1).files.map(({ path }) => path)).toContain('assets/alone.gz');
});

test('a name that could not be written into the list stops the build', () => {
  put('assets/a b.js', '');
  expect(() => makeBundleList(folder, 1)).toThrow('a name that a bundle may not have');
});

test('a built folder is fresh with its own stamp and all its files only', () => {
  put('.stamp', 'one\n');
  expect(findFreshBundle(folder, 'one')).toBeUndefined();
  put('bundle.json', JSON.stringify(makeBundleList(folder, 1)));
  expect(findFreshBundle(folder, 'one')).toMatchObject({ number: 1 });
  expect(findFreshBundle(folder, 'two')).toBeUndefined();
  put('assets/app-a.js', 'changed');
  expect(findFreshBundle(folder, 'one')).toBeUndefined();
});

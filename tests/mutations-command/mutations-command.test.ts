// The mutations runner decides whether a hostile test is worth anything, so it is tested on a tree where the right answer is known.

import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { mutationsRunner } from '../../tools/test/mutations-runner.ts';

const REPOSITORY = resolve(import.meta.dirname, '../..');
const DEFENCE = 'export function isRefused(): boolean {\n  return true;\n}\n';
const PATCH = `A1: takes the refusal out.

diff --git a/packages/door/door.ts b/packages/door/door.ts
--- a/packages/door/door.ts
+++ b/packages/door/door.ts
@@ -1,3 +1,3 @@
 export function isRefused(): boolean {
-  return true;
+  return false;
 }
`;
const TEST = `import { expect, test } from 'vitest';
import { isRefused } from '../../packages/door/door.ts';
`;

let root: string;
let said: string[];

beforeEach(() => {
  said = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
  root = mkdtempSync(join(tmpdir(), 'strongroom-mutations-command-'));
  cpSync(join(REPOSITORY, 'vitest.config.ts'), join(root, 'vitest.config.ts'));
  symlinkSync(join(REPOSITORY, 'node_modules'), join(root, 'node_modules'), 'junction');
  put('package.json', '{ "type": "module" }\n');
  put('apps/none.txt', '');
  put('packages/door/door.ts', DEFENCE);
  put('tests/mutations/A1.patch', PATCH);
  put(
    'tests/hostile/attacks.json',
    JSON.stringify({ attacks: [{ id: 'A1', tests: ['tests/hostile/door.test.ts'] }] }),
  );
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(root, { recursive: true, force: true });
});

test('a test that fails without its defence counts as passed', async () => {
  put('tests/hostile/door.test.ts', `${TEST}test('A1: refused', () => expect(isRefused()).toBe(true));\n`);
  expect(await mutationsRunner.run(root, ['tests/mutations'])).toEqual({
    passed: 1,
    failures: [],
    skips: [],
  });
  expect(said).toEqual(['mutation A1: red as it must']);
});

test('a test that stays green is a failure, and so is one of another id that goes red', async () => {
  put(
    'tests/hostile/door.test.ts',
    `${TEST}test('A1: nothing', () => {});\ntest('A11: refused', () => expect(isRefused()).toBe(true));\n`,
  );
  expect(await mutationsRunner.run(root, ['tests/mutations'])).toMatchObject({
    passed: 0,
    failures: [{ name: 'tests/mutations/A1.patch' }],
  });
  expect(said[0]).toContain('STILL GREEN');
});

test('a patch that no longer applies, or breaks the file, is a failure', async () => {
  put('tests/hostile/door.test.ts', `${TEST}test('A1: refused', () => expect(isRefused()).toBe(true));\n`);
  put('packages/door/door.ts', DEFENCE.replace('true', '!false'));
  expect(await mutationsRunner.run(root, ['tests/mutations'])).toMatchObject({
    passed: 0,
    failures: [{ name: 'tests/mutations/A1.patch' }],
  });
  put('packages/door/door.ts', DEFENCE);
  put('tests/mutations/A1.patch', PATCH.replace('+  return false;', '+  return (;'));
  expect(await mutationsRunner.run(root, ['tests/mutations'])).toMatchObject({
    passed: 0,
    failures: [{ name: 'tests/mutations/A1.patch' }],
  });
  expect(said).toEqual([
    expect.stringContaining('does not apply'),
    expect.stringContaining('no test of it ran'),
  ]);
});

test('nothing is tried where no filter names it, and the tree itself is never changed', async () => {
  expect(await mutationsRunner.run(root, ['packages/door'])).toEqual({ passed: 0, failures: [], skips: [] });
  expect(said).toEqual([]);
});

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

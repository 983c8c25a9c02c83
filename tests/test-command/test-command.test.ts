// `npm test` decides what lands, so its own counting is tested on trees where the right answer is known.

import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runInLanes } from '../../tools/test/lanes.ts';
import { summarise } from '../../tools/test/summary.ts';

const REPOSITORY = resolve(import.meta.dirname, '../..');
const PASSING = `import { test } from 'vitest';\ntest('a', () => {});\ntest('b', () => {});\n`;

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'strongroom-test-command-'));
  const isNoTest = (path: string): boolean => !path.endsWith('.test.ts');
  cpSync(join(REPOSITORY, 'tools'), join(root, 'tools'), { recursive: true, filter: isNoTest });
  cpSync(join(REPOSITORY, 'vitest.config.ts'), join(root, 'vitest.config.ts'));
  symlinkSync(join(REPOSITORY, 'node_modules'), join(root, 'node_modules'), 'junction');
  put('package.json', '{ "type": "module" }\n');
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

test('counts what passed, and ends well', async () => {
  put('tests/a.test.ts', PASSING);
  expect(await runTestCommand()).toMatchObject({ exitCode: 0, lastLine: '2 passed, 0 failed, 0 skipped' });
});

test('runs only what the filters name', async () => {
  put('tests/a.test.ts', PASSING);
  put('tests/b.test.ts', `import { test } from 'vitest';\ntest('c', () => { throw new Error('red'); });\n`);
  expect(await runTestCommand('tests/a')).toMatchObject({
    exitCode: 0,
    lastLine: '2 passed, 0 failed, 0 skipped',
  });
  expect(await runTestCommand()).toMatchObject({ exitCode: 1, lastLine: '2 passed, 1 failed, 0 skipped' });
});

test('names each skip with its reason', async () => {
  put('tests/a.test.ts', `${PASSING}test.skipIf(true)('c [skipped: no chromium]', () => {});\n`);
  const run = await runTestCommand();
  expect(run).toMatchObject({ exitCode: 0, lastLine: '2 passed, 0 failed, 1 skipped' });
  expect(run.output).toContain('skipped: tests/a.test.ts: c: no chromium\n');
});

test('a reason on the block around the test is enough', async () => {
  const block = `import { describe } from 'vitest';\ndescribe.skip('in a browser [skipped: no chromium]', () => { test('c', () => {}); });\n`;
  put('tests/a.test.ts', `${PASSING}${block}`);
  expect(await runTestCommand()).toMatchObject({ exitCode: 0, lastLine: '2 passed, 0 failed, 1 skipped' });
});

test('a skip without a reason is a failure', async () => {
  put('tests/a.test.ts', `${PASSING}test.skip('c', () => {});\n`);
  expect(await runTestCommand()).toMatchObject({ exitCode: 1, lastLine: '2 passed, 1 failed, 0 skipped' });
});

test('no test at all is a failure', async () => {
  expect(await runTestCommand()).toMatchObject({ exitCode: 1, lastLine: '0 passed, 0 failed, 0 skipped' });
  put('tests/a.test.ts', PASSING);
  expect(await runTestCommand('tests/absent')).toMatchObject({
    exitCode: 1,
    lastLine: '0 passed, 0 failed, 0 skipped',
  });
});

test('a file that cannot be loaded is a failure', async () => {
  put('tests/a.test.ts', PASSING);
  put('tests/b.test.ts', `import './absent.ts';\n`);
  expect(await runTestCommand()).toMatchObject({ exitCode: 1, lastLine: '2 passed, 1 failed, 0 skipped' });
});

test('an unhandled rejection is a failure', async () => {
  put('tests/a.test.ts', `${PASSING}void Promise.reject(new Error('nobody waits'));\n`);
  expect(await runTestCommand()).toMatchObject({ exitCode: 1, lastLine: '2 passed, 1 failed, 0 skipped' });
});

test('refuses options', async () => {
  expect(await runTestCommand('--watch')).toMatchObject({ exitCode: 2 });
});

test('many files come in shares, each of them once', async () => {
  for (let number = 1; number <= 9; number++) put(`tests/${number}.test.ts`, PASSING);
  put('tests/red.test.ts', `import { test } from 'vitest';\ntest('c', () => { throw new Error('red'); });\n`);
  const run = await runTestCommand();
  expect(run).toMatchObject({ exitCode: 1, lastLine: '18 passed, 1 failed, 0 skipped' });
  expect(run.output.match(/Test Files/gu)).toHaveLength(2);
});

test('lanes take what waits in its order, so many at a time, and answer in it', async () => {
  const begun: number[] = [];
  let underWay = 0;
  let most = 0;
  const work = [40, 5, 5, 5].map((ms, place) => async () => {
    begun.push(place);
    most = Math.max(most, ++underWay);
    await new Promise((settle) => setTimeout(settle, ms));
    underWay--;
    return place;
  });
  expect(await runInLanes(work, 2)).toEqual([0, 1, 2, 3]);
  expect([begun, most]).toEqual([[0, 1, 2, 3], 2]);
  const failing = [async () => await Promise.reject(new Error('lost')), async () => 1];
  await expect(runInLanes<number>(failing, 1)).rejects.toThrow('lost');
});

test('sums over runners', () => {
  const first = { passed: 2, failed: 0, skips: [{ name: 'x', reason: 'no disk image' }] };
  const second = { passed: 3, failed: 1, skips: [] };
  expect(summarise([first, second])).toEqual({
    lines: ['skipped: x: no disk image', '5 passed, 1 failed, 1 skipped'],
    isGreen: false,
  });
});

function put(path: string, text: string): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

async function runTestCommand(
  ...args: readonly string[]
): Promise<{ readonly exitCode: number; readonly lastLine: string | undefined; readonly output: string }> {
  return await new Promise((done) => {
    execFile(
      process.execPath,
      [join(root, 'tools/test.ts'), ...args],
      { cwd: root },
      (error, stdout, stderr) => {
        const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
        done({ exitCode, lastLine: stdout.trimEnd().split('\n').at(-1), output: stdout + stderr });
      },
    );
  });
}

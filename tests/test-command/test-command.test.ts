// `npm test` decides what lands, so its own counting is tested on trees where the right answer is known.

import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runInLanes } from '../../tools/test/lanes.ts';
import { divideSpecs, sharePlaywright } from '../../tools/test/playwright-runner.ts';
import { slowFiles } from '../../tools/test/slow-files.ts';
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
  const run = await runTestCommand();
  expect(run).toMatchObject({ exitCode: 1, lastLine: '2 passed, 1 failed, 0 skipped' });
  // Again at the end, where whoever reads only the end of a long output finds it.
  expect(run.output).toMatch(
    /failed: tests\/b\.test\.ts: c: Error: red \| at \S*tests\/b\.test\.ts:2:25\n2 passed, 1 failed/u,
  );
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

test('many files come in shares and a slow one in its own, each of them once', async () => {
  const [slow = ''] = slowFiles;
  for (let number = 1; number <= 9; number++) put(`tests/${number}.test.ts`, PASSING);
  put('tests/red.test.ts', `import { test } from 'vitest';\ntest('c', () => { throw new Error('red'); });\n`);
  put(slow, PASSING);
  const run = await runTestCommand();
  expect(run).toMatchObject({ exitCode: 1, lastLine: '20 passed, 1 failed, 0 skipped' });
  expect(run.output.match(/Test Files/gu)).toHaveLength(3);
});

test('every file that is called slow is there', () => {
  for (const file of slowFiles) expect(existsSync(join(REPOSITORY, file)), file).toBe(true);
});

test('specs come in two runs, those of the demo firm in one, each of them once', () => {
  put('tests/e2e/a.spec.ts', `const { page } = await people.open('Anna Lindqvist');\n`);
  put('tests/e2e/b.spec.ts', `await visit(page, '/people');\n`);
  const [a, b] = ['tests/e2e/a.spec.ts', 'tests/e2e/b.spec.ts'];
  expect(divideSpecs(root, [a, b])).toEqual({ demoFirm: [a], ownFirms: [b] });
  expect(sharePlaywright(root, [])).toHaveLength(2);
  expect(sharePlaywright(root, ['e2e'])).toHaveLength(1);
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
  const first = { passed: 2, failures: [], skips: [{ name: 'x', reason: 'no disk image' }] };
  const second = { passed: 3, failures: [{ name: 'y', reason: 'Error: no' }], skips: [] };
  expect(summarise([first, second])).toEqual({
    lines: ['skipped: x: no disk image', 'failed: y: Error: no', '5 passed, 1 failed, 1 skipped'],
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

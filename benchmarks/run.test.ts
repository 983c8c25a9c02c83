/**
 * Every benchmark still runs, and the page of results is made from the results. No speed is asserted here. Of those that start a browser
 * one is tried a day, each in its turn; all with STRONGROOM_LONG=1.
 */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { benchmarks } from './catalogue.ts';
import { formatReadme } from './report/readme.ts';
import { readResults } from './report/result.ts';
import type { BenchmarkResult } from './report/result.ts';
import { findMedian, findPercentile, roundMeasured } from './report/statistics.ts';

const run = promisify(execFile);
const runner = fileURLToPath(new URL('run.ts', import.meta.url));
const folder = fileURLToPath(new URL('.', import.meta.url));

async function runBench(...args: readonly string[]): Promise<string> {
  const { stdout } = await run(process.execPath, ['--disable-warning=ExperimentalWarning', runner, ...args], {
    maxBuffer: 2 ** 24,
  });
  return stdout;
}

const inBrowser = ['clients', 'seal-chromium', 'web'];
const dayMs = 86_400_000;

function isTurn(name: string): boolean {
  const place = inBrowser.indexOf(name);
  if (place === -1 || process.env['STRONGROOM_LONG'] === '1') return true;
  return place === Math.floor(Date.now() / dayMs) % inBrowser.length;
}

test.skip.each(benchmarks.map(({ name }) => name).filter((name) => !isTurn(name)))(
  '%s runs in its tiny form [skipped: its turn comes within 3 days; STRONGROOM_LONG=1 tries all]',
  () => undefined,
);

test.each(benchmarks.map(({ name }) => name).filter((name) => isTurn(name)))(
  '%s runs in its tiny form and gives a whole result',
  async (name) => {
    const stdout = await runBench(name, '--tiny');
    if (stdout.startsWith('skipped: ')) return;
    const result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as BenchmarkResult;
    expect(result.benchmark).toBe(name);
    expect(result.tables.length).toBeGreaterThan(0);
    for (const { columns, rows } of result.tables) {
      expect(rows.length).toBeGreaterThan(0);
      for (const row of rows) expect(row.length).toBe(columns.length);
    }
  },
  300_000,
);

test('without a name all are listed, and every file here that measures is in the list', async () => {
  const listed = await runBench();
  for (const { name } of benchmarks) expect(listed).toContain(`\n${name} `.trimStart());
  const files = readdirSync(folder).filter((name) => /^[a-z-]+\.ts$/.test(name));
  const names = [...benchmarks.map(({ name }) => `${name}.ts`), 'catalogue.ts', 'run.ts'];
  expect(files.sort()).toEqual(names.sort());
});

test('an unknown name is refused with what there is', async () => {
  await expect(runBench('no-such-benchmark')).rejects.toMatchObject({ code: 2 });
});

test('a tiny run is never recorded', async () => {
  await expect(runBench('ledger', '--tiny', '--record')).rejects.toMatchObject({ code: 1 });
});

test('README.md is what the recorded results make of it', () => {
  const results = readResults();
  expect(results.length).toBeGreaterThan(0);
  expect(readFileSync(`${folder}README.md`, 'utf8')).toBe(formatReadme(results));
  for (const { benchmark } of results) expect(existsSync(`${folder}${benchmark}.ts`)).toBe(true);
});

test('median and percentiles lie between the values in proportion', () => {
  expect(findMedian([3, 1, 2])).toBe(2);
  expect(findMedian([1, 2, 3, 10])).toBe(2.5);
  expect(findPercentile([0, 10], 95)).toBeCloseTo(9.5);
  expect(findPercentile([], 50)).toBeNaN();
  expect(roundMeasured(123_456)).toBe(123_000);
  expect(roundMeasured(0)).toBe(0);
});

// `npm test [-- PATH...]`: every runner once, one count. The last line printed is `N passed, N failed, N skipped`.
//
// Three at a time, from one queue: the browser's specs take longest, so they begin; the mutations and the shares of vitest fill up what
// is left. Half of a test's time is waiting (a server that starts, a page that is drawn), so three share two cores well.

import { resolve } from 'node:path';
import { withCompiledCode } from './test/compiled-code.ts';
import { runInLanes } from './test/lanes.ts';
import { mutationsRunner } from './test/mutations-runner.ts';
import { sharePlaywright } from './test/playwright-runner.ts';
import type { Runner, RunReport } from './test/runner.ts';
import { summarise } from './test/summary.ts';
import { shareVitest } from './test/vitest-runner.ts';

/** How many run beside each other. */
const LANES = 3;

const root = resolve(import.meta.dirname, '..');
const filters = process.argv.slice(2);
const options = filters.filter((filter) => filter.startsWith('-'));

if (options.length > 0) {
  console.error(`npm test takes paths or parts of paths only, not ${options.join(' ')}.`);
  process.exitCode = 2;
} else {
  const runners: readonly Runner[] = [
    ...sharePlaywright(root, filters),
    mutationsRunner,
    ...shareVitest(root, filters),
  ];
  const work = runners.map((runner) => async (): Promise<RunReport> => await runner.run(root, filters));
  const summary = summarise(await withCompiledCode(async () => await runInLanes(work, LANES)));
  for (const line of summary.lines) console.log(line);
  process.exitCode = summary.isGreen ? 0 : 1;
}

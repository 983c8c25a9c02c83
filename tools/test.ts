// `npm test [-- PATH...]`: every runner once, one count. The last line printed is `N passed, N failed, N skipped`.

import { resolve } from 'node:path';
import { mutationsRunner } from './test/mutations-runner.ts';
import { playwrightRunner } from './test/playwright-runner.ts';
import type { Runner, RunReport } from './test/runner.ts';
import { summarise } from './test/summary.ts';
import { vitestRunner } from './test/vitest-runner.ts';

/** In the order in which they run; each gets the whole machine. */
const RUNNERS: readonly Runner[] = [vitestRunner, playwrightRunner, mutationsRunner];

const root = resolve(import.meta.dirname, '..');
const filters = process.argv.slice(2);
const options = filters.filter((filter) => filter.startsWith('-'));

if (options.length > 0) {
  console.error(`npm test takes paths or parts of paths only, not ${options.join(' ')}.`);
  process.exitCode = 2;
} else {
  const reports: RunReport[] = [];
  for (const runner of RUNNERS) reports.push(await runner.run(root, filters));
  const summary = summarise(reports);
  for (const line of summary.lines) console.log(line);
  process.exitCode = summary.isGreen ? 0 : 1;
}

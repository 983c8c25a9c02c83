// `npm run check`: everything that can be said about the source without running it.

import { resolve } from 'node:path';
import { format } from './check/format.ts';
import { lint } from './check/lint.ts';
import type { Check, CheckOutcome } from './check/outcome.ts';
import { texts } from './check/texts.ts';
import { types } from './check/types.ts';
import { unused } from './check/unused.ts';
import { walls } from './check/walls.ts';

const CHECKS: readonly Check[] = [types, lint, unused, walls, texts, format];
const AT_ONCE = 2;

const root = resolve(import.meta.dirname, '..');
const names = process.argv.slice(2);
const unknown = names.filter((name) => !CHECKS.some((check) => check.name === name));

if (unknown.length > 0) {
  console.error(
    `No check named ${unknown.join(', ')}. There are: ${CHECKS.map((check) => check.name).join(', ')}.`,
  );
  process.exitCode = 2;
} else {
  const queue = CHECKS.filter((check) => names.length === 0 || names.includes(check.name));
  const results = await Promise.all(Array.from({ length: AT_ONCE }, () => work(queue)));
  process.exitCode = results.every(Boolean) ? 0 : 1;
}

/** Takes checks from the queue until it is empty. */
async function work(queue: Check[]): Promise<boolean> {
  let isGreen = true;
  for (let check = queue.shift(); check !== undefined; check = queue.shift()) {
    const startedAt = performance.now();
    const outcome = await runSafely(check);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    if (outcome.output.trim() !== '') console.error(outcome.output.trimEnd());
    console.log(`${outcome.isGreen ? 'ok    ' : 'FAILED'} ${check.name.padEnd(8)} ${seconds} s`);
    isGreen &&= outcome.isGreen;
  }
  return isGreen;
}

/** A tool that cannot be started is a failed check, and the others still run. */
async function runSafely(check: Check): Promise<CheckOutcome> {
  try {
    return await check.run(root);
  } catch (error) {
    return { isGreen: false, output: `${check.name}: ${String(error)}` };
  }
}

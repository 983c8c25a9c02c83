/**
 * `npm run demo`. Exit codes: 0 ended, 1 could not start, 2 wrong arguments.
 *
 * The demo's workers and wardens load the files that this process has loaded: they find them compiled, in a folder of this run alone
 * that is gone when all of them run.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const variable = 'NODE_COMPILE_CACHE';
const isGiven = process.env[variable] !== undefined;
const folder = isGiven ? undefined : mkdtempSync(join(tmpdir(), 'strongroom-compiled-'));

function forgetCompiled(): void {
  if (folder === undefined) return;
  delete process.env[variable];
  rmSync(folder, { recursive: true, force: true });
}

if (folder !== undefined) {
  enableCompileCache(folder);
  process.env[variable] = folder;
}
try {
  // What is imported before the folder is named is not kept in it.
  const { runDemo } = await import('./demo-command.ts');
  process.exitCode = await runDemo(process.argv.slice(2), forgetCompiled);
} finally {
  forgetCompiled();
}
process.exit();

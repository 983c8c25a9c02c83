/**
 * Compiled code that all processes of one `npm test` share. The tests start hundreds of servers, wardens and commands, and more than
 * half of what each start costs is compiling the same files again. The folder is this run's alone and gone after it: code is never
 * taken from a place that another run, another user or another tree could have written.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const variable = 'NODE_COMPILE_CACHE';

/** Does work with a folder that every process started meanwhile finds in its environment; keeps one that is there already. */
export async function withCompiledCode<T>(work: () => Promise<T>): Promise<T> {
  if (process.env[variable] !== undefined) return await work();
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-compiled-'));
  process.env[variable] = folder;
  try {
    return await work();
  } finally {
    delete process.env[variable];
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Debian's `age`, as a yardstick. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Seals or opens a file; answers the milliseconds. */
export type RunAge = (action: 'seal' | 'open', from: string, to: string) => Promise<number>;

/** Makes a key in the folder; undefined where age is not installed. */
export async function findAge(folder: string): Promise<RunAge | undefined> {
  const keyFile = join(folder, 'key.txt');
  try {
    await run('age-keygen', ['-o', keyFile]);
  } catch {
    // Not installed: the ratios are left out, and a note says so.
    return undefined;
  }
  const recipient = /public key: (\S+)/.exec(readFileSync(keyFile, 'utf8'))?.[1] ?? '';
  return async (action, from, to) => {
    const startedAt = performance.now();
    await run(
      'age',
      action === 'seal' ? ['-r', recipient, '-o', to, from] : ['-d', '-i', keyFile, '-o', to, from],
    );
    return performance.now() - startedAt;
  };
}

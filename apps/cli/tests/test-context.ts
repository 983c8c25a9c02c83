/** A context for tests: streams that remember, a folder of its own, real time unless told otherwise. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CliContext } from '../src/context.ts';

/** A new folder under the system's temporary one. */
export function makeFolder(name: string): string {
  return mkdtempSync(join(tmpdir(), `sr-cli-${name}-`));
}

/** A context and what was written to it. */
export function createTestContext(
  folder: string,
  changes: Partial<CliContext> = {},
): CliContext & { readonly out: () => string; readonly err: () => string; readonly stop: AbortController } {
  const written: { out: Uint8Array[]; err: string[] } = { out: [], err: [] };
  const stop = new AbortController();
  const bytesOf = (text: string | Uint8Array): Uint8Array =>
    typeof text === 'string' ? new TextEncoder().encode(text) : text;
  return {
    env: { STRONGROOM_CLIENT_HOME: join(folder, 'home'), LANG: 'C' },
    cwd: folder,
    stdout: {
      write: (text: string | Uint8Array, done?: () => void) => {
        written.out.push(bytesOf(text));
        done?.();
      },
    },
    stderr: { write: (text) => written.err.push(String(text)) },
    isInteractive: false,
    clock: { nowMs: () => Date.now(), sleep: async (ms) => await sleep(ms) },
    randomBytes: (length) => new Uint8Array(randomBytes(length)),
    userHome: folder,
    temporaryFolder: tmpdir(),
    userId: process.getuid?.(),
    interrupted: stop.signal,
    startTimer: (ms, action) => {
      const timer = setTimeout(action, ms);
      return () => clearTimeout(timer);
    },
    ...changes,
    out: () => Buffer.concat(written.out).toString('utf8'),
    err: () => written.err.join(''),
    stop,
  };
}

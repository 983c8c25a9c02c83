/**
 * One process at a time in a home. The lock is the operating system's lock on a small database file, so it ends with the
 * process that held it, however that ended: nothing stale is ever left to be guessed about.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ConflictError } from '@strongroom/core';
import type { Clock } from '@strongroom/device';

const waitMs = 10_000;
const pollMs = 50;

/** Takes the lock, waiting a short while for another command to finish. @throws ConflictError HOME_BUSY */
export async function lockHome(
  folder: string,
  clock: Clock,
  timeoutMs: number = waitMs,
): Promise<{ release(): void }> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(join(folder, 'lock'), { timeout: 0 });
  const startedAtMs = clock.nowMs();
  for (;;) {
    try {
      database.exec('BEGIN EXCLUSIVE');
      return { release: () => database.close() };
    } catch (error) {
      if (!isBusy(error) || clock.nowMs() - startedAtMs >= timeoutMs) {
        database.close();
        if (isBusy(error)) throw new ConflictError('HOME_BUSY', { waitedMs: timeoutMs }, { cause: error });
        throw error;
      }
    }
    await clock.sleep(pollMs);
  }
}

function isBusy(error: unknown): boolean {
  // SQLITE_BUSY is 5; extended codes keep it in the low byte.
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === 5;
}

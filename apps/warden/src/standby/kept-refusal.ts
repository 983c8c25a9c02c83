/**
 * That the standby refused this warden, or listens to another one: a file in the home, so that a process that is killed or started again knows
 * it too (docs/spec/warden.md section 10). Written and removed at once, without waiting: nobody may be answered in between.
 */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DependencyError } from '@strongroom/core';

/** In the home of a warden that answers nobody before a joining of a standby has ended well. */
export const refusalName = 'refused';

/** Whether a joining has to end well first, over restarts. */
export interface KeptRefusal {
  readonly isKept: boolean;
  /** Durable when it returns. @throws DependencyError WARDEN_STORAGE_FAILED */
  keep(code: string): void;
  /** @throws DependencyError WARDEN_STORAGE_FAILED */
  forget(): void;
}

export function openKeptRefusal(home: string): KeptRefusal {
  const path = join(home, refusalName);
  let isKept = existsSync(path);
  return {
    get isKept() {
      return isKept;
    },
    keep(code) {
      if (isKept) return;
      onDiskNow('refusal', () => {
        const file = openSync(`${path}.tmp`, 'w', 0o600);
        try {
          writeSync(file, `${JSON.stringify({ code })}\n`);
          fsyncSync(file);
        } finally {
          closeSync(file);
        }
        renameSync(`${path}.tmp`, path);
        syncNamesNow(dirname(path));
      });
      isKept = true;
    },
    forget() {
      if (!isKept) return;
      onDiskNow('refusal', () => {
        rmSync(path, { force: true });
        syncNamesNow(dirname(path));
      });
      isKept = false;
    },
  };
}

function syncNamesNow(directory: string): void {
  const file = openSync(directory, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function onDiskNow(step: string, work: () => void): void {
  try {
    work();
  } catch (cause) {
    throw new DependencyError('WARDEN_STORAGE_FAILED', { step }, { cause });
  }
}

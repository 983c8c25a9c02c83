/** Statements that an owner's kit signed while the server was down, as files of the home: they go into the office's ledger first. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ConflictError, decodeCbor, InputError, isBytes, isId } from '@strongroom/core';
import { assertRestored } from '@strongroom/warden';
import type { PendingStatement } from './sequencer/index.ts';

/** `strongroom restore` leaves the one (docs/spec/backup.md section 8), `strongroom warden promote` the other (docs/spec/warden.md section 11). */
export type PendingFile = 'restore-statement' | 'promotion-statement';

/**
 * While a restore is on its way nothing is made in the home: a server that began with an empty folder of data would be taken for what
 * was restored.
 * @throws ConflictError RESTORE_UNFINISHED
 */
export function assertNoRestoreBegun(home: string): void {
  if (existsSync(join(home, 'restore-work', 'backup'))) throw new ConflictError('RESTORE_UNFINISHED');
  assertRestored(join(home, 'warden'));
}

/** Reads it when it is asked for. */
export function openPendingStatement(home: string, fileName: PendingFile): PendingStatement {
  const path = join(home, fileName);
  return {
    findStatement() {
      let bytes: Uint8Array;
      try {
        bytes = readFileSync(path);
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw cause;
      }
      const value = decodeCbor(new Uint8Array(bytes));
      const [body, signer, signature] = Array.isArray(value) ? value : [];
      if (!isBytes(body) || !isId('unl', signer) || !isBytes(signature))
        throw new InputError('CONFIG_INVALID', { name: fileName });
      return { body, sigs: [[signer, signature]] };
    },
    forget() {
      rmSync(path, { force: true });
    },
  };
}

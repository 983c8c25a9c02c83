/** `restore-statement` of the home: what an owner's kit signed while the server was down (docs/spec/backup.md section 8). */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { decodeCbor, InputError, isBytes, isId } from '@strongroom/core';
import type { PendingRestore } from './sequencer/index.ts';

const fileName = 'restore-statement';

/** Reads it when it is asked for. */
export function openPendingRestore(home: string): PendingRestore {
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

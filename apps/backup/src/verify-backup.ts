/** Checks a backup: every file against its list, and, with the recovery key, everything inside (docs/spec/backup.md section 6). */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError, IntegrityError } from '@strongroom/core';
import type { Engine } from '@strongroom/core';
import { openRecoveryKey } from './head.ts';
import type { BackupHead } from './head.ts';
import { backupsFolder, inTarget, sumsName } from './layout.ts';
import { listBackupIds, readHeadOf } from './list-backups.ts';
import { hashFile } from './sealed-file.ts';
import { readSums } from './sums.ts';
import { verifyContents } from './verify-contents.ts';
import type { VerifiedContents } from './verify-contents.ts';

/** What was found. Nothing is wrong where `missing`, `altered` and those of `contents` are empty. */
export type BackupReport = {
  readonly head: BackupHead;
  /** Paths that are listed and not there. */
  readonly missing: readonly string[];
  /** Paths whose bytes are others than those that were written. */
  readonly altered: readonly string[];
  /** Absent without the kit: what is inside was not looked at. */
  readonly contents?: VerifiedContents;
};

/** Which backup, and how far. */
export type VerifyOptions = {
  readonly engine: Engine;
  readonly target: string;
  /** The newest where it is not said. */
  readonly id?: string;
  /** Text of the printed kit. */
  readonly kit?: string;
  /** Where opened databases lie meanwhile, in a folder of their own. */
  readonly temporaryFolder: string;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: { readonly doneBytes: number; readonly totalBytes: number }) => void;
};

/** @throws InputError BACKUP_UNKNOWN, FILE_UNREADABLE, KIT_INVALID, KIT_OTHER; IntegrityError BACKUP_DAMAGED */
export async function verifyBackup(options: VerifyOptions): Promise<BackupReport> {
  const { engine, target, kit, signal } = options;
  const ids = await listBackupIds(target);
  const id = options.id ?? ids.at(-1);
  if (id === undefined || !ids.includes(id)) throw new InputError('BACKUP_UNKNOWN');
  const head = await readHeadOf(target, id);
  const recoverySeed = kit === undefined ? undefined : await openRecoveryKey(engine, head, kit);
  const sums = await readSums(inTarget(target, `${backupsFolder}/${id}/${sumsName}`)).catch(
    (cause: unknown) => {
      throw cause instanceof IntegrityError
        ? cause
        : new IntegrityError('BACKUP_DAMAGED', { reason: 'list' }, { cause });
    },
  );
  if (sums.size !== head.files) throw new IntegrityError('BACKUP_DAMAGED', { reason: 'list' });
  const missing: string[] = [];
  const altered: string[] = [];
  // Read once for its hash and, with the kit, once more to open it.
  const totalBytes = head.sizeBytes * (recoverySeed === undefined ? 1 : 2);
  let doneBytes = 0;
  const onBytes = (bytes: number): void => {
    doneBytes += bytes;
    options.onProgress?.({ doneBytes, totalBytes: Math.max(doneBytes, totalBytes) });
  };
  for (const [path, hash] of sums) {
    const file = inTarget(target, path);
    const isThere = await stat(file).then(
      (found) => found.isFile(),
      () => false, // whatever the system says of it, it cannot be read
    );
    if (!isThere) missing.push(path);
    else if ((await hashFile(file, signal, onBytes)) !== hash) altered.push(path);
  }
  if (recoverySeed === undefined) return { head, missing, altered };
  const folder = await mkdtemp(join(options.temporaryFolder, 'strongroom-verify-'));
  try {
    const contents = await verifyContents(engine, {
      target,
      head,
      sums,
      unreadable: new Set([...missing, ...altered]),
      recoverySeed,
      folder,
      onBytes,
      signal,
    });
    return { head, missing, altered, contents };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A warden's home out of its disaster copy, opened by the owner's kit and the head of any backup (docs/spec/warden.md section 13). */
import { existsSync } from 'node:fs';
import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { ConflictError, InputError, wipeBytes } from '@strongroom/core';
import type { NodeEngine } from '@strongroom/core/node';
import { isNested, lockHome, recoverHome } from '@strongroom/warden';
import type { CopySettings, RecoveredHome } from '@strongroom/warden';
import { openRecoveryKey } from './head.ts';
import { readLastBackup } from './last-backup.ts';
import { listBackupIds, readHeadOf } from './list-backups.ts';
import { nameFailure } from './name-failure.ts';
import { readSchedule } from './schedule.ts';

/** What to recover, and where. */
export type RecoverOptions = {
  readonly engine: NodeEngine;
  /** The server's folder: the warden's lies in it. */
  readonly home: string;
  readonly from: CopySettings;
  /** Folder of the firm's backups. */
  readonly target: string;
  /** Whose head is used: the newest where it is not said. */
  readonly id?: string;
  /** Text of the printed kit. */
  readonly kit: string;
  /** Called as the copy is opened. */
  readonly onProgress?: (progress: { readonly doneBytes: number; readonly totalBytes: number }) => void;
};

/** A warden's home that waits for `restoreBackup`. */
export type RecoveredWarden = RecoveredHome & {
  readonly backup: string;
  /** When the backup was made: what happened after this and after the copy nobody knows. */
  readonly backupAtMs: number;
};

/**
 * @throws InputError BACKUP_UNKNOWN, FILE_UNREADABLE, KIT_INVALID, KIT_OTHER, COPY_UNKNOWN; ConflictError RECOVER_HOME_FILLED, BACKUP_RUNNING;
 * IntegrityError BACKUP_DAMAGED, COPY_DAMAGED; DependencyError DISK_FULL, FILE_UNWRITABLE, WARDEN_STORAGE_FAILED
 */
export async function recoverWarden(options: RecoverOptions): Promise<RecoveredWarden> {
  const { engine, home, from, target, kit, onProgress } = options;
  const ids = await listBackupIds(target);
  const id = options.id ?? ids.at(-1);
  if (id === undefined || !ids.includes(id)) throw new InputError('BACKUP_UNKNOWN');
  const head = await readHeadOf(target, id);
  const recoverySeed = await openRecoveryKey(engine, head, kit);
  for (const folder of [from.folder, from.keyFolder ?? from.folder])
    if (!existsSync(folder)) throw new InputError('COPY_UNKNOWN');
  let lock: { close(): void } | undefined;
  try {
    await mkdir(home, { recursive: true, mode: 0o700 });
    lock = lockHome(join(home, 'backup-lock'));
    const warden = join(home, 'warden');
    const recovered = await recoverHome({
      engine,
      home: warden,
      from,
      firm: head.firm,
      recoverySeed,
      onProgress,
    });
    return { ...recovered, backup: id, backupAtMs: head.madeAtMs };
  } catch (cause) {
    if (lock === undefined && cause instanceof ConflictError)
      throw new ConflictError('BACKUP_RUNNING', {}, { cause });
    throw nameFailure(cause);
  } finally {
    wipeBytes(recoverySeed);
    lock?.close();
  }
}

/**
 * A folder for the disaster copy lies in no target of backups that this home knows, and none in it.
 * @throws InputError COPY_FOLDER_REFUSED
 */
export async function assertNoBackupsIn(home: string, { folder, keyFolder }: CopySettings): Promise<void> {
  const targets = [(await readSchedule(home))?.schedule.target, (await readLastBackup(home))?.target];
  for (const target of targets)
    for (const path of target === undefined ? [] : [folder, keyFolder ?? folder])
      if (isNested(await realAt(path), await realAt(target)))
        throw new InputError('COPY_FOLDER_REFUSED', { reason: 'backup' });
}

/** A folder that is away is told by its path. */
async function realAt(path: string | undefined): Promise<string> {
  return await realpath(path ?? '').catch(() => path ?? '');
}

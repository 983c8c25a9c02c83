/** The backups that lie in a target, oldest first. */
import { readdir, stat } from 'node:fs/promises';
import { InputError } from '@strongroom/core';
import { readHead } from './head.ts';
import type { BackupHead } from './head.ts';
import { backupsFolder, headName, inTarget, isBackupId } from './layout.ts';

/** Names of the finished backups, oldest first. @throws InputError FILE_UNREADABLE */
export async function listBackupIds(target: string): Promise<string[]> {
  try {
    return (await readdir(inTarget(target, backupsFolder))).filter(isBackupId).toSorted();
  } catch (cause) {
    const isThere = await stat(target).then(
      (found) => found.isDirectory(),
      () => false, // what cannot be looked at holds no backups
    );
    if (isThere && (cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new InputError('FILE_UNREADABLE', {}, { cause });
  }
}

/** The heads of the finished backups, oldest first. @throws InputError FILE_UNREADABLE; IntegrityError BACKUP_DAMAGED */
export async function listBackups(target: string): Promise<BackupHead[]> {
  const heads: BackupHead[] = [];
  for (const id of await listBackupIds(target)) heads.push(await readHeadOf(target, id));
  return heads;
}

/** @throws IntegrityError BACKUP_DAMAGED */
export async function readHeadOf(target: string, id: string): Promise<BackupHead> {
  return await readHead(inTarget(target, `${backupsFolder}/${id}/${headName}`), id);
}

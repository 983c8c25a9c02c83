/** Removing old backups, and the bodies that only they had. */
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackupHead } from './head.ts';
import { backupsFolder, bodiesFolder, inTarget, partialPrefix, removedPrefix, sumsName } from './layout.ts';
import { listBackups } from './list-backups.ts';
import { isEndless, selectKept } from './retention-rule.ts';
import type { Retention } from './retention-rule.ts';
import { syncFolder } from './sealed-file.ts';
import { readSums } from './sums.ts';

/** Removes what may go, never the one just made, whatever the clock says; answers how many backups went. */
export async function removeOld(
  target: string,
  retention: Retention,
  made: Pick<BackupHead, 'id' | 'madeAtMs'>,
): Promise<number> {
  if (isEndless(retention)) return 0;
  const backups = (await listBackups(target)).toReversed();
  const staying = selectKept(backups, retention, made.madeAtMs);
  const old = backups.filter(({ id }) => id !== made.id && !staying.has(id));
  const folder = inTarget(target, backupsFolder);
  for (const { id } of old) await rename(join(folder, id), join(folder, `${removedPrefix}${id}`));
  if (old.length === 0) return 0;
  await syncFolder(folder);
  const gone = new Set(old.map(({ id }) => id));
  const kept = backups.filter(({ id }) => !gone.has(id));
  const listed = new Set<string>();
  for (const { id } of kept)
    for (const path of (await readSums(inTarget(target, `${backupsFolder}/${id}/${sumsName}`))).keys())
      listed.add(path);
  for (const path of await listBodyFiles(target)) if (!listed.has(path)) await rm(inTarget(target, path));
  for (const { id } of old) await rm(join(folder, `${removedPrefix}${id}`), { recursive: true });
  return old.length;
}

/** Removes what killed runs left. */
export async function clearLeftovers(target: string): Promise<void> {
  for (const name of await readdir(inTarget(target, backupsFolder)))
    if (name.startsWith(partialPrefix) || name.startsWith(removedPrefix))
      await rm(inTarget(target, `${backupsFolder}/${name}`), { recursive: true });
  for (const path of await listBodyFiles(target))
    if (path.includes(`/${partialPrefix}`)) await rm(inTarget(target, path));
}

/** Paths of all bodies in a target, unfinished ones included. */
export async function listBodyFiles(target: string): Promise<string[]> {
  const found: string[] = [];
  for (const ledger of await readdir(inTarget(target, bodiesFolder)))
    for (const spread of await readdir(inTarget(target, `${bodiesFolder}/${ledger}`)))
      for (const name of await readdir(inTarget(target, `${bodiesFolder}/${ledger}/${spread}`)))
        found.push(`${bodiesFolder}/${ledger}/${spread}/${name}`);
  return found;
}

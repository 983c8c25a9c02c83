/**
 * A folder of backups and its copy in a bucket, there and back (docs/spec/backup.md section 10). Files never change, so what is there
 * with its size stays; a backup's list goes last and leaves first, so that what has a list is whole.
 */
import { createHash } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ConflictError, InputError, IntegrityError } from '@strongroom/core';
import {
  backupsFolder,
  bodiesFolder,
  headName,
  inTarget,
  isBackupId,
  isTargetPath,
  partialPrefix,
  sumsName,
} from '../layout.ts';
import { listBackupIds, readHeadOf } from '../list-backups.ts';
import { isEndless, selectKept } from '../retention-rule.ts';
import type { Retention } from '../retention-rule.ts';
import { hashFile, syncFolder } from '../sealed-file.ts';
import { readSums } from '../sums.ts';
import { objectBytesMax } from './bucket.ts';
import type { Bucket } from './bucket.ts';

/** Requests in flight. */
const atOnce = 4;

type Progress = (progress: { readonly doneBytes: number; readonly totalBytes: number }) => void;

/** What went to a bucket. */
export type PushedBackups = {
  /** Backups that the bucket has now, oldest first. */
  readonly backups: readonly string[];
  readonly sent: number;
  readonly sentBytes: number;
  readonly removed: number;
  /** Files larger than a bucket takes at once: their backups are not in it. */
  readonly tooLarge: readonly string[];
};

const sumsOf = (id: string): string => `${backupsFolder}/${id}/${sumsName}`;

/**
 * Brings every finished backup of a folder into the bucket.
 * @throws ConflictError BACKUP_OTHER_FIRM; InputError FILE_UNREADABLE; IntegrityError BACKUP_DAMAGED; DependencyError BUCKET_REFUSED, BUCKET_UNREACHABLE
 */
export async function pushBackups(options: {
  readonly target: string;
  readonly bucket: Bucket;
  readonly retention: Retention;
  readonly nowMs: number;
  readonly temporaryFolder: string;
  readonly signal: AbortSignal;
  readonly onProgress?: Progress;
}): Promise<PushedBackups> {
  const { target, bucket, signal } = options;
  const there = await bucket.list();
  const ids = await listBackupIds(target);
  await assertSameFirm(options, there, ids.at(-1));
  const tooLarge: string[] = [];
  const lists = new Map<string, readonly string[]>();
  const todo = new Map<string, { readonly sha256: string; readonly sizeBytes: number }>();
  for (const id of ids) {
    const sums = await readSums(inTarget(target, sumsOf(id)));
    let isFitting = true;
    for (const [path, sha256] of sums) {
      const sizeBytes = await sizeOf(inTarget(target, path));
      if (sizeBytes < 0) throw new IntegrityError('BACKUP_DAMAGED', { path });
      if (sizeBytes > objectBytesMax) {
        isFitting = false;
        tooLarge.push(path);
      } else if (there.get(path) !== sizeBytes) todo.set(path, { sha256, sizeBytes });
    }
    if (isFitting) lists.set(id, [...sums.keys()]);
  }
  const totalBytes = [...todo.values()].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  let [sent, sentBytes] = [0, 0];
  const queue = todo.entries();
  await atTheSameTime(async () => {
    for (const [path, file] of queue) {
      signal.throwIfAborted();
      await bucket.put(path, { ...file, path: inTarget(target, path) });
      sent += 1;
      sentBytes += file.sizeBytes;
      options.onProgress?.({ doneBytes: sentBytes, totalBytes });
    }
  });
  for (const id of lists.keys()) {
    const path = inTarget(target, sumsOf(id));
    const sizeBytes = await sizeOf(path);
    if (there.get(sumsOf(id)) === sizeBytes) continue;
    await bucket.put(sumsOf(id), { path, sizeBytes, sha256: await hashFile(path, signal) });
    there.set(sumsOf(id), sizeBytes);
  }
  for (const [path, { sizeBytes }] of todo) there.set(path, sizeBytes);
  const removed = await removeOldThere(options, there);
  return { backups: listIds(there), sent, sentBytes, removed, tooLarge };
}

/**
 * Brings one backup of a bucket, the newest where none is named, into a folder from which it is verified and restored.
 * @throws InputError BACKUP_UNKNOWN, FILE_UNREADABLE; IntegrityError BACKUP_DAMAGED; DependencyError BUCKET_REFUSED, BUCKET_UNREACHABLE
 */
export async function pullBackup(options: {
  readonly target: string;
  readonly bucket: Bucket;
  readonly id?: string;
  readonly signal: AbortSignal;
  readonly onProgress?: Progress;
}): Promise<{ readonly id: string; readonly brought: number; readonly broughtBytes: number }> {
  const { target, bucket, signal } = options;
  const there = await bucket.list();
  const ids = listIds(there);
  const id = options.id ?? ids.at(-1);
  if (id === undefined || !ids.includes(id)) throw new InputError('BACKUP_UNKNOWN');
  if ((await listBackupIds(target)).includes(id)) return { id, brought: 0, broughtBytes: 0 };
  const partial = inTarget(target, `${backupsFolder}/${partialPrefix}${id}`);
  const local = (path: string): string =>
    path.startsWith(`${backupsFolder}/${id}/`)
      ? join(partial, ...path.split('/').slice(2))
      : inTarget(target, path);
  const list = local(sumsOf(id));
  await bring(bucket, { key: sumsOf(id), to: list, sizeBytes: there.get(sumsOf(id)) ?? 0 });
  const sums = await readSums(list);
  const totalBytes = [...sums.keys()].reduce((sum, path) => sum + (there.get(path) ?? 0), 0);
  let [brought, doneBytes, broughtBytes] = [0, 0, 0];
  const queue = sums.entries();
  const folders = new Set<string>([partial, inTarget(target, backupsFolder)]);
  await atTheSameTime(async () => {
    for (const [path, sha256] of queue) {
      signal.throwIfAborted();
      const to = local(path);
      const sizeBytes = there.get(path);
      // A list of strangers leads into no other backup.
      const isOwn = path.startsWith(`${bodiesFolder}/`) || path.startsWith(`${backupsFolder}/${id}/`);
      if (sizeBytes === undefined || !isOwn) throw new IntegrityError('BACKUP_DAMAGED', { path });
      folders.add(dirname(to));
      const isThere = (await sizeOf(to)) === sizeBytes && (await hashFile(to, signal)) === sha256;
      if (!isThere) {
        await bring(bucket, { key: path, to, sizeBytes, sha256 });
        brought += 1;
        broughtBytes += sizeBytes;
      }
      doneBytes += sizeBytes;
      options.onProgress?.({ doneBytes, totalBytes });
    }
  });
  for (const folder of folders) await syncFolder(folder);
  await rename(partial, inTarget(target, `${backupsFolder}/${id}`));
  await syncFolder(inTarget(target, backupsFolder));
  return { id, brought, broughtBytes };
}

/** A file of the bucket under its name, whole and as the list says, or not at all. @throws IntegrityError BACKUP_DAMAGED */
async function bring(
  bucket: Bucket,
  of: {
    readonly key: string;
    readonly to: string;
    readonly sizeBytes: number;
    readonly sha256?: string;
  },
): Promise<void> {
  const { key, to, sizeBytes, sha256 } = of;
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  const partial = join(dirname(to), `${partialPrefix}${basename(to)}`);
  await rm(partial, { force: true });
  const file = await open(partial, 'wx', 0o600);
  let [hash, size] = [createHash('sha256'), 0];
  try {
    await bucket.get(key, {
      async onStart() {
        [hash, size] = [createHash('sha256'), 0];
        await file.truncate(0);
      },
      async onBytes(bytes) {
        hash.update(bytes);
        await file.write(bytes, 0, bytes.length, size);
        size += bytes.length;
        if (size > sizeBytes) throw new IntegrityError('BACKUP_DAMAGED', { path: key });
      },
    });
    await file.sync();
  } finally {
    await file.close();
  }
  if (size !== sizeBytes || (sha256 !== undefined && hash.digest('hex') !== sha256)) {
    await rm(partial);
    throw new IntegrityError('BACKUP_DAMAGED', { path: key });
  }
  await rename(partial, to);
}

/** Backups in a bucket: those that have their list, oldest first. */
function listIds(there: ReadonlyMap<string, number>): string[] {
  return [...there.keys()]
    .flatMap((key) => {
      const [folder, id = '', name] = key.split('/');
      return folder === backupsFolder && name === sumsName && isBackupId(id) ? [id] : [];
    })
    .toSorted();
}

/** What a name says of when it was made. */
function timeOf(id: string): number {
  const [, year, month, day, hour, minute, second, ms] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z/u.exec(id) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`);
}

/** Only where rules were given: the list first, so that half of a backup is none. */
async function removeOldThere(
  options: Parameters<typeof pushBackups>[0],
  there: Map<string, number>,
): Promise<number> {
  const { bucket, retention, nowMs, temporaryFolder } = options;
  if (isEndless(retention)) return 0;
  const backups = listIds(there)
    .toReversed()
    .map((id) => ({ id, madeAtMs: timeOf(id) }));
  const staying = selectKept(backups, retention, nowMs);
  const old = backups.filter(({ id }) => !staying.has(id));
  if (old.length === 0) return 0;
  // What stays is read from the bucket itself: it may hold backups that the folder has no more.
  const listed = new Set<string>();
  for (const id of staying) {
    const copy = join(temporaryFolder, `strongroom-sums-${id}`);
    await bring(bucket, { key: sumsOf(id), to: copy, sizeBytes: there.get(sumsOf(id)) ?? 0 });
    for (const path of (await readSums(copy)).keys()) listed.add(path);
    await rm(copy);
  }
  for (const { id } of old) {
    await bucket.remove(sumsOf(id));
    there.delete(sumsOf(id));
  }
  // Only what a backup is made of: whatever else somebody keeps in the bucket is not ours.
  for (const key of there.keys()) if (isTargetPath(key) && !listed.has(key)) await bucket.remove(key);
  return old.length;
}

async function assertSameFirm(
  { target, bucket }: Parameters<typeof pushBackups>[0],
  there: ReadonlyMap<string, number>,
  own: string | undefined,
): Promise<void> {
  const other = listIds(there).at(-1);
  if (own === undefined || other === undefined) return;
  let parts: Uint8Array[] = [];
  await bucket.get(`${backupsFolder}/${other}/${headName}`, {
    onStart: async () => void (parts = []),
    onBytes: async (bytes) => void parts.push(bytes),
  });
  const head = JSON.parse(Buffer.concat(parts).toString('utf8')) as { readonly firm?: unknown };
  if (head.firm !== (await readHeadOf(target, own)).firm) throw new ConflictError('BACKUP_OTHER_FIRM');
}

async function atTheSameTime(work: () => Promise<void>): Promise<void> {
  const ends = await Promise.allSettled(Array.from({ length: atOnce }, work));
  const failed = ends.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  return found?.size ?? -1;
}

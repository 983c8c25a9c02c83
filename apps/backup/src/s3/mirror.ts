/**
 * A folder of backups and its copy in a bucket, there and back (docs/spec/backup.md section 10). Files never change, so what is there
 * with its size stays; a backup's list goes last and leaves first, so that what has a list is whole.
 */
import { createHash } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ConflictError, DependencyError, InputError, IntegrityError } from '@strongroom/core';
import {
  backupsFolder,
  bodiesFolder,
  headName,
  inTarget,
  isBackupId,
  isTargetPath,
  partialPrefix,
  sumsName,
  timeOfBackupId,
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
/** A head is some kilobytes; more than this is none. */
const headBytesMax = 2 ** 20;

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

/** What goes to a bucket, and what stays in it. */
export type PushOptions = {
  readonly target: string;
  readonly bucket: Bucket;
  readonly retention: Retention;
  readonly nowMs: number;
  readonly temporaryFolder: string;
  readonly signal: AbortSignal;
  /** The backup that stays whatever the rules say; the folder's newest where none is named. */
  readonly newest?: string;
  /** Asked before each file: whether the rest is left to the next run. */
  readonly isOver?: () => boolean;
  readonly onProgress?: Progress;
};

/**
 * Brings the finished backups of a folder that may stay into the bucket, and only then removes there what may go.
 * @throws ConflictError BACKUP_OTHER_FIRM; InputError FILE_UNREADABLE; IntegrityError BACKUP_DAMAGED; DependencyError BUCKET_REFUSED, BUCKET_UNREACHABLE, INTERRUPTED
 */
export async function pushBackups(options: PushOptions): Promise<PushedBackups> {
  const { target, bucket, signal, isOver } = options;
  const there = await bucket.list();
  const all = await listBackupIds(target);
  await assertSameFirm(options, there, all.at(-1));
  const newest = options.newest ?? all.at(-1);
  const staying = selectStaying(options, new Set([...all, ...listIds(there)]), newest);
  const ids = all.filter((id) => staying.has(id));
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
      if (isOver?.() === true) throw new DependencyError('INTERRUPTED');
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
  // One that does not fit is not there: what would make room for it stays.
  const removed = tooLarge.length > 0 ? 0 : await removeOldThere(options, staying, newest);
  for (const id of removed === 0 ? [] : listIds(there)) if (!staying.has(id)) there.delete(sumsOf(id));
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
        // At its place: what was begun and broke off lies there from before.
        for (let at = 0; at < bytes.length;)
          at += (await file.write(bytes, at, bytes.length - at, size + at)).bytesWritten;
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

/** Of the backups of folder and bucket together, so that nothing is sent that would be removed at once. */
function selectStaying(
  { retention, nowMs }: PushOptions,
  ids: ReadonlySet<string>,
  newest: string | undefined,
): ReadonlySet<string> {
  if (isEndless(retention)) return ids;
  const backups = [...ids]
    .toSorted()
    .toReversed()
    .map((id) => ({ id, madeAtMs: timeOfBackupId(id) }));
  const kept = selectKept(backups, retention, nowMs);
  return newest === undefined ? kept : new Set([...kept, newest]);
}

/**
 * Removes the backups of the bucket that do not stay, and what only they had; answers how many. Only where rules were given, and only
 * once the bucket, asked anew, has all that a staying backup lists. The list goes first, so that half of a backup is none.
 */
async function removeOldThere(
  { bucket, retention, temporaryFolder }: PushOptions,
  staying: ReadonlySet<string>,
  newest: string | undefined,
): Promise<number> {
  if (isEndless(retention)) return 0;
  const there = await bucket.list();
  const ids = listIds(there);
  const old = ids.filter((id) => !staying.has(id));
  if (old.length === 0) return 0;
  if (newest !== undefined && !ids.includes(newest)) throw lostThere();
  // What stays is read from the bucket itself: it may hold backups that the folder has no more.
  const listed = new Set<string>();
  for (const id of ids.filter((one) => staying.has(one))) {
    const copy = join(temporaryFolder, `strongroom-sums-${id}`);
    await bring(bucket, { key: sumsOf(id), to: copy, sizeBytes: there.get(sumsOf(id)) ?? 0 });
    const paths = [...(await readSums(copy)).keys()];
    await rm(copy);
    for (const path of paths) listed.add(path);
    if (id === newest && paths.some((path) => !there.has(path))) throw lostThere();
  }
  for (const id of old) await bucket.remove(sumsOf(id));
  // Only what a backup is made of: whatever else somebody keeps in the bucket is not ours.
  for (const key of there.keys()) if (isTargetPath(key) && !listed.has(key)) await bucket.remove(key);
  return old.length;
}

/** A bucket that took a file and does not have it. */
function lostThere(): DependencyError {
  return new DependencyError('BUCKET_REFUSED', { status: 0, reason: 'missing' });
}

async function assertSameFirm(
  { target, bucket }: PushOptions,
  there: ReadonlyMap<string, number>,
  own: string | undefined,
): Promise<void> {
  const other = listIds(there).at(-1);
  if (own === undefined || other === undefined) return;
  const path = `${backupsFolder}/${other}/${headName}`;
  const head = parseHead(path, await getSmall(bucket, path));
  if (head.firm !== (await readHeadOf(target, own)).firm) throw new ConflictError('BACKUP_OTHER_FIRM');
}

/** A short file of the bucket, in memory. @throws IntegrityError BACKUP_DAMAGED where it is longer than a head can be */
async function getSmall(bucket: Bucket, key: string): Promise<string> {
  let [parts, size]: [Uint8Array[], number] = [[], 0];
  await bucket.get(key, {
    onStart: async () => void ([parts, size] = [[], 0]),
    onBytes: async (bytes) => {
      size += bytes.length;
      if (size > headBytesMax) throw new IntegrityError('BACKUP_DAMAGED', { path: key });
      parts.push(bytes);
    },
  });
  return Buffer.concat(parts).toString('utf8');
}

/** The firm that a head names. @throws IntegrityError BACKUP_DAMAGED where it names none */
function parseHead(path: string, text: string): { readonly firm: string } {
  try {
    const head = JSON.parse(text) as { readonly firm?: unknown } | null;
    if (typeof head?.firm === 'string') return { firm: head.firm };
  } catch (cause) {
    throw new IntegrityError('BACKUP_DAMAGED', { path }, { cause });
  }
  throw new IntegrityError('BACKUP_DAMAGED', { path });
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

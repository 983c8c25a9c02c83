/** The bucket of a schedule: what of the folder is in it, and bringing the rest there (docs/spec/backup.md section 9). */
import { ConflictError, StrongroomError } from '@strongroom/core';
import { lockHome } from '@strongroom/warden';
import { join } from 'node:path';
import { readNote, removeNote, writeNote } from './home-note.ts';
import type { LastBackup } from './last-backup.ts';
import { timeOfBackupId } from './layout.ts';
import { listBackupIds } from './list-backups.ts';
import type { Retention } from './retention-rule.ts';
import type { Bucket } from './s3/bucket.ts';
import { pushBackups } from './s3/mirror.ts';
import type { PushedBackups, PushOptions } from './s3/mirror.ts';

const copyName = 'bucket-copy.json';
const failureName = 'bucket-failure.json';
/** The reason that is noted where the newest backup has a file larger than a bucket takes. */
const tooLargeReason = 'BUCKET_FILE_TOO_LARGE';

/** Where each backup of a schedule is copied to. */
export type ScheduleBucket = {
  readonly url: string;
  readonly region: string;
  /** The absolute path of the file that holds them: never what is in it. */
  readonly credentials: string;
};

/** How the copy stands. */
export type BucketState = {
  /** The newest backup of the folder that the bucket has whole, and when that was so. */
  readonly last?: { readonly madeAtMs: number; readonly atMs: number };
  /** The last copying, where it failed. */
  readonly failure?: { readonly atMs: number; readonly code: string };
  /** Whether the folder has what the bucket has not, or something is left to do there. */
  readonly isBehind: boolean;
};

/** What a copying needs beside the schedule. */
export type BucketRun = {
  readonly home: string;
  readonly target: string;
  readonly retention: Retention;
  readonly named: ScheduleBucket;
  /** The newest backup of the folder, as the home knows it. */
  readonly last: LastBackup;
  readonly nowMs: number;
  readonly open: (named: ScheduleBucket) => Promise<Bucket>;
} & Pick<PushOptions, 'temporaryFolder' | 'signal' | 'isOver' | 'onProgress'>;

/** How the copy of a schedule's folder in this bucket stands. */
export async function readBucketState(
  home: string,
  { url }: ScheduleBucket,
  newest: LastBackup | undefined,
): Promise<BucketState> {
  const copy = (await readNote(home, copyName)) as (BucketState['last'] & { url: string }) | undefined;
  const last = copy?.url === url ? { madeAtMs: copy.madeAtMs, atMs: copy.atMs } : undefined;
  const failure = (await readNote(home, failureName)) as BucketState['failure'];
  const isBehind = newest !== undefined && (last?.madeAtMs !== newest.madeAtMs || failure !== undefined);
  return {
    isBehind,
    ...(last === undefined ? {} : { last }),
    ...(failure === undefined ? {} : { failure }),
  };
}

/** Forgets a failure: another bucket is named, or none. */
export async function clearBucketFailure(home: string): Promise<void> {
  await removeNote(home, failureName);
}

/**
 * Brings what is missing into the bucket and removes there what may go. A failure is noted in the home and thrown; one that was only
 * cut off is no failure: the next run goes on. No backup is made meanwhile, because its retention would take files from under this.
 * @throws what `pushBackups` and `open` throw; ConflictError BACKUP_RUNNING
 */
export async function copyToBucket(options: BucketRun): Promise<PushedBackups> {
  const { home, named, last, nowMs } = options;
  try {
    const pushed = await push(options);
    const isThere = pushed.backups.some((id) => timeOfBackupId(id) === last.madeAtMs);
    if (isThere) {
      await writeNote(home, copyName, { url: named.url, madeAtMs: last.madeAtMs, atMs: nowMs });
      await removeNote(home, failureName);
    } else await writeNote(home, failureName, { atMs: nowMs, code: tooLargeReason });
    return pushed;
  } catch (cause) {
    const code = cause instanceof StrongroomError ? cause.code : 'UNKNOWN';
    const isCut = options.signal.aborted || code === 'INTERRUPTED' || code === 'BACKUP_RUNNING';
    if (!isCut) await writeNote(home, failureName, { atMs: nowMs, code });
    throw cause;
  }
}

async function push(options: BucketRun): Promise<PushedBackups> {
  const { home, target, named, last, open, ...rest } = options;
  const lock = lockBackups(home);
  try {
    const newest = (await listBackupIds(target)).find((id) => timeOfBackupId(id) === last.madeAtMs);
    const bucket = await open(named);
    return await pushBackups({ ...rest, target, bucket, ...(newest === undefined ? {} : { newest }) });
  } finally {
    lock.close();
  }
}

/** The lock that `makeBackup` takes. */
function lockBackups(home: string): { close(): void } {
  try {
    return lockHome(join(home, 'backup-lock'));
  } catch (cause) {
    if (cause instanceof ConflictError) throw new ConflictError('BACKUP_RUNNING', {}, { cause });
    throw cause;
  }
}

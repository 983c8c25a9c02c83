/** Backups by the clock: what is due, and what became of the last run (docs/spec/backup.md section 9). */
import { realpath } from 'node:fs/promises';
import { InputError, StrongroomError } from '@strongroom/core';
import { readNote, removeNote, writeNote } from './home-note.ts';
import { readLastBackup } from './last-backup.ts';
import type { LastBackup } from './last-backup.ts';
import { makeBackup } from './make-backup.ts';
import type { BackupOptions, MadeBackup } from './make-backup.ts';
import type { Retention } from './retention-rule.ts';
import { clearBucketFailure, copyToBucket, readBucketState } from './schedule-bucket.ts';
import type { BucketRun, BucketState, ScheduleBucket } from './schedule-bucket.ts';
import type { PushedBackups } from './s3/mirror.ts';

const scheduleName = 'backup-schedule.json';
const failureName = 'backup-failure.json';
const hourMs = 3_600_000;
/** A year: what is rarer is no schedule. */
const everyHoursMax = 8_760;

/** When, where to, and what stays. */
export type BackupSchedule = {
  readonly format: 1;
  readonly target: string;
  readonly everyHours: number;
  /** Every so many hours counted from here. */
  readonly fromMs: number;
  readonly retention: Retention;
  /** Where each is copied to; what `retention` keeps is kept there too. */
  readonly bucket?: ScheduleBucket;
};

/** Where a schedule stands. */
export type ScheduleState = {
  readonly schedule: BackupSchedule;
  /** The newest backup in its target. */
  readonly last?: LastBackup;
  /** The last run, where it failed. */
  readonly failure?: { readonly atMs: number; readonly code: string };
  /** In the past where one is due. */
  readonly nextAtMs: number;
  /** Where the schedule names a bucket. */
  readonly bucket?: BucketState;
};

/** What a run of a schedule needs; `away` where it names a bucket. */
export type ScheduleRunOptions = Omit<BackupOptions, 'target' | 'retention'> & {
  readonly away?: Pick<BucketRun, 'open' | 'temporaryFolder'> & { readonly clock: { nowMs(): number } };
  /** Told as soon as one is made, before it is copied anywhere. */
  readonly onMade?: (made: MadeBackup) => void;
};

/** What a run did. */
export type ScheduledRun =
  | { readonly kind: 'none' }
  | { readonly kind: 'not-due'; readonly nextAtMs: number }
  | { readonly kind: 'copied'; readonly pushed: PushedBackups }
  | { readonly kind: 'made'; readonly made: MadeBackup; readonly pushed?: PushedBackups };

/** The schedule of a home and where it stands; undefined where it has none. @throws InputError CONFIG_INVALID */
export async function readSchedule(home: string): Promise<ScheduleState | undefined> {
  const schedule = (await readNote(home, scheduleName)) as BackupSchedule | undefined;
  if (schedule === undefined) return undefined;
  assertSchedule(schedule);
  const newest = await readLastBackup(home);
  const last = newest?.target === schedule.target ? newest : undefined;
  const failure = (await readNote(home, failureName)) as ScheduleState['failure'];
  return {
    schedule,
    nextAtMs: findNext(schedule, last),
    ...(last === undefined ? {} : { last }),
    ...(failure === undefined ? {} : { failure }),
    ...(schedule.bucket === undefined ? {} : { bucket: await readBucketState(home, schedule.bucket, last) }),
  };
}

/** Sets the schedule of a home, or ends it. @throws InputError CONFIG_INVALID, FILE_UNREADABLE */
export async function writeSchedule(home: string, schedule: BackupSchedule | undefined): Promise<void> {
  await removeNote(home, failureName);
  await clearBucketFailure(home);
  if (schedule === undefined) {
    await removeNote(home, scheduleName);
    return;
  }
  assertSchedule(schedule);
  const target = await realpath(schedule.target).catch((cause: unknown) => {
    throw new InputError('FILE_UNREADABLE', {}, { cause });
  });
  await writeNote(home, scheduleName, { ...schedule, target });
}

/**
 * Makes a backup if one is due, and brings what the schedule's bucket has not there. A failure is noted in the home and thrown, that of the
 * bucket apart from the folder's: a bucket that is away keeps no backup from being made, nor a folder that is full one from being copied.
 * @throws what `makeBackup` and `copyToBucket` throw; InputError CONFIG_INVALID
 */
export async function runSchedule(options: ScheduleRunOptions): Promise<ScheduledRun> {
  const { home, nowMs } = options;
  const state = await readSchedule(home);
  if (state === undefined) return { kind: 'none' };
  if (nowMs < state.nextAtMs) {
    const pushed = await copyIfBehind(options, state);
    return pushed === undefined ? { kind: 'not-due', nextAtMs: state.nextAtMs } : { kind: 'copied', pushed };
  }
  let made: MadeBackup;
  try {
    made = await makeDue(options, state.schedule);
  } catch (cause) {
    // What lies there from before still goes; its failure is noted, and this one is thrown.
    if (!isRunning(cause)) await copyIfBehind(options, state).catch(() => undefined);
    throw cause;
  }
  options.onMade?.(made);
  const pushed = await copyIfBehind(options, (await readSchedule(home)) ?? state);
  return { kind: 'made', made, ...(pushed === undefined ? {} : { pushed }) };
}

async function makeDue(options: ScheduleRunOptions, schedule: BackupSchedule): Promise<MadeBackup> {
  const { home, nowMs } = options;
  try {
    const { target, retention } = schedule;
    const made = await makeBackup({ ...options, target, retention });
    await removeNote(home, failureName);
    return made;
  } catch (cause) {
    const code = cause instanceof StrongroomError ? cause.code : 'UNKNOWN';
    // One that runs already is no failure: it is the one that was due.
    if (!isRunning(cause)) await writeNote(home, failureName, { atMs: nowMs, code });
    throw cause;
  }
}

function isRunning(cause: unknown): boolean {
  return cause instanceof StrongroomError && cause.code === 'BACKUP_RUNNING';
}

/** Ends where the next backup is due: a bucket that takes days must not keep the folder waiting. */
async function copyIfBehind(
  { home, nowMs, signal, away, onProgress }: ScheduleRunOptions,
  { schedule, last, nextAtMs, bucket }: ScheduleState,
): Promise<PushedBackups | undefined> {
  const { target, retention, bucket: named } = schedule;
  if (named === undefined || away === undefined || last === undefined || bucket?.isBehind !== true)
    return undefined;
  const { open, temporaryFolder, clock } = away;
  const untilMs = Math.max(nextAtMs, nowMs + hourMs);
  return await copyToBucket({
    home,
    target,
    retention,
    named,
    last,
    nowMs,
    signal,
    open,
    temporaryFolder,
    isOver: () => clock.nowMs() >= untilMs,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
}

/** The beginning of the first period that has no backup: a run that came late does not move those that follow. */
function findNext({ everyHours, fromMs }: BackupSchedule, last: LastBackup | undefined): number {
  if (last === undefined || last.missing > 0) return fromMs;
  const everyMs = everyHours * hourMs;
  return fromMs + (Math.floor((last.madeAtMs - fromMs) / everyMs) + 1) * everyMs;
}

function assertSchedule({ format, target, everyHours, fromMs, retention, bucket }: BackupSchedule): void {
  const numbers = Object.values(retention ?? {}) as unknown[];
  const isGood =
    format === 1 &&
    typeof target === 'string' &&
    Number.isInteger(everyHours) &&
    everyHours >= 1 &&
    everyHours <= everyHoursMax &&
    Number.isSafeInteger(fromMs) &&
    numbers.every((value) => Number.isSafeInteger(value) && (value as number) >= 0) &&
    (bucket === undefined ||
      [bucket.url, bucket.region, bucket.credentials].every((value) => typeof value === 'string'));
  if (!isGood) throw new InputError('CONFIG_INVALID', { name: scheduleName });
}

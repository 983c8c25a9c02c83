/** Backups by the clock: what is due, and what became of the last run (docs/spec/backup.md section 9). */
import { realpath } from 'node:fs/promises';
import { InputError, StrongroomError } from '@strongroom/core';
import { readNote, removeNote, writeNote } from './home-note.ts';
import { readLastBackup } from './last-backup.ts';
import type { LastBackup } from './last-backup.ts';
import { makeBackup } from './make-backup.ts';
import type { BackupOptions, MadeBackup } from './make-backup.ts';
import type { Retention } from './retention-rule.ts';

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
};

/** What a run did. */
export type ScheduledRun =
  | { readonly kind: 'none' }
  | { readonly kind: 'not-due'; readonly nextAtMs: number }
  | { readonly kind: 'made'; readonly made: MadeBackup };

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
  };
}

/** Sets the schedule of a home, or ends it. @throws InputError CONFIG_INVALID, FILE_UNREADABLE */
export async function writeSchedule(home: string, schedule: BackupSchedule | undefined): Promise<void> {
  await removeNote(home, failureName);
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
 * Makes a backup if one is due. A failure is noted in the home and thrown.
 * @throws what `makeBackup` throws; InputError CONFIG_INVALID
 */
export async function runSchedule(
  options: Omit<BackupOptions, 'target' | 'retention'>,
): Promise<ScheduledRun> {
  const { home, nowMs } = options;
  const state = await readSchedule(home);
  if (state === undefined) return { kind: 'none' };
  const { schedule, nextAtMs } = state;
  if (nowMs < nextAtMs) return { kind: 'not-due', nextAtMs };
  try {
    const { target, retention } = schedule;
    const made = await makeBackup({ ...options, target, retention });
    await removeNote(home, failureName);
    return { kind: 'made', made };
  } catch (cause) {
    const code = cause instanceof StrongroomError ? cause.code : 'UNKNOWN';
    // One that runs already is no failure: it is the one that was due.
    if (code !== 'BACKUP_RUNNING') await writeNote(home, failureName, { atMs: nowMs, code });
    throw cause;
  }
}

/** The beginning of the first period that has no backup: a run that came late does not move those that follow. */
function findNext({ everyHours, fromMs }: BackupSchedule, last: LastBackup | undefined): number {
  if (last === undefined || last.missing > 0) return fromMs;
  const everyMs = everyHours * hourMs;
  return fromMs + (Math.floor((last.madeAtMs - fromMs) / everyMs) + 1) * everyMs;
}

function assertSchedule({ format, target, everyHours, fromMs, retention }: BackupSchedule): void {
  const numbers = Object.values(retention ?? {}) as unknown[];
  const isGood =
    format === 1 &&
    typeof target === 'string' &&
    Number.isInteger(everyHours) &&
    everyHours >= 1 &&
    everyHours <= everyHoursMax &&
    Number.isSafeInteger(fromMs) &&
    numbers.every((value) => Number.isSafeInteger(value) && (value as number) >= 0);
  if (!isGood) throw new InputError('CONFIG_INVALID', { name: scheduleName });
}

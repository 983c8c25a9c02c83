/** Backups by the clock: the schedule of a server's home, and the run that a timer calls. Spec: docs/spec/backup.md section 9. */
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ScheduleBucket, ScheduleState } from '@strongroom/backup';
import { DependencyError, InputError, StrongroomError } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import { formatTimerUnits, installTimer, planTimer, removeTimer } from '../backup-timer/timer.ts';
import type { TimerPlan } from '../backup-timer/timer.ts';
import type { CommandInput, CommandSpec, Run } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { formatTime } from '../output/format-time.ts';
import { nameSubject, subjectOf } from '../subject.ts';
import { thisHost } from '../warden-service/install.ts';
import { linesOfPushed, warnOfPushed } from './backup-bucket.ts';
import {
  findServerHome,
  keepOptions,
  linesOfMade,
  nameFolder,
  readRetention,
  warnOfMade,
  withProgress,
} from './backup-inputs.ts';
import {
  assertReadableBy,
  bucketOptions,
  isOfBucket,
  openScheduled,
  readBucketName,
} from './bucket-inputs.ts';

const everyHoursDefault = 24;
const dayMs = 86_400_000;
const program = resolve(import.meta.dirname, '../../../../bin/strongroom.mjs');

export const backupScheduleCommands: readonly CommandSpec[] = [
  {
    path: 'backup schedule',
    takes: ['[dir]', '[bucket]'],
    options: ['serverHome', 'every', 'startAt', ...keepOptions, ...bucketOptions, 'timer', 'off', 'dryRun'],
    run: setSchedule,
  },
  { path: 'backup run', options: ['serverHome'], run: runDue },
];

/** The code of backups is loaded by its own commands only. */
const loadBackup = async () => await import('@strongroom/backup');

async function setSchedule(run: Run, input: CommandInput): Promise<void> {
  const { context, output } = run;
  const { readSchedule, writeSchedule } = await loadBackup();
  const home = findServerHome(run, input);
  if (!existsSync(join(home, 'data'))) throw nameSubject(new InputError('FILE_UNREADABLE'), home);
  const named = input.findArgument(0);
  const target = named === undefined ? undefined : resolve(context.cwd, named);
  const url = input.findArgument(1);
  const host = thisHost(context.userId);
  const plan = (to: string): TimerPlan =>
    planTimer({ home, target: to, node: process.execPath, program }, context);
  if (input.flag('timer') && !input.flag('dryRun') && !host.hasSystemd)
    throw new DependencyError('SYSTEMD_MISSING');
  if (input.flag('off')) {
    const before = await readSchedule(home);
    if (input.flag('dryRun')) {
      output.result(before ?? { schedule: null }, () => sayState(run, before, true));
      return;
    }
    if (input.flag('timer') && before !== undefined) removeTimer(plan(before.schedule.target), host);
    await writeSchedule(home, undefined);
    output.result({ schedule: null }, () => output.line(output.t('cli.backup.schedule.ended')));
    return;
  }
  if (target !== undefined) {
    const units = formatTimerUnits(plan(target));
    if (input.flag('dryRun')) {
      output.result({ units: Object.fromEntries(units) }, () => {
        for (const [name, text] of units) output.line(`# ${name}\n${text}`);
      });
      return;
    }
    const bucket = url === undefined ? undefined : await readUsableBucket(run, input, { url, home });
    await writeSchedule(home, {
      format: 1,
      target,
      everyHours: input.number('every') ?? everyHoursDefault,
      fromMs: findStart(input.text('startAt'), context.clock.nowMs()),
      retention: readRetention(input),
      ...(bucket === undefined ? {} : { bucket }),
    }).catch((error: unknown) => {
      throw nameFolder(error, target);
    });
    if (input.flag('timer')) installTimer(plan(target), host);
  }
  const state = await readSchedule(home);
  output.result(state ?? { schedule: null }, () => sayState(run, state, input.flag('timer')));
}

/** Refuses now what would fail in the night: an address that is none, and credentials that the timer's user cannot read. */
async function readUsableBucket(
  run: Run,
  input: CommandInput,
  { url, home }: { readonly url: string; readonly home: string },
): Promise<ScheduleBucket> {
  const named = readBucketName(run, input, url);
  await openScheduled(run, named);
  if (input.flag('timer')) await assertReadableBy(named.credentials, statSync(home).uid);
  return named;
}

/** The newest such time of day, by this machine's clock, that is not to come. @throws InputError INPUT_INVALID */
function findStart(text: string | undefined, nowMs: number): number {
  if (text === undefined) return nowMs;
  const [, hours, minutes] = /^([01]?\d|2[0-3]):([0-5]\d)$/u.exec(text) ?? [];
  if (hours === undefined || minutes === undefined)
    throw nameSubject(new InputError('INPUT_INVALID', { name: '--start-at' }), text);
  const at = new Date(nowMs).setHours(Number(hours), Number(minutes), 0, 0);
  return at > nowMs ? at - dayMs : at;
}

function sayState({ output }: Run, state: ScheduleState | undefined, hasTimer: boolean): void {
  if (state === undefined) {
    output.line(output.t('cli.backup.schedule.none'));
    return;
  }
  const { schedule, last, failure, nextAtMs, bucket } = state;
  output.line(output.t('cli.backup.schedule.every', { hours: schedule.everyHours, folder: schedule.target }));
  if (Object.keys(schedule.retention).length === 0) output.line(output.t('cli.backup.schedule.keeps-all'));
  output.line(
    last === undefined
      ? output.t('cli.backup.schedule.no-last')
      : output.t('cli.backup.schedule.last', { when: formatTime(last.madeAtMs) }),
  );
  output.line(output.t('cli.backup.schedule.next', { when: formatTime(nextAtMs) }));
  if (failure !== undefined)
    output.warn(
      output.t('cli.backup.schedule.failed', { when: formatTime(failure.atMs), code: failure.code }),
    );
  if (schedule.bucket !== undefined) {
    output.line(output.t('cli.backup.schedule.bucket', { url: schedule.bucket.url }));
    output.line(
      bucket?.last === undefined
        ? output.t('cli.backup.schedule.bucket-none')
        : output.t('cli.backup.schedule.bucket-last', { when: formatTime(bucket.last.madeAtMs) }),
    );
  }
  if (bucket?.failure !== undefined) {
    const { atMs, code } = bucket.failure;
    output.warn(output.t('cli.backup.schedule.bucket-failed', { when: formatTime(atMs), code }));
  }
  if (!hasTimer) output.line(output.t('cli.backup.schedule.timer'));
}

/** What the timer calls: does nothing where nothing is due. */
async function runDue(run: Run, input: CommandInput): Promise<number | void> {
  const { context, output } = run;
  const { readSchedule, runSchedule } = await loadBackup();
  const home = findServerHome(run, input);
  const schedule = (await readSchedule(home))?.schedule;
  const done = await withProgress(run, async (onProgress) =>
    runSchedule({
      engine: createNodeEngine(),
      home,
      nowMs: context.clock.nowMs(),
      signal: context.interrupted,
      onProgress,
      // Said as soon as it is there: a bucket that fails afterwards takes nothing of it back.
      onMade: (made) => (output.isJson ? undefined : linesOfMade(run, made)),
      away: {
        open: async (named) => await openScheduled(run, named),
        temporaryFolder: context.temporaryFolder,
        clock: context.clock,
      },
    }),
  ).catch((error: unknown) => {
    const isHomes = error instanceof StrongroomError && error.code === 'BACKUP_NO_FIRM';
    // What was named where it failed stays named.
    if (error instanceof Error && subjectOf(error) !== undefined) throw error;
    if (isOfBucket(error)) throw nameFolder(error, schedule?.bucket?.url ?? home);
    throw nameFolder(error, isHomes ? home : (schedule?.target ?? home));
  });
  if (done.kind === 'none' || done.kind === 'not-due') {
    output.result(done, () =>
      output.line(
        done.kind === 'none'
          ? output.t('cli.backup.schedule.none')
          : output.t('cli.backup.schedule.next', { when: formatTime(done.nextAtMs) }),
      ),
    );
    return;
  }
  const { pushed } = done;
  const made = done.kind === 'made' ? done.made : undefined;
  output.result({ ...made, ...(pushed === undefined ? {} : { pushed }) }, () => {
    if (pushed !== undefined) linesOfPushed(run, pushed);
  });
  const codes = [
    made === undefined ? exitCodes.ok : warnOfMade(run, made),
    pushed === undefined ? exitCodes.ok : warnOfPushed(run, pushed),
  ];
  return Math.max(...codes);
}

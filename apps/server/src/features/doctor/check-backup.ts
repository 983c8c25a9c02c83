/** How backups stand: `strongroom backup` leaves notes in the home (docs/spec/backup.md sections 5 and 9). */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from '@strongroom/protocol';
import type { ServerContext } from '../../context.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** Without a schedule a backup a day is the aim: two that were missed are told. */
const backupDaysWarn = 3;
/** A timer looks every hour, and a backup takes its time. */
const lateMs = 3 * hourMs;

/** One that a schedule wanted and that is not there is an error: administrators see it on Today. */
export async function checkBackup({
  home,
  clock,
}: Pick<ServerContext, 'home' | 'clock'>): Promise<Finding[]> {
  const last = await readNote(home, 'last-backup.json', ['madeAtMs']);
  const schedule = await readNote(home, 'backup-schedule.json', ['everyHours', 'fromMs']);
  const failure = await readNote(home, 'backup-failure.json', ['atMs']);
  const nowMs = clock.nowMs();
  const findings: Finding[] = [];
  const missing = Number(last?.['missing'] ?? 0);
  if (missing > 0)
    findings.push({ code: 'BACKUP_INCOMPLETE', severity: 'error', details: { count: missing } });
  if (failure !== undefined)
    findings.push({
      code: 'BACKUP_FAILED',
      severity: 'warning',
      details: {
        failedOn: formatDay(Number(failure['atMs'])),
        reason: typeof failure['code'] === 'string' ? failure['code'] : '',
      },
    });
  if (schedule !== undefined) {
    const isGood = last !== undefined && last['target'] === schedule['target'] && missing === 0;
    const sinceMs = isGood ? Number(last['madeAtMs']) : Number(schedule['fromMs']);
    const every = Number(schedule['everyHours']);
    if (nowMs > sinceMs + every * hourMs + lateMs)
      findings.push({
        code: 'BACKUP_LATE',
        severity: 'error',
        details: { every, hours: Math.floor((nowMs - sinceMs) / hourMs) },
      });
  }
  findings.push(...(await checkBucket(home, schedule, nowMs)));
  const drill = await readNote(home, 'last-drill.json', ['atMs']);
  if (drill !== undefined) {
    const code = drill['isGood'] === true ? 'BACKUP_DRILL' : 'BACKUP_DRILL_FAILED';
    const severity = drill['isGood'] === true ? 'info' : 'error';
    findings.push({ code, severity, details: { drilledOn: formatDay(Number(drill['atMs'])) } });
  }
  if (last === undefined) return [{ code: 'BACKUP_NONE', severity: 'warning', details: {} }, ...findings];
  const madeAtMs = Number(last['madeAtMs']);
  const days = Math.max(0, Math.floor((nowMs - madeAtMs) / dayMs));
  const isOld = days >= backupDaysWarn && schedule === undefined;
  return [
    {
      code: 'BACKUP_AGE',
      severity: isOld ? 'warning' : 'info',
      details: { madeOn: formatDay(madeAtMs), days },
    },
    ...findings,
  ];
}

/** The copy in the schedule's bucket, apart from the folder: either may fail while the other is good. */
async function checkBucket(
  home: string,
  schedule: Readonly<Record<string, unknown>> | undefined,
  nowMs: number,
): Promise<Finding[]> {
  const bucket = schedule?.['bucket'] as { readonly url?: unknown } | undefined;
  if (schedule === undefined || bucket === undefined) return [];
  const note = await readNote(home, 'bucket-copy.json', ['madeAtMs']);
  const copy = note?.['url'] === bucket.url ? note : undefined;
  const failure = await readNote(home, 'bucket-failure.json', ['atMs']);
  const every = Number(schedule['everyHours']);
  const sinceMs = Number((copy ?? schedule)[copy === undefined ? 'fromMs' : 'madeAtMs']);
  const isLate = nowMs > sinceMs + every * hourMs + lateMs;
  const hours = Math.floor((nowMs - sinceMs) / hourMs);
  return [
    ...(copy === undefined
      ? []
      : [
          {
            code: 'BACKUP_BUCKET',
            severity: 'info',
            details: { madeOn: formatDay(sinceMs) },
          } as const,
        ]),
    ...(failure === undefined
      ? []
      : [
          {
            code: 'BACKUP_BUCKET_FAILED',
            severity: 'warning',
            details: {
              failedOn: formatDay(Number(failure['atMs'])),
              reason: typeof failure['code'] === 'string' ? failure['code'] : '',
            },
          } as const,
        ]),
    ...(isLate
      ? [{ code: 'BACKUP_BUCKET_LATE', severity: 'error', details: { every, hours } } as const]
      : []),
  ];
}

function formatDay(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

/** A note whose named values are numbers; one that is missing or torn tells nothing. */
async function readNote(
  home: string,
  name: string,
  numbers: readonly string[],
): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const note = JSON.parse(await readFile(join(home, name), 'utf8')) as Record<string, unknown>;
    return numbers.every((key) => Number.isSafeInteger(note[key]) && Math.abs(Number(note[key])) < 8.64e15)
      ? note
      : undefined;
  } catch {
    return undefined;
  }
}

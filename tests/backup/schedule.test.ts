/** Backups by the clock, of a real server: made when they are due, made up for when they were not, told when they are late. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSchedule, runSchedule } from '@strongroom/backup';
import { createNodeEngine } from '@strongroom/core/node';
import { startServer } from '@strongroom/server';
import type { RunningServer } from '@strongroom/server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { foundFirm, password, run } from '../cli/command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'sr-schedule-'));
const place = { folder, home: 'lap' };
const home = join(folder, 'server');
const target = join(folder, 'nas');
const hourMs = 3_600_000;
const stepMs = 180_000;

let server: RunningServer;

beforeAll(async () => {
  server = await startServer({ home, port: 0 });
  await foundFirm(place, server);
  mkdirSync(target);
}, stepMs);
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const tick = async (nowMs: number): Promise<string> => {
  const signal = new AbortController().signal;
  return (await runSchedule({ engine: createNodeEngine(), home, nowMs, signal })).kind;
};
const backups = (): string[] => readdirSync(join(target, 'backups'));
const findings = async (): Promise<Record<string, string>> => {
  const { out } = await run(place, ['doctor', '--json'], { '--password-fd': password });
  const rows = JSON.parse(out) as { code: string; severity: string }[];
  return Object.fromEntries(
    rows.filter(({ code }) => code.startsWith('BACKUP')).map(({ code, severity }) => [code, severity]),
  );
};

test(
  'one is made when it is due and not before; days that were missed do not move the next',
  async () => {
    expect(await tick(Date.now())).toBe('none');
    expect((await run(place, ['backup', 'schedule', 'elsewhere'])).err).toContain('elsewhere');
    expect((await run(place, ['backup', 'schedule', 'nas', '--start-at', '25:00'])).code).toBe(1);
    // Half a day away from now, so that no period begins while this runs.
    const startAt = `${String((new Date().getHours() + 12) % 24).padStart(2, '0')}:00`;
    const set = await run(place, ['backup', 'schedule', 'nas', '--keep-daily', '2', '--start-at', startAt]);
    expect(set.out, set.err).toContain('A backup every 24 hours');
    const fromMs = (await readSchedule(home))?.schedule.fromMs ?? 0;
    expect(fromMs).toBeLessThanOrEqual(Date.now());
    expect((await run(place, ['backup', 'run'])).out).toContain('is made');
    expect((await run(place, ['backup', 'run'])).out).toContain('The next one is due');
    expect(backups()).toHaveLength(1);

    expect(await tick(fromMs + 24 * hourMs - 1)).toBe('not-due');
    expect(await tick(fromMs + 29 * hourMs)).toBe('made');
    expect(await tick(fromMs + 47 * hourMs)).toBe('not-due');
    expect(await tick(fromMs + 48 * hourMs)).toBe('made');
    expect(await tick(fromMs + 49 * hourMs)).toBe('not-due');
    expect(backups()).toHaveLength(2);
  },
  stepMs,
);

test(
  'one that is late, failed or not whole is an alarm',
  async () => {
    const fromMs = (await readSchedule(home))?.schedule.fromMs ?? 0;
    const path = join(home, 'last-backup.json');
    const note = JSON.parse(readFileSync(path, 'utf8')) as { madeAtMs: number; missing: number };
    const set = (changes: object): void => writeFileSync(path, JSON.stringify({ ...note, ...changes }));
    set({ madeAtMs: Date.now() - 26 * hourMs });
    expect(await findings()).toEqual({ BACKUP_AGE: 'notice' });
    set({ madeAtMs: Date.now() - 28 * hourMs });
    expect(await findings()).toEqual({ BACKUP_AGE: 'notice', BACKUP_LATE: 'failure' });
    set({ madeAtMs: Date.now(), missing: 2 });
    expect(await findings()).toMatchObject({ BACKUP_INCOMPLETE: 'failure' });
    set({ madeAtMs: Date.now(), target: '/elsewhere', missing: 0 });
    writeFileSync(
      join(home, 'backup-schedule.json'),
      JSON.stringify({ ...(await readSchedule(home))?.schedule, fromMs: fromMs - 48 * hourMs }),
    );
    expect(await findings()).toMatchObject({ BACKUP_LATE: 'failure' });

    renameSync(target, `${target}-away`);
    await expect(tick(Date.now() + 24 * hourMs)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    expect(await findings()).toMatchObject({ BACKUP_FAILED: 'warning' });
    expect((await run(place, ['backup', 'schedule'])).err).toContain('FILE_UNREADABLE');
    renameSync(`${target}-away`, target);
    expect(await tick(Date.now() + 24 * hourMs)).toBe('made');
    expect(await findings()).toEqual({ BACKUP_AGE: 'notice' });

    // Only looked at, it goes on.
    const shown = await run(place, ['backup', 'schedule', '--off', '--dry-run']);
    expect(shown.out, shown.err).toContain('A backup every 24 hours');
    expect((await readSchedule(home))?.schedule.target).toBe(target);
    expect((await run(place, ['backup', 'schedule', '--off'])).code).toBe(0);
    expect(await tick(Date.now() + 999 * hourMs)).toBe('none');
  },
  stepMs,
);

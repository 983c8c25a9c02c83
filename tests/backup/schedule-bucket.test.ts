/** A schedule that names a bucket: each backup goes there too, what was cut goes on, and what fails there is told apart from the folder. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '@strongroom/server';
import type { RunningServer } from '@strongroom/server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { foundFirm, json, password, run } from '../cli/command-line.ts';
import { credentialsText, startS3Server } from './s3-server.ts';
import type { S3Server } from './s3-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'sr-schedule-bucket-'));
const place = { folder, home: 'lap' };
const home = join(folder, 'server');
const main = new URL('../../apps/cli/src/main.ts', import.meta.url).pathname;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const stepMs = 180_000;

let server: RunningServer;
let bucket: S3Server;
let client = '';
/** The clock of the runs: a day later each time one is asked for. */
let nowMs = Date.now();

beforeAll(async () => {
  bucket = await startS3Server();
  server = await startServer({ home, port: 0 });
  ({ client } = await foundFirm(place, server));
  mkdirSync(join(folder, 'nas'));
  writeFileSync(join(folder, 'keys'), credentialsText, { mode: 0o600 });
  await add('first.pdf');
}, stepMs);
afterAll(async () => {
  await server.close();
  bucket.close();
  rmSync(folder, { recursive: true, force: true });
});

async function add(name: string): Promise<void> {
  writeFileSync(join(folder, name), randomBytes(100_000));
  await json(place, ['records', 'add', name, '--client', client]);
}

const schedule = async (...rest: readonly string[]): ReturnType<typeof run> =>
  await run(place, ['backup', 'schedule', ...rest]);
const runDue = async (): ReturnType<typeof run> =>
  await run(place, ['backup', 'run'], {}, 'en', undefined, () => nowMs);
const inFolder = (): string[] => readdirSync(join(folder, 'nas', 'backups')).toSorted();
/** Backups of the bucket by what makes them one: their list. */
const inBucket = (): string[] =>
  [...bucket.objects.keys()]
    .flatMap((key) => /^acme\/backups\/([^/]+)\/SHA256SUMS$/u.exec(key)?.[1] ?? [])
    .toSorted();
/** What its lists name and it does not have. */
const missing = (): string[] =>
  inBucket().flatMap((id) =>
    (bucket.objects.get(`acme/backups/${id}/SHA256SUMS`)?.toString() ?? '')
      .trim()
      .split('\n')
      .map((line) => `acme/${line.slice(66)}`)
      .filter((key) => !bucket.objects.has(key)),
  );
const findings = async (): Promise<Record<string, string>> => {
  const { out } = await run(place, ['doctor', '--json'], { '--password-fd': password });
  const rows = JSON.parse(out) as { code: string; severity: string }[];
  return Object.fromEntries(
    rows.filter(({ code }) => code.startsWith('BACKUP')).map(({ code, severity }) => [code, severity]),
  );
};

test(
  'a bucket that cannot be used is refused when it is named; its credentials are in no unit and no note',
  async () => {
    expect((await schedule('nas', bucket.url)).err).toContain('--credentials');
    expect((await schedule('nas', bucket.url, '--credentials', 'nowhere')).err).toContain('nowhere');
    writeFileSync(join(folder, 'empty'), '', { mode: 0o600 });
    expect((await schedule('nas', bucket.url, '--credentials', 'empty')).code).toBe(1);
    expect((await schedule('nas', 'http://192.0.2.1/copies', '--credentials', 'keys')).code).toBe(1);
    expect((await schedule()).out).toContain('no schedule');

    const set = await schedule('nas', bucket.url, '--credentials', 'keys', '--keep', '2');
    expect(set.out, set.err).toContain(bucket.url);
    const [, secret = ''] = /aws_secret_access_key = (\S+)/u.exec(credentialsText) ?? [];
    const note = readFileSync(join(home, 'backup-schedule.json'), 'utf8');
    expect(note).toContain(join(folder, 'keys'));
    expect(note).not.toContain(secret);
    const shown = await schedule('nas', bucket.url, '--credentials', 'keys', '--timer', '--dry-run');
    expect(shown.out).toContain('backup run');
    expect(shown.out).not.toContain(bucket.url);
    expect(shown.out).not.toContain('keys');
  },
  stepMs,
);

test(
  'a run that is killed while it sends is gone on with by the next, which sends only the rest',
  async () => {
    bucket.filesBeforeHold = 2;
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', main, 'backup', 'run', '--home', home],
      { cwd: folder, stdio: 'ignore' },
    );
    const ended = new Promise<string | null>((resolve) => child.once('exit', (_, signal) => resolve(signal)));
    await bucket.whenHeld();
    child.kill('SIGKILL');
    expect(await ended).toBe('SIGKILL');
    // Whole in the folder; half of it there is none.
    expect(inFolder()).toHaveLength(1);
    expect(bucket.objects.size).toBe(2);
    expect(inBucket()).toEqual([]);
    expect((await schedule()).out).toContain('None is in the bucket yet');

    bucket.filesBeforeHold = Number.POSITIVE_INFINITY;
    const sent = [...bucket.objects.keys()];
    bucket.asked.length = 0;
    nowMs = Date.now();
    expect((await runDue()).out).toContain('The bucket has 1 backup');
    expect(inFolder()).toHaveLength(1);
    expect(inBucket()).toEqual(inFolder());
    expect(missing()).toEqual([]);
    for (const key of sent) expect(bucket.asked).not.toContain(`PUT ${key}`);
    bucket.asked.length = 0;
    expect((await runDue()).out).toContain('The next one is due');
    expect(bucket.asked).toEqual([]);
    expect(await findings()).toEqual({ BACKUP_AGE: 'notice', BACKUP_BUCKET: 'notice' });
  },
  stepMs,
);

test(
  'a bucket that refuses, and a wrong credential, keep no backup from being made, and are told apart from the folder',
  async () => {
    bucket.isReadOnly = true;
    nowMs += dayMs;
    const refused = await runDue();
    expect(refused.code).toBe(1);
    expect(refused.out).toContain('is made');
    expect(refused.err).toContain('The bucket refused');
    expect(refused.err).toContain(bucket.url);
    expect(inFolder()).toHaveLength(2);
    expect(inBucket()).toHaveLength(1);
    expect(await findings()).toEqual({
      BACKUP_AGE: 'notice',
      BACKUP_BUCKET: 'notice',
      BACKUP_BUCKET_FAILED: 'warning',
    });
    expect((await schedule()).err).toContain('BUCKET_REFUSED');
    bucket.isReadOnly = false;

    writeFileSync(join(folder, 'keys'), credentialsText.replace('KEY', 'KEz'));
    expect((await runDue()).err).toContain('The bucket refused');
    expect(inBucket()).toHaveLength(1);
    rmSync(join(folder, 'keys'));
    const gone = await runDue();
    expect(gone.err).toContain(join(folder, 'keys'));
    expect((await schedule()).err).toContain('FILE_UNREADABLE');
    expect(await findings()).toMatchObject({ BACKUP_BUCKET_FAILED: 'warning' });
    expect(await findings()).not.toHaveProperty('BACKUP_FAILED');

    writeFileSync(join(folder, 'keys'), credentialsText, { mode: 0o600 });
    expect((await runDue()).out).toContain('The bucket has 2 backups');
    expect(inBucket()).toEqual(inFolder());
    expect(await findings()).not.toHaveProperty('BACKUP_BUCKET_FAILED');
  },
  stepMs,
);

test(
  'what is old goes from the bucket only once the new one is whole there, and bodies of what stays stay',
  async () => {
    await add('second.pdf');
    const before = inBucket();
    const bodies = [...bucket.objects.keys()].filter((key) => key.startsWith('acme/bodies/'));
    nowMs += dayMs;
    bucket.loses = '/bodies/';
    const lost = await runDue();
    expect(lost.err).toContain('The bucket refused');
    for (const id of before) expect(inBucket()).toContain(id);
    for (const key of bodies) expect(bucket.objects.has(key)).toBe(true);
    expect(bucket.asked.some((one) => one.startsWith('DELETE'))).toBe(false);
    expect(await findings()).toMatchObject({ BACKUP_BUCKET_FAILED: 'warning' });

    bucket.loses = undefined;
    const sent = await runDue();
    expect(sent.out, sent.err).toContain('The bucket has 2 backups');
    expect(inFolder()).toHaveLength(2);
    expect(inBucket()).toEqual(inFolder());
    expect(inBucket()).not.toContain(before[0]);
    expect(missing()).toEqual([]);
    for (const key of bodies) expect(bucket.objects.has(key)).toBe(true);
    const verified = await run(place, ['backup', 'pull', bucket.url, 'back', '--credentials', 'keys']);
    expect(verified.code, verified.err).toBe(0);
    const whole = await run(place, ['backup', 'verify', 'back', '--from-kit', 'kit.txt']);
    expect(whole.code, whole.err).toBe(0);
  },
  stepMs,
);

test(
  'one that is late in the bucket is an alarm of its own, and an emptied folder empties no bucket',
  async () => {
    const last = join(home, 'bucket-copy.json');
    const note = JSON.parse(readFileSync(last, 'utf8')) as object;
    const made = join(home, 'last-backup.json');
    const ofFolder = JSON.parse(readFileSync(made, 'utf8')) as object;
    writeFileSync(made, JSON.stringify({ ...ofFolder, madeAtMs: Date.now() - hourMs }));
    writeFileSync(last, JSON.stringify({ ...note, madeAtMs: Date.now() - 26 * hourMs }));
    expect(await findings()).not.toHaveProperty('BACKUP_BUCKET_LATE');
    writeFileSync(last, JSON.stringify({ ...note, madeAtMs: Date.now() - 28 * hourMs }));
    expect(await findings()).toEqual({
      BACKUP_AGE: 'notice',
      BACKUP_BUCKET: 'notice',
      BACKUP_BUCKET_LATE: 'failure',
    });

    const before = inBucket();
    rmSync(join(folder, 'nas'), { recursive: true });
    mkdirSync(join(folder, 'nas'));
    bucket.isReadOnly = true;
    nowMs += dayMs;
    expect((await runDue()).code).toBe(1);
    expect(inBucket()).toEqual(before);
    bucket.isReadOnly = false;
    const healed = await runDue();
    expect(healed.out, healed.err).toContain('The bucket has 2 backups');
    expect(inBucket()).toEqual([before[1], ...inFolder()]);
    expect(missing()).toEqual([]);

    expect((await schedule('--off')).code).toBe(0);
    expect(await findings()).not.toHaveProperty('BACKUP_BUCKET');
  },
  stepMs,
);

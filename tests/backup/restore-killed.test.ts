/** A restore that is killed wherever it stands, as a process: the warden does not start on half of it, and the same command goes on. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '@strongroom/server';
import type { RunningServer } from '@strongroom/server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { foundFirm, json, run } from '../cli/command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'sr-restore-killed-'));
const place = { folder, home: 'lap' };
const home = join(folder, 'server');
const main = new URL('../../apps/cli/src/main.ts', import.meta.url).pathname;
let server: RunningServer | undefined;
afterAll(async () => {
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** How often a step is tried until it is seen in time. */
const triesMax = 10;

/** What is there when a step is done, in the order of the steps. */
const steps = [
  'restore-work/backup',
  'restore-work/data/office/office.sqlite',
  'restore-statement',
  'warden/before-restore',
  'data',
  'warden/remembered',
] as const;

/** Runs the command and kills it as soon as this is there; whether it was killed. */
async function killAt(path: string): Promise<boolean> {
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      main,
      'restore',
      'nas',
      '--home',
      'server',
      '--from-kit',
      'kit.txt',
    ],
    { cwd: folder, stdio: 'ignore' },
  );
  const ended = new Promise<string | null>((resolve) => child.once('exit', (_, signal) => resolve(signal)));
  const timer = setInterval(() => {
    if (existsSync(join(home, path))) child.kill('SIGKILL');
  }, 1);
  const signal = await ended;
  clearInterval(timer);
  return signal === 'SIGKILL';
}

let port = 0;
let client = '';

async function add(name: string): Promise<void> {
  writeFileSync(join(folder, name), randomBytes(2000));
  await json(place, ['records', 'add', name, '--client', client]);
}

/** Ends the server and takes its databases away. */
async function loseData(): Promise<void> {
  await server?.close();
  server = undefined;
  rmSync(join(home, 'data'), { recursive: true });
}

/** The command had ended, or gone on, before anybody saw it where it was to be killed: once more from the beginning. */
async function startAfresh(): Promise<void> {
  if (existsSync(join(home, 'restore-work'))) {
    const restored = await run(place, ['restore', 'nas', '--from-kit', 'kit.txt']);
    expect(restored.code, restored.err).toBe(0);
  }
  server = await startServer({ home, port });
  await loseData();
}

beforeAll(async () => {
  server = await startServer({ home, port: 0 });
  ({ port } = server);
  ({ client } = await foundFirm(place, server));
  await add('kept.pdf');
  mkdirSync(join(folder, 'nas'));
  const made = await run(place, ['backup', 'create', 'nas', '--json']);
  expect(made.code, made.err).toBe(0);
  await add('lost.pdf');
  await loseData();
}, 180_000);

test('goes on where it was killed, at every step, and never half', { timeout: 600_000 }, async () => {
  for (const step of steps) {
    for (let tries = 1; !(await killAt(step)); tries++) {
      expect(tries, `${step} was never seen`).toBeLessThan(triesMax);
      await startAfresh();
    }
    // Whoever starts the server in between is refused before it makes anything.
    if (existsSync(join(home, 'restore-work', 'backup')))
      await expect(startServer({ home, port })).rejects.toMatchObject({ code: 'RESTORE_UNFINISHED' });
  }
  if (existsSync(join(home, 'restore-work'))) {
    const restored = await run(place, ['restore', 'nas', '--from-kit', 'kit.txt']);
    expect(restored.code, restored.err).toBe(0);
  }
  server = await startServer({ home, port });
  expect(server.context.ledgers.isRestoreMode).toBe(false);
  expect(existsSync(join(home, 'restore-statement'))).toBe(false);
  await add('after.pdf');
  const shown = await json<{ name: string }[]>(place, ['records', 'list', '--client', client]);
  expect(shown.map(({ name }) => name).sort()).toEqual(['after.pdf', 'kept.pdf']);
});

/** Changes the database and dies in the middle: what it was is in a journal beside it. */
const dieWriting = `
const { DatabaseSync } = require('node:sqlite');
const database = new DatabaseSync(process.argv[1]);
database.exec('pragma cache_size = 1; begin immediate; update entries set entry = zeroblob(length(entry)); delete from sessions');
process.kill(process.pid, 'SIGKILL');
`;

test('goes on where it was killed while it cleaned a database', { timeout: 600_000 }, async () => {
  await loseData();
  const database = join(home, 'restore-work', 'data', 'office', 'office.sqlite');
  for (let tries = 1; !(await killAt('warden/before-restore')) || !existsSync(database); tries++) {
    expect(tries, 'it was never killed in time').toBeLessThan(triesMax);
    await startAfresh();
  }
  const child = spawn(process.execPath, ['-e', dieWriting, database], { stdio: 'ignore' });
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  expect(existsSync(`${database}-journal`)).toBe(true);
  const restored = await run(place, ['restore', 'nas', '--from-kit', 'kit.txt']);
  expect(restored.code, restored.err).toBe(0);
  server = await startServer({ home, port });
  await add('again.pdf');
  const shown = await json<{ name: string }[]>(place, ['records', 'list', '--client', client]);
  expect(shown.map(({ name }) => name).sort()).toEqual(['again.pdf', 'kept.pdf']);
});

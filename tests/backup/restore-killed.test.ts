/** A restore that is killed wherever it stands, as a process: the warden does not start on half of it, and the same command goes on. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '@strongroom/server';
import type { RunningServer } from '@strongroom/server';
import { afterAll, expect, test } from 'vitest';
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

test('goes on where it was killed, at every step, and never half', { timeout: 180_000 }, async () => {
  server = await startServer({ home, port: 0 });
  const { port } = server;
  const { client } = await foundFirm(place, server);
  const add = async (name: string): Promise<void> => {
    writeFileSync(join(folder, name), randomBytes(2000));
    await json(place, ['records', 'add', name, '--client', client]);
  };
  await add('kept.pdf');
  mkdirSync(join(folder, 'nas'));
  const made = await run(place, ['backup', 'create', 'nas', '--json']);
  expect(made.code, made.err).toBe(0);
  await add('lost.pdf');
  await server.close();
  server = undefined;
  rmSync(join(home, 'data'), { recursive: true });
  let killed = 0;
  for (const step of steps) {
    if (await killAt(step)) killed += 1;
    // Whoever starts the server in between is refused before it makes anything.
    if (existsSync(join(home, 'restore-work', 'backup')))
      await expect(startServer({ home, port })).rejects.toMatchObject({ code: 'RESTORE_UNFINISHED' });
  }
  expect(killed).toBeGreaterThanOrEqual(steps.length - 1);
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

/** The process itself, killed at each of its fault points and at moments of nobody's choosing, asked again afterwards. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseNoteKey, verifyCosignatures } from '@strongroom/ledger';
import type { NoteKey } from '@strongroom/ledger';
import { initWitness, openWitnessHome, trustLog, witnessFaultPoints } from '../src/index.ts';
import { engine, SmallLog } from './kit/small-log.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'sr-witness-crash-'));
const home = join(folder, 'home');
const control = join(folder, 'control');
const fork = 10;
let log: SmallLog;
let key: NoteKey;
let child: ChildProcess | undefined;
let ended: Promise<unknown> = Promise.resolve();
let url = '';

beforeAll(async () => {
  log = await SmallLog.create({ origin: 'office.example/vault', size: 400, fork });
  key = parseNoteKey(engine, await initWitness({ engine, home, name: 'witness.example/1' }));
  const { heads } = await openWitnessHome(engine, home, 'look');
  trustLog(engine, heads, log.vkey);
  heads.close();
});

afterAll(async () => {
  child?.kill('SIGKILL');
  await ended;
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<void> {
  const started = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', main, '--home', home, '--port', '0', '--test-control', control],
    { stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, STRONGROOM_UNSAFE_TEST: '1' } },
  );
  child = started;
  ended = new Promise((resolve) => started.once('exit', resolve));
  url = await new Promise((resolve, reject) => {
    createInterface({ input: started.stdout }).once('line', (line) =>
      resolve((JSON.parse(line) as { url: string }).url),
    );
    void ended.then(() => reject(new Error('the witness ended before it listened')));
  });
}

async function arm(point: string): Promise<void> {
  const socket = connect(control);
  const answer = new Promise<string>((resolve, reject) => {
    createInterface({ input: socket }).once('line', resolve);
    socket.once('error', reject);
  });
  socket.write(`${JSON.stringify({ op: 'fault.arm', point, action: 'kill' })}\n`);
  expect(JSON.parse(await answer)).toMatchObject({ ok: true });
  socket.end();
}

/** What became of a submission: a size that was cosigned, the size that it was told of, or nothing. */
async function submit(old: number, size: number, branch = 0): Promise<{ status: number; size: number }> {
  try {
    const response = await fetch(`${url}/add-checkpoint`, {
      method: 'POST',
      body: await log.request(old, size, branch),
    });
    const text = await response.text();
    if (response.status !== 200) return { status: response.status, size: Number(text) };
    await verifyCosignatures(engine, {
      checkpoint: await log.checkpoint(size, branch),
      text,
      witnesses: [key],
    });
    return { status: 200, size };
  } catch (error) {
    // The process is gone.
    if (error instanceof TypeError) return { status: 0, size: 0 };
    throw error;
  }
}

it('loses no head that it answered, and cosigns no second history, wherever it is killed', async () => {
  let head = fork + 2;
  await start();
  expect(await submit(0, head)).toEqual({ status: 200, size: head });
  for (const point of witnessFaultPoints) {
    await arm(point);
    expect((await submit(head, head + 3)).status, point).toBe(0);
    await ended;
    await start();
    const isDurable = point === 'witness.add.after-commit';
    // The other history is refused whether or not the head had moved.
    expect((await submit(head, head + 3, 1)).status, point).toBe(isDurable ? 409 : 422);
    const again = await submit(head, head + 3);
    if (isDurable) {
      expect(again, point).toEqual({ status: 409, size: head + 3 });
      expect((await submit(head + 3, head + 3)).status, point).toBe(200);
    } else expect(again.status, point).toBe(200);
    head += 3;
  }
  for (let round = 0; round < 2; round += 1) {
    const killed = new Promise<void>((resolve) =>
      setTimeout(
        () => {
          child?.kill('SIGKILL');
          resolve();
        },
        5 + round * 25,
      ),
    );
    const answers: { status: number; size: number }[] = [];
    for (let size = head; size < head + 60; size += 1) {
      const both = await Promise.all([submit(size, size + 1), submit(size, size + 1, 1)]);
      answers.push(...both);
      if (both.some(({ status }) => status === 0)) break;
    }
    await killed;
    await ended;
    const cosigned = answers.filter(({ status }) => status === 200).map(({ size }) => size);
    await start();
    const { status, size } = await submit(0, 1);
    expect(status).toBe(409);
    expect(size).toBeGreaterThanOrEqual(Math.max(head, ...cosigned));
    expect((await submit(size, size, 1)).status).toBe(409);
    expect((await submit(size, size)).status).toBe(200);
    head = size;
  }
}, 180_000);

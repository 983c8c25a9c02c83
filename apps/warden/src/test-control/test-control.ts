/**
 * The test control socket of server and warden: JSON lines, one answer per line. It can move the clock and make the process
 * fail, so it exists only where the environment says STRONGROOM_UNSAFE_TEST=1, and whoever looks at the status sees it.
 */
import { chmodSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { InputError, StrongroomError } from '@strongroom/core';
import type { ControllableClock } from '../clock.ts';
import type { FaultAction, FaultPoints } from './fault-points.ts';

export type TestControlOptions = {
  readonly socketPath: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: ControllableClock;
  readonly faults: FaultPoints<string>;
  /** Extra numbers for `counters`. */
  readonly counters?: () => Readonly<Record<string, number>>;
  /** Runs after the clock moved, before the answer: what became due is done. */
  readonly onClockMoved?: () => Promise<void>;
};

export interface TestControl {
  close(): Promise<void>;
}

const actions: readonly string[] = ['kill', 'fail', 'delay'];

/** Refuses test control outside a test. @throws InputError INPUT_INVALID */
export function assertTestEnvironment(environment: Readonly<Record<string, string | undefined>>): void {
  if (environment['STRONGROOM_UNSAFE_TEST'] !== '1')
    throw new InputError('INPUT_INVALID', { name: 'test-control' });
}

/** Arms what a test has left for the start, which is over before there is a socket: `<socket>.arm`, once. @throws InputError INPUT_INVALID */
export function armForStart(socketPath: string, faults: FaultPoints<string>): void {
  const path = `${socketPath}.arm`;
  if (!existsSync(path)) return;
  const command = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  rmSync(path);
  armFault(faults, command);
}

/** Opens the socket. @throws InputError INPUT_INVALID outside a test */
export async function startTestControl(options: TestControlOptions): Promise<TestControl> {
  assertTestEnvironment(options.environment);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    let queue = Promise.resolve();
    createInterface({ input: socket }).on('line', (line) => {
      queue = queue.then(async () => {
        const answer = await answerLine(options, line);
        if (!socket.destroyed) socket.write(`${JSON.stringify(answer)}\n`);
      });
    });
  });
  rmSync(options.socketPath, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.socketPath, resolve);
  });
  chmodSync(options.socketPath, 0o600);
  return {
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function answerLine(options: TestControlOptions, line: string): Promise<Record<string, unknown>> {
  try {
    return { ok: true, ...(await runCommand(options, line)) };
  } catch (error) {
    return { ok: false, code: error instanceof StrongroomError ? error.code : 'INPUT_INVALID' };
  }
}

async function runCommand(options: TestControlOptions, line: string): Promise<Record<string, unknown>> {
  const command = JSON.parse(line) as Record<string, unknown>;
  switch (command['op']) {
    case 'ping':
      return { pid: process.pid };
    case 'clock.advance':
      options.clock.advance(readNumber(command, 'ms'));
      await options.onClockMoved?.();
      return { nowMs: options.clock.nowMs() };
    case 'clock.step':
      options.clock.step(readNumber(command, 'ms'));
      await options.onClockMoved?.();
      return { nowMs: options.clock.nowMs() };
    case 'fault.arm':
      armFault(options.faults, command);
      return {};
    case 'fault.disarm':
      options.faults.disarm();
      return {};
    case 'counters':
      return { counters: { ...options.faults.counts(), ...options.counters?.() } };
    default:
      throw new InputError('INPUT_INVALID', { name: 'op' });
  }
}

function armFault(faults: FaultPoints<string>, command: Record<string, unknown>): void {
  const { point, action } = command;
  if (typeof point !== 'string' || typeof action !== 'string' || !actions.includes(action))
    throw new InputError('INPUT_INVALID', { name: 'fault' });
  faults.arm({
    point,
    action: action as FaultAction,
    ...('ms' in command ? { ms: readNumber(command, 'ms') } : {}),
    ...('after' in command ? { after: readNumber(command, 'after') } : {}),
  });
}

function readNumber(command: Record<string, unknown>, name: string): number {
  const value = command[name];
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new InputError('INPUT_INVALID', { name });
  return value;
}

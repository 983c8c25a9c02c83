import { chmodSync, existsSync, mkdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Unlocked } from '@strongroom/device';
import { describe, expect, test } from 'vitest';
import { findLockTime, lockAgent, putUnlocked, takeUnlocked } from '../src/agent/agent-client.ts';
import { runAgent } from '../src/agent/agent-server.ts';
import { findAgentSocket, isPrivateFolder, prepareAgentFolder } from '../src/agent/agent-socket.ts';
import type { CliContext } from '../src/context.ts';
import { createTestContext, makeFolder } from './test-context.ts';

const idleMs = 60_000;

function makeUnlocked(expiresAtMs: number): Unlocked {
  return { deviceFileKey: new Uint8Array(32).fill(7), session: 'session', expiresAtMs };
}

/** An agent inside this process whose clock and timers a test moves. */
async function startAgent(): Promise<{
  readonly context: CliContext;
  readonly home: string;
  readonly ended: Promise<void>;
  readonly pass: (ms: number) => void;
}> {
  const folder = makeFolder('agent');
  let nowMs = 1_000_000;
  const timers = new Map<() => void, number>();
  const real = createTestContext(folder);
  const serverContext = createTestContext(folder, {
    clock: { nowMs: () => nowMs, sleep: async () => undefined },
    startTimer: (ms, action) => {
      timers.set(action, nowMs + ms);
      return () => timers.delete(action);
    },
  });
  const home = join(folder, 'home');
  mkdirSync(home);
  const ended = runAgent(serverContext, home);
  const { path } = findAgentSocket(real, home);
  // The socket is there before the agent says that it listens, and only then its time begins.
  while (!existsSync(path) || timers.size === 0) await real.clock.sleep(5);
  return {
    context: real,
    home,
    ended,
    pass: (ms) => {
      nowMs += ms;
      for (const [action, atMs] of timers) if (atMs <= nowMs) action();
    },
  };
}

describe('the agent', () => {
  test('hands out what it was given until the idle time has passed', async () => {
    const { context, home, ended, pass } = await startAgent();
    expect(await takeUnlocked(context, home)).toBeUndefined();
    const unlocked = makeUnlocked(9_000_000_000);
    expect(await putUnlocked(context, { homeFolder: home, unlocked, idleMs })).toBe(1_060_000);
    expect(await takeUnlocked(context, home)).toEqual(unlocked);
    pass(idleMs - 1);
    expect(await takeUnlocked(context, home), 'asking prolongs').toEqual(unlocked);
    pass(idleMs - 1);
    expect(await findLockTime(context, home), 'looking does not prolong').toBe(1_000_000 + 2 * idleMs - 1);
    pass(1);
    await ended;
    expect(await takeUnlocked(context, home)).toBeUndefined();
    expect(existsSync(findAgentSocket(context, home).path)).toBe(false);
  });

  test('never outlives the session', async () => {
    const { context, home, ended, pass } = await startAgent();
    const until = await putUnlocked(context, { homeFolder: home, unlocked: makeUnlocked(1_005_000), idleMs });
    expect(until).toBe(1_005_000);
    pass(5000);
    await ended;
    expect(await takeUnlocked(context, home)).toBeUndefined();
  });

  test('forgets on lock', async () => {
    const { context, home, ended } = await startAgent();
    await putUnlocked(context, { homeFolder: home, unlocked: makeUnlocked(9_000_000_000), idleMs });
    expect(await lockAgent(context, home)).toBe(true);
    await ended;
    expect(await takeUnlocked(context, home)).toBeUndefined();
    expect(await lockAgent(context, home)).toBe(false);
  });

  test('ends by itself if nobody gives it anything', async () => {
    const { ended, pass } = await startAgent();
    pass(30_000);
    await ended;
  });

  test('listens where only its user may go', async () => {
    const { context, home, ended } = await startAgent();
    const { folder, path } = findAgentSocket(context, home);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await lockAgent(context, home);
    await ended;
  });

  test('runs as a process of its own and is found again', async () => {
    const folder = makeFolder('agent');
    const context = createTestContext(folder, { env: { PATH: process.env['PATH'] } });
    const home = join(folder, 'home');
    mkdirSync(home);
    const unlocked = makeUnlocked(Date.now() + 3_600_000);
    await putUnlocked(context, { homeFolder: home, unlocked, idleMs });
    expect(await takeUnlocked(context, home)).toEqual(unlocked);
    expect(await lockAgent(context, home)).toBe(true);
  });
});

describe('the socket of the agent', () => {
  test('always fits the system’s limit', () => {
    const long = `/home/${'x'.repeat(200)}`;
    for (const env of [{}, { XDG_RUNTIME_DIR: long }, { XDG_RUNTIME_DIR: '/run/user/1000' }]) {
      const context = createTestContext(makeFolder('socket'), { env, temporaryFolder: long });
      const { path } = findAgentSocket(context, long);
      expect(Buffer.byteLength(path)).toBeLessThanOrEqual(107);
    }
  });

  test('differs from home to home', () => {
    const context = createTestContext(makeFolder('socket'), { env: { XDG_RUNTIME_DIR: '/run/user/1' } });
    expect(findAgentSocket(context, '/a').path).not.toBe(findAgentSocket(context, '/b').path);
  });

  test('is not trusted in a folder that others may enter, or behind a link', async () => {
    const folder = makeFolder('socket');
    const open = join(folder, 'open');
    mkdirSync(open);
    chmodSync(open, 0o755);
    await expect(prepareAgentFolder(open, process.getuid?.())).rejects.toMatchObject({
      code: 'AGENT_FAILED',
    });
    chmodSync(open, 0o700);
    symlinkSync(open, join(folder, 'link'));
    expect(await isPrivateFolder(join(folder, 'link'), process.getuid?.())).toBe(false);
    expect(await isPrivateFolder(open, (process.getuid?.() ?? 0) + 1)).toBe(false);
    expect(await isPrivateFolder(open, process.getuid?.())).toBe(true);
  });
});

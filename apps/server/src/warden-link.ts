/**
 * The warden as a child of the server: started, watched, started again with growing pauses when it dies. While it is gone
 * every call is refused with WARDEN_UNAVAILABLE; nothing is lost, because what it has not seen lies in the databases.
 */
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DependencyError, StrongroomError } from '@strongroom/core';
import { connectWarden, startWarden } from '@strongroom/warden';
import type { WardenClient, WardenProcess } from '@strongroom/warden';
import type { Clock } from './clock.ts';
import type { Log } from './log.ts';

/** The warden as features see it. */
export interface WardenLink {
  /** Calls the warden. @throws DependencyError WARDEN_UNAVAILABLE when it is gone; what the warden refused, as it is */
  call<T>(work: (client: WardenClient) => Promise<T>): Promise<T>;
  readonly isReachable: boolean;
  /** Process id of the child, for tests that kill it; undefined while there is none. */
  readonly pid: number | undefined;
  /** Runs after each start of the child, before other calls are let through. */
  onStart(work: () => Promise<void>): void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export type WardenLinkOptions = {
  readonly home: string;
  readonly testControl: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
};

const pauseMsMin = 200;
const pauseMsMax = 10_000;
const busyMsMax = 10_000;
const socketPathBytesMax = 100;

export function createWardenLink(options: WardenLinkOptions): WardenLink {
  const { clock, log } = options;
  const socketPath = chooseSocketPath(options.home);
  const client = connectWarden(socketPath);
  let child: WardenProcess | undefined;
  let isStopping = false;
  let pauseMs = pauseMsMin;
  let cancelRestart: (() => void) | undefined;
  const starters: (() => Promise<void>)[] = [];

  async function startChild(): Promise<void> {
    const started = await startWarden({
      home: options.home,
      socketPath,
      ...(options.testControl === undefined ? {} : { testControl: options.testControl }),
    });
    child = started;
    log.write('warden.started');
    void started.exited.then((exit) => {
      child = undefined;
      if (isStopping) return;
      log.write('warden.gone', typeof exit === 'number' ? { exitCode: exit } : { code: exit });
      restartLater();
    });
    for (const work of starters) await work();
    pauseMs = pauseMsMin;
  }

  function restartLater(): void {
    if (isStopping) return;
    const waitMs = pauseMs;
    pauseMs = Math.min(pauseMsMax, pauseMs * 2);
    cancelRestart = clock.schedule(waitMs, () => {
      startChild().catch((cause: unknown) => {
        log.write('warden.gone', { code: cause instanceof StrongroomError ? cause.code : 'INTERNAL_ERROR' });
        // A child that started and then failed its first calls is ended by its own exit handler.
        if (child === undefined) restartLater();
      });
    });
  }

  return {
    async call(work) {
      if (child === undefined) throw new DependencyError('WARDEN_UNAVAILABLE');
      try {
        return await work(client);
      } catch (cause) {
        if (cause instanceof StrongroomError && unavailableCodes.has(cause.code))
          throw new DependencyError('WARDEN_UNAVAILABLE', {}, { cause });
        throw cause;
      }
    },
    get isReachable() {
      return child !== undefined;
    },
    get pid() {
      return child?.pid;
    },
    onStart: (work) => void starters.push(work),
    async start() {
      // The warden of a server that was killed may still be ending.
      const untilMs = clock.monotonicMs() + busyMsMax;
      for (;;) {
        try {
          return await startChild();
        } catch (cause) {
          const isBusy = cause instanceof StrongroomError && cause.details['reason'] === 'WARDEN_BUSY';
          if (!isBusy || clock.monotonicMs() > untilMs) throw cause;
          await new Promise<void>((resolve) => void clock.schedule(pauseMsMin, resolve));
        }
      }
    },
    async stop() {
      isStopping = true;
      cancelRestart?.();
      await client.close();
      await child?.stop();
    },
  };
}

const unavailableCodes: ReadonlySet<string> = new Set([
  'WARDEN_UNREACHABLE',
  'WARDEN_FAILED',
  'WARDEN_STORAGE_FAILED',
  'FAULT_INJECTED',
]);

/** In the warden's directory, or, where that path is longer than a socket may have, in a private folder of the system's. */
function chooseSocketPath(home: string): string {
  const inside = join(home, 'warden.sock');
  if (Buffer.byteLength(inside) <= socketPathBytesMax) return inside;
  const name = createHash('sha256').update(home).digest('hex').slice(0, 16);
  const folder = join(tmpdir(), `strongroom-${process.getuid?.() ?? 0}-${name}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  return join(folder, 'warden.sock');
}

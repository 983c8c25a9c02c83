/**
 * The server's warden: a child of it, a service of this machine under a user of its own, or one on another machine. It is watched, and met
 * again with growing pauses when it is gone. While it is gone every call is refused with WARDEN_UNAVAILABLE; nothing is lost, because
 * what it has not seen lies in the databases.
 */
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DependencyError, InputError, StrongroomError } from '@strongroom/core';
import { connectWarden, parseAddress, readCredentials, startWarden } from '@strongroom/warden';
import type { StatusAnswer, WardenAddress, WardenClient } from '@strongroom/warden';
import type { Clock } from './clock.ts';
import type { Log } from './log.ts';

/** The warden as features see it. */
export interface WardenLink {
  /** Calls the warden. @throws DependencyError WARDEN_UNAVAILABLE when it is gone; what the warden refused, as it is */
  call<T>(work: (client: WardenClient) => Promise<T>): Promise<T>;
  readonly isReachable: boolean;
  /** What a warden said of itself that was met and would not work with us, until one does or is away: `doctor` tells why. */
  readonly refusing: StatusAnswer | undefined;
  /** Whose process it is: ours, another user's of this machine, another machine's. */
  readonly place: WardenPlace;
  /** Process id of the child, for tests that kill it; undefined while there is none. */
  readonly pid: number | undefined;
  /** Runs whenever the warden is met, before other calls are let through. */
  onStart(work: () => Promise<void>): void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export type WardenPlace = 'same-user' | 'other-user' | 'other-machine';

/** What config.json says of the warden; absent: a child of the server. */
export type WardenWish =
  | { readonly socket: string }
  | { readonly address: string; readonly pin: string; readonly credentials: string };

export type WardenLinkOptions = {
  readonly home: string;
  readonly wish: WardenWish | undefined;
  readonly testControl: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
};

const pauseMsMin = 200;
const pauseMsMax = 10_000;
const busyMsMax = 10_000;
/** A call to another process than our own child that takes longer is given up with its connection. */
const callMsMax = 30_000;
const socketPathBytesMax = 100;

/** A warden that answers. */
type Met = {
  readonly client: WardenClient;
  readonly pid: number | undefined;
  /** Resolves when it is gone, with what is known of why. */
  readonly gone: Promise<{ readonly exitCode?: number; readonly code?: string }>;
  end(): Promise<void>;
};

type Source = { readonly place: WardenPlace; readonly isChild: boolean; meet(): Promise<Met> };

/** @throws InputError WARDEN_LINK_INVALID */
export function createWardenLink(options: WardenLinkOptions): WardenLink {
  const { clock, log } = options;
  const source = chooseSource(options);
  let met: Met | undefined;
  let refusing: StatusAnswer | undefined;
  let isStopping = false;
  let pauseMs = pauseMsMin;
  let cancelRetry: (() => void) | undefined;
  const starters: (() => Promise<void>)[] = [];

  async function meet(): Promise<void> {
    const found = await source.meet().catch((cause: unknown) => {
      refusing = undefined;
      throw cause;
    });
    met = found;
    log.write('warden.started');
    void found.gone.then((why) => {
      met = undefined;
      if (isStopping) return;
      log.write('warden.gone', why);
      meetLater();
    });
    try {
      for (const work of starters) await work();
      refusing = undefined;
    } catch (cause) {
      refusing = await found.client.getStatus().catch(() => undefined); // gone meanwhile
      // A warden that is met and fails its first calls is left; its end, or ours of the connection, brings us back here.
      if (!source.isChild || awayCodes.has(codeOf(cause))) await found.end();
      throw cause;
    }
    pauseMs = pauseMsMin;
  }

  function meetLater(): void {
    if (isStopping) return;
    const waitMs = pauseMs;
    pauseMs = Math.min(pauseMsMax, pauseMs * 2);
    cancelRetry = clock.schedule(waitMs, () => {
      meet().catch((cause: unknown) => {
        log.write('warden.gone', { code: codeOf(cause) });
        if (met === undefined) meetLater();
      });
    });
  }

  return {
    async call(work) {
      if (met === undefined) throw new DependencyError('WARDEN_UNAVAILABLE');
      try {
        return await work(met.client);
      } catch (cause) {
        if (cause instanceof StrongroomError && unavailableCodes.has(cause.code))
          throw new DependencyError('WARDEN_UNAVAILABLE', {}, { cause });
        throw cause;
      }
    },
    place: source.place,
    get isReachable() {
      return met !== undefined;
    },
    get refusing() {
      return refusing;
    },
    get pid() {
      return met?.pid;
    },
    onStart: (work) => void starters.push(work),
    async start() {
      // The warden of a server that was killed may still be ending.
      const untilMs = clock.monotonicMs() + busyMsMax;
      for (;;) {
        try {
          return await meet();
        } catch (cause) {
          // A machine that is not up yet is waited for; one that is another than was named is not.
          const isWaiting = codeOf(cause) === 'WARDEN_STANDBY_GONE';
          const isAway = isWaiting || (!source.isChild && awayCodes.has(codeOf(cause)));
          if (isAway) {
            log.write('warden.gone', { code: codeOf(cause) });
            return met === undefined ? meetLater() : undefined;
          }
          const isBusy = cause instanceof StrongroomError && cause.details['reason'] === 'WARDEN_BUSY';
          if (!isBusy || clock.monotonicMs() > untilMs) throw cause;
          await new Promise<void>((resolve) => void clock.schedule(pauseMsMin, resolve));
        }
      }
    },
    async stop() {
      isStopping = true;
      cancelRetry?.();
      await met?.end();
    },
  };
}

function chooseSource(options: WardenLinkOptions): Source {
  const { wish } = options;
  if (wish === undefined) return ownChild(options);
  if ('socket' in wish)
    return { place: placeOf(wish.socket), isChild: false, meet: () => callOther(wish.socket, options) };
  const at = parseAddress(wish.address);
  if (at === undefined) throw new InputError('WARDEN_LINK_INVALID', { reason: 'address' });
  const address = { ...at, pin: wish.pin, credentials: readCredentials(wish.credentials) };
  return { place: 'other-machine', isChild: false, meet: () => callOther(address, options) };
}

/** A socket that our own user made is no separation. One that is not there yet is judged when the server starts next. */
function placeOf(socket: string): WardenPlace {
  try {
    return statSync(socket).uid === process.getuid?.() ? 'same-user' : 'other-user';
  } catch {
    return 'other-user';
  }
}

function ownChild(options: WardenLinkOptions): Source {
  const socketPath = chooseSocketPath(options.home);
  return {
    place: 'same-user',
    isChild: true,
    async meet() {
      const child = await startWarden({
        home: options.home,
        socketPath,
        ...(options.testControl === undefined ? {} : { testControl: options.testControl }),
      });
      const client = connectWarden(socketPath);
      const gone = child.exited.then(async (exit) => {
        await client.close();
        return typeof exit === 'number' ? { exitCode: exit } : { code: exit };
      });
      return {
        client,
        pid: child.pid,
        gone,
        async end() {
          await client.close();
          await child.stop();
        },
      };
    },
  };
}

async function callOther(address: WardenAddress, { clock }: WardenLinkOptions): Promise<Met> {
  const lost = Promise.withResolvers<{ readonly code: string }>();
  const client = connectWarden(address, {
    deadline: { ms: callMsMax, schedule: (delayMs, work) => clock.schedule(delayMs, work) },
    onLost: () => lost.resolve({ code: 'WARDEN_UNREACHABLE' }),
  });
  const end = async (): Promise<void> => {
    await client.close();
    lost.resolve({ code: 'WARDEN_UNREACHABLE' });
  };
  try {
    const { role } = await client.hello();
    if (role === 'standby') throw new StrongroomError('WARDEN_IS_STANDBY');
  } catch (cause) {
    await end();
    throw cause;
  }
  return { client, pid: undefined, gone: lost.promise, end };
}

function codeOf(cause: unknown): string {
  return cause instanceof StrongroomError ? cause.code : 'INTERNAL_ERROR';
}

const awayCodes: ReadonlySet<string> = new Set([
  'WARDEN_STANDBY_GONE',
  'WARDEN_UNAVAILABLE',
  'WARDEN_UNREACHABLE',
]);

const unavailableCodes: ReadonlySet<string> = new Set([
  'WARDEN_OTHER',
  'WARDEN_REFUSES_PEER',
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

/**
 * The one worker that holds this browser's keys: its parts, and what pages may ask of them. Built once, in `main.ts`.
 */
import { AccessError, createWebEngine, DependencyError } from '@strongroom/core';
import type { Engine } from '@strongroom/core';
import type { Device, DeviceEnvironment } from '@strongroom/device';
import type { KeysContract, KeysEvent } from '../keys/contract.ts';
import { surface } from '../keys/surface.ts';
import type { WorkerClock } from './context-clock.ts';
import { Connection } from './network/connection.ts';
import { createFetchTransport } from './network/fetch-transport.ts';
import type { Fetch } from './network/fetch-transport.ts';
import { SyncLoop } from './network/sync-loop.ts';
import { createDispatcher } from './rpc/dispatch.ts';
import { createTurns } from './session/turns.ts';
import { SessionKeeper } from './session/session-keeper.ts';
import type { OpenSession } from './session/session-keeper.ts';
import { Tickets } from './session/tickets.ts';
import { openBrowserStorage } from './storage/browser-storage.ts';
import { clearStore, openDatabase } from './storage/database.ts';
import { findFixedKey, makeFixedKey } from './storage/fixed-key.ts';
import { readKeptFacts, writeKeptFacts } from './storage/kept-facts.ts';
import { openTicketStore } from './storage/ticket-store.ts';

const fixedKeyName = 'at-rest';

/** What the worker is given by the place it runs in. */
export interface WorkerPlace {
  readonly clock: WorkerClock;
  readonly fetch: Fetch;
  readonly emit: (event: KeysEvent) => void;
}

/** The worker as its hub sees it. */
export interface KeyWorker {
  call(path: unknown, args: unknown): Promise<unknown>;
  greet(): readonly KeysEvent[];
  onPages(pages: { readonly count: number; readonly isAnyVisible: boolean }): void;
  toldOnline(isOnline: boolean): void;
  /** Gives the keys up to a newer worker. */
  stepAside(): Promise<void>;
}

/** Builds the worker and reads what this browser has. */
export async function startKeyWorker(place: WorkerPlace): Promise<KeyWorker> {
  const { clock, emit } = place;
  const engine: Engine = createWebEngine();
  const database = await openDatabase();
  const fixedKey =
    (await findFixedKey(database, fixedKeyName)) ?? (await makeFixedKey(database, fixedKeyName));
  const connection = new Connection(clock, (state) => emit({ event: 'connection', state }));
  const transport = createFetchTransport({
    fetch: place.fetch,
    clock,
    watcher: {
      reached: () => connection.reached(),
      failed: () => connection.failed(),
      sessionEnded: () => void keeper.lockBecause('session-ended'),
    },
  });
  const storage = openBrowserStorage(database, fixedKey);
  const environment: DeviceEnvironment = { engine, storage, transport, clock };
  const runAlone = createTurns();
  let work: OpenWork | undefined;
  let isSeen = true;

  const keeper = new SessionKeeper({
    environment,
    clock,
    tickets: new Tickets(openTicketStore(database), clock),
    findFirm: async () => await findFirm(place.fetch),
    readFacts: async () => await readKeptFacts(database, fixedKey),
    writeFacts: async (facts) => await writeKeptFacts(database, fixedKey, facts),
    eraseAll: async () => {
      await clearStore(database, 'values');
      await clearStore(database, 'facts');
    },
    onState: (state) => emit({ event: 'session', state }),
    onTicket: (ticket) => emit({ event: 'ticket', ticket }),
    onOpened: (open) => {
      work = startWork(open, { clock, connection, keeper, runAlone, emit, isSeen: () => isSeen });
    },
    onClosing: () => {
      work?.end();
      work = undefined;
    },
  });

  function openWork(): OpenWork {
    const { device } = keeper.open;
    if (work?.device !== device) throw new AccessError('DEVICE_LOCKED');
    return work;
  }

  const session: KeysContract['session'] = {
    state: async () => await keeper.state(),
    beginFirm: async (options) => await keeper.beginFirm(options),
    beginEnrolment: async (options) => await keeper.beginEnrolment(options),
    completeStart: async (answer) => await keeper.completeStart(answer),
    discardStart: async () => await keeper.discardStart(),
    addDevice: async (options) => await keeper.addDevice(options),
    unlock: async (options) => await keeper.unlock(options),
    lock: async () => await keeper.lock(),
    touch: async () => await keeper.touch(),
    signOut: async () => await keeper.signOut(),
    forgetDevice: async () => await keeper.forgetDevice(),
    setIdleLimit: async (minutes) => await keeper.setIdleLimit(minutes),
    offerTicket: async (ticket) => await keeper.offerTicket(ticket),
  };
  const connectionCalls: KeysContract['connection'] = {
    state: async () => connection.state,
    syncNow: async () => void (await openWork().sync.now()),
  };
  const areas: ReadonlyMap<string, () => unknown> = new Map<string, () => unknown>([
    ['session', () => session],
    ['connection', () => connectionCalls],
    ['device', () => openWork().calls],
  ]);
  const dispatcher = createDispatcher(surface, (area) => areas.get(area)?.());

  async function callDevice(path: unknown, args: unknown): Promise<unknown> {
    const asked = openWork();
    const isWrite = dispatcher.effectOf(path) === 'write';
    try {
      const call = async (): Promise<unknown> => await dispatcher.call(path, args);
      const value = isWrite ? await runAlone(call) : await call();
      if (isWrite) {
        emit({ event: 'changed', ledgers: [] });
        asked.sync.soon();
      }
      return value;
    } catch (cause) {
      // What fails because the keys went away meanwhile failed for that reason alone.
      if (work !== asked) throw new AccessError('DEVICE_LOCKED', {}, { cause });
      throw cause;
    }
  }

  await keeper.begin();
  return {
    async call(path, args) {
      const isOfDevice = typeof path === 'string' && path.startsWith('device.');
      return isOfDevice ? await callDevice(path, args) : await dispatcher.call(path, args);
    },
    greet: () => [
      { event: 'connection', state: connection.state },
      // None is no news: the page may still have one to offer.
      ...(keeper.ticket.length === 0 ? [] : [{ event: 'ticket', ticket: keeper.ticket } as const]),
    ],
    onPages(pages) {
      const cameToFront = pages.isAnyVisible && !isSeen;
      isSeen = pages.isAnyVisible;
      if (cameToFront) work?.sync.soon();
    },
    toldOnline(isOnline) {
      connection.toldBySystem(isOnline);
      if (isOnline) work?.sync.soon();
    },
    async stepAside() {
      emit({ event: 'replaced' });
      await keeper.stepAside();
      database.close();
    },
  };
}

/** What runs while the browser is unlocked. */
interface OpenWork {
  readonly device: Device;
  readonly calls: KeysContract['device'];
  readonly sync: SyncLoop;
  end(): void;
}

function startWork(
  open: OpenSession,
  parts: {
    readonly clock: WorkerClock;
    readonly connection: Connection;
    readonly keeper: SessionKeeper;
    readonly runAlone: <T>(action: () => Promise<T>) => Promise<T>;
    readonly emit: (event: KeysEvent) => void;
    readonly isSeen: () => boolean;
  },
): OpenWork {
  const { device } = open;
  const { connection, emit, keeper } = parts;
  let isNamed = false;
  const sync = new SyncLoop(device, {
    clock: parts.clock,
    isSeen: parts.isSeen,
    runAlone: parts.runAlone,
    async onSynced(report) {
      connection.synced({});
      if (report.entries > 0 || report.purged > 0) emit({ event: 'changed', ledgers: [] });
      if (isNamed && report.entries === 0) return;
      isNamed = true;
      await learnNames(device, keeper);
    },
    onFailed: () => undefined,
  });
  sync.soon();
  const calls: KeysContract['device'] = {
    ...device,
    sync: async () => await sync.now(),
    ledger: {
      ...device.ledger,
      verify: async ({ ledger }) =>
        await device.ledger.verify({
          ledger,
          onProgress: ({ doneBytes, totalBytes }) =>
            emit({ event: 'progress', of: 'verify', id: ledger, done: doneBytes, total: totalBytes }),
        }),
    },
  };
  return { device, calls, sync, end: () => sync.end() };
}

async function learnNames(device: Device, keeper: SessionKeeper): Promise<void> {
  const [firm, people] = await Promise.all([device.firm.describe(), device.people.list()]);
  const personName = people.find(({ isMe }) => isMe)?.name;
  await keeper.learnNames({
    ...(personName === undefined ? {} : { personName }),
    ...(firm.name === '' ? {} : { firmName: firm.name }),
  });
}

/** Whether the server has a firm. @throws DependencyError SERVER_UNREACHABLE, SERVER_FAILED */
async function findFirm(fetch: Fetch): Promise<boolean> {
  let response: Response;
  try {
    response = await fetch('/v1/firm', { redirect: 'error', credentials: 'omit', cache: 'no-store' });
  } catch (cause) {
    throw new DependencyError('SERVER_UNREACHABLE', {}, { cause });
  }
  if (!response.ok) throw new DependencyError('SERVER_FAILED', { status: response.status });
  return ((await response.json()) as { readonly state?: unknown }).state !== 'new';
}

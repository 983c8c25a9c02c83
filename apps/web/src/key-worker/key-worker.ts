/**
 * The one worker that holds this browser's keys: its parts, and what pages may ask of them. Built once, in `main.ts`.
 */
import { AccessError, createWebEngine, DependencyError, encodeHex } from '@strongroom/core';
import type { Engine } from '@strongroom/core';
import type { DeviceEnvironment } from '@strongroom/device';
import { bundleNumber } from '../bundle-number.ts';
import type { KeysContract, KeysEvent } from '../keys/contract.ts';
import { surface } from '../keys/surface.ts';
import type { WorkerClock } from './context-clock.ts';
import { Connection } from './network/connection.ts';
import { createFetchTransport } from './network/fetch-transport.ts';
import type { Fetch } from './network/fetch-transport.ts';
import { startWork } from './open-work.ts';
import type { OpenWork } from './open-work.ts';
import { UploadQueue } from './files/upload-queue.ts';
import { gatherChanges } from './rpc/changes.ts';
import { eraseStage, openOpfsStage } from './staging/opfs-stage.ts';
import { createDispatcher } from './rpc/dispatch.ts';
import { createTurns } from './session/turns.ts';
import { WaitingAdoption } from './session/waiting-adoption.ts';
import { SessionKeeper } from './session/session-keeper.ts';
import { Tickets } from './session/tickets.ts';
import { openBrowserStorage } from './storage/browser-storage.ts';
import { clearStore, openDatabase } from './storage/database.ts';
import { findFixedKey, makeFixedKey } from './storage/fixed-key.ts';
import { readKeptFacts, writeKeptFacts } from './storage/kept-facts.ts';
import { openTicketStore } from './storage/ticket-store.ts';

const fixedKeyName = 'at-rest';
/** What changed is told at most this often. */
const changedMs = 700;

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
  const connection = new Connection(clock, (state) => {
    emit({ event: 'connection', state });
    if (state.kind === 'online') queue.backOnline();
  });
  const tellChanged = gatherChanges(clock.startTimer, changedMs, (areas) =>
    emit({ event: 'changed', ...(areas === undefined ? {} : { areas }) }),
  );
  const newId = (): string => encodeHex(engine.randomBytes(16));
  const queue = new UploadQueue({
    clock,
    newId,
    emit: (items) => emit({ event: 'uploads', items }),
    onWritten: () => tellChanged('records'),
  });
  const transport = createFetchTransport({
    fetch: place.fetch,
    clock,
    watcher: {
      reached: () => connection.reached(),
      failed: () => connection.failed(),
      sessionEnded: () => void keeper.lockBecause('session-ended'),
      cutOff: () => void keeper.lockBecause('cut-off'),
    },
  });
  const storage = openBrowserStorage(database, fixedKey);
  const staging = await openOpfsStage();
  const environment: DeviceEnvironment = {
    engine,
    storage,
    transport,
    clock,
    // Compiled in: the firm's statements say whether code of this number may still unlock.
    bundle: { number: bundleNumber },
    ...(staging === undefined ? {} : { staging }),
  };
  const runAlone = createTurns();
  let work: OpenWork | undefined;
  let isSeen = true;

  const keeper = new SessionKeeper({
    environment,
    clock,
    tickets: new Tickets(openTicketStore(database), clock, bundleNumber),
    findFirm: async () => await findFirm(place.fetch),
    readFacts: async () => await readKeptFacts(database, fixedKey),
    writeFacts: async (facts) => await writeKeptFacts(database, fixedKey, facts),
    eraseAll: async () => {
      await clearStore(database, 'values');
      await clearStore(database, 'facts');
      await eraseStage();
      queue.forget();
    },
    onState: (state) => emit({ event: 'session', state }),
    onTicket: (ticket) => emit({ event: 'ticket', ticket }),
    onOpened: (open) => {
      work = startWork(open, {
        clock,
        engine,
        fetch: place.fetch,
        connection,
        keeper,
        queue,
        newId,
        runAlone,
        emit,
        tellChanged,
        isSeen: () => isSeen,
      });
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

  const adoption = new WaitingAdoption(environment);
  const session: KeysContract['session'] = {
    state: async () => await keeper.state(),
    beginFirm: async (options) => await keeper.beginFirm(options),
    beginEnrolment: async (options) => await keeper.beginEnrolment(options),
    completeStart: async (answer) => await keeper.completeStart(answer),
    discardStart: async () => await keeper.discardStart(),
    addDevice: async (options) => await keeper.addDevice(options),
    beginAdoption: async (options) => await adoption.begin(options),
    checkAdoption: async () => await adoption.check(),
    completeAdoption: async (options) => await keeper.startAs(async () => await adoption.complete(options)),
    discardAdoption: async () => adoption.discard(),
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
    devicesSeen: async () => await openWork().devicesSeen(),
  };
  const areas: ReadonlyMap<string, () => unknown> = new Map<string, () => unknown>([
    ['session', () => session],
    ['connection', () => connectionCalls],
    ['device', () => openWork().calls],
    ['files', () => openWork().files],
    ['import', () => openWork().import],
    ['opaque', () => openWork().opaque],
  ]);
  const dispatcher = createDispatcher(surface, (area) => areas.get(area)?.());

  /** Runs a call that needs the device: what writes goes alone and is told. */
  async function callDevice(path: unknown, args: unknown): Promise<unknown> {
    const asked = openWork();
    const isWrite = dispatcher.effectOf(path) === 'write';
    try {
      const call = async (): Promise<unknown> => await dispatcher.call(path, args);
      const value = isWrite ? await runAlone(call) : await call();
      if (isWrite) {
        // `device.people.rename` is written to the people.
        tellChanged(String(path).split('.')[1]);
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
      const area = typeof path === 'string' ? path.split('.')[0] : undefined;
      const isFree = area === 'session' || area === 'connection';
      return isFree ? await dispatcher.call(path, args) : await callDevice(path, args);
    },
    greet: () => [
      { event: 'connection', state: connection.state },
      ...(work === undefined ? [] : [{ event: 'uploads', items: queue.items } as const, ...work.jobs()]),
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

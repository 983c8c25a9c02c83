/** What runs while the browser is unlocked: the device's calls as pages may make them, syncing, the upload queue, openings, notes. */
import { StrongroomError } from '@strongroom/core';
import type { Engine } from '@strongroom/core';
import type { Device } from '@strongroom/device';
import type { KeysContract, KeysEvent } from '../keys/contract.ts';
import type { WorkerClock } from './context-clock.ts';
import { ClientList } from './clients/client-list.ts';
import { makeNewest } from './files/make-newest.ts';
import { openFile, zipFiles, zipLedger } from './files/open-files.ts';
import { ClientImports } from './imports/client-imports.ts';
import type { UploadQueue } from './files/upload-queue.ts';
import type { Connection } from './network/connection.ts';
import type { Fetch } from './network/fetch-transport.ts';
import { NewDevices } from './network/new-devices.ts';
import { SyncLoop } from './network/sync-loop.ts';
import { WardenWatch } from './network/warden-watch.ts';
import type { TellChanged } from './rpc/changes.ts';
import { openNotes } from './notes/notes.ts';
import { createOpaqueIds } from './notes/opaque-ids.ts';
import type { OpenSession } from './session/keeper-parts.ts';
import type { SessionKeeper } from './session/session-keeper.ts';

/** Ledgers and receipts are compared two minutes after an unlock, then every six hours. */
const reconcileFirstMs = 120_000;
const reconcileEveryMs = 21_600_000;

/** The open device at work. */
export interface OpenWork {
  readonly device: Device;
  readonly calls: KeysContract['device'];
  readonly files: KeysContract['files'];
  readonly import: KeysContract['import'];
  readonly opaque: KeysContract['opaque'];
  /** The last word of each import. */
  readonly jobs: () => readonly KeysEvent[];
  readonly sync: SyncLoop;
  devicesSeen(): Promise<void>;
  end(): void;
}

/** What work needs of the worker. */
export interface WorkParts {
  readonly clock: WorkerClock;
  readonly engine: Engine;
  readonly fetch: Fetch;
  readonly connection: Connection;
  readonly keeper: SessionKeeper;
  readonly queue: UploadQueue;
  readonly newId: () => string;
  readonly runAlone: <T>(action: () => Promise<T>) => Promise<T>;
  readonly emit: (event: KeysEvent) => void;
  readonly tellChanged: TellChanged;
  readonly isSeen: () => boolean;
}

/** Puts an opened device to work. */
export function startWork(open: OpenSession, parts: WorkParts): OpenWork {
  const { device } = open;
  const { queue } = parts;
  const notes = openNotes(parts.engine, open.environment.storage, open.deviceFileKey);
  const news = new NewDevices(notes, (devices) => parts.connection.tellDevices(devices));
  const sync = startSync(device, parts, news);
  const reconciling = startReconciling(device, parts);
  const { clock, emit, newId, tellChanged } = parts;
  const imports = new ClientImports({
    device,
    notes,
    clock,
    newId,
    emit,
    onWritten: () => tellChanged('clients'),
  });
  void unlessLocked(news.begin());
  void unlessLocked(queue.begin({ device, notes }));
  void unlessLocked(imports.begin());
  const held = watchHeld(parts);
  const clients = new ClientList({
    device,
    startTimer: clock.startTimer,
    newId,
    emit,
    tellHeld: held.told,
  });
  // What this browser keeps is read first: a sync of a large firm would take its turn for a second.
  void unlessLocked(clients.begin().finally(() => sync.soon()));
  const opening = { device, nowMs: () => clock.nowMs(), emit };
  return {
    device,
    calls: makeDeviceCalls(device, sync, emit, clients),
    files: {
      add: async (options) => await queue.add(options),
      addVersion: async (options) => await queue.addVersion(options),
      queue: async () => await queue.queue(),
      pause: async (id) => await queue.pause(id),
      resume: async (id) => await queue.resume(id),
      abandon: async (id) => await queue.abandon(id),
      clearDone: async () => await queue.clearDone(),
      provide: async (id, file) => await queue.provide(id, file),
      async open(options) {
        const opened = await openFile(opening, options);
        tellChanged('openings');
        return opened;
      },
      async makeNewest(options) {
        const made = await makeNewest(opening, options);
        tellChanged('records');
        return made;
      },
      async zip(options) {
        const zipped = await zipFiles(opening, options);
        tellChanged('openings');
        return zipped;
      },
      exportLedger: async (options) => await zipLedger(opening, options),
    },
    import: {
      readClients: async (options) => await imports.readClients(options),
      startClients: async (options) => await imports.startClients(options),
      stop: async (job) => await imports.stop(job),
    },
    opaque: createOpaqueIds(notes),
    jobs: () => imports.told,
    sync,
    devicesSeen: async () => await news.seen(),
    end() {
      sync.end();
      reconciling.end();
      parts.connection.tellDevices([]);
      held.end();
      queue.end();
      imports.end();
      notes.close();
    },
  };
}

function startSync(device: Device, parts: WorkParts, news: NewDevices): SyncLoop {
  const { connection, keeper } = parts;
  const warden = new WardenWatch(device, parts.fetch, () => parts.clock.nowMs());
  let isNamed = false;
  const sync = new SyncLoop(device, {
    clock: parts.clock,
    isSeen: parts.isSeen,
    runAlone: parts.runAlone,
    async onSynced(report) {
      if (report.entries > 0 || report.purged > 0) parts.tellChanged();
      if (!isNamed || report.entries > 0) {
        // Whoever is not let in yet has no name to read: it is asked for until there is one.
        isNamed = await learnNames(device, keeper);
      }
      await news.add(report.newDevices);
      connection.synced(report, await warden.look());
    },
    onFailed: ({ code }) => {
      if (code === 'BUNDLE_TOO_OLD') connection.codeIsOld();
      // Without the warden nothing is signed, so no sync comes to its end: what is known of it is told all the same.
      if (code === 'WARDEN_UNAVAILABLE') void warden.look(0).then((view) => connection.wardenSeen(view));
    },
  });
  return sync;
}

/** Compares ledgers and receipts by itself: most people never look at the page that does. */
function startReconciling(device: Device, { clock, tellChanged }: WorkParts): { readonly end: () => void } {
  let cancel = clock.startTimer(reconcileFirstMs, run);
  function run(): void {
    cancel = clock.startTimer(reconcileEveryMs, run);
    const done = device.mine.reconcile({ quick: true }).then(({ raised }) => {
      if (raised.length > 0) tellChanged();
    });
    void unlessLocked(done);
  }
  return { end: () => cancel() };
}

/** Tells pages until when names are held back, and has them ask again when that is over. */
function watchHeld({ clock, emit, tellChanged }: WorkParts): {
  readonly told: (untilMs: number | undefined) => void;
  readonly end: () => void;
} {
  let known: number | undefined;
  let cancel = (): void => undefined;
  return {
    told(untilMs) {
      if (untilMs === undefined && known === undefined) return;
      // Said each time: a page that came later did not hear it before.
      emit({ event: 'clients-held', ...(untilMs === undefined ? {} : { untilMs }) });
      if (untilMs === known) return;
      known = untilMs;
      cancel();
      if (untilMs !== undefined) cancel = clock.startTimer(untilMs - clock.nowMs(), tellChanged);
    },
    end: () => cancel(),
  };
}

/** The device's modules less what is the worker's business. */
function makeDeviceCalls(
  device: Device,
  sync: SyncLoop,
  emit: (event: KeysEvent) => void,
  clients: ClientList,
): KeysContract['device'] {
  return {
    ...device,
    sync: async () => await sync.now(),
    clients: {
      ...device.clients,
      list: async ({ vault, refresh } = {}) =>
        await device.clients.list({
          ...(vault === undefined ? {} : { vault }),
          ...(refresh === undefined ? {} : { refresh }),
        }),
      follow: async (options) => await clients.follow(options),
      match: async (query) => await clients.match(query),
    },
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
}

/** What is taken up after an unlock may meet the next lock, or a server out of reach; then it waits for the next unlock. */
async function unlessLocked(begun: Promise<void>): Promise<void> {
  await begun.catch((cause: unknown) => {
    if (!(cause instanceof StrongroomError)) throw cause;
  });
}

/** Keeps the names of person and firm; answers whether the person's could be read. */
async function learnNames(device: Device, keeper: SessionKeeper): Promise<boolean> {
  const [firm, people] = await Promise.all([device.firm.describe(), device.people.list()]);
  const personName = people.find(({ isMe }) => isMe)?.name;
  await keeper.learnNames({
    ...(personName === undefined ? {} : { personName }),
    ...(firm.name === '' ? {} : { firmName: firm.name }),
  });
  return personName !== undefined;
}

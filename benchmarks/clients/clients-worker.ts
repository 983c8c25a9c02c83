/** Runs in a module worker of the browser: the device over IndexedDB, by the web engine. */
import { createWebEngine, decodeBase64url } from '@strongroom/core';
import type { DeviceEnvironment, DeviceStorage } from '@strongroom/device';
import { measureUnlock } from './measure-unlock.ts';
import type { UnlockOrder, UnlockReport } from './measure-unlock.ts';

/** An order, and how far the clock was moved. With `isFilled` the storage is taken anew from `/storage`. */
export type ClientsOrder = UnlockOrder & { readonly offsetMs: number; readonly isFilled: boolean };

// The parts of the browser that are used; benchmarks are checked without the browser's types.
type Listening = { addEventListener(type: string, listen: () => void): void };
type Request<T> = Listening & { readonly result: T };
type Store = {
  get(key: string): Request<Uint8Array | undefined>;
  put(value: Uint8Array, key: string): Request<unknown>;
  delete(key: string): Request<unknown>;
  clear(): Request<unknown>;
  getAllKeys(range: unknown): Request<string[]>;
};
type Transaction = Listening & { objectStore(name: string): Store };
type Database = {
  createObjectStore(name: string): void;
  transaction(store: string, mode: string, options?: { readonly durability: string }): Transaction;
};
type WorkerScope = {
  readonly indexedDB: { open(name: string, version: number): Request<Database> };
  readonly IDBKeyRange: { bound(low: string, high: string): unknown };
  addEventListener(type: 'message', listen: (event: { readonly data: ClientsOrder }) => void): void;
  postMessage(report: UnlockReport): void;
};

const scope = globalThis as unknown as WorkerScope;
const storeName = 'values';

async function settle<T>(request: Request<T>): Promise<T> {
  return await new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(new Error('the database refused')));
  });
}

async function openDatabase(): Promise<Database> {
  const request = scope.indexedDB.open('clients', 1);
  request.addEventListener('upgradeneeded', () => request.result.createObjectStore(storeName));
  return await settle(request);
}

async function change(database: Database, work: (store: Store) => void): Promise<void> {
  const transaction = database.transaction(storeName, 'readwrite', { durability: 'strict' });
  const done = new Promise<void>((resolve, reject) => {
    transaction.addEventListener('complete', () => resolve());
    transaction.addEventListener('error', () => reject(new Error('the database refused')));
  });
  work(transaction.objectStore(storeName));
  await done;
}

function openStorage(database: Database): DeviceStorage {
  const reading = (): Store => database.transaction(storeName, 'readonly').objectStore(storeName);
  return {
    read: async (key) => await settle(reading().get(key)),
    async readMany(keys) {
      const store = reading();
      return await Promise.all(keys.map(async (key) => await settle(store.get(key))));
    },
    write: async (key, bytes) => await change(database, (store) => void store.put(bytes.slice(), key)),
    remove: async (key) => await change(database, (store) => void store.delete(key)),
    list: async (prefix) => await settle(reading().getAllKeys(scope.IDBKeyRange.bound(prefix, `${prefix}~`))),
  };
}

async function fill(database: Database): Promise<void> {
  const entries = (await (await fetch('/storage')).json()) as [string, string][];
  await change(database, (store) => {
    store.clear();
    for (const [key, text] of entries) store.put(decodeBase64url(text), key);
  });
}

async function run(order: ClientsOrder): Promise<UnlockReport> {
  const database = await openDatabase();
  if (order.isFilled) await fill(database);
  const environment: DeviceEnvironment = {
    engine: createWebEngine(),
    storage: openStorage(database),
    clock: {
      nowMs: () => Date.now() + order.offsetMs,
      sleep: async (ms) => {
        await new Promise((resolve) => {
          setTimeout(resolve, ms);
        });
      },
    },
    transport: {
      async send({ method, path, headers, body }) {
        const response = await fetch(path, {
          method,
          headers: headers ?? {},
          ...(body === undefined ? {} : { body: body as Uint8Array<ArrayBuffer> }),
        });
        return {
          status: response.status,
          headers: Object.fromEntries(response.headers),
          body: new Uint8Array(await response.arrayBuffer()),
        };
      },
    },
  };
  return await measureUnlock(environment, order);
}

const nothing: UnlockReport = {
  unlockMs: 0,
  openMs: 0,
  firstRowsMs: 0,
  searchableMs: 0,
  syncMs: 0,
  searchMs: [],
};

scope.addEventListener('message', ({ data }) => {
  run(data).then(
    (report) => scope.postMessage(report),
    (cause: unknown) => scope.postMessage({ ...nothing, error: String(cause) }),
  );
});

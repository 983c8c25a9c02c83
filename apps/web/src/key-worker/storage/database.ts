/**
 * The worker's database: sealed values, keys that cannot be taken out, and small facts that say nothing. Everything is written with strict
 * durability: a promise that resolved is on the disk. A version is reached by the steps between, each made once.
 */
import { DependencyError } from '@strongroom/core';

/** The stores of the database. */
export type StoreName = 'values' | 'keys' | 'facts';

const name = 'strongroom';

/** Steps from one version to the next; the version is their number. Never changed, only added to. */
const migrations: readonly ((database: IDBDatabase) => void)[] = [
  (database) => {
    for (const store of ['values', 'keys', 'facts'] satisfies StoreName[]) database.createObjectStore(store);
  },
];

/** Opens the database, brought to the newest version. @throws DependencyError DATABASE_NEWER, DATABASE_FAILED, DISK_FULL */
export async function openDatabase(): Promise<IDBDatabase> {
  return await new Promise((resolve, reject) => {
    const request = indexedDB.open(name, migrations.length);
    request.addEventListener('upgradeneeded', ({ oldVersion }) => {
      for (const migrate of migrations.slice(oldVersion)) migrate(request.result);
    });
    request.addEventListener('success', () => {
      // Another build wants to change the shape: it waits for nobody.
      request.result.addEventListener('versionchange', () => request.result.close());
      resolve(request.result);
    });
    request.addEventListener('error', () => reject(storageError(request.error)));
  });
}

/** Reads one value. */
export async function readValue(database: IDBDatabase, store: StoreName, key: string): Promise<unknown> {
  try {
    return await settle(database.transaction(store, 'readonly').objectStore(store).get(key));
  } catch (cause) {
    throw storageError(cause);
  }
}

/** Reads many values, in one transaction, in the order of the keys. */
export async function readValues(
  database: IDBDatabase,
  store: StoreName,
  keys: readonly string[],
): Promise<unknown[]> {
  try {
    const objects = database.transaction(store, 'readonly').objectStore(store);
    return await Promise.all(keys.map(async (key) => await settle(objects.get(key))));
  } catch (cause) {
    throw storageError(cause);
  }
}

/** The keys that begin with `prefix`, sorted. */
export async function listKeys(database: IDBDatabase, store: StoreName, prefix: string): Promise<string[]> {
  try {
    const objects = database.transaction(store, 'readonly').objectStore(store);
    const range = prefix === '' ? undefined : IDBKeyRange.bound(prefix, `${prefix}\uFFFF`);
    return (await settle(objects.getAllKeys(range))) as string[];
  } catch (cause) {
    throw storageError(cause);
  }
}

/** Writes and removes (undefined) values in one transaction: all of them or none. */
export async function writeValues(
  database: IDBDatabase,
  store: StoreName,
  values: Iterable<readonly [key: string, value: unknown]>,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    let transaction: IDBTransaction;
    try {
      transaction = database.transaction(store, 'readwrite', { durability: 'strict' });
      const objects = transaction.objectStore(store);
      for (const [key, value] of values) {
        if (value === undefined) objects.delete(key);
        else objects.put(value, key);
      }
    } catch (cause) {
      reject(storageError(cause));
      return;
    }
    transaction.addEventListener('complete', () => resolve());
    transaction.addEventListener('abort', () => reject(storageError(transaction.error)));
  });
}

/** Removes everything of a store. */
export async function clearStore(database: IDBDatabase, store: StoreName): Promise<void> {
  const keys = await listKeys(database, store, '');
  await writeValues(
    database,
    store,
    keys.map((key) => [key, undefined]),
  );
}

async function settle<T>(request: IDBRequest<T>): Promise<T> {
  return await new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(storageError(request.error)));
  });
}

/** What the platform says of its storage, as a code. */
function storageError(cause: unknown): DependencyError {
  if (cause instanceof DependencyError) return cause;
  const system = cause instanceof Error ? cause.name : 'unknown';
  if (system === 'QuotaExceededError') return new DependencyError('DISK_FULL', { system }, { cause });
  if (system === 'VersionError') return new DependencyError('DATABASE_NEWER', { system }, { cause });
  return new DependencyError('DATABASE_FAILED', { system }, { cause });
}

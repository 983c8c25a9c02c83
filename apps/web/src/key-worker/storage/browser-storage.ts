/**
 * The device's storage in this browser. Values that the device has sealed (`sealed/…`) are kept as they come; the few that unlocking
 * itself needs are sealed here under a key that no script can take out. Writes that come while one is under way go together in the next
 * transaction; each resolves when its own is on the disk.
 */
import { InputError } from '@strongroom/core';
import type { DeviceStorage } from '@strongroom/device';
import { listKeys, readValue, readValues, writeValues } from './database.ts';
import type { FixedKey } from './fixed-key.ts';

const keyShape = /^[a-z0-9_-][a-z0-9._-]*(?:\/[a-z0-9_-][a-z0-9._-]*)*$/u;
const keyLengthMax = 512;
const sealedByDevice = 'sealed/';

/** Opens the storage over the database. */
export function openBrowserStorage(database: IDBDatabase, fixedKey: FixedKey): DeviceStorage {
  const writer = createWriter(database);

  async function write(key: string, bytes: Uint8Array): Promise<void> {
    assertKey(key);
    const value = key.startsWith(sealedByDevice) ? ownCopy(bytes) : await fixedKey.seal(key, bytes);
    await writer.write(key, value);
  }

  async function unpack(key: string, value: unknown): Promise<Uint8Array | undefined> {
    if (!(value instanceof Uint8Array)) return undefined;
    return key.startsWith(sealedByDevice) ? value : await fixedKey.open(key, value);
  }

  return {
    write,
    async read(key) {
      assertKey(key);
      await writer.settled(key);
      return await unpack(key, await readValue(database, 'values', key));
    },
    async readMany(keys) {
      for (const key of keys) assertKey(key);
      await writer.settled();
      const values = await readValues(database, 'values', keys);
      return await Promise.all(keys.map(async (key, index) => await unpack(key, values[index])));
    },
    async remove(key) {
      assertKey(key);
      await writer.write(key, undefined);
    },
    async list(prefix) {
      await writer.settled();
      return await listKeys(database, 'values', prefix);
    },
  };
}

interface Writer {
  write(key: string, value: Uint8Array | undefined): Promise<void>;
  /** Waits for writes under way, of one key or of all. */
  settled(key?: string): Promise<void>;
}

/** A batch that is gathered or written. */
interface Batch {
  readonly values: Map<string, Uint8Array | undefined>;
  readonly done: Promise<void>;
}

function createWriter(database: IDBDatabase): Writer {
  let running: Batch | undefined;
  let next: Batch | undefined;

  function startBatch(after: Batch | undefined): Batch {
    const values = new Map<string, Uint8Array | undefined>();
    const begin = async (): Promise<void> => {
      // One that failed has told whoever wrote in it.
      await after?.done.catch(() => undefined);
      running = batch;
      if (next === batch) next = undefined;
      try {
        await writeValues(database, 'values', values);
      } finally {
        if (running === batch) running = undefined;
      }
    };
    const batch: Batch = { values, done: Promise.resolve().then(begin) };
    return batch;
  }

  return {
    async write(key, value) {
      next ??= startBatch(running);
      next.values.set(key, value);
      await next.done;
    },
    async settled(key) {
      for (const batch of [running, next]) {
        if (batch === undefined || (key !== undefined && !batch.values.has(key))) continue;
        await batch.done.catch(() => undefined);
      }
    },
  };
}

/** A view of a larger buffer would be kept with all of the buffer. */
function ownCopy(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
}

function assertKey(key: string): void {
  if (key.length > keyLengthMax || !keyShape.test(key))
    throw new InputError('INPUT_INVALID', { name: 'key', length: key.length });
}

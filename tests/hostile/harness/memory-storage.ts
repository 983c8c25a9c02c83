import type { DeviceStorage } from '@strongroom/device';

/** A device's storage in memory that can be copied as a thief or a backup would copy it. */
export interface MemoryStorage extends DeviceStorage {
  /** The same bytes in a storage of its own. */
  copy(): MemoryStorage;
  /** Everything that lies here, joined: what a search of the disk would read. */
  dump(): Uint8Array;
}

/** A new storage, empty or with these values. */
export function createMemoryStorage(values: ReadonlyMap<string, Uint8Array> = new Map()): MemoryStorage {
  const kept = new Map([...values].map(([key, bytes]) => [key, bytes.slice()] as const));
  return {
    async read(key) {
      return kept.get(key)?.slice();
    },
    async write(key, bytes) {
      kept.set(key, bytes.slice());
    },
    async remove(key) {
      kept.delete(key);
    },
    async list(prefix) {
      return [...kept.keys()].filter((key) => key.startsWith(prefix)).sort();
    },
    copy: () => createMemoryStorage(kept),
    dump: () => Buffer.concat([...kept].flatMap(([key, bytes]) => [Buffer.from(key), bytes])),
  };
}

/**
 * The cache keys of all rooms: a few sealed shards that are read once, because thousands of single reads are slow where a device
 * lives in a browser. Invariant: what stands here and what lies on the storage are the same when a call resolves.
 */
import { wipeBytes } from '@strongroom/core';
import type { RoomId } from '@strongroom/core';
import type { SealedStore } from '../storage/sealed-store.ts';
import { decodeEntries, encodeEntries } from './cache-codec.ts';
import type { CacheEntry } from './cache-codec.ts';

const folder = 'cache-keys/';

/** Which of 32 shards a room is in: by a character of its id, which is random. */
export function shardOf(room: RoomId): string {
  return room.slice(-2, -1);
}

export class CacheTable {
  readonly #store: SealedStore;
  #shards: Promise<Map<string, Map<RoomId, CacheEntry>>> | undefined;
  #changes = 0;
  /** When the first of the keys ends; undefined where that has to be looked up. */
  #firstEndMs: number | undefined;

  constructor(store: SealedStore) {
    this.#store = store;
  }

  async rooms(): Promise<RoomId[]> {
    return [...(await this.#load()).values()].flatMap((shard) => [...shard.keys()]);
  }

  /** Looks rooms up without waiting, as the table stands now. */
  async finder(): Promise<(room: RoomId) => CacheEntry | undefined> {
    const shards = await this.#load();
    return (room) => shards.get(shardOf(room))?.get(room);
  }

  async find(room: RoomId): Promise<CacheEntry | undefined> {
    return (await this.#load()).get(shardOf(room))?.get(room);
  }

  async entries(): Promise<(readonly [RoomId, CacheEntry])[]> {
    return [...(await this.#load()).values()].flatMap((shard) => [...shard]);
  }

  /** Grows whenever an entry is written. */
  get changes(): number {
    return this.#changes;
  }

  /** When the first of the keys ends; Infinity where there is none. */
  async firstEndMs(): Promise<number> {
    const shards = await this.#load();
    if (this.#firstEndMs !== undefined) return this.#firstEndMs;
    let first = Infinity;
    for (const shard of shards.values())
      for (const { key, untilMs } of shard.values())
        if (key !== undefined && untilMs < first) first = untilMs;
    this.#firstEndMs = first;
    return first;
  }

  /** Writes entries; undefined removes one. Each shard that changes is written once. */
  async put(changes: Iterable<readonly [RoomId, CacheEntry | undefined]>): Promise<void> {
    const shards = await this.#load();
    this.#changes += 1;
    this.#firstEndMs = undefined;
    const changed = new Set<string>();
    for (const [room, entry] of changes) {
      const name = shardOf(room);
      let shard = shards.get(name);
      if (shard === undefined) {
        shard = new Map();
        shards.set(name, shard);
      }
      if (entry !== undefined) shard.set(room, entry);
      else if (!shard.delete(room)) continue;
      changed.add(name);
    }
    await Promise.all(
      [...changed].map(async (name) => await this.#write(name, shards.get(name) ?? new Map())),
    );
  }

  /** Wipes the keys in memory. */
  async close(): Promise<void> {
    const shards = await this.#shards?.catch(() => undefined);
    this.#shards = undefined;
    this.#changes += 1;
    this.#firstEndMs = undefined;
    for (const shard of shards?.values() ?? [])
      for (const { key } of shard.values()) if (key !== undefined) wipeBytes(key);
  }

  async #write(name: string, shard: ReadonlyMap<RoomId, CacheEntry>): Promise<void> {
    if (shard.size === 0) await this.#store.remove(folder + name);
    else await this.#store.writeBytes(folder + name, encodeEntries(shard));
  }

  async #load(): Promise<Map<string, Map<RoomId, CacheEntry>>> {
    this.#shards ??= this.#read();
    try {
      return await this.#shards;
    } catch (cause) {
      this.#shards = undefined;
      throw cause;
    }
  }

  async #read(): Promise<Map<string, Map<RoomId, CacheEntry>>> {
    const names = await this.#store.list(folder);
    const read = await this.#store.readManyBytes(names);
    const shards = new Map<string, Map<RoomId, CacheEntry>>();
    for (const [place, bytes] of read.entries())
      if (bytes !== undefined)
        shards.set((names[place] ?? '').slice(folder.length), new Map(decodeEntries(bytes)));
    return shards;
  }
}

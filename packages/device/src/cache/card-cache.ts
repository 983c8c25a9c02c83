/**
 * What a device keeps of a room: opened cards, sealed under the room's cache key. That key is this device's for a day: while the
 * day lasts it lies sealed under the device file key, then it is erased, and only the warden gives it back, with a line. Cards of
 * the top class are never handed in here. Against somebody who holds the unlocked device this is a courtesy.
 * Spec: docs/spec/bytes.md section 7; architecture 5.6.
 */
import {
  compareBytes,
  concatBytes,
  decodeCbor,
  encodeCbor,
  encodeUtf8,
  hashCacheHeader,
  hashWrapContext,
  IntegrityError,
  StrongroomError,
  wipeBytes,
} from '@strongroom/core';
import type {
  CborValue,
  ContentKey,
  DeviceId,
  Engine,
  RecordId,
  RoomId,
  VaultId,
  WrapContext,
} from '@strongroom/core';
import type { Clock, DeviceStorage } from '../environment/index.ts';
import type { SealedStore } from '../storage/sealed-store.ts';
import { countKept, decodeCards, encodeCards } from './cache-codec.ts';
import type { CachedCard, CacheEntry } from './cache-codec.ts';
import { CacheTable } from './cache-table.ts';
import { ProfileIndex } from './profile-index.ts';
import type { FindKey, IndexedProfile } from './profile-index.ts';

/** Where the wrap of a cache key is: all that is needed to ask for it. */
export interface CachePlace {
  readonly vault: VaultId;
  readonly epoch: number;
  readonly slot: number;
}

interface OpenCache {
  readonly entry: CacheEntry;
  readonly key: ContentKey;
  readonly cards: Map<string, CachedCard>;
}

/** The parts of a device that its cache rests on. */
export interface CacheParts {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly store: SealedStore;
  readonly storage: DeviceStorage;
  readonly device: DeviceId;
}

const nonceBytes = 12;
const hashBytes = 32;
const listSizeBytesMax = 2 ** 30;

/** The name of a card in a cache. */
export function nameCard(record: RecordId, version: number): string {
  return `${record}/${version}`;
}

export class CardCache {
  readonly #by: CacheParts;
  readonly #open = new Map<RoomId, OpenCache>();
  readonly #table: CacheTable;
  readonly #index: ProfileIndex;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(by: CacheParts) {
    this.#by = by;
    this.#table = new CacheTable(by.store);
    this.#index = new ProfileIndex({
      ...by,
      keyFinder: async () => await this.#keyFinder(),
      hasPlace: async (room) => (await this.findPlace(room)) !== undefined,
    });
  }

  /** Runs what asks for keys or writes, one at a time: two leases at once would be one too many. */
  async runAlone<T>(task: () => Promise<T>): Promise<T> {
    const run = this.#queue.then(task, task);
    this.#queue = run.catch(() => undefined);
    return await run;
  }

  /** Rooms of which something is kept, or a key is held. */
  async rooms(): Promise<RoomId[]> {
    return await this.#table.rooms();
  }

  /** The cards kept of a room; undefined while its key is not in hand. @throws IntegrityError STATE_INVALID */
  async find(room: RoomId): Promise<ReadonlyMap<string, CachedCard> | undefined> {
    return (await this.#find(room))?.cards;
  }

  /** Whether the key of a room is in hand. */
  async isOpen(room: RoomId): Promise<boolean> {
    return (await this.#findKey(room)) !== undefined;
  }

  /** Whether the keys of all these rooms are in hand. */
  async areOpen(rooms: Iterable<RoomId>): Promise<boolean> {
    const findKey = await this.#keyFinder();
    for (const room of rooms) if (findKey(room) === undefined) return false;
    return true;
  }

  /** Grows whenever a key comes or goes: until then, and until the first of them ends, `areOpen` stays true. */
  get changes(): number {
    return this.#table.changes;
  }

  /** When the first of the keys ends; Infinity where there is none. */
  async firstEndMs(): Promise<number> {
    return await this.#table.firstEndMs();
  }

  /** Tells of a room whether its cards are kept, apart from the client index. */
  async cardsFinder(): Promise<(room: RoomId) => boolean> {
    const find = await this.#table.finder();
    return (room) => (find(room)?.cards ?? 0) > 0;
  }

  /** Where the key of a closed cache is; undefined where nothing is kept. */
  async findPlace(room: RoomId): Promise<(CachePlace & { readonly kept: number }) | undefined> {
    const entry = await this.#table.find(room);
    if (entry === undefined) return undefined;
    const kept = countKept(entry);
    // Without what it sealed a key is of no use: the next one is made anew.
    return kept === 0 ? undefined : { vault: entry.vault, epoch: entry.epoch, slot: entry.slot, kept };
  }

  /** The context that a wrap of this device's cache key of a room is bound to. */
  contextOf(room: RoomId, { epoch, slot }: Pick<CachePlace, 'epoch' | 'slot'>): WrapContext {
    const { engine, device } = this.#by;
    return {
      headerHash: hashCacheHeader(engine, device, room),
      part: 'cache',
      room,
      epoch,
      slot,
      grantor: device,
    };
  }

  /** `Hw` of that wrap. */
  hashOf(room: RoomId, place: Pick<CachePlace, 'epoch' | 'slot'>): Uint8Array {
    return hashWrapContext(this.#by.engine, this.contextOf(room, place));
  }

  /** Takes new keys of this device's own making, under which nothing is kept yet. */
  async beginMany(
    made: readonly { readonly room: RoomId; readonly place: CachePlace; readonly key: ContentKey }[],
    untilMs: number,
  ): Promise<void> {
    for (const { room } of made) if ((await this.#table.find(room)) !== undefined) await this.wipe(room);
    await this.#table.put(
      made.map(({ room, place: { vault, epoch, slot }, key }) => [
        room,
        { vault, epoch, slot, cards: 0, isIndexedAlone: false, untilMs, key },
      ]),
    );
  }

  /** Takes a released key. @throws IntegrityError RELEASE_REJECTED if it is not the one that what is kept was sealed under */
  async open(room: RoomId, key: ContentKey, untilMs: number): Promise<void> {
    await this.openMany([[room, key]], untilMs);
  }

  /** The same for many rooms: all of them or, where one is not right, none. */
  async openMany(keys: readonly (readonly [RoomId, ContentKey])[], untilMs: number): Promise<void> {
    const opened: (readonly [RoomId, CacheEntry])[] = [];
    const read: (readonly [RoomId, OpenCache])[] = [];
    for (const [room, key] of keys) {
      const known = await this.#table.find(room);
      if (known === undefined) throw new TypeError('a lease is asked for what is kept');
      const entry: CacheEntry = { ...known, untilMs, key };
      opened.push([room, entry]);
      if (entry.cards === 0) continue;
      const cards = await this.#openCards(room, entry, key, 'RELEASE_REJECTED');
      read.push([room, { entry, key, cards }]);
    }
    await this.#table.put(opened);
    for (const [room, open] of read) this.#open.set(room, open);
  }

  /** The client index of a vault: the rows of rooms whose keys are in hand. */
  async readIndex(vault: VaultId): Promise<Map<RoomId, IndexedProfile>> {
    return await this.#index.read(vault);
  }

  /** Keeps rows of rooms whose keys are in hand. */
  async putIndex(vault: VaultId, rows: readonly (readonly [RoomId, IndexedProfile])[]): Promise<void> {
    const counted: (readonly [RoomId, CacheEntry])[] = [];
    for (const [room, { record }] of rows) {
      const entry = await this.#table.find(room);
      if (entry === undefined || entry.indexed === record) continue;
      const names = entry.cards === 0 ? new Set<string>() : await this.listNames(room);
      const isIndexedAlone = ![...names].some((name) => name.startsWith(`${record}/`));
      counted.push([room, { ...entry, indexed: record, isIndexedAlone }]);
    }
    // The count first: a line never says fewer than are kept.
    if (counted.length > 0) await this.#table.put(counted);
    await this.#index.put(vault, rows);
  }

  /** Keeps cards of a room whose key is in hand; without one nothing is kept. */
  async add(room: RoomId, cards: readonly CachedCard[]): Promise<void> {
    const open = cards.length === 0 ? undefined : await this.#find(room);
    if (open === undefined) return;
    for (const card of cards) open.cards.set(nameCard(card.record, card.version), card);
    await this.#write(room, open);
  }

  /** Removes cards by name; the cache must be open. */
  async remove(room: RoomId, names: ReadonlySet<string>): Promise<void> {
    const open = await this.#find(room);
    if (open === undefined) return;
    for (const name of names) open.cards.delete(name);
    const { indexed, ...rest } = (await this.#table.find(room)) ?? open.entry;
    if (indexed !== undefined && [...names].some((name) => name.startsWith(`${indexed}/`))) {
      await this.#index.remove(rest.vault, room);
      await this.#table.put([[room, { ...rest, isIndexedAlone: false }]]);
    }
    if (open.cards.size === 0) await this.wipe(room);
    else await this.#write(room, open);
  }

  /** The names of what is kept, which can be read without the key. */
  async listNames(room: RoomId): Promise<Set<string>> {
    const bytes = await this.#by.store.readBytes(`kept/${room}`);
    if (bytes === undefined) return new Set();
    return new Set(decodeCbor(bytes, { sizeBytesMax: listSizeBytesMax }) as string[]);
  }

  /** Whether the client index holds something of this record. */
  async isIndexed(room: RoomId, record: RecordId): Promise<boolean> {
    return (await this.#table.find(room))?.indexed === record;
  }

  /** Removes all that is kept of a room, and its key. Answers how many cards went. */
  async wipe(room: RoomId): Promise<number> {
    const { store, storage } = this.#by;
    const entry = await this.#table.find(room);
    if (entry === undefined) return 0;
    if (entry.indexed !== undefined) await this.#index.remove(entry.vault, room);
    const { size } = await this.listNames(room);
    this.#forget(room);
    await storage.remove(`cache/${room}`);
    await this.#table.put([[room, undefined]]);
    await store.remove(`kept/${room}`);
    if (entry.key !== undefined) wipeBytes(entry.key);
    return size + (entry.isIndexedAlone ? 1 : 0);
  }

  /** Erases keys whose day is over. */
  async eraseEnded(): Promise<void> {
    // What is of an earlier form is not read any more: it is had again by a release.
    for (const folder of ['cards/', 'cache/'])
      for (const name of await this.#by.store.list(folder)) await this.#by.store.remove(name);
    await this.#eraseKeys(this.#by.clock.nowMs());
  }

  async #eraseKeys(now: number): Promise<void> {
    const ended: (readonly [RoomId, CacheEntry])[] = [];
    for (const [room, entry] of await this.#table.entries()) {
      const { key, ...rest } = entry;
      if (key === undefined || now < entry.untilMs) continue;
      this.#forget(room);
      wipeBytes(key);
      ended.push([room, rest]);
    }
    if (ended.length > 0) await this.#table.put(ended);
  }

  /** Wipes the keys in memory. */
  async close(): Promise<void> {
    this.#open.clear();
    this.#index.close();
    await this.#table.close();
  }

  /** The key of a room while its day lasts; erased when it is over. */
  async #findKey(room: RoomId): Promise<ContentKey | undefined> {
    const entry = await this.#table.find(room);
    if (entry?.key === undefined) return undefined;
    if (this.#by.clock.nowMs() < entry.untilMs) return entry.key;
    const { key, ...rest } = entry;
    this.#forget(room);
    wipeBytes(key);
    await this.#table.put([[room, rest]]);
    return undefined;
  }

  /** The same of many, as it is now; keys whose day is over are erased first. */
  async #keyFinder(): Promise<FindKey> {
    const now = this.#by.clock.nowMs();
    if (now >= (await this.#table.firstEndMs())) await this.#eraseKeys(now);
    const find = await this.#table.finder();
    return (room) => {
      const entry = find(room);
      return entry === undefined || now >= entry.untilMs ? undefined : entry.key;
    };
  }

  async #find(room: RoomId): Promise<OpenCache | undefined> {
    const key = await this.#findKey(room);
    const open = this.#open.get(room);
    const entry = await this.#table.find(room);
    if (key === undefined || entry === undefined) return undefined;
    if (open !== undefined) return open;
    const cards = await this.#openCards(room, entry, key, 'STATE_INVALID');
    const read = { entry, key, cards };
    this.#open.set(room, read);
    return read;
  }

  #forget(room: RoomId): void {
    this.#open.delete(room);
  }

  /** What was sealed under the key of this entry; a file of another key is no longer anybody's. */
  async #readKept(room: RoomId, entry: CacheEntry): Promise<Uint8Array | undefined> {
    const stored = await this.#by.storage.read(`cache/${room}`);
    if (stored === undefined || stored.length < hashBytes + nonceBytes) return undefined;
    const isOfKey = compareBytes(stored.slice(0, hashBytes), this.hashOf(room, entry)) === 0;
    return isOfKey ? stored.slice(hashBytes) : undefined;
  }

  async #openCards(
    room: RoomId,
    entry: CacheEntry,
    key: ContentKey,
    code: 'RELEASE_REJECTED' | 'STATE_INVALID',
  ): Promise<Map<string, CachedCard>> {
    const { engine } = this.#by;
    const kept = entry.cards === 0 ? undefined : await this.#readKept(room, entry);
    if (kept === undefined) return new Map();
    const sealKey = deriveSealKey(engine, key);
    try {
      const plaintext = await engine.openAesGcm({
        key: sealKey,
        nonce: kept.slice(0, nonceBytes),
        aad: this.#aadOf(room, entry),
        ciphertext: kept.slice(nonceBytes),
      });
      const cards = decodeCards(plaintext);
      return new Map(cards.map((card) => [nameCard(card.record, card.version), card]));
    } catch (cause) {
      if (cause instanceof StrongroomError) throw new IntegrityError(code, { room }, { cause });
      throw cause;
    } finally {
      wipeBytes(sealKey);
    }
  }

  async #write(room: RoomId, { key, cards }: OpenCache): Promise<void> {
    const { engine, storage, store } = this.#by;
    const names: CborValue = [...cards.keys()];
    await store.writeBytes(`kept/${room}`, encodeCbor(names, { sizeBytesMax: listSizeBytesMax }));
    const records = new Set([...cards.values()].map(({ record }) => record));
    const entry = await this.#table.find(room);
    if (entry === undefined) return;
    const { indexed } = entry;
    const isIndexedAlone = indexed !== undefined && !records.has(indexed);
    // The count first: a line never says fewer than are kept.
    const next = { ...entry, cards: records.size, isIndexedAlone };
    await this.#table.put([[room, next]]);
    this.#open.set(room, { entry: next, key, cards });
    const nonce = engine.randomBytes(nonceBytes);
    const sealKey = deriveSealKey(engine, key);
    try {
      const sealed = await engine.sealAesGcm({
        key: sealKey,
        nonce,
        aad: this.#aadOf(room, entry),
        plaintext: encodeCards([...cards.values()]),
      });
      await storage.write(`cache/${room}`, concatBytes(this.hashOf(room, entry), nonce, sealed));
    } finally {
      wipeBytes(sealKey);
    }
  }

  #aadOf(room: RoomId, place: CachePlace): Uint8Array {
    return encodeCbor(['cache', this.#by.device, room, this.hashOf(room, place)]);
  }
}

function deriveSealKey(engine: Engine, key: ContentKey): Uint8Array {
  return engine.hkdf('sha256', { ikm: key, info: encodeUtf8('sr1/cache/cards'), length: 32 });
}

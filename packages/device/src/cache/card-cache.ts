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
import { decodeCards, decodeEntry, encodeCards, encodeEntry } from './cache-codec.ts';
import type { CachedCard, CacheEntry } from './cache-codec.ts';

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
  #queue: Promise<unknown> = Promise.resolve();

  constructor(by: CacheParts) {
    this.#by = by;
  }

  /** Runs what asks for keys or writes, one at a time: two leases at once would be one too many. */
  async runAlone<T>(task: () => Promise<T>): Promise<T> {
    const run = this.#queue.then(task, task);
    this.#queue = run.catch(() => undefined);
    return await run;
  }

  /** Rooms of which something is kept, or a key is held. */
  async rooms(): Promise<RoomId[]> {
    return (await this.#by.store.list('cache/')).map((name) => name.slice('cache/'.length) as RoomId);
  }

  /** The cards kept of a room; undefined while its key is not in hand. @throws IntegrityError STATE_INVALID */
  async find(room: RoomId): Promise<ReadonlyMap<string, CachedCard> | undefined> {
    return (await this.#find(room))?.cards;
  }

  /** Where the key of a closed cache is; undefined where nothing is kept. */
  async findPlace(room: RoomId): Promise<(CachePlace & { readonly kept: number }) | undefined> {
    const entry = await this.#readEntry(room);
    // Without what it sealed a key is of no use: the next one is made anew.
    return entry === undefined || (await this.#readKept(room, entry)) === undefined ? undefined : entry;
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

  /** Takes a new key of this device's own making, under which nothing is kept yet. */
  async begin(room: RoomId, place: CachePlace, key: ContentKey, untilMs: number): Promise<void> {
    await this.wipe(room);
    const { vault, epoch, slot } = place;
    const entry: CacheEntry = { vault, epoch, slot, kept: 0, untilMs, key };
    this.#open.set(room, { entry, key, cards: new Map() });
    await this.#writeEntry(room, entry);
  }

  /** Takes a released key. @throws IntegrityError RELEASE_REJECTED if it is not the one that what is kept was sealed under */
  async open(room: RoomId, key: ContentKey, untilMs: number): Promise<void> {
    const known = await this.#readEntry(room);
    if (known === undefined) throw new TypeError('a lease is asked for what is kept');
    const entry: CacheEntry = { ...known, untilMs, key };
    const cards = await this.#openCards(room, entry, key, 'RELEASE_REJECTED');
    this.#open.set(room, { entry, key, cards });
    await this.#writeEntry(room, entry);
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
    if (open.cards.size === 0) await this.wipe(room);
    else await this.#write(room, open);
  }

  /** The names of what is kept, which can be read without the key. */
  async listNames(room: RoomId): Promise<Set<string>> {
    const bytes = await this.#by.store.readBytes(`kept/${room}`);
    if (bytes === undefined) return new Set();
    return new Set(decodeCbor(bytes, { sizeBytesMax: listSizeBytesMax }) as string[]);
  }

  /** Removes all that is kept of a room, and its key. Answers how many cards went. */
  async wipe(room: RoomId): Promise<number> {
    const { store, storage } = this.#by;
    const { size } = await this.listNames(room);
    this.#forget(room);
    await storage.remove(`cache/${room}`);
    await store.remove(`cache/${room}`);
    await store.remove(`kept/${room}`);
    return size;
  }

  /** Erases keys whose day is over. */
  async eraseEnded(): Promise<void> {
    // Cards under the device file key alone are of an earlier form: nothing is kept that way.
    for (const name of await this.#by.store.list('cards/')) await this.#by.store.remove(name);
    for (const room of await this.rooms()) await this.#find(room, { isRead: false });
  }

  /** Wipes the keys in memory. */
  close(): void {
    for (const room of this.#open.keys()) this.#forget(room);
  }

  async #find(room: RoomId, { isRead = true } = {}): Promise<OpenCache | undefined> {
    const now = this.#by.clock.nowMs();
    const open = this.#open.get(room);
    if (open !== undefined && now < open.entry.untilMs) return open;
    this.#forget(room);
    const entry = await this.#readEntry(room);
    if (entry?.key === undefined) return undefined;
    const { key, ...rest } = entry;
    if (now >= entry.untilMs) {
      wipeBytes(key);
      await this.#writeEntry(room, rest);
      return undefined;
    }
    if (!isRead) return undefined;
    const read = { entry, key, cards: await this.#openCards(room, entry, key, 'STATE_INVALID') };
    this.#open.set(room, read);
    return read;
  }

  #forget(room: RoomId): void {
    const open = this.#open.get(room);
    if (open !== undefined) wipeBytes(open.key);
    this.#open.delete(room);
  }

  async #readEntry(room: RoomId): Promise<CacheEntry | undefined> {
    const bytes = await this.#by.store.readBytes(`cache/${room}`);
    return bytes === undefined ? undefined : decodeEntry(bytes);
  }

  async #writeEntry(room: RoomId, entry: CacheEntry): Promise<void> {
    await this.#by.store.writeBytes(`cache/${room}`, encodeEntry(entry));
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
    const kept = await this.#readKept(room, entry);
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

  async #write(room: RoomId, { entry, key, cards }: OpenCache): Promise<void> {
    const { engine, storage, store } = this.#by;
    const names: CborValue = [...cards.keys()];
    await store.writeBytes(`kept/${room}`, encodeCbor(names, { sizeBytesMax: listSizeBytesMax }));
    const kept = new Set([...cards.values()].map(({ record }) => record)).size;
    // The count first: a line never says fewer than are kept.
    const next = { ...entry, kept };
    await this.#writeEntry(room, next);
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

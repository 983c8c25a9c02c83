/**
 * The index of clients: names and what a list shows, in shards of rooms. A shard is sealed under a key that is derived from the cache
 * keys of all its rooms together, so it opens only while every one of them is in hand: with the day they are gone, and a room
 * that a wall takes away takes its shard along, which is then written anew without it. Rows of the top class are never handed in.
 * Spec: architecture 5.6, docs/spec/bytes.md section 7.
 */
import {
  concatBytes,
  decodeCbor,
  encodeCbor,
  encodeUtf8,
  StrongroomError,
  wipeBytes,
} from '@strongroom/core';
import type { CborValue, ContentKey, DeviceId, Engine, RecordId, RoomId, VaultId } from '@strongroom/core';
import type { SealedStore } from '../storage/sealed-store.ts';
import { shardOf } from './cache-table.ts';

/** What is indexed of a room: a version of a record, where it lies in the ledger, and what its card says. */
export interface IndexedProfile {
  readonly record: RecordId;
  readonly version: number;
  /** Index of the newest profile in the room's chain when this was accepted. */
  readonly at: number;
  readonly content: CborValue;
}

/** The key of a room while its day lasts. */
export type FindKey = (room: RoomId) => ContentKey | undefined;
/** Keys as they are now: thousands of rooms are looked up in a row. */
type KeyFinder = () => Promise<FindKey>;

const folder = 'client-index/';
const nonceBytes = 12;
const limits = { depthMax: 16, sizeBytesMax: 2 ** 30 } as const;

type Shard = Map<RoomId, IndexedProfile>;
type Stored = readonly [rooms: RoomId[], nonce: Uint8Array, sealed: Uint8Array];
type Row = readonly [record: RecordId, version: number, at: number, content: CborValue];

export class ProfileIndex {
  readonly #engine: Engine;
  readonly #store: SealedStore;
  readonly #device: DeviceId;
  readonly #keyFinder: KeyFinder;
  readonly #hasPlace: (room: RoomId) => Promise<boolean>;
  /** Shards by name, opened; undefined for one that does not open now. */
  readonly #shards = new Map<string, Shard | undefined>();
  /** Vaults whose shards were read. */
  readonly #listed = new Set<VaultId>();
  /** Shards that were read and do not open yet, so that they are read once while keys come in. */
  readonly #unopened = new Map<string, Stored>();

  constructor(options: {
    readonly engine: Engine;
    readonly store: SealedStore;
    readonly device: DeviceId;
    readonly keyFinder: KeyFinder;
    /** Whether the key of a room may come to hand again by a lease. */
    readonly hasPlace: (room: RoomId) => Promise<boolean>;
  }) {
    this.#engine = options.engine;
    this.#store = options.store;
    this.#device = options.device;
    this.#keyFinder = options.keyFinder;
    this.#hasPlace = options.hasPlace;
  }

  /** The rows of a vault whose rooms' keys are in hand. */
  async read(vault: VaultId): Promise<Map<RoomId, IndexedProfile>> {
    const rows = new Map<RoomId, IndexedProfile>();
    const shards = await this.#openAll(vault);
    const findKey = await this.#keyFinder();
    for (const shard of shards.values()) {
      for (const [room, row] of shard ?? []) {
        // A process that stays open loses the row with the key.
        if (findKey(room) === undefined) shard?.delete(room);
        else rows.set(room, row);
      }
    }
    return rows;
  }

  /** Takes rows of rooms whose keys are in hand. A shard that opens after a lease is left as it is; one that never will is begun anew. */
  async put(vault: VaultId, rows: Iterable<readonly [RoomId, IndexedProfile]>): Promise<void> {
    const shards = await this.#openAll(vault);
    const changed = new Set<string>();
    const findKey = await this.#keyFinder();
    for (const [room, row] of rows) {
      if (findKey(room) === undefined) continue;
      const name = nameOf(vault, room);
      let shard = shards.get(name);
      if (shard === undefined && (await this.#mayOpen(name))) continue;
      if (shard === undefined) {
        shard = new Map();
        shards.set(name, shard);
        this.#shards.set(name, shard);
      }
      shard.set(room, row);
      changed.add(name);
    }
    for (const name of changed) await this.#write(name, shards.get(name) ?? new Map());
  }

  /** Removes the row of a room; call it while the keys of its shard are in hand, or the shard is lost and has to be asked for anew. */
  async remove(vault: VaultId, room: RoomId): Promise<void> {
    const name = nameOf(vault, room);
    const stored = await this.#readStored(name);
    const isNamed = stored?.[0].includes(room) === true;
    const shard =
      this.#shards.get(name) ??
      (isNamed ? await this.#open(name, stored, await this.#keyFinder()) : undefined);
    if (shard?.delete(room) !== true && !isNamed) return;
    await this.#write(name, shard ?? new Map());
  }

  /** Forgets what is open; what is stored stays. */
  close(): void {
    this.#shards.clear();
    this.#unopened.clear();
    this.#listed.clear();
  }

  async #openAll(vault: VaultId): Promise<Map<string, Shard | undefined>> {
    const own = `${folder}${vault}/`;
    if (!this.#listed.has(vault)) {
      const names = (await this.#store.list(own)).filter((name) => this.#shards.get(name) === undefined);
      for (const [place, stored] of (await this.#readAll(names)).entries())
        if (stored !== undefined) this.#unopened.set(names[place] ?? '', stored);
      this.#listed.add(vault);
    }
    const findKey = await this.#keyFinder();
    await Promise.all(
      [...this.#unopened].map(async ([name, stored]) => {
        const shard = name.startsWith(own) ? await this.#open(name, stored, findKey) : undefined;
        if (shard === undefined || this.#shards.get(name) !== undefined) return;
        this.#shards.set(name, shard);
        this.#unopened.delete(name);
      }),
    );
    return new Map([...this.#shards].filter(([name]) => name.startsWith(own)));
  }

  /** Whether a shard that is closed now opens once leases brought the keys that are missing. */
  async #mayOpen(name: string): Promise<boolean> {
    const findKey = await this.#keyFinder();
    const missing = (this.#unopened.get(name)?.[0] ?? []).filter((room) => findKey(room) === undefined);
    for (const room of missing) if (!(await this.#hasPlace(room))) return false;
    return missing.length > 0;
  }

  async #readAll(names: readonly string[]): Promise<(Stored | undefined)[]> {
    try {
      const read = await this.#store.readManyBytes(names);
      return read.map((bytes) => (bytes === undefined ? undefined : decodeStored(bytes)));
    } catch (cause) {
      if (!(cause instanceof StrongroomError)) throw cause;
      // One of them was altered: the others are read one by one, and that one is as good as none.
      return await Promise.all(names.map(async (name) => await this.#readStored(name)));
    }
  }

  async #readStored(name: string): Promise<Stored | undefined> {
    try {
      const bytes = await this.#store.readBytes(name);
      return bytes === undefined ? undefined : decodeStored(bytes);
    } catch (cause) {
      if (cause instanceof StrongroomError) return undefined;
      throw cause;
    }
  }

  async #open(name: string, stored: Stored | undefined, findKey: FindKey): Promise<Shard | undefined> {
    if (stored === undefined) return undefined;
    const [rooms, nonce, sealed] = stored;
    const key = this.#deriveKey(findKey, rooms);
    if (key === undefined) return undefined;
    try {
      const aad = this.#aadOf(name, rooms);
      const plaintext = await this.#engine.openAesGcm({ key, nonce, aad, ciphertext: sealed });
      const rows = decodeCbor(plaintext, limits) as unknown as readonly Row[];
      return new Map(
        rows.map(([record, version, at, content], place) => [
          rooms[place] as RoomId,
          { record, version, at, content },
        ]),
      );
    } catch (cause) {
      if (cause instanceof StrongroomError) return undefined;
      throw cause;
    } finally {
      wipeBytes(key);
    }
  }

  async #write(name: string, shard: Shard): Promise<void> {
    const rooms: RoomId[] = [];
    const findKey = await this.#keyFinder();
    for (const room of [...shard.keys()].sort()) {
      if (findKey(room) === undefined) shard.delete(room);
      else rooms.push(room);
    }
    this.#unopened.delete(name);
    const key = this.#deriveKey(findKey, rooms);
    if (key === undefined || rooms.length === 0) {
      this.#shards.delete(name);
      await this.#store.remove(name);
      return;
    }
    try {
      const nonce = this.#engine.randomBytes(nonceBytes);
      const rows = rooms.map((room): CborValue => {
        const { record, version, at, content } = shard.get(room) as IndexedProfile;
        return [record, version, at, content];
      });
      const sealed = await this.#engine.sealAesGcm({
        key,
        nonce,
        aad: this.#aadOf(name, rooms),
        plaintext: encodeCbor(rows, limits),
      });
      await this.#store.writeBytes(name, encodeCbor([rooms, nonce, sealed], limits));
      this.#shards.set(name, shard);
    } finally {
      wipeBytes(key);
    }
  }

  /** The key of a shard, from the keys of all its rooms in their order; undefined as long as one is not in hand. */
  #deriveKey(findKey: FindKey, rooms: readonly RoomId[]): Uint8Array | undefined {
    const keys: ContentKey[] = [];
    for (const room of rooms) {
      const key = findKey(room);
      if (key === undefined) return undefined;
      keys.push(key);
    }
    const ikm = concatBytes(...keys);
    try {
      return this.#engine.hkdf('sha256', { ikm, info: encodeUtf8('sr1/cache/index'), length: 32 });
    } finally {
      wipeBytes(ikm);
    }
  }

  #aadOf(name: string, rooms: readonly RoomId[]): Uint8Array {
    return encodeCbor(['index', this.#device, name, [...rooms]], limits);
  }
}

function nameOf(vault: VaultId, room: RoomId): string {
  return `${folder}${vault}/${shardOf(room)}`;
}

function decodeStored(bytes: Uint8Array): Stored {
  return decodeCbor(bytes, limits) as unknown as Stored;
}

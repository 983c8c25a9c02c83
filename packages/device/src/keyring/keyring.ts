/**
 * The epoch keys given to this person. Each is compared with its commitment in the room's chain before it is used, wherever it
 * came from: a bundle, the keyring kept at the server, this device's own storage (attacks F3, F5, A5).
 */
import {
  AccessError,
  compareBytes,
  ConflictError,
  decodeCbor,
  deriveGenerationKeys,
  encodeCbor,
  IntegrityError,
  openKeyring,
  sealKeyring,
  StrongroomError,
  wipeBytes,
} from '@strongroom/core';
import type { CborValue, Engine, EpochKey, PersonId, RoomId, VaultId } from '@strongroom/core';
import { findRoom } from '@strongroom/authority';
import type { Api } from '../api/index.ts';
import type { ChainBook } from '../chains/index.ts';
import { hashAttachment } from '../identity/generation-boxes.ts';
import type { Identity } from '../identity/identity.ts';
import { assertEpochKey, openEpochBundle } from '../rooms/epoch-bundle.ts';
import type { SealedStore } from '../storage/sealed-store.ts';

type Keys = Map<RoomId, Map<number, EpochKey>>;

/** A bundle that may hold a box of ours of the epochs from `low` to `high`. */
interface NamedBundle {
  readonly low: number;
  readonly high: number;
  readonly hash: Uint8Array;
}
type BundlesByRoom = ReadonlyMap<RoomId, readonly NamedBundle[]>;

export class Keyring {
  readonly #engine: Engine;
  readonly #api: Api;
  readonly #store: SealedStore;
  readonly #book: ChainBook;
  readonly #identity: Identity;
  readonly #person: PersonId;
  readonly #vaults = new Map<VaultId, Keys>();
  readonly #changed = new Set<VaultId>();
  /** Keys that were added and not yet written to the storage. */
  readonly #unsaved = new Set<VaultId>();
  /** The commitment under which each key was last compared: what is compared once need not be again. */
  readonly #compared = new Map<EpochKey, Uint8Array>();
  /** The bundles that the entries of a ledger name, by room, and how many entries there were. */
  readonly #bundles = new Map<VaultId, { readonly count: number; readonly byRoom: BundlesByRoom }>();
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: {
    readonly engine: Engine;
    readonly api: Api;
    readonly store: SealedStore;
    readonly book: ChainBook;
    readonly identity: Identity;
    readonly person: PersonId;
  }) {
    this.#engine = options.engine;
    this.#api = options.api;
    this.#store = options.store;
    this.#book = options.book;
    this.#identity = options.identity;
    this.#person = options.person;
  }

  /**
   * The key of an epoch of a room.
   * @throws AccessError NOT_A_MEMBER if it was never given to this person; IntegrityError EPOCH_KEY_REFUSED
   */
  async get(vault: VaultId, room: RoomId, n: number): Promise<EpochKey> {
    const found = await this.find(vault, room, n);
    if (found === undefined) throw new AccessError('NOT_A_MEMBER', { room, epoch: n });
    return found;
  }

  /** As `get`, undefined if it was never given. Many may ask at once: what one fetched the others find. */
  async find(vault: VaultId, room: RoomId, n: number): Promise<EpochKey | undefined> {
    const look = async (): Promise<EpochKey | undefined> => await this.#find(vault, room, n);
    const run = this.#queue.then(look, look);
    this.#queue = run.catch(() => undefined);
    return await run;
  }

  async #find(vault: VaultId, room: RoomId, n: number): Promise<EpochKey | undefined> {
    const keys = await this.#keysOf(vault);
    const known = keys.get(room)?.get(n);
    if (known !== undefined && !this.#isOfLostEdition(vault, room, n, known)) {
      this.#assert(vault, room, n, known);
      return known;
    }
    const fetched = await this.#fetch(vault, room, n);
    if (fetched === undefined) return undefined;
    await this.add(vault, room, n, fetched);
    return fetched;
  }

  /**
   * Takes a key after comparing it with its commitment. `isLazy` leaves it to `save` to make it durable: lost, it is had again from
   * its bundle.
   * @throws IntegrityError EPOCH_KEY_REFUSED
   */
  async add(vault: VaultId, room: RoomId, n: number, key: EpochKey, { isLazy = false } = {}): Promise<void> {
    this.#assert(vault, room, n, key);
    const keys = await this.#keysOf(vault);
    const epochs = keys.get(room) ?? new Map<number, EpochKey>();
    epochs.set(n, key);
    keys.set(room, epochs);
    this.#changed.add(vault);
    this.#unsaved.add(vault);
    if (!isLazy) await this.save();
  }

  /** Makes durable what was added. */
  async save(): Promise<void> {
    for (const vault of this.#unsaved) {
      this.#unsaved.delete(vault);
      await this.#store.writeBytes(`keyring/${vault}`, encodeKeys(await this.#keysOf(vault)));
    }
  }

  /** Hands the sealed keyring to the server, where it is newer than there. Losing a race is no loss: the next sync does it again. */
  async push(): Promise<void> {
    await this.save();
    for (const vault of this.#changed) {
      const keys = await this.#keysOf(vault);
      try {
        const { number } = await this.#api.call('getKeyring', { params: { vault } });
        const sealed = await this.#seal(vault, number + 1, keys);
        await this.#api.call('putKeyring', { params: { vault }, body: { number: number + 1, sealed } });
        this.#changed.delete(vault);
      } catch (cause) {
        if (!(cause instanceof ConflictError)) throw cause;
      }
    }
  }

  close(): void {
    for (const keys of this.#vaults.values())
      for (const epochs of keys.values()) wipeBytes(...epochs.values());
    this.#vaults.clear();
    this.#compared.clear();
  }

  #assert(vault: VaultId, room: RoomId, n: number, key: EpochKey): void {
    const commitment = findRoom(this.#book.rooms(vault), room)?.commitments[n - 1];
    const compared = this.#compared.get(key);
    if (compared !== undefined && commitment !== undefined && compareBytes(compared, commitment) === 0)
      return;
    assertEpochKey(this.#engine, { vault, room, n, key, commitment });
    if (commitment !== undefined) this.#compared.set(key, commitment);
  }

  /** After a restore an epoch may have been made anew under a number that was lost: its key is had from its bundle. */
  #isOfLostEdition(vault: VaultId, room: RoomId, n: number, key: EpochKey): boolean {
    if (this.#book.office.restores === undefined) return false;
    try {
      this.#assert(vault, room, n, key);
      return false;
    } catch (cause) {
      if (cause instanceof IntegrityError && findRoom(this.#book.rooms(vault), room) !== undefined)
        return true;
      throw cause;
    }
  }

  async #keysOf(vault: VaultId): Promise<Keys> {
    let keys = this.#vaults.get(vault);
    if (keys === undefined) {
      const stored = await this.#store.readBytes(`keyring/${vault}`);
      keys = stored === undefined ? await this.#pull(vault) : decodeKeys(stored);
      this.#vaults.set(vault, keys);
    }
    return keys;
  }

  /** The keyring kept at the server; one that does not open is as good as none, since every key can be had from its bundle. */
  async #pull(vault: VaultId): Promise<Keys> {
    const { number, sealed } = await this.#api.call('getKeyring', { params: { vault } });
    if (sealed === undefined) return new Map();
    for (const [generation, seed] of this.#identity.generations) {
      try {
        const keyring = await openKeyring(this.#engine, {
          selfKey: deriveGenerationKeys(this.#engine, seed).selfKey,
          context: { person: this.#person, generation, vault, number },
          sealed,
        });
        return new Map([...keyring].map(([room, epochs]) => [room, new Map(epochs)]));
      } catch (cause) {
        if (!(cause instanceof StrongroomError)) throw cause;
      }
    }
    return new Map();
  }

  async #seal(vault: VaultId, number: number, keys: Keys): Promise<Uint8Array> {
    const generation = Math.max(...this.#identity.generations.keys());
    const seed = this.#identity.generations.get(generation);
    if (seed === undefined) throw new IntegrityError('KEYRING_REFUSED');
    return await sealKeyring(this.#engine, {
      selfKey: deriveGenerationKeys(this.#engine, seed).selfKey,
      context: { person: this.#person, generation, vault, number },
      keyring: new Map([...keys].map(([room, epochs]) => [room, sortEpochs(epochs)])),
    });
  }

  /** Looks for a box of ours in the bundles that the room's statements name. */
  async #fetch(vault: VaultId, room: RoomId, n: number): Promise<EpochKey | undefined> {
    const commitment = findRoom(this.#book.rooms(vault), room)?.commitments[n - 1];
    if (commitment === undefined) return undefined;
    for (const hash of await this.#bundlesOf(vault, room, n)) {
      const bundle = await this.#api.call('getAttachment', { params: { ledger: vault, hash } });
      if (compareBytes(hashAttachment(this.#engine, bundle), hash) !== 0) {
        throw new IntegrityError('EPOCH_KEY_REFUSED', { room, epoch: n, reason: 'attachment' });
      }
      const key = await openEpochBundle(this.#engine, {
        bundle,
        commitment,
        vault,
        room,
        n,
        person: this.#person,
        kemSeedOf: (generation) => {
          const seed = this.#identity.generations.get(generation);
          return seed === undefined ? undefined : deriveGenerationKeys(this.#engine, seed).kemSeed;
        },
      });
      if (key !== undefined) return key;
    }
    return undefined;
  }

  /** Newest first. The newest epoch's own bundle needs no search. */
  async #bundlesOf(vault: VaultId, room: RoomId, n: number): Promise<Uint8Array[]> {
    const epoch = findRoom(this.#book.rooms(vault), room)?.epoch;
    const own = epoch?.n === n && epoch.author === this.#person ? [epoch.bundle] : [];
    if (own.length > 0) return own;
    const named = (await this.#listBundles(vault)).get(room) ?? [];
    return named
      .filter(({ low, high }) => low <= n && n <= high)
      .map(({ hash }) => hash)
      .toReversed();
  }

  async #listBundles(vault: VaultId): Promise<BundlesByRoom> {
    const log = await this.#book.loadLog(vault);
    const known = this.#bundles.get(vault);
    if (known !== undefined && known.count === log.size) return known.byRoom;
    const byRoom = new Map<RoomId, NamedBundle[]>();
    for (const index of log.indexes()) {
      const body = log.find(index)?.body;
      if (body === undefined) continue;
      let named: NamedBundle | undefined;
      if (body.k === 'epoch.rotated') named = { low: body.n, high: body.n, hash: body.bundle };
      else if (body.k === 'access.granted' && body.person === this.#person)
        named = { low: body.epoch, high: body.epoch, hash: body.bundle };
      else if (body.k === 'history.granted' && body.person === this.#person)
        named = { low: body.epochs[0], high: body.epochs[1], hash: body.bundle };
      if (named === undefined || !('room' in body)) continue;
      const rooms = byRoom.get(body.room);
      if (rooms === undefined) byRoom.set(body.room, [named]);
      else rooms.push(named);
    }
    this.#bundles.set(vault, { count: log.size, byRoom });
    return byRoom;
  }
}

function sortEpochs(epochs: ReadonlyMap<number, EpochKey>): (readonly [number, EpochKey])[] {
  return [...epochs].sort(([left], [right]) => left - right);
}

function encodeKeys(keys: Keys): Uint8Array {
  const value: Record<string, CborValue> = {};
  for (const [room, epochs] of keys) value[room] = sortEpochs(epochs).map(([n, key]) => [n, key]);
  return encodeCbor(value, { sizeBytesMax: 16_777_216 });
}

/** @throws IntegrityError KEYRING_REFUSED */
function decodeKeys(bytes: Uint8Array): Keys {
  const keys: Keys = new Map();
  for (const [room, epochs] of Object.entries(
    decodeCbor(bytes, { sizeBytesMax: 16_777_216 }) as Record<string, unknown>,
  )) {
    if (!Array.isArray(epochs)) throw new IntegrityError('KEYRING_REFUSED');
    keys.set(room as RoomId, new Map(epochs as [number, EpochKey][]));
  }
  return keys;
}

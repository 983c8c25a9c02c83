/**
 * The fold as it stood, kept so that an unlock need not fold every entry again: the office, and each vault's rooms in shards, of
 * which only those that changed are written anew. Sealed as all that a device keeps; the head names every shard by its hash, so that
 * an older one put back beside newer ones is noticed. What does not fit is no snapshot: then everything is folded again.
 */
import { compareBytes, decodeCbor, encodeCbor, IntegrityError, StrongroomError } from '@strongroom/core';
import type { CborValue, Engine, RoomId, VaultId } from '@strongroom/core';
import { decodeOfficeState, decodeVaultState, encodeState } from '@strongroom/authority';
import type { VaultState } from '@strongroom/authority';
import type { SealedStore } from '../storage/sealed-store.ts';
import type { CoveredLog } from './entry-log.ts';
import { Fold } from './fold.ts';
import type { NewestEntry } from './fold.ts';
import type { LedgerHead } from './ledger-anchor.ts';
import { decodeRooms, encodeRooms } from './room-codec.ts';
import type { HeldRoom } from './room-codec.ts';

/** The part of a log that a snapshot stands for, with the head that was verified then. */
export interface CoveredLedger extends CoveredLog {
  readonly head: LedgerHead;
}

/** A snapshot that fits to itself. */
export interface FoldSnapshot {
  readonly fold: Fold;
  readonly ledgers: ReadonlyMap<VaultId, CoveredLedger>;
}

const format = 1;
const folder = 'fold/';
const headName = `${folder}head`;
const limits = { depthMax: 8, sizeBytesMax: 2 ** 31 } as const;

type LedgerRow = readonly [
  ledger: VaultId,
  batches: string[],
  newest: number,
  count: number,
  edition: number,
  size: number,
  root: Uint8Array,
];
type ShardRow = readonly [name: string, hash: Uint8Array];
type Head = readonly [
  format: number,
  ledgers: readonly LedgerRow[],
  office: Uint8Array,
  vaults: readonly Uint8Array[],
  shards: readonly ShardRow[],
];

/** Rooms are spread by a character of their ids, which are random. The last one holds only a few bits. */
function shardOf(vault: VaultId, room: RoomId): string {
  return `${folder}${vault}/${room.slice(-2, -1)}`;
}

/** Reads and writes the snapshot of one device. */
export class FoldSnapshots {
  readonly #engine: Engine;
  readonly #store: SealedStore;
  #hashes = new Map<string, Uint8Array>();

  constructor(engine: Engine, store: SealedStore) {
    this.#engine = engine;
    this.#store = store;
  }

  /** The snapshot that lies there; undefined where there is none, or one that is not whole or not ours. */
  async read(): Promise<FoldSnapshot | undefined> {
    try {
      const stored = await this.#store.readBytes(headName);
      if (stored === undefined) return undefined;
      const [version, ledgers, office, vaults, shards] = decodeCbor(stored, limits) as unknown as Head;
      if (version !== format) return undefined;
      const states = new Map<VaultId, VaultState>();
      for (const bytes of vaults) {
        const vault = decodeVaultState(bytes);
        states.set(vault.id, vault);
      }
      const newest = new Map<RoomId, NewestEntry>();
      const read = await this.#store.readManyBytes(shards.map(([name]) => name));
      for (const [place, [name, hash]] of shards.entries()) {
        const vault = states.get(name.split('/')[1] as VaultId);
        for (const held of this.#roomsOf(read[place], hash)) {
          vault?.rooms.set(held.room.id, held.room);
          newest.set(held.room.id, held.newest);
        }
      }
      this.#hashes = new Map(shards);
      return {
        fold: new Fold(this.#engine, { office: decodeOfficeState(office), vaults: states, newest }),
        ledgers: new Map(ledgers.map((row) => [row[0], ledgerOf(row)])),
      };
    } catch (cause) {
      if (!(cause instanceof StrongroomError)) throw cause;
      return undefined;
    }
  }

  /** Writes what changed since the last snapshot, its head last. */
  async write(fold: Fold, ledgers: ReadonlyMap<VaultId, CoveredLedger>): Promise<void> {
    const touched = fold.takeTouched();
    const vaults: Uint8Array[] = [];
    const hashes = new Map<string, Uint8Array>();
    for (const id of fold.vaults()) {
      const vault = fold.findVault(id);
      if (vault === undefined) continue;
      vaults.push(encodeState({ ...vault, rooms: new Map() }));
      const shards = new Map<string, HeldRoom[]>();
      const isChanged = new Set<string>();
      for (const room of vault.rooms.values()) {
        const name = shardOf(id, room.id);
        const rooms = shards.get(name);
        const held = { room, newest: fold.newestOf(room.id) ?? { index: room.index, atMs: room.atMs } };
        if (rooms === undefined) shards.set(name, [held]);
        else rooms.push(held);
        if (touched === 'all' || touched.has(room.id)) isChanged.add(name);
      }
      for (const [name, rooms] of shards) {
        const known = isChanged.has(name) ? undefined : this.#hashes.get(name);
        hashes.set(name, known ?? (await this.#writeShard(name, rooms)));
      }
    }
    this.#hashes = hashes;
    const head: CborValue = [
      format,
      [...ledgers].map(([ledger, { batches, newest, count, head: at }]) => [
        ledger,
        [...batches],
        newest,
        count,
        at.edition,
        at.size,
        at.root,
      ]),
      encodeState(fold.office),
      vaults,
      [...hashes].map(([name, hash]) => [name, hash]),
    ];
    await this.#store.writeBytes(headName, encodeCbor(head, limits));
  }

  /** Removes what lies there: it no longer stands for what is held. */
  async drop(): Promise<void> {
    this.#hashes = new Map();
    await this.#store.remove(headName);
    for (const name of await this.#store.list(folder)) await this.#store.remove(name);
  }

  async #writeShard(name: string, rooms: readonly HeldRoom[]): Promise<Uint8Array> {
    const bytes = encodeRooms(rooms);
    await this.#store.writeBytes(name, bytes);
    return this.#engine.sha256(bytes);
  }

  #roomsOf(bytes: Uint8Array | undefined, hash: Uint8Array): HeldRoom[] {
    if (bytes === undefined || compareBytes(this.#engine.sha256(bytes), hash) !== 0)
      throw new IntegrityError('STATE_INVALID');
    return decodeRooms(bytes);
  }
}

function ledgerOf([, batches, newest, count, edition, size, root]: LedgerRow): CoveredLedger {
  return { batches, newest, count, head: { edition, size, root } };
}

/**
 * Whether a snapshot stands on what was verified of a ledger: its head lies at or before the newest verified one, and where both
 * are of one size they are the same.
 */
export function isHeadHeld(covered: LedgerHead, verified: LedgerHead | undefined): boolean {
  if (verified === undefined) return false;
  if (covered.edition !== verified.edition || covered.size > verified.size) return false;
  return covered.size < verified.size || compareBytes(covered.root, verified.root) === 0;
}

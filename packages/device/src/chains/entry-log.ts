/**
 * The applied entries of one ledger that this device has seen, sealed on its storage in batches. Invariant: only entries that
 * the authority applied are in it, so that folding it again gives the same state. Batches that a snapshot of the fold covers are
 * read only when one of their entries is asked for.
 */
import { compareBytes, decodeCbor, encodeCbor, IntegrityError, isBytes } from '@strongroom/core';
import type { VaultId } from '@strongroom/core';
import { decodeEntry } from '@strongroom/authority';
import type { Entry } from '@strongroom/authority';
import type { SealedStore } from '../storage/sealed-store.ts';

/** An entry and where it lies. */
export interface PlacedEntry {
  readonly index: number;
  readonly bytes: Uint8Array;
}

/** What a snapshot of the fold covers of a log. */
export interface CoveredLog {
  readonly batches: readonly string[];
  /** Index of the newest entry in them. */
  readonly newest: number;
  readonly count: number;
}

const batchesMax = 32;
const sizeBytesMax = 2 ** 31;

/** The entries of one ledger, by index. */
export class EntryLog {
  readonly ledger: VaultId;
  readonly #store: SealedStore;
  readonly #entries = new Map<number, Uint8Array>();
  readonly #decoded = new Map<number, Entry>();
  /** Batches in memory, with the indexes in each. */
  readonly #batches = new Map<string, readonly number[]>();
  /** Batches of a snapshot that were not read yet. */
  #covered: CoveredLog | undefined;
  #loading: Promise<void> | undefined;
  #unsaved: PlacedEntry[] = [];
  #nextBatch = 0;
  /** It lies beside what is held, and is made durable by whoever keeps it. */
  #isBeside = false;

  private constructor(store: SealedStore, ledger: VaultId) {
    this.#store = store;
    this.ledger = ledger;
  }

  /**
   * Reads what is stored, all but what `covered` names.
   * @throws IntegrityError STATE_INVALID, also where a batch that is named is gone
   */
  static async open(store: SealedStore, ledger: VaultId, covered?: CoveredLog): Promise<EntryLog> {
    const log = new EntryLog(store, ledger);
    const names = await store.list(`entries/${ledger}/`);
    const isThere = new Set(names);
    if (covered?.batches.some((name) => !isThere.has(name)) === true)
      throw new IntegrityError('STATE_INVALID');
    const left = new Set(covered?.batches);
    if (left.size > 0) log.#covered = covered;
    for (const name of names) log.#nextBatch = Math.max(log.#nextBatch, numberOf(name) + 1);
    await log.#read(names.filter((name) => !left.has(name)));
    return log;
  }

  /** An empty one beside what is held: `save` writes nothing. */
  static beside(store: SealedStore, ledger: VaultId): EntryLog {
    const log = new EntryLog(store, ledger);
    log.#isBeside = true;
    return log;
  }

  /** Reads what a snapshot covers, so that every entry can be found. */
  async load(): Promise<void> {
    const covered = this.#covered;
    if (covered === undefined) return;
    this.#loading ??= this.#read(covered.batches).then(() => {
      this.#covered = undefined;
    });
    await this.#loading;
  }

  /** Whether all entries are in memory. */
  get isLoaded(): boolean {
    return this.#covered === undefined;
  }

  /** Indexes of the entries in memory, ascending. */
  indexes(): number[] {
    return [...this.#entries.keys()].sort((left, right) => left - right);
  }

  get size(): number {
    return this.#entries.size + (this.#covered?.count ?? 0);
  }

  find(index: number): Entry | undefined {
    const known = this.#decoded.get(index);
    if (known !== undefined) return known;
    const bytes = this.#entries.get(index);
    if (bytes === undefined) {
      if (index <= (this.#covered?.newest ?? -1))
        throw new TypeError('the log is loaded before it is searched');
      return undefined;
    }
    const entry = decodeEntry(bytes);
    this.#decoded.set(index, entry);
    return entry;
  }

  /** Whether it is known without reading anything if an entry at this index is held. */
  isKnowable(index: number): boolean {
    return index > (this.#covered?.newest ?? -1) || this.#entries.has(index);
  }

  /**
   * Whether the same entry is held already.
   * @throws IntegrityError LEDGER_FORKED if another entry lies at this index
   */
  has(entry: PlacedEntry): boolean {
    if (!this.isKnowable(entry.index)) throw new TypeError('the log is loaded before it is searched');
    const held = this.#entries.get(entry.index);
    if (held === undefined) return false;
    if (compareBytes(held, entry.bytes) !== 0) {
      throw new IntegrityError('LEDGER_FORKED', { ledger: this.ledger, index: entry.index });
    }
    return true;
  }

  add(entry: PlacedEntry): void {
    this.#entries.set(entry.index, entry.bytes);
    this.#unsaved.push(entry);
  }

  /** How many entries would be lost with the process, to be asked for anew. */
  get unsavedCount(): number {
    return this.#unsaved.length;
  }

  /** Drops everything, here and on the storage. */
  async clear(): Promise<void> {
    this.#entries.clear();
    this.#decoded.clear();
    this.#unsaved = [];
    const old = [...this.#batches.keys(), ...(this.#covered?.batches ?? [])];
    this.#batches.clear();
    this.#covered = undefined;
    for (const name of old) await this.#store.remove(name);
  }

  /** Makes what was added durable. */
  async save(): Promise<void> {
    if (this.#isBeside || this.#unsaved.length === 0) return;
    const batch = this.#unsaved;
    this.#unsaved = [];
    await this.#writeBatch(batch);
  }

  /** Makes few batches of many, each at least twice as long as all that follow it; answers what lies there now. */
  async compact(): Promise<CoveredLog> {
    await this.save();
    if (this.#batches.size > batchesMax) {
      const old: string[] = [];
      const indexes: number[] = [];
      for (const [name, held] of [...this.#batches].toReversed()) {
        if (held.length > 2 * indexes.length && old.length > 1) break;
        old.push(name);
        indexes.push(...held);
      }
      const bytesAt = (index: number): Uint8Array => this.#entries.get(index) ?? new Uint8Array(0);
      await this.#writeBatch(indexes.map((index) => ({ index, bytes: bytesAt(index) })));
      for (const name of old) {
        this.#batches.delete(name);
        await this.#store.remove(name);
      }
    }
    let newest = this.#covered?.newest ?? -1;
    for (const index of this.#entries.keys()) newest = Math.max(newest, index);
    return {
      batches: [...(this.#covered?.batches ?? []), ...this.#batches.keys()],
      newest,
      count: this.size,
    };
  }

  async #read(names: readonly string[]): Promise<void> {
    const read = await this.#store.readManyBytes(names);
    for (const [place, bytes] of read.entries()) {
      const name = names[place];
      if (bytes === undefined || name === undefined) continue;
      const batch = decodeBatch(bytes);
      for (const { index, bytes: entry } of batch) this.#entries.set(index, entry);
      this.#batches.set(
        name,
        batch.map(({ index }) => index),
      );
    }
  }

  async #writeBatch(batch: readonly PlacedEntry[]): Promise<void> {
    const name = `entries/${this.ledger}/${String(this.#nextBatch++).padStart(8, '0')}`;
    const value = batch.map(({ index, bytes }) => [index, bytes] as const);
    await this.#store.writeBytes(name, encodeCbor(value, { sizeBytesMax }));
    this.#batches.set(
      name,
      batch.map(({ index }) => index),
    );
  }
}

function numberOf(name: string): number {
  return Number(name.slice(name.lastIndexOf('/') + 1));
}

function decodeBatch(bytes: Uint8Array): PlacedEntry[] {
  const value = decodeCbor(bytes, { sizeBytesMax });
  if (!Array.isArray(value)) throw new IntegrityError('STATE_INVALID');
  return value.map((row) => {
    if (!Array.isArray(row)) throw new IntegrityError('STATE_INVALID');
    const [index, entry] = row as readonly unknown[];
    if (typeof index !== 'number' || !isBytes(entry)) throw new IntegrityError('STATE_INVALID');
    return { index, bytes: entry };
  });
}

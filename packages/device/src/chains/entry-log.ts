/**
 * The applied entries of one ledger that this device has seen, sealed on its storage in batches. Invariant: only entries that
 * the authority applied are in it, so that folding it again gives the same state.
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

const batchesMax = 32;
const sizeBytesMax = 2 ** 31;

/** The entries of one ledger, by index. */
export class EntryLog {
  readonly ledger: VaultId;
  readonly #store: SealedStore;
  readonly #entries = new Map<number, Uint8Array>();
  readonly #decoded = new Map<number, Entry>();
  #batches: string[] = [];
  #unsaved: PlacedEntry[] = [];
  #nextBatch = 0;

  private constructor(store: SealedStore, ledger: VaultId) {
    this.#store = store;
    this.ledger = ledger;
  }

  /** Reads what is stored. @throws IntegrityError STATE_INVALID */
  static async open(store: SealedStore, ledger: VaultId): Promise<EntryLog> {
    const log = new EntryLog(store, ledger);
    for (const name of await store.list(`entries/${ledger}/`)) {
      const bytes = await store.readBytes(name);
      if (bytes === undefined) continue;
      for (const { index, bytes: entry } of decodeBatch(bytes)) log.#entries.set(index, entry);
      log.#batches.push(name);
      log.#nextBatch = Math.max(log.#nextBatch, Number(name.slice(name.lastIndexOf('/') + 1)) + 1);
    }
    return log;
  }

  /** Indexes, ascending. */
  indexes(): number[] {
    return [...this.#entries.keys()].sort((left, right) => left - right);
  }

  get size(): number {
    return this.#entries.size;
  }

  find(index: number): Entry | undefined {
    const known = this.#decoded.get(index);
    if (known !== undefined) return known;
    const bytes = this.#entries.get(index);
    if (bytes === undefined) return undefined;
    const entry = decodeEntry(bytes);
    this.#decoded.set(index, entry);
    return entry;
  }

  /**
   * Whether the same entry is held already.
   * @throws IntegrityError LEDGER_FORKED if another entry lies at this index
   */
  has(entry: PlacedEntry): boolean {
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

  /** Drops everything, here and on the storage. */
  async clear(): Promise<void> {
    this.#entries.clear();
    this.#decoded.clear();
    this.#unsaved = [];
    const old = this.#batches;
    this.#batches = [];
    for (const name of old) await this.#store.remove(name);
  }

  /** Makes what was added durable. */
  async save(): Promise<void> {
    if (this.#unsaved.length === 0) return;
    const batch = this.#unsaved;
    this.#unsaved = [];
    await this.#writeBatch(batch);
    if (this.#batches.length <= batchesMax) return;
    const old = this.#batches;
    this.#batches = [];
    await this.#writeBatch([...this.#entries].map(([index, bytes]) => ({ index, bytes })));
    for (const name of old) await this.#store.remove(name);
  }

  async #writeBatch(batch: readonly PlacedEntry[]): Promise<void> {
    const name = `entries/${this.ledger}/${String(this.#nextBatch++).padStart(8, '0')}`;
    const value = batch.map(({ index, bytes }) => [index, bytes] as const);
    await this.#store.writeBytes(name, encodeCbor(value, { sizeBytesMax }));
    this.#batches.push(name);
  }
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

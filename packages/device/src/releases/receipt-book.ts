/**
 * What this device asked for and what it was given, sealed and bounded: a note before each request, completed by the proved line. So a
 * line in the ledger that names this device can be told from one that somebody else brought about with its key, and a line that the
 * ledger no longer shows is missed. Kept are ids, numbers and hashes.
 */
import { encodeHex, IntegrityError } from '@strongroom/core';
import type { CborValue, RoomId, VaultId } from '@strongroom/core';
import type { Clock } from '../environment/index.ts';
import type { SealedStore } from '../storage/sealed-store.ts';

/** One request, and its line where the answer came. */
export interface KeptReceipt {
  readonly ledger: VaultId;
  /** The request's nonce in hexadecimal. */
  readonly nonce: string;
  readonly kind: 'released' | 'listed' | 'leased';
  readonly room: RoomId;
  /** By this device's clock. */
  readonly askedAtMs: number;
  readonly line?: { readonly index: number; readonly hash: string; readonly atMs: number };
}

const chunkReceipts = 128;
/** Older ones go, a chunk at a time. */
const chunksMax = 80;
const folder = 'receipt/';
const sinceName = 'receipts-since';

export class ReceiptBook {
  readonly #store: SealedStore;
  readonly #clock: Clock;
  readonly #chunks = new Map<number, KeptReceipt[]>();
  #isRead = false;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(by: { readonly store: SealedStore; readonly clock: Clock }) {
    this.#store = by.store;
    this.#clock = by.clock;
  }

  /** Notes, durably, that this is about to be asked for. */
  async asked(request: Omit<KeptReceipt, 'askedAtMs' | 'line'>): Promise<void> {
    await this.#enqueue(async () => {
      await this.#read();
      const last = Math.max(0, ...this.#chunks.keys());
      const rows = this.#chunks.get(last) ?? [];
      const isFull = rows.length >= chunkReceipts;
      const chunk = isFull ? last + 1 : last;
      const receipt = { ...request, askedAtMs: this.#clock.nowMs() };
      this.#chunks.set(chunk, isFull ? [receipt] : [...rows, receipt]);
      if ((await this.#store.read(sinceName)) === undefined)
        await this.#store.write(sinceName, receipt.askedAtMs);
      await this.#write(chunk);
      await this.#dropOldest();
    });
  }

  /** Notes the proved line of what was asked for. */
  async got(
    nonce: Uint8Array,
    line: { readonly index: number; readonly leafHash: Uint8Array; readonly atMs: number },
  ): Promise<void> {
    const name = encodeHex(nonce);
    await this.#enqueue(async () => {
      await this.#read();
      for (const [chunk, rows] of this.#chunks) {
        const place = rows.findLastIndex((row) => row.nonce === name);
        const row = rows[place];
        if (row === undefined) continue;
        rows[place] = {
          ...row,
          line: { index: line.index, hash: encodeHex(line.leafHash), atMs: line.atMs },
        };
        await this.#write(chunk);
      }
    });
  }

  /** All that is kept, oldest first, and since when. */
  async list(): Promise<{ readonly receipts: readonly KeptReceipt[]; readonly sinceMs?: number }> {
    return await this.#enqueue(async () => {
      await this.#read();
      const chunks = [...this.#chunks].sort(([left], [right]) => left - right);
      const since = await this.#store.read(sinceName);
      return {
        receipts: chunks.flatMap(([, rows]) => rows),
        ...(typeof since === 'number' ? { sinceMs: since } : {}),
      };
    });
  }

  async #dropOldest(): Promise<void> {
    while (this.#chunks.size > chunksMax) {
      const oldest = Math.min(...this.#chunks.keys());
      // From now on what was asked before the next one is not known any more: said first, dropped then.
      const next = this.#chunks.get(oldest + 1)?.[0];
      if (next !== undefined) await this.#store.write(sinceName, next.askedAtMs);
      await this.#store.remove(nameOf(oldest));
      this.#chunks.delete(oldest);
    }
  }

  async #read(): Promise<void> {
    if (this.#isRead) return;
    for (const name of await this.#store.list(folder)) {
      const value = await this.#store.read(name);
      if (!Array.isArray(value)) throw new IntegrityError('STATE_INVALID');
      this.#chunks.set(Number(name.slice(folder.length)), value as KeptReceipt[]);
    }
    this.#isRead = true;
  }

  async #write(chunk: number): Promise<void> {
    const rows = this.#chunks.get(chunk) ?? [];
    await this.#store.write(
      nameOf(chunk),
      rows.map((row): CborValue => ({
        ...row,
        ...(row.line === undefined ? {} : { line: { ...row.line } }),
      })),
    );
  }

  async #enqueue<T>(task: () => Promise<T>): Promise<T> {
    const run = this.#queue.then(task, task);
    this.#queue = run.catch(() => undefined);
    return await run;
  }
}

function nameOf(chunk: number): string {
  return folder + String(chunk).padStart(8, '0');
}

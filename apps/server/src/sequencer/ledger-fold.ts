/**
 * What the server has folded of one ledger, in step with its database. Entries that the warden found void change nothing,
 * whatever the fold would say. While the fold is stale (the database failed) nobody may be let in by it.
 */
import type { VaultStore } from '../storage/index.ts';
import type { FoldedEntry, Judgement, LedgerBook } from './book.ts';
import { areLinesAlone, readEntries, rewriteJudgements, writeVoids } from './ledger-rows.ts';

/** The fold of one ledger. Calls do not overlap. */
export class LedgerFold {
  readonly #book: LedgerBook;
  readonly #store: VaultStore;
  readonly #voids = new Map<number, string>();
  #isStale = false;

  constructor(book: LedgerBook, store: VaultStore) {
    this.#book = book;
    this.#store = store;
  }

  get isStale(): boolean {
    return this.#isStale;
  }

  /** Something was folded that the database does not hold. */
  markStale(): void {
    this.#isStale = true;
  }

  isVoid(index: number): boolean {
    return this.#voids.has(index);
  }

  /** Why an entry is void. */
  findVoid(index: number): string | undefined {
    return this.#voids.get(index);
  }

  /** Notes that the warden found an entry void; counts from the next `refold`. */
  addVoid(index: number, code: string): void {
    this.#voids.set(index, code);
  }

  /**
   * Takes void entries out of the fold; answers whether it had to be made anew. Lines are only marked: nothing rests on them, and anybody who
   * may open a record can cause one, which must not cost the others a fold of the whole ledger.
   */
  async takeOut(voided: readonly (readonly [index: number, code: string])[]): Promise<boolean> {
    for (const [index, code] of voided) this.addVoid(index, code);
    const areLines = await this.#store.read((db) =>
      areLinesAlone(
        db,
        voided.map(([index]) => index),
      ),
    );
    if (areLines) await this.#store.transact((writer) => writeVoids(writer, voided));
    else await this.refold();
    return !areLines;
  }

  /** Judges an entry that wants this index; a void one changes nothing. */
  propose(entry: Uint8Array, index: number): Promise<Judgement> {
    return this.#book.propose(entry, index);
  }

  /** Folds the database's entries from 0; where a judgement changed, the rows from there on are made to agree. */
  async refold(): Promise<void> {
    this.#isStale = true;
    const changed: [number, Judgement][] = [];
    const wasVoid = new Set<number>();
    await this.#book.refold(this.#readAll(wasVoid), (index, judged) => {
      const refusal = this.#voids.get(index);
      const judgement: Judgement = refusal === undefined ? judged : { kind: 'void', code: refusal };
      if (judgement.kind === 'void') this.#voids.set(index, judgement.code);
      if (changed.length > 0 || (judgement.kind === 'void') !== wasVoid.has(index))
        changed.push([index, judgement]);
    });
    if (changed.length > 0)
      await this.#store.transact((writer, { entries }) => rewriteJudgements(writer, entries, changed));
    this.#isStale = false;
  }

  async *#readAll(wasVoid: Set<number>): AsyncGenerator<FoldedEntry> {
    for await (const { index, entry, voidCode } of readEntries(this.#store)) {
      if (voidCode !== null) wasVoid.add(index);
      yield { index, entry, isRefused: this.#voids.has(index) };
    }
  }
}

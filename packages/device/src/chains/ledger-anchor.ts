/**
 * What this device has verified of one ledger, and never gives up: the pinned key, the newest head, and the heads before it
 * that it named to the server. A ledger only grows from there: a smaller or another tree is refused (attacks A6, E1, E2, J3),
 * whoever signed it, and the head stays as it was. Spec: docs/spec/bytes.md section 10, requests.md section 2.
 */
import { encodeHex, IntegrityError, isEqualConstantTime, StrongroomError } from '@strongroom/core';
import type { CborValue, Engine, VaultId } from '@strongroom/core';
import {
  emptyRoot,
  formatNoteKey,
  formatTlogProof,
  leafHash,
  parseNote,
  parseNoteKey,
  verifyCheckpoint,
  verifyConsistency,
  verifyInclusion,
} from '@strongroom/ledger';
import type { NoteKey, VerifiedCheckpoint } from '@strongroom/ledger';
import type { LedgerKeySpan } from '@strongroom/authority';
import type { Receipt } from '@strongroom/protocol';
import type { HistoryEvidence } from './history-alarms.ts';

/** A verified head. */
export interface LedgerHead {
  readonly edition: number;
  readonly size: number;
  readonly root: Uint8Array;
}

/** A receipt whose every claim was checked. */
export interface VerifiedReceipt {
  readonly index: number;
  readonly entry: Uint8Array;
  readonly leafHash: Uint8Array;
  /** C2SP tlog-proof text. */
  readonly proof: string;
}

/** Asks the server for a consistency proof between two sizes. */
export type FetchConsistency = (from: number, to: number) => Promise<readonly Uint8Array[]>;

const headsKeptMax = 64;
const notesKeptMax = 16;

/** One ledger, as far as this device has verified it. */
export class LedgerAnchor {
  readonly ledger: VaultId;
  readonly #readKeys: () => readonly LedgerKeySpan[];
  /** The keys as they were when notes were parsed last: others make every note be looked at again. */
  #parsedUnder = '';
  readonly #renewKeys: () => Promise<void>;
  readonly #engine: Engine;
  readonly #fetchConsistency: FetchConsistency;
  readonly #save: (head: LedgerHead, note: string) => Promise<void>;
  readonly #alarm: (cause: IntegrityError, evidence: HistoryEvidence) => void;
  /** The note of the newest head, to show to others what this device was given. */
  #note: string | undefined;
  /** Roots by size, oldest first; the last is the newest head. */
  readonly #roots = new Map<number, Uint8Array>();
  #head: LedgerHead;
  readonly #parsed = new Map<string, Promise<VerifiedCheckpoint>>();
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: {
    readonly engine: Engine;
    readonly ledger: VaultId;
    /** The ledger's keys, taken from statements and from nowhere else; the last is in force. Never empty. */
    readonly readKeys: () => readonly LedgerKeySpan[];
    /** Looks whether statements name another key. */
    readonly renewKeys?: () => Promise<void>;
    readonly edition: number;
    readonly head?: LedgerHead;
    readonly fetchConsistency: FetchConsistency;
    readonly note?: string | undefined;
    readonly save: (head: LedgerHead, note: string) => Promise<void>;
    /** Told of what does not go with the head, before it is thrown. */
    readonly alarm?: (cause: IntegrityError, evidence: HistoryEvidence) => void;
  }) {
    this.#engine = options.engine;
    this.ledger = options.ledger;
    this.#readKeys = options.readKeys;
    this.#renewKeys = options.renewKeys ?? (async () => undefined);
    this.#fetchConsistency = options.fetchConsistency;
    this.#save = options.save;
    this.#note = options.note;
    this.#alarm = options.alarm ?? (() => undefined);
    this.#head = options.head ?? { edition: options.edition, size: 0, root: emptyRoot(options.engine) };
    this.#roots.set(this.#head.size, this.#head.root);
  }

  /** The key in force. */
  get key(): NoteKey {
    return this.keys.at(-1) as NoteKey;
  }

  /** Every key under which heads were signed, oldest first. */
  get keys(): readonly NoteKey[] {
    return this.#readKeys().map(({ vkey }) => parseNoteKey(this.#engine, vkey));
  }

  /** The newest verified head. */
  get head(): LedgerHead {
    return this.#head;
  }

  get origin(): string {
    return this.key.name;
  }

  /** The head as it stands in `pos`. */
  position(): readonly [number, number, Uint8Array] {
    return [this.#head.edition, this.#head.size, this.#head.root];
  }

  /** The root verified at a size, if it is one this device remembers. */
  findRoot(size: number): Uint8Array | undefined {
    return this.#roots.get(size);
  }

  /**
   * Accepts a checkpoint that is this ledger's and grows from, or lies before, what is verified.
   * @throws IntegrityError LEDGER_FORKED, LEDGER_WENT_BACK
   */
  async accept(note: string, consistency?: Receipt['consistency']): Promise<VerifiedCheckpoint> {
    const checkpoint = await this.#parse(note);
    await this.#enqueue(() => this.#connect(checkpoint, note, consistency));
    return checkpoint;
  }

  /**
   * As `accept`, for the newest checkpoint of a sync: it may not be older than the head.
   * @throws IntegrityError LEDGER_WENT_BACK
   */
  async acceptNewest(note: string, consistency?: Receipt['consistency']): Promise<VerifiedCheckpoint> {
    const sizeBefore = this.#head.size;
    const checkpoint = await this.#parse(note);
    if (checkpoint.size < sizeBefore) {
      throw this.#refuse(
        new IntegrityError('LEDGER_WENT_BACK', {
          ledger: this.ledger,
          size: checkpoint.size,
          known: sizeBefore,
        }),
        { given: note },
      );
    }
    await this.#enqueue(() => this.#connect(checkpoint, note, consistency));
    return checkpoint;
  }

  /**
   * Checks that the receipt's entry is in this ledger, under a head that grows from what is verified.
   * @throws IntegrityError RECEIPT_INVALID, LEDGER_FORKED
   */
  async verifyReceipt(receipt: Receipt): Promise<VerifiedReceipt> {
    if (receipt.ledger !== this.ledger || receipt.edition !== this.#head.edition) {
      throw new IntegrityError('RECEIPT_INVALID', { reason: 'ledger' });
    }
    const checkpoint = await this.#parseOrRenew(receipt.checkpoint);
    const hash = leafHash(this.#engine, receipt.entry);
    try {
      verifyInclusion(this.#engine, {
        index: receipt.index,
        size: checkpoint.size,
        leafHash: hash,
        root: checkpoint.root,
        proof: receipt.inclusion,
      });
    } catch (cause) {
      throw new IntegrityError('RECEIPT_INVALID', { reason: 'inclusion' }, { cause });
    }
    await this.#enqueue(() => this.#connect(checkpoint, receipt.checkpoint, receipt.consistency));
    return {
      index: receipt.index,
      entry: receipt.entry,
      leafHash: hash,
      proof: formatTlogProof({
        index: receipt.index,
        hashes: receipt.inclusion,
        checkpoint: receipt.checkpoint,
        // The line itself: without it the file proves nothing to whoever holds it alone.
        extra: receipt.entry,
      }),
    };
  }

  /**
   * Compares a head that somebody else cites with what is verified here (in-band gossip, attacks A7 and E4).
   * @throws IntegrityError LEDGER_FORKED
   */
  assertSameHistory(
    size: number,
    root: Uint8Array,
    evidence: Pick<HistoryEvidence, 'given' | 'heads'> = {},
  ): void {
    const known = this.#roots.get(size);
    if (known !== undefined && !isEqualConstantTime(known, root)) {
      throw this.#refuse(new IntegrityError('LEDGER_FORKED', { ledger: this.ledger, size }), evidence);
    }
  }

  /** What this device can show of its own head. */
  evidence(): HistoryEvidence {
    return {
      vkey: formatNoteKey(this.key),
      known: { size: this.#head.size, ...(this.#note === undefined ? {} : { note: this.#note }) },
    };
  }

  #refuse(cause: IntegrityError, evidence: Partial<HistoryEvidence>): IntegrityError {
    this.#alarm(cause, { ...this.evidence(), ...evidence });
    return cause;
  }

  /** For storage. */
  encode(): CborValue {
    return [this.#head.edition, this.#head.size, this.#head.root];
  }

  /** A note under a key that is not known: another warden may be the one since. */
  async #parseOrRenew(note: string): Promise<VerifiedCheckpoint> {
    const before = this.#namedKeys();
    try {
      return await this.#parse(note);
    } catch (cause) {
      if (!this.#isOfUnknownKey(note)) throw cause;
      await this.#renewKeys();
      if (this.#namedKeys() === before) throw cause;
      return await this.#parse(note);
    }
  }

  /** Whether a note is signed under this ledger's name by a key that no statement held here names. What is merely broken asks for nothing. */
  #isOfUnknownKey(note: string): boolean {
    try {
      const { signatures } = parseNote(note);
      const known = this.keys;
      return (
        signatures.some(({ name }) => name === this.origin) &&
        signatures.every((one) => !known.some(({ name, id }) => name === one.name && id === one.id))
      );
    } catch (cause) {
      if (cause instanceof StrongroomError) return false;
      throw cause;
    }
  }

  #namedKeys(): string {
    return this.#readKeys()
      .map(({ vkey, sizeMax }) => `${vkey} ${sizeMax ?? ''}`)
      .join('\n');
  }

  /** Entries that were appended together come under one checkpoint: the same text needs no second look. */
  async #parse(note: string): Promise<VerifiedCheckpoint> {
    const keys = this.#namedKeys();
    if (keys !== this.#parsedUnder) {
      this.#parsed.clear();
      this.#parsedUnder = keys;
    }
    const known = this.#parsed.get(note);
    if (known !== undefined) return await known;
    const parsing = this.#verify(note);
    this.#parsed.set(note, parsing);
    const [oldest] = this.#parsed.keys();
    if (this.#parsed.size > notesKeptMax && oldest !== undefined) this.#parsed.delete(oldest);
    try {
      return await parsing;
    } catch (cause) {
      this.#parsed.delete(note);
      throw cause;
    }
  }

  async #verify(note: string): Promise<VerifiedCheckpoint> {
    const spans = this.#readKeys().toReversed();
    const [inForce, ...ended] = spans;
    try {
      if (inForce === undefined) throw new IntegrityError('SIGNATURE_INVALID', { reason: 'no-known-key' });
      return await this.#verifyUnder(note, inForce.vkey);
    } catch (cause) {
      if (!(cause instanceof StrongroomError)) throw cause;
      for (const { vkey, sizeMax = 0 } of ended) {
        const checkpoint = await this.#verifyUnder(note, vkey).catch(() => undefined);
        if (checkpoint === undefined) continue;
        if (checkpoint.size <= sizeMax) return checkpoint;
        // The warden that signed this had been put out of its place before there was so much to sign.
        const details = { ledger: this.ledger, size: checkpoint.size, known: sizeMax, reason: 'fenced' };
        throw this.#refuse(new IntegrityError('LEDGER_FORKED', details, { cause }), { vkey, given: note });
      }
      throw new IntegrityError('RECEIPT_INVALID', { reason: 'checkpoint', ledger: this.ledger }, { cause });
    }
  }

  async #verifyUnder(note: string, vkey: string): Promise<VerifiedCheckpoint> {
    return await verifyCheckpoint(this.#engine, note, { logs: [parseNoteKey(this.#engine, vkey)] });
  }

  async #enqueue(task: () => Promise<void>): Promise<void> {
    const run = this.#queue.then(task, task);
    this.#queue = run.catch(() => undefined);
    await run;
  }

  /** Ties a checkpoint to the newest head, with the proof that came along where it fits, else with one asked for. */
  async #connect(
    checkpoint: VerifiedCheckpoint,
    note: string,
    consistency: Receipt['consistency'],
  ): Promise<void> {
    const { size, root } = checkpoint;
    const known = this.#roots.get(size);
    if (known !== undefined) {
      this.assertSameHistory(size, root, { given: note });
      return;
    }
    const head = this.#head;
    const [old, young] = size < head.size ? [{ size, root }, head] : [head, { size, root }];
    const isProofFitting =
      size > head.size && consistency !== undefined && consistency.from === head.size && head.size > 0;
    if (old.size > 0) {
      const proof = isProofFitting ? consistency.hashes : await this.#fetchConsistency(old.size, young.size);
      try {
        verifyConsistency(this.#engine, {
          sizeOld: old.size,
          rootOld: old.root,
          sizeNew: young.size,
          rootNew: young.root,
          proof,
        });
      } catch (cause) {
        throw this.#refuse(
          new IntegrityError(
            'LEDGER_FORKED',
            { ledger: this.ledger, size, known: head.size, root: encodeHex(root.subarray(0, 8)) },
            { cause },
          ),
          { given: note, proof },
        );
      }
    } else if (size === 0) {
      throw this.#refuse(new IntegrityError('LEDGER_FORKED', { ledger: this.ledger, size }), { given: note });
    }
    this.#roots.set(size, root);
    if (size > head.size) {
      const next = { edition: head.edition, size, root };
      await this.#save(next, note);
      this.#head = next;
      this.#note = note;
    }
    for (const oldest of this.#roots.keys()) {
      if (this.#roots.size <= headsKeptMax) break;
      if (oldest !== this.#head.size) this.#roots.delete(oldest);
    }
  }
}

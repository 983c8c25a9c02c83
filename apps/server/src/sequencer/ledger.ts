// long: the steps of one append and what happens when each fails stand together, in order; that order is the invariant.
/**
 * The one writer of a ledger (architecture 6, steps 3 to 6). Drafts that arrive together share one transaction; the warden is
 * then given, in order, everything it has not seen; only then does a caller get an answer.
 *
 * Invariants: an entry that the server's own fold refuses never gets an index; an entry that has an index is never lost or
 * changed; nothing is answered as appended before the warden has signed a checkpoint that contains it. If the database
 * fails, the fold is rebuilt from the database, and every waiting caller is refused.
 */
import { decodeEntry, encodeEntry, entryHash, payloadCommitment } from '@strongroom/authority';
import {
  AccessError,
  ConflictError,
  concatBytes,
  DependencyError,
  encodeU64,
  hashLabelled,
  isErrorCode,
} from '@strongroom/core';
import type { VaultId } from '@strongroom/core';
import type { NodeEngine } from '@strongroom/core/node';
import { appendLeaves, RightEdge } from '@strongroom/ledger';
import type { AppendResult, FaultPoints, OwnEntry } from '@strongroom/warden';
import type { Clock } from '../clock.ts';
import type { ServerFaultPoint } from '../fault-points.ts';
import { describeError } from '../log.ts';
import type { Log } from '../log.ts';
import type { VaultStore } from '../storage/index.ts';
import type { WardenLink } from '../warden-link.ts';
import { findAgainRuns } from './again-runs.ts';
import type { AgainRun } from './again-runs.ts';
import type { LedgerBook } from './book.ts';
import type { Appended, Draft } from './draft.ts';
import { readAppendItems } from './entry-rows.ts';
import { dropDestroyedWraps } from './dropped-wraps.ts';
import { LedgerFold } from './ledger-fold.ts';
import { insertEntry, readLast } from './ledger-rows.ts';
import type { NewEntry } from './ledger-rows.ts';
import { createLedgerTree } from './ledger-tree.ts';
import type { LedgerTree, SignedCheckpoint } from './ledger-tree.ts';
import { WantedHeads } from './wanted-heads.ts';

/** What a ledger is made of. */
export type LedgerParts = {
  readonly id: VaultId;
  readonly store: VaultStore;
  readonly book: LedgerBook;
  readonly engine: NodeEngine;
  readonly clock: Clock;
  readonly warden: WardenLink;
  readonly faults: FaultPoints<ServerFaultPoint>;
  readonly log: Log;
  /** Office size that the warden has acknowledged; null for the office itself. */
  readonly officeSize: () => number | null;
  /** Runs after entries turned out void: what was folded upon them is folded anew. */
  readonly afterVoid?: () => Promise<void>;
};

type Waiting = {
  readonly resolve: (appended: Appended) => void;
  readonly reject: (cause: unknown) => void;
  /** Whose heads are wanted with the answer. */
  readonly chains: readonly string[] | undefined;
} & (
  | { readonly draft: Draft; readonly bodyHash: Uint8Array }
  | { readonly again: number; readonly witnessed: WitnessedNote | undefined }
);

/** A head of this ledger with the cosignatures that the warden asks for. */
type WitnessedNote = { readonly size: number; readonly note: string };

type WaitingDraft = Extract<Waiting, { readonly draft: Draft }>;
type WaitingAgain = Extract<Waiting, { readonly again: number }>;

type Prepared = NewEntry & { readonly waiting: Waiting; readonly draft: Draft };

type Fed = {
  readonly results: ReadonlyMap<number, AppendResult>;
  readonly heads: readonly Uint8Array[] | undefined;
};

const batchMax = 256;

/** A ledger that can be appended to. */
export class Ledger {
  readonly id: VaultId;
  readonly tree: LedgerTree;
  readonly #parts: LedgerParts;
  #edge: RightEdge;
  #atMsLast = 0;
  #officeSizeLast = 0;
  #wardenSize = 0;
  #checkpoint: SignedCheckpoint | undefined;
  #isRestoreMode = false;
  #queue: Waiting[] = [];
  #pump: Promise<void> | undefined;
  readonly #fold: LedgerFold;
  readonly #ownPending = new Set<string>();

  private constructor(parts: LedgerParts) {
    this.id = parts.id;
    this.#parts = parts;
    this.tree = createLedgerTree(parts.engine, parts.store);
    this.#edge = RightEdge.create(parts.engine);
    this.#fold = new LedgerFold(parts.book, parts.store);
  }

  /** Opens a ledger: folds what the database holds. */
  static async open(parts: LedgerParts): Promise<Ledger> {
    const ledger = new Ledger(parts);
    await ledger.#load();
    return ledger;
  }

  /** Entries in the database. */
  get size(): number {
    return this.#edge.size;
  }
  /** Entries that the warden has made durable. */
  get wardenSize(): number {
    return this.#wardenSize;
  }
  /** The ledger is behind its warden, or differs: nothing is written or released. */
  get isRestoreMode(): boolean {
    return this.#isRestoreMode;
  }

  /** What is folded is not what the database holds; nobody may be let in by it. */
  get isStale(): boolean {
    return this.#fold.isStale;
  }

  /** The newest checkpoint, if the warden has signed one since the start. */
  findCheckpoint(): SignedCheckpoint | undefined {
    return this.#checkpoint;
  }

  /** The newest checkpoint. @throws DependencyError WARDEN_UNAVAILABLE while there is none */
  checkpoint(): SignedCheckpoint {
    if (this.#checkpoint === undefined) throw new DependencyError('WARDEN_UNAVAILABLE');
    return this.#checkpoint;
  }

  /** A checkpoint with at least this many entries, which the warden is known to have: waits until its answer has been read. */
  async checkpointAt(sizeMin: number): Promise<SignedCheckpoint> {
    // The warden's answer may overtake the check of its root: what is under way ends first.
    while ((this.#checkpoint?.size ?? 0) < sizeMin && this.#pump !== undefined) {
      const pump = this.#pump;
      await pump;
      if (pump === this.#pump) break;
    }
    const checkpoint = this.checkpoint();
    if (checkpoint.size < sizeMin) throw new DependencyError('WARDEN_UNAVAILABLE');
    return checkpoint;
  }

  /**
   * Appends a draft, or finds it again.
   * @throws AccessError ENTRY_REFUSED (reason: the authority's code); ConflictError CHAIN_CONFLICT when the chain moved on;
   * DependencyError WARDEN_UNAVAILABLE, DATABASE_FAILED, RESTORE_MODE; whatever `draft.write` throws
   */
  append(draft: Draft): Promise<Appended> {
    const bodyHash = this.#hashDraft(draft);
    return this.#enqueue((settle) => ({ ...settle, chains: draft.chains, draft, bodyHash }));
  }

  /** The index of these signed bytes, if they are in the ledger. @throws AccessError ENTRY_REFUSED for a void entry */
  async findAppended(draft: Pick<Draft, 'body' | 'sigs'>): Promise<number | undefined> {
    const index = await this.#findIndex(this.#hashDraft(draft));
    const reason = index === undefined ? undefined : this.#fold.findVoid(index);
    if (index !== undefined && reason !== undefined)
      throw new AccessError('ENTRY_REFUSED', { reason, index });
    return index;
  }

  /** Has the warden act again on an entry that is in the ledger: a released request that is asked for once more. */
  releaseAgain(index: number, chains?: readonly string[], witnessed?: WitnessedNote): Promise<Appended> {
    return this.#enqueue((settle) => ({ ...settle, chains, again: index, witnessed }));
  }

  /** Takes the warden's own entries; those that are there or on their way already are left alone. */
  takeOwn(entries: readonly OwnEntry[]): void {
    for (const { ledger, body, signature } of entries) {
      const key = Buffer.from(signature).toString('base64');
      if (ledger !== this.id || this.#ownPending.has(key)) continue;
      this.#ownPending.add(key);
      void this.append({
        body,
        sigs: [['warden', signature]],
        isOnce: true,
        write: (writer) => dropDestroyedWraps(writer, body),
      })
        .catch((cause: unknown) => {
          // It stays outstanding at the warden, which hands it out again.
          const code =
            cause instanceof Error && 'code' in cause && isErrorCode(cause.code)
              ? cause.code
              : 'INTERNAL_ERROR';
          this.#parts.log.write('failed', { ledger: this.id, code });
        })
        .finally(() => this.#ownPending.delete(key));
    }
  }

  /** Folds all entries anew, because the office changed under them. */
  refold(): Promise<void> {
    return this.#exclusive(() => this.#fold.refold());
  }

  /** Folds a stale ledger anew. Whoever waited while another did it leaves it alone: a fold under way closes the gate. */
  mend(): Promise<void> {
    return this.#exclusive(async () => {
      if (this.#fold.isStale) await this.#fold.refold();
    });
  }

  /**
   * Compares with what the warden holds and sends it the rest. Database ahead is normal; behind, or another root, is restore
   * mode.
   */
  async meetWarden(
    position: { size: number; root: Uint8Array; isForked: boolean } | undefined,
  ): Promise<void> {
    const { size, root, isForked } = position ?? { size: 0, root: undefined, isForked: false };
    const isBehind = size > this.size;
    if (
      isForked ||
      isBehind ||
      (root !== undefined && size > 0 && !isSame(await this.tree.rootAt(size), root))
    ) {
      this.enterRestoreMode();
      return;
    }
    this.#wardenSize = size;
    if (position !== undefined) await this.#exclusive(() => this.#feedWarden({ mustCall: true }));
  }

  /** Sends the warden what it has not seen, if there is any. @throws DependencyError WARDEN_UNAVAILABLE, RESTORE_MODE */
  async catchUp(): Promise<void> {
    if (this.#isRestoreMode || this.#wardenSize === this.size) return;
    await this.#exclusive(() => this.#feedWarden({ mustCall: false }));
  }

  #hashDraft({ body, sigs }: Pick<Draft, 'body' | 'sigs'>): Uint8Array {
    return hashLabelled(this.#parts.engine, 'draft', body, ...sigs.map(([, signature]) => signature));
  }

  /** Lets nothing more be written. */
  enterRestoreMode(): void {
    this.#isRestoreMode = true;
    this.#parts.log.write('restore-mode', { ledger: this.id });
  }

  #enqueue(make: (settle: Pick<Waiting, 'resolve' | 'reject'>) => Waiting): Promise<Appended> {
    if (this.#isRestoreMode) return Promise.reject(new DependencyError('RESTORE_MODE'));
    return new Promise((resolve, reject) => {
      this.#queue.push(make({ resolve, reject }));
      void this.#exclusive(() => this.#drain());
    });
  }

  /** One at a time: draining, feeding the warden. */
  #exclusive(work: () => Promise<unknown>): Promise<void> {
    const run = (this.#pump ?? Promise.resolve()).then(work).then(() => undefined);
    this.#pump = run.catch(() => undefined);
    return run;
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, batchMax);
      try {
        await this.#append(batch);
      } catch (cause) {
        await this.#feedRest();
        for (const { reject } of batch) reject(cause);
      }
    }
  }

  /** What has an index is sent also when its callers are refused: until the warden has it, nobody is shown it. */
  async #feedRest(): Promise<void> {
    if (this.#wardenSize === this.size) return;
    await this.#feedWarden({ mustCall: false }).catch((again: unknown) => {
      // The warden is gone: it is sent when it is back, at the latest by the next tick.
      this.#parts.log.write('failed', { ledger: this.id, where: describeError(again) });
    });
  }

  async #append(batch: readonly Waiting[]): Promise<void> {
    const { faults } = this.#parts;
    if (this.#fold.isStale) await this.#fold.refold();
    const found = new Map<Waiting, number>();
    const drafts = await this.#findKnown(batch, found);
    const prepared = drafts.length > 0 ? await this.#writeOrRefold(drafts, found) : [];
    if (prepared.length > 0) await faults.hit('server.append.after-transaction');
    await faults.hit('server.append.before-warden');
    const wanted = new WantedHeads(this.id);
    for (const { waiting } of prepared) wanted.add(waiting.chains);
    const { results, heads } = await this.#feedWarden({ mustCall: false, wanted });
    await this.#answerFound(found);
    await faults.hit('server.append.before-answer');
    await this.#voidNamed(prepared);
    for (const { waiting, index, entry, payload } of prepared) {
      const result = results.get(index);
      if (result?.void !== undefined)
        waiting.reject(new AccessError('ENTRY_REFUSED', { reason: result.void, index }));
      else
        waiting.resolve({
          index,
          isRepeated: false,
          stored: { entry, salt: payload?.salt },
          ...pickRelease(result),
          ...wanted.pick(heads, waiting.chains),
        });
    }
  }

  /** The drafts that are not in the ledger yet; the others are noted with where they are. */
  async #findKnown(batch: readonly Waiting[], found: Map<Waiting, number>): Promise<WaitingDraft[]> {
    const drafts: WaitingDraft[] = [];
    for (const waiting of batch) {
      if (!('draft' in waiting)) {
        found.set(waiting, waiting.again);
        continue;
      }
      const known = waiting.draft.isOnce ? await this.#findIndex(waiting.bodyHash) : undefined;
      if (known === undefined) drafts.push(waiting);
      else found.set(waiting, known);
    }
    return drafts;
  }

  /** Folds a draft; one that does not hold changes nothing. @throws ConflictError CHAIN_CONFLICT; AccessError ENTRY_REFUSED */
  async #judge(draft: Draft, index: number): Promise<Omit<NewEntry, 'bodyHash'>> {
    const { engine, clock } = this.#parts;
    const atMs = Math.max(clock.nowMs(), this.#atMsLast);
    const officeSize = this.#parts.officeSize();
    const { payload } = draft;
    const entry = encodeEntry({
      officeSize: officeSize === null ? null : Math.max(officeSize, this.#officeSizeLast),
      atMs,
      body: draft.body,
      sigs: draft.sigs,
      payload: payload === undefined ? null : payloadCommitment(engine, payload.salt, payload.bytes),
    });
    const judgement = await this.#fold.propose(entry, index);
    if (judgement.kind === 'void') throw refusalOf(judgement.code);
    this.#atMsLast = atMs;
    this.#officeSizeLast = officeSize ?? 0;
    return { index, atMs, entry, hash: entryHash(engine, entry), judgement, payload };
  }

  async #findIndex(bodyHash: Uint8Array): Promise<number | undefined> {
    const row = await this.#parts.store.read((db) =>
      db
        .selectFrom('entries')
        .select(['position', 'void_code'])
        .where('body_hash', '=', bodyHash)
        .executeTakeFirst(),
    );
    return row?.position;
  }

  /** A failed transaction leaves nothing in the database, so nothing may stay in the fold. */
  async #writeOrRefold(drafts: readonly WaitingDraft[], found: Map<Waiting, number>): Promise<Prepared[]> {
    const prepared: Prepared[] = [];
    try {
      await this.#parts.faults.hit('server.append.before-transaction');
      await this.#write(drafts, { found, prepared });
      return prepared;
    } catch (cause) {
      if (prepared.length === 0) throw cause;
      this.#fold.markStale();
      await this.#fold.refold().catch((again: unknown) => {
        // The database is still gone: the ledger stays stale, and the gate closed, until a fold succeeds.
        this.#parts.log.write('failed', { ledger: this.id, where: describeError(again) });
      });
      throw cause;
    }
  }

  /**
   * Writes and folds the drafts in order, in one transaction. A draft's own rows come first and are taken back alone: whoever wants what
   * another has got a moment before is refused before anything was folded, which costs nobody else a fold of the whole ledger.
   */
  async #write(
    drafts: readonly WaitingDraft[],
    { found, prepared }: { found: Map<Waiting, number>; prepared: Prepared[] },
  ): Promise<void> {
    const edge = this.#edge.clone();
    await this.#parts.store.transact(async (writer, { tiles, entries, attempt }) => {
      for (const waiting of drafts) {
        const index = this.size + prepared.length;
        const { draft, bodyHash } = waiting;
        const known = draft.isOnce ? prepared.find((one) => isSame(one.bodyHash, bodyHash)) : undefined;
        if (known !== undefined) {
          found.set(waiting, known.index);
          continue;
        }
        const refused = await attempt(async () => {
          await draft.write?.(writer, index);
          const one = { ...(await this.#judge(draft, index)), waiting, draft, bodyHash };
          prepared.push(one);
          insertEntry(entries, one);
        });
        if (refused === undefined) continue;
        // Once it is folded there is no way back but a fold of all.
        if (prepared.at(-1)?.waiting === waiting) throw refused.cause;
        waiting.reject(refused.cause);
      }
      if (prepared.length === 0) return;
      appendLeaves(
        tiles,
        edge,
        prepared.map(({ hash }) => hash),
      );
      await this.#parts.faults.hit('server.append.in-transaction');
    });
    this.#edge = edge;
  }

  /** Sends the warden what it has not seen; answers the results by index, and the heads with the last of it. */
  async #feedWarden(options: { mustCall: boolean; wanted?: WantedHeads }): Promise<Fed> {
    const results = new Map<number, AppendResult>();
    let heads: readonly Uint8Array[] | undefined;
    const { store, warden, faults } = this.#parts;
    let mustCall = options.mustCall;
    const voided: [number, string][] = [];
    while (this.#wardenSize < this.size || mustCall) {
      mustCall = false;
      const from = this.#wardenSize;
      const items = await store.read((reader) => readAppendItems(reader, from));
      const answer = await warden.call((client) =>
        client.append({ ledger: this.id, from, items, ...options.wanted?.asked }),
      );
      await faults.hit('server.append.after-warden');
      if (answer.size !== from + items.length || !isSame(await this.tree.rootAt(answer.size), answer.root)) {
        this.enterRestoreMode();
        throw new DependencyError('RESTORE_MODE');
      }
      this.#wardenSize = answer.size;
      this.#checkpoint = { size: answer.size, root: answer.root, note: answer.checkpoint };
      for (const result of answer.results) {
        results.set(result.index, result);
        if (result.void !== undefined && !this.#fold.isVoid(result.index))
          voided.push([result.index, result.void]);
      }
      ({ heads } = answer);
      this.takeOwn(answer.own);
    }
    if (voided.length > 0) await this.#void(voided);
    return { results, heads };
  }

  /** Answers those whose entry is in the ledger; what the warden is to act on again goes to it together. */
  async #answerFound(found: ReadonlyMap<Waiting, number>): Promise<void> {
    const asked: WaitingAgain[] = [];
    for (const [waiting, index] of found) {
      const voidCode = this.#fold.findVoid(index);
      if (voidCode !== undefined)
        waiting.reject(new AccessError('ENTRY_REFUSED', { reason: voidCode, index }));
      else if ('again' in waiting) asked.push(waiting);
      else waiting.resolve({ index, isRepeated: true });
    }
    for (const run of findAgainRuns(asked)) await this.#actAgain(run);
  }

  async #actAgain({ from, count, asked }: AgainRun<WaitingAgain>): Promise<void> {
    const { store, warden } = this.#parts;
    const head = asked[0]?.witnessed;
    for (let at = from; at < from + count;) {
      const items = await store.read((reader) => readAppendItems(reader, at, from + count - at));
      const end = at + Math.max(1, items.length);
      const here = asked.filter(({ again }) => again >= at && again < end);
      const wanted = new WantedHeads(this.id);
      for (const { chains } of here) wanted.add(chains);
      const witnessed =
        head === undefined
          ? {}
          : {
              witnessed: { note: head.note, proof: await this.tree.consistency(head.size, this.#wardenSize) },
            };
      const start = at;
      const answer = await warden.call((client) =>
        client.append({ ledger: this.id, from: start, items, ...wanted.asked, ...witnessed }),
      );
      for (const { again: index, resolve, chains } of here)
        resolve({
          index,
          isRepeated: true,
          ...pickRelease(answer.results.find((result) => result.index === index)),
          ...wanted.pick(answer.heads, chains),
        });
      at = end;
    }
  }

  /** A refusal by the warden that comes back names an entry; after a crash it may be the first that we hear of it. */
  async #voidNamed(prepared: readonly Prepared[]): Promise<void> {
    const named = prepared
      .map(({ entry }) => decodeEntry(entry).body)
      .filter((body) => body.k === 'warden.refused');
    const unknown = named.filter(({ index }) => !this.#fold.isVoid(index));
    if (unknown.length > 0)
      await this.#void(unknown.map(({ index, code }): [number, string] => [index, code]));
  }

  /** The warden found entries void that the server had let through: they change nothing. */
  async #void(voided: readonly (readonly [number, string])[]): Promise<void> {
    for (const [index, code] of voided)
      this.#parts.log.write('ledger.voided', { ledger: this.id, index, code });
    if (await this.#fold.takeOut(voided)) await this.#parts.afterVoid?.();
  }

  async #load(): Promise<void> {
    const { store, engine } = this.#parts;
    const last = await readLast(store);
    for (const [index, code] of last.voids) this.#fold.addVoid(index, code);
    this.#atMsLast = last.atMs;
    this.#officeSizeLast = last.officeSize;
    if (last.size > 0) {
      const hashes = await this.tree.edgeAt(last.size);
      this.#edge = RightEdge.decode(engine, concatBytes(encodeU64(last.size), ...hashes));
    }
    await this.#fold.refold();
  }
}

function refusalOf(code: string): Error {
  return code === 'VOID_CHAIN'
    ? new ConflictError('CHAIN_CONFLICT')
    : new AccessError('ENTRY_REFUSED', { reason: code });
}

function pickRelease(
  result: { withheld?: string; release?: Uint8Array } | undefined,
): Pick<Appended, 'release' | 'withheld'> {
  return {
    ...(result?.release === undefined ? {} : { release: result.release }),
    ...(result?.withheld === undefined ? {} : { withheld: result.withheld }),
  };
}

function isSame(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0;
}

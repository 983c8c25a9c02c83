/**
 * Appends a batch to a ledger: compares what was appended before, folds what is new, makes it durable in one record, signs
 * the checkpoint, and only then acts on the requests in it (docs/spec/requests.md section 5). Invariant: nothing is signed or
 * released whose line is not durable.
 */
import { findVault, signHeads, witnessesInForce } from '@strongroom/authority';
import type { Heads, SignedRequest } from '@strongroom/authority';
import {
  AccessError,
  ConflictError,
  DependencyError,
  IntegrityError,
  StrongroomError,
  compareBytes,
  officeId,
} from '@strongroom/core';
import type { VaultId } from '@strongroom/core';
import { formatCheckpoint, leafHash, signNote } from '@strongroom/ledger';
import { composeHeads } from '../compose-heads.ts';
import { wardenLimits } from '../limits.ts';
import { makeOwnEntry } from '../own-entries.ts';
import type {
  AppendAnswer,
  AppendItem,
  AppendRequest,
  AppendResult,
  OwnEntry,
} from '../protocol/messages.ts';
import { releaseWraps } from '../requests/release-wraps.ts';
import { findLostRight, findRequest, verifyAhead } from '../requests/request-check.ts';
import type { SerialQueue } from '../serial-queue.ts';
import type { BatchItem, JournalRecord, OwnRecord } from '../tables/journal-record.ts';
import { findEntry } from '../tables/tables.ts';
import { findTakenOver, foldEntry, isFenced, isReadIn, isRestored } from './fold-entry.ts';
import type { FoldParts } from './fold-entry.ts';
import { countWitnessed } from './witnessed-head.ts';

export type AppendParts = FoldParts & {
  readonly queue: SerialQueue;
  /** Applies a record and answers when it is durable; called inside the queue. */
  readonly record: (record: JournalRecord) => Promise<void>;
  /** Resolves when everything that was recorded so far is durable. */
  readonly settle: () => Promise<void>;
  /** The tables are not what the journal says any more: nothing is recorded after this. */
  readonly abandon: () => void;
  readonly witness: (person: string, timeMs: number) => void;
  readonly count: (name: string, by?: number) => void;
};

type Act = { readonly index: number; readonly item: AppendItem; readonly signed: SignedRequest };

/** How a call may act: not at all, and on the top class as far as witnesses have the ledger. */
type Leave = { readonly isWaiting: boolean; readonly witnessedSize: number };

type FoldedBefore = { readonly results: AppendResult[]; readonly acts: Act[] };

type Folded = {
  readonly durable: Promise<void>;
  readonly size: number;
  readonly root: Uint8Array;
  readonly results: AppendResult[];
  readonly acts: readonly Act[];
};

/** @throws ConflictError ALREADY_APPENDED, LEDGER_GAP, LEDGER_UNKNOWN, OFFICE_BEHIND; IntegrityError LEDGER_FORKED */
export async function appendBatch(parts: AppendParts, request: AppendRequest): Promise<AppendAnswer> {
  const { ledger } = request;
  const { context, state } = parts;
  const key = state.ledgerKey(ledger);
  const { folded, composed, named } = await parts.queue.run(async () => {
    const folded = await foldBatch(parts, request);
    return { folded, composed: composeAll(parts, request), named: witnessesInForce(parts.tables.office) };
  });
  const { durable, size, root, results, acts } = folded;
  await durable;
  // A statement among them may have named another warden the one.
  if (isFenced(parts)) throw new AccessError('WARDEN_FENCED');
  await context.faults.hit('warden.append.before-sign');
  const checkpoint = await signNote(formatCheckpoint({ origin: key.origin, size, root }), [key.signer]);
  const heads = await signAll(parts, composed);
  const { witnessed } = request;
  const leave: Leave = {
    isWaiting: isOwnOverdue(parts),
    // Where the firm names no witness, nobody is waited for.
    witnessedSize:
      named === undefined
        ? Number.MAX_SAFE_INTEGER
        : await countWitnessed(context.engine, { named, witnessed, vkey: key.vkey, size, root }),
  };
  const acted = await Promise.all(
    acts.map((act) => actOn(parts, { ...act, ledger, origin: key.origin, leave })),
  );
  const byIndex = new Map(acted.map((result) => [result.index, result]));
  await context.faults.hit('warden.append.before-answer');
  return {
    size,
    root,
    checkpoint,
    origin: key.origin,
    results: results.map((result) => byIndex.get(result.index) ?? result),
    own: listOwn(parts, ledger),
    ...(heads === undefined ? {} : { heads }),
  };
}

/** The heads that were asked for with the batch, as they stand with it. Undefined when nobody may be told any. */
function composeAll(parts: AppendParts, { ledger, heads }: AppendRequest): readonly Heads[] | undefined {
  const composed: Heads[] = [];
  for (const chains of heads ?? []) {
    const one = composeHeads(parts, ledger, chains);
    if (one === undefined) return undefined;
    composed.push(one);
  }
  return heads === undefined ? undefined : composed;
}

async function signAll(
  { context, state }: AppendParts,
  composed: readonly Heads[] | undefined,
): Promise<readonly Uint8Array[] | undefined> {
  if (composed === undefined) return undefined;
  return await Promise.all(
    composed.map((heads) => signHeads(context.engine, { heads, seed: state.signSeed })),
  );
}

/** The warden's entries of a ledger that have not come back. */
export function listOwn({ tables }: FoldParts, ledger: string): OwnEntry[] {
  return tables.ledger(ledger).own.map(({ body, signature }) => ({ ledger, body, signature }));
}

/** Whether an own entry of any ledger is out for too long. */
function isOwnOverdue({ tables, context }: FoldParts): boolean {
  const limit = context.clock.monotonicMs() - wardenLimits.ownOutstandingMsMax;
  return [...tables.ledgers.values()].some(({ own }) => own.some(({ sinceMs }) => sinceMs < limit));
}

async function foldBatch(parts: AppendParts, request: AppendRequest): Promise<Folded> {
  const { tables } = parts;
  const { ledger, from, items } = request;
  const table = tables.ledger(ledger);
  if (table.isForked) throw new IntegrityError('LEDGER_FORKED');
  if (from > table.size) throw new ConflictError('LEDGER_GAP', { size: table.size });
  const results: AppendResult[] = [];
  const acts: Act[] = [];
  const known = items.slice(0, table.size - from);
  for (const [place, item] of known.entries()) {
    const index = from + place;
    const act = await findActAgain(parts, { ledger, index, item });
    // Whoever was cut off since then gets nothing more of what he had asked for before.
    const lost =
      act === undefined ? undefined : findLostRight(tables, act.signed.request, parts.context.clock.nowMs());
    results.push(lost === undefined ? { index } : { index, withheld: lost });
    if (act !== undefined && lost === undefined) acts.push(act);
  }
  const added = items.slice(known.length);
  assertOfficeAhead(parts, ledger, added);
  if (ledger !== officeId && added.length > 0 && isReadIn(parts, officeId))
    throw new ConflictError('OFFICE_BEHIND', { reason: 'restore' });
  assertPlanned(parts, ledger, added);
  if (added.length === 0)
    return { durable: parts.settle(), size: table.size, root: table.root(), results, acts };

  try {
    return await foldAdded(parts, { ledger, added, results, acts });
  } catch (cause) {
    parts.abandon();
    throw new DependencyError('WARDEN_FAILED', {}, { cause });
  }
}

/**
 * What is read in is what the restore fixed: another ledger is refused before anything of it counts.
 * @throws ConflictError RESTORE_UNFINISHED for a restore of an older version; IntegrityError LEDGER_FORKED
 */
function assertPlanned(parts: AppendParts, ledger: string, added: readonly AppendItem[]): void {
  if (added.length === 0 || !isRestored(parts, ledger)) return;
  const { context, tables } = parts;
  const planned = tables.planned(ledger);
  if (tables.plan === undefined || planned === undefined) throw new ConflictError('RESTORE_UNFINISHED');
  const table = tables.ledger(ledger);
  const missing = planned.size - table.size;
  if (added.length >= missing) {
    const leaves = added.slice(0, missing).map(({ entry }) => leafHash(context.engine, entry));
    if (compareBytes(table.rootWith(leaves), planned.root) !== 0)
      throw new IntegrityError('LEDGER_FORKED', { index: planned.size });
  }
  // After the office's old entries comes the statement, and nothing else.
  const next = added[missing];
  if (ledger !== officeId || next === undefined) return;
  const body = findEntry(next.entry)?.bodyBytes ?? new Uint8Array(0);
  if (compareBytes(context.engine.sha256(body), tables.plan.statement) !== 0)
    throw new IntegrityError('LEDGER_FORKED', { index: planned.size });
}

/** From the first entry on that is folded the tables are ahead of the journal, until the record is made. */
async function foldAdded(
  parts: AppendParts,
  {
    ledger,
    added,
    results,
    acts,
  }: FoldedBefore & { readonly ledger: string; readonly added: readonly AppendItem[] },
): Promise<Folded> {
  const { context, tables } = parts;
  const table = tables.ledger(ledger);
  const atMs = context.clock.nowMs();
  const start = table.size;
  const batch: BatchItem[] = [];
  const own: OwnRecord[] = [];
  const isReading = isReadIn(parts, ledger);
  const ahead = added.map(({ entry, payload }) =>
    isReading ? undefined : verifyAhead(context.engine, tables, { entry: findEntry(entry), payload }),
  );
  for (const [place, given] of added.entries()) {
    const index = start + place;
    const { item, checked, isOwn } = await foldEntry(parts, given, { ledger, index, ahead: ahead[place] });
    const wasReadIn = isReadIn(parts, ledger);
    batch.push(item);
    tables.applyItem(ledger, item, { atMs, index });
    results.push(item.void === undefined ? { index } : { index, void: item.void });
    if (item.void !== undefined) {
      parts.count('entries.void');
      if (!isOwn && item.isHistory !== true)
        own.push(await refuse(parts, { ledger, index, code: item.void }));
    } else if (checked !== undefined) {
      parts.witness(checked.person, checked.signed.request.t);
      acts.push({ index, item: given, signed: checked.signed });
    }
    if (wasReadIn && !isReadIn(parts, ledger)) own.push(...(await endReadIn(parts, ledger)));
  }
  parts.count('entries.appended', batch.length);
  const durable = parts.record({ k: 'batch', ledger, from: start, atMs, items: batch, own });
  return { durable, size: table.size, root: table.root(), results, acts };
}

/** A restored ledger is whole: it is the one that the statement names, what was void without a line gets one, and rooms what they were restricted to. */
async function endReadIn(parts: AppendParts, ledger: string): Promise<OwnRecord[]> {
  const restored = findVault(parts.tables.office, ledger as VaultId)?.restores?.at(-1);
  const { size } = parts.tables.ledger(ledger);
  for (const cut of [restored, findTakenOver(parts, ledger)])
    if (cut?.size === size && compareBytes(cut.root, parts.tables.ledger(ledger).root()) !== 0)
      throw new IntegrityError('LEDGER_FORKED', { index: cut.size });
  const own: OwnRecord[] = [];
  for (const index of parts.tables.claims(ledger))
    own.push(await refuse(parts, { ledger, index, code: 'VOID_REFUSED' }));
  const { context, tables, state } = parts;
  for (const room of tables.planned(ledger)?.rooms ?? []) {
    const content = { k: 'room.restored', ...room } as const;
    const nowMs = context.clock.nowMs();
    own.push(await makeOwnEntry(context.engine, { tables, seed: state.signSeed, ledger, content, nowMs }));
  }
  return own;
}

async function refuse(
  { context, tables, state }: FoldParts,
  { ledger, index, code }: { readonly ledger: string; readonly index: number; readonly code: string },
): Promise<OwnRecord> {
  return await makeOwnEntry(context.engine, {
    tables,
    seed: state.signSeed,
    ledger,
    content: { k: 'warden.refused', index, code },
    nowMs: context.clock.nowMs(),
  });
}

/** An entry that was appended before: the same bytes are taken again, and a fresh request in it is acted on again. */
async function findActAgain(
  parts: AppendParts,
  { ledger, index, item }: { readonly ledger: string; readonly index: number; readonly item: AppendItem },
): Promise<Act | undefined> {
  const { context, tables } = parts;
  const hash = tables.ledger(ledger).findHash(index);
  if (hash === undefined) throw new ConflictError('ALREADY_APPENDED', { index });
  if (compareBytes(leafHash(context.engine, item.entry), hash) !== 0) {
    context.logger.log('ledger.forked', { ledger, count: index });
    await parts.record({ k: 'fork', ledger });
    throw new IntegrityError('LEDGER_FORKED', { index });
  }
  const entry = findEntry(item.entry);
  if (entry === undefined) return undefined;
  const signed = findRequest(context.engine, entry, item.payload);
  if (signed === undefined || tables.counters.findIndex(signed.request.d, signed.request.nonce) !== index)
    return undefined;
  const ageMs = Math.abs(context.clock.nowMs() - signed.request.t);
  return ageMs > wardenLimits.requestAgeMsMax ? undefined : { index, item, signed };
}

/** A vault's entry is judged after the office's entries up to its office size. */
function assertOfficeAhead({ tables }: FoldParts, ledger: string, items: readonly AppendItem[]): void {
  if (ledger === officeId) return;
  const { size } = tables.ledger(officeId);
  for (const { entry } of items) {
    const needed = findEntry(entry)?.officeSize ?? 0;
    if (needed > size) throw new ConflictError('OFFICE_BEHIND', { size, needed });
  }
}

async function actOn(
  parts: AppendParts,
  options: Act & { readonly ledger: string; readonly origin: string; readonly leave: Leave },
): Promise<AppendResult> {
  const { index, item, signed, ledger, origin, leave } = options;
  if (leave.isWaiting) return { index, withheld: 'WARDEN_WAITING' };
  if (leave.witnessedSize <= index && parts.tables.isTopClass(ledger, signed.request, item.rows)) {
    parts.count('releases.unwitnessed');
    return { index, withheld: 'WITNESS_WAITING' };
  }
  const leafKey = (slot: number): Uint8Array => parts.state.leafKey(ledger, slot);
  try {
    const release = await releaseWraps(parts.context.engine, { signed, item, leafKey, origin, index });
    parts.count('releases');
    return { index, release };
  } catch (error) {
    if (!(error instanceof StrongroomError)) throw error;
    parts.count('releases.withheld');
    return { index, withheld: error.code };
  }
}

/**
 * Judges one entry that has an index: the warden's own checks first, which change nothing, then the authority, which folds it
 * (docs/spec/warden.md section 5). What comes out is complete enough for the journal to make the same tables again.
 */
import { editionOf, findDisposal, findVault, isDeviceValid, judge } from '@strongroom/authority';
import type { BodyOf, EndedKey, Entry } from '@strongroom/authority';
import { StrongroomError, compareBytes, isId, officeId, openSealedWrap } from '@strongroom/core';
import type { VaultId } from '@strongroom/core';
import type { WardenContext } from '../context.ts';
import { wardenLimits } from '../limits.ts';
import type { AppendItem } from '../protocol/messages.ts';
import { rangesOfCut } from '../due/ranges-of-cut.ts';
import { checkRequest } from '../requests/request-check.ts';
import type { CheckedRequest, VerifiedAhead } from '../requests/request-check.ts';
import { goesOn, isOurs } from '../standby/promotion.ts';
import type { WardenState } from '../state/warden-state.ts';
import type { BatchItem } from '../tables/journal-record.ts';
import { nameDisposal } from '../tables/disposal-table.ts';
import { findEntry } from '../tables/tables.ts';
import type { Tables } from '../tables/tables.ts';

export type FoldParts = {
  readonly context: WardenContext;
  readonly tables: Tables;
  readonly state: WardenState;
};

export type FoldedEntry = {
  readonly item: BatchItem;
  /** A line made from a request that may be acted on. */
  readonly checked?: CheckedRequest;
  /** The warden made this entry itself. */
  readonly isOwn: boolean;
};

type Place = {
  readonly ledger: string;
  readonly index: number;
  /** Begun with the same item. */
  readonly ahead?: VerifiedAhead | undefined;
};

/** Judges and folds an entry of a restored ledger: as it was judged before, without what only the moment decided. */
async function foldHistory(
  { context, tables, state }: FoldParts,
  given: AppendItem,
  { ledger, index }: Place,
): Promise<FoldedEntry> {
  const entry = findEntry(given.entry);
  // An intent that came back void does not count when it is sent again, in old entries neither.
  const wasVoid =
    entry?.body.k === 'destruction.intended' &&
    tables.disposals.wasVoid(ledger, entry.body.disposal, context.engine.sha256(entry.bodyBytes));
  const isRefused =
    wasVoid || tables.planned(ledger)?.voids.has(index) === true || state.wasVoidBefore(ledger, index);
  const place = { index, ledger: ledger as VaultId, isRefused };
  const verdict = await judge(context.engine, tables.states(ledger), entry ?? given.entry, place);
  const item = { entry: given.entry, isHistory: true };
  if (verdict.kind === 'void') return { item: { ...item, void: verdict.code }, isOwn: false };
  if (entry?.body.k === 'destroyed') await destroyAgain({ context, tables, state }, ledger, entry.body);
  if (entry?.body.k === 'hour.cut') await cutAgain({ context, tables, state }, ledger, entry.body);
  // Whoever stopped it in the time that is lost is not known: what had not begun begins anew, by a proposal.
  if (entry?.body.k === 'disposal.approved')
    return { item: { ...item, stop: 'RESTORED', dueAtMs: context.clock.nowMs() }, isOwn: false };
  return { item, isOwn: false };
}

/** A state older than its ledger still has the keys that a `destroyed` line says are gone: they go now. */
async function destroyAgain(
  { context, state }: FoldParts,
  ledger: string,
  body: BodyOf<'destroyed'>,
): Promise<void> {
  const slots = body.items.map(([, , , slot]) => slot).filter((slot) => state.isLive(ledger, slot));
  if (slots.length === 0) return;
  const name = `again ${nameDisposal(ledger, body.disposal)}`;
  const ranges = slots.map((slot) => ({ first: slot, last: slot }));
  const { after } = await state.puncture(ledger, ranges, name);
  await context.standby?.puncture(ledger, ranges, name, after);
  state.forgetDone(name);
}

/** The same for the hours that a line says were cut: what rooms under a hold had in them stays, as then. */
async function cutAgain(parts: FoldParts, ledger: string, { hour }: BodyOf<'hour.cut'>): Promise<void> {
  const { context, tables, state } = parts;
  const { ranges } = rangesOfCut(tables, ledger, hour);
  const name = `again cut ${ledger} ${hour}`;
  const { after } = await state.puncture(ledger, ranges, name);
  await context.standby?.puncture(ledger, ranges, name, after);
  state.forgetDone(name);
}

/** Whether a ledger is read in: after a restore, or before the statement of our own promotion, or up to where we took it over. */
export function isReadIn(parts: FoldParts, ledger: string): boolean {
  const { tables, state } = parts;
  if (isRestored(parts, ledger)) return true;
  if (ledger === officeId) return state.number > 1 && state.number > (tables.office.warden?.number ?? 0);
  return tables.ledger(ledger).size < (findTakenOver(parts, ledger)?.size ?? 0);
}

/** Whether it is a restore: the office until the statement that ends it is in, a vault up to the size that it names. */
export function isRestored({ tables, state }: FoldParts, ledger: string): boolean {
  if (ledger === officeId) return state.edition(officeId) > editionOf(tables.office, officeId);
  const restored = findVault(tables.office, ledger as VaultId)?.restores?.at(-1);
  return restored !== undefined && tables.ledger(ledger).size < restored.size;
}

/** Where this warden took a ledger over from the one before. */
export function findTakenOver({ tables, state }: FoldParts, ledger: string): EndedKey | undefined {
  const promotion = tables.office.promotions?.at(-1);
  if (promotion?.number !== state.number) return undefined;
  return promotion.vaults.find(({ vault }) => vault === ledger);
}

/** Whether the office has named another warden the one. */
export function isFenced({ tables, state }: FoldParts): boolean {
  return (tables.office.warden?.number ?? 0) > state.number;
}

/** Whether an entry ends the reading in of the office. One of before is a statement like any other of what is read in. */
function endsReadIn({ tables, state }: FoldParts, entry: Entry | undefined): boolean {
  const edition = state.edition(officeId);
  if (entry?.body.k === 'firm.restored') return entry.body.edition === edition;
  const isOfEdition = edition === editionOf(tables.office, officeId);
  return entry?.body.k === 'warden.promoted' && isOfEdition && entry.body.number === state.number;
}

/** Judges and folds an entry. */
export async function foldEntry(parts: FoldParts, given: AppendItem, place: Place): Promise<FoldedEntry> {
  const { context, tables } = parts;
  const { ledger, index } = place;
  const entry = findEntry(given.entry);
  if (isReadIn(parts, ledger) && !endsReadIn(parts, entry)) return await foldHistory(parts, given, place);
  const isOwn = entry !== undefined && tables.ledger(ledger).findOwn(entry.bodyBytes) !== undefined;
  const own = entry === undefined ? { code: undefined } : await checkOwn(parts, { entry, given, ...place });
  const verdict = await judge(context.engine, tables.states(ledger), entry ?? given.entry, {
    index,
    ledger: ledger as VaultId,
    isRefused: own.code !== undefined,
  });
  if (verdict.kind === 'void') return { item: { entry: given.entry, void: own.code ?? verdict.code }, isOwn };
  if (entry?.body.k === 'destroyed' && !isOwn) await destroyAgain(parts, ledger, entry.body);
  if (entry?.body.k === 'hour.cut' && !isOwn) await cutAgain(parts, ledger, entry.body);
  if (entry?.body.k === 'disposal.approved') {
    const stop = await tryWraps(parts, { entry, given, ledger });
    const dueAtMs = Math.max(context.clock.nowMs(), entry.atMs) + context.settings.graceMs;
    return { item: { entry: given.entry, stop: stop ?? '', dueAtMs }, isOwn };
  }
  if (own.checked === undefined) return { item: { entry: given.entry }, isOwn };
  const { use, leases } = own.checked;
  return { item: { entry: given.entry, use, leases }, checked: own.checked, isOwn };
}

type Given = Place & { readonly entry: Entry; readonly given: AppendItem };

/** What only the warden can know. */
async function checkOwn(
  { context, tables, state }: FoldParts,
  options: Given,
): Promise<{ readonly code: string | undefined; readonly checked?: CheckedRequest }> {
  const { entry, given, ledger, index } = options;
  const { body } = entry;
  const nowMs = context.clock.nowMs();
  // What rooms were restricted to before a restore comes before anything else.
  const table = tables.ledger(ledger);
  if (table.isRestricting && table.findOwn(entry.bodyBytes) === undefined) return { code: 'VOID_STATE' };
  if (ledger !== officeId) {
    const sizeMin = tables.officeSizeBefore(nowMs, wardenLimits.officeLagMsMax);
    if ((entry.officeSize ?? 0) < sizeMin) return { code: 'OFFICE_STALE' };
    const signer = entry.sigs[0]?.[0];
    if (isId('dev', signer) && !isDeviceValid(tables.office, signer, tables.office.size))
      return { code: 'VOID_SIGNER' };
  }
  switch (body.k) {
    case 'released':
    case 'listed':
    case 'leased': {
      const { payload } = given;
      const check = await checkRequest(context.engine, tables, { ...options, payload, nowMs });
      return check.kind === 'void' ? { code: check.code } : { code: undefined, checked: check.checked };
    }
    case 'firm.created': {
      const { number, sign, ledger: vkey } = body.warden;
      const isOurs = number === state.number && compareBytes(sign, state.publicKey) === 0;
      return { code: isOurs && vkey === state.ledgerKey(officeId).vkey ? undefined : 'VOID_STATE' };
    }
    case 'vault.created': {
      const isOurs = body.warden === state.number;
      const isPrepared = state.ledgerIds().includes(body.vault);
      const isRight = !isOurs || (isPrepared && state.ledgerKey(body.vault).vkey === body.vkey);
      return { code: isRight ? undefined : 'VOID_STATE' };
    }
    case 'firm.restored': {
      const isBegun =
        isReadIn({ context, tables, state }, ledger) &&
        tables.plan !== undefined &&
        compareBytes(context.engine.sha256(entry.bodyBytes), tables.plan.statement) === 0;
      const isHere = compareBytes(body.pos.o[2], tables.ledger(officeId).root()) === 0;
      const areNext = body.vaults.every(
        ([id]) => state.ledgerIds().includes(id) && state.edition(id) === body.edition,
      );
      return { code: isBegun && isHere && areNext ? undefined : 'VOID_STATE' };
    }
    case 'warden.promoted': {
      // Of another's promotion nothing is asked: the owner's kit has spoken, and this warden ends.
      if (body.number !== state.number) return { code: undefined };
      const isHere = body.pos.o[1] === index && goesOn(tables, body) && isOurs(state, body);
      return { code: isHere && isReadIn({ context, tables, state }, ledger) ? undefined : 'VOID_STATE' };
    }
    case 'disposal.approved': {
      const count = findDisposal(tables.rooms(ledger), body.disposal)?.count ?? 0;
      const isOver =
        tables.disposals.countApproved(ledger, nowMs) + count > wardenLimits.disposalItemsPerDayMax;
      return { code: isOver ? 'DISPOSAL_LIMIT' : undefined };
    }
    case 'destruction.intended': {
      // One that came back void must not be kept back and sent again once what made it void is gone. One that is merely not
      // out is history: this state is older than its ledger.
      const isOut = tables.ledger(ledger).findOwn(entry.bodyBytes) !== undefined;
      const mayCount =
        isOut || tables.disposals.mayIntend(ledger, body.disposal, context.engine.sha256(entry.bodyBytes));
      return { code: mayCount ? undefined : 'VOID_STATE' };
    }
    default:
      return { code: undefined };
  }
}

/** Opens the sealed wrap of each item of an approved disposal: the list must name what it destroys. Answers why not. */
async function tryWraps(
  { context, tables, state }: FoldParts,
  { entry, given, ledger }: { readonly entry: Entry; readonly given: AppendItem; readonly ledger: string },
): Promise<string | undefined> {
  if (entry.body.k !== 'disposal.approved') return undefined;
  const disposal = findDisposal(tables.rooms(ledger), entry.body.disposal);
  const sealed = given.sealed ?? [];
  if (disposal === undefined || sealed.length !== disposal.items.length) return 'DISPOSAL_INCOMPLETE';
  for (const [place, [record, version, part, slot, wrapContextHash]] of disposal.items.entries()) {
    try {
      const wrap = await openSealedWrap(context.engine, {
        leafKey: state.leafKey(ledger, slot),
        context: {
          vault: ledger as VaultId,
          slot,
          record,
          version,
          part,
          room: disposal.room,
          wrapContextHash,
        },
        sealed: sealed[place] ?? new Uint8Array(0),
      });
      wrap.fill(0);
    } catch (error) {
      if (error instanceof StrongroomError) return error.code;
      throw error;
    }
  }
  return undefined;
}

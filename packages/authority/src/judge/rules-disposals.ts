/** Rules of holds, disposals and payload keys (docs/spec/statements.md sections 5 and 6). */
import { compareBytes } from '@strongroom/core';
import type { DisposalId, RoomId } from '@strongroom/core';
import type {
  Destroyed,
  DisposalApproved,
  DisposalItem,
  DisposalProposed,
  PayloadKeyMade,
} from '../bodies/index.ts';
import { entryHash, itemsHash } from '../entries/index.ts';
import { disposalGraceMs, isFirmOfOne, isHeld, openDisposals } from '../state/index.ts';
import type { Disposal } from '../state/index.ts';
import { getRoom, getSigner, isManager, isMember, isOfficerFor } from './context.ts';
import type { Context, Rules } from './context.ts';
import { isKemKeyWellFormed } from './keys.ts';
import type { VoidCode } from './verdict.ts';

/** How long a firm of one waits between proposing and approving a disposal, in milliseconds. */
export const lonelyApprovalMs: number = 86_400_000;

type DisposalKind =
  | 'hold.placed'
  | 'hold.lifted'
  | 'payload-key.made'
  | 'disposal.proposed'
  | 'disposal.approved'
  | 'disposal.stopped'
  | 'destruction.intended'
  | 'destroyed'
  | 'destruction.stopped';

/** Rules about keeping and destroying. */
export const disposalRules: Rules<DisposalKind> = {
  'hold.placed': {
    check(context, body) {
      if (!isOfficerFor(context, body.c[0])) return 'VOID_RIGHT';
      if (new Set(body.records).size !== body.records.length) return 'VOID_FORM';
      return context.vault.holds.has(body.hold) ? 'VOID_STATE' : undefined;
    },
    apply(context, body) {
      const { hold: id, records, reason } = body;
      const placedBy = getSigner(context);
      const why = reason === undefined ? {} : { reason };
      getRoom(context, body.c[0]).holds.set(id, { id, records, ...why, placedBy, index: context.index });
      context.vault.holds.add(id);
    },
  },
  'hold.lifted': {
    check(context, body) {
      const { office, moment, person } = context;
      if (!isOfficerFor(context, body.c[0])) return 'VOID_RIGHT';
      const hold = getRoom(context, body.c[0]).holds.get(body.hold);
      if (hold === undefined) return 'VOID_STATE';
      return hold.placedBy === person && !isFirmOfOne(office, moment.at) ? 'VOID_RIGHT' : undefined;
    },
    apply(context, body) {
      getRoom(context, body.c[0]).holds.delete(body.hold);
    },
  },
  'payload-key.made': {
    check(context, body) {
      if (!isMember(context, body.room)) return 'VOID_RIGHT';
      if (!isKemKeyWellFormed(body.kem)) return 'VOID_FORM';
      if (!isNearMonth(body.month, context.entry.atMs) || !isFreshKeyRecord(context, body))
        return 'VOID_STATE';
      return getRoom(context, body.room).payloadKeys.has(body.month) ? 'VOID_STATE' : undefined;
    },
    apply(context, body) {
      const { month, kem, record } = body;
      getRoom(context, body.room).payloadKeys.set(month, { month, kem, record });
    },
  },
  'disposal.proposed': { check: checkProposal, apply: applyProposal },
  'disposal.approved': {
    check: checkApproval,
    apply(context, body) {
      const { index, entry } = context;
      const disposal = getDisposal(context, body.disposal);
      disposal.stage = 'approved';
      disposal.approval = { index, atMs: entry.atMs, by: getSigner(context) };
    },
  },
  'disposal.stopped': {
    check(context, body) {
      if (!mayDispose(context, body.c[0])) return 'VOID_RIGHT';
      const stage = findIn(context, body.c[0], body.disposal)?.stage;
      return stage === 'proposed' || stage === 'approved' ? undefined : 'VOID_STATE';
    },
    apply(context, body) {
      endDisposal(context, body.disposal, 'stopped');
    },
  },
  'destruction.intended': {
    check(context, body) {
      const disposal = findIn(context, body.c[0], body.disposal);
      if (disposal?.stage !== 'approved' || disposal.approval === undefined) return 'VOID_STATE';
      if (isAnyHeld(context, body.c[0], disposal.items)) return 'VOID_STATE';
      // The warden's own clock counts, from the server's time of the approval.
      if (body.t < disposal.approval.atMs + disposalGraceMs) return 'VOID_STATE';
      const hash = itemsHash(context.engine, disposal.items);
      return body.count === disposal.count && compareBytes(hash, body.hash) === 0 ? undefined : 'VOID_STATE';
    },
    apply(context, body) {
      const disposal = getDisposal(context, body.disposal);
      disposal.stage = 'intended';
      disposal.intent = { index: context.index, atMs: context.entry.atMs, root: body.root };
    },
  },
  destroyed: {
    check(context, body) {
      const disposal = findIn(context, body.c[0], body.disposal);
      if (disposal?.stage !== 'intended') return 'VOID_STATE';
      return areSameItems(disposal.items, body.items) ? undefined : 'VOID_STATE';
    },
    apply(context, body) {
      markGone(context, body.c[0], body.items, body.disposal);
      endDisposal(context, body.disposal, 'destroyed');
    },
  },
  'destruction.stopped': {
    check(context, body) {
      const stage = findIn(context, body.c[0], body.disposal)?.stage;
      return stage === 'approved' || stage === 'intended' ? undefined : 'VOID_STATE';
    },
    apply(context, body) {
      endDisposal(context, body.disposal, 'stopped');
    },
  },
};

/** Nobody's clock is a month off: words of the past, or of times to come, get no key and so no end. */
function isNearMonth(month: string, atMs: number): boolean {
  const at = new Date(atMs);
  return [-1, 0, 1].some((offset) => {
    const near = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + offset));
    return near.toISOString().startsWith(`${month}-`);
  });
}

/**
 * Whoever names the record decides what ends the words of the month: it is a payload key that he wrote for it, whole and in no disposal, so
 * that two persons who know the month destroy it later. Rows are looked at where they are kept; the server keeps them and appends no other.
 */
function isFreshKeyRecord({ vault, person }: Context, { room, record }: PayloadKeyMade): boolean {
  const isInDisposal = openDisposals(vault).some(
    (disposal) => disposal.room === room && disposal.items.some(([named]) => named === record),
  );
  if (isInDisposal) return false;
  if (!vault.hasRecords) return true;
  const [row, ...later] = vault.rooms.get(room)?.records.get(record) ?? [];
  return (
    row?.kind === 'payload-key' &&
    row.version === 1 &&
    row.home === room &&
    row.person === person &&
    later.length === 0 &&
    row.wraps.every(({ destroyed }) => destroyed === undefined)
  );
}

function mayDispose(context: Context, roomId: RoomId): boolean {
  return isManager(context, roomId) || isOfficerFor(context, roomId);
}

function findIn(context: Context, roomId: RoomId, disposalId: DisposalId): Disposal | undefined {
  const disposal = context.vault.disposals.get(disposalId);
  return disposal?.room === roomId ? disposal : undefined;
}

function getDisposal(context: Context, disposalId: DisposalId): Disposal {
  const disposal = context.vault.disposals.get(disposalId);
  if (disposal === undefined) throw new TypeError('the disposal was checked to exist');
  return disposal;
}

function isAnyHeld(context: Context, roomId: RoomId, items: readonly DisposalItem[]): boolean {
  return isHeld(context.vault, roomId) || items.some(([record]) => isHeld(context.vault, roomId, record));
}

function checkProposal(context: Context, body: DisposalProposed): VoidCode | undefined {
  const { vault } = context;
  const room = body.c[0];
  if (!mayDispose(context, room)) return 'VOID_RIGHT';
  const slots = new Set(body.items.map(([, , , slot]) => slot));
  const parts = new Set(
    body.items.map(([record, version, part, slot]) => `${record} ${version} ${part} ${slot}`),
  );
  if (slots.size !== body.items.length || parts.size !== body.items.length) return 'VOID_FORM';
  if (vault.disposals.has(body.disposal) || isAnyHeld(context, room, body.items)) return 'VOID_STATE';
  const isTaken = openDisposals(vault).some(({ items }) => items.some(([, , , slot]) => slots.has(slot)));
  return isTaken ? 'VOID_STATE' : undefined;
}

function applyProposal(context: Context, body: DisposalProposed): void {
  const { engine, entry, index, vault } = context;
  const { disposal: id, items, reason } = body;
  vault.disposals.set(id, {
    id,
    room: body.c[0],
    proposal: { index, hash: entryHash(engine, entry.bytes), atMs: entry.atMs, by: getSigner(context) },
    ...(reason === undefined ? {} : { reason }),
    count: items.length,
    items,
    stage: 'proposed',
  });
}

function checkApproval(context: Context, body: DisposalApproved): VoidCode | undefined {
  const { office, moment, person } = context;
  const room = body.c[0];
  if (!mayDispose(context, room)) return 'VOID_RIGHT';
  const disposal = findIn(context, room, body.disposal);
  if (disposal?.stage !== 'proposed') return 'VOID_STATE';
  if (compareBytes(disposal.proposal.hash, body.proposal) !== 0) return 'VOID_STATE';
  if (isAnyHeld(context, room, disposal.items)) return 'VOID_STATE';
  if (disposal.proposal.by !== person) return undefined;
  const earliest = disposal.proposal.atMs + lonelyApprovalMs;
  const isLateEnough = body.t >= earliest && moment.atMs >= earliest;
  return isFirmOfOne(office, moment.at) && isLateEnough ? undefined : 'VOID_RIGHT';
}

function areSameItems(proposed: readonly DisposalItem[], destroyed: Destroyed['items']): boolean {
  return (
    proposed.length === destroyed.length &&
    proposed.every(([record, version, part, slot], place) => {
      const item = destroyed[place];
      return item?.[0] === record && item[1] === version && item[2] === part && item[3] === slot;
    })
  );
}

/** A disposal is over. */
export function endDisposal(context: Context, disposalId: DisposalId, stage: 'destroyed' | 'stopped'): void {
  const disposal = getDisposal(context, disposalId);
  disposal.stage = stage;
  disposal.items = [];
  disposal.end = { index: context.index, atMs: context.entry.atMs };
}

/** Marks parts as destroyed, where the record's rows are kept. */
export function markGone(
  context: Context,
  room: RoomId,
  items: Destroyed['items'],
  by: DisposalId | 'found',
): void {
  const { records } = getRoom(context, room);
  for (const [record, version, part, slot] of items) {
    for (const row of records.get(record) ?? []) {
      if (row.version !== version) continue;
      for (const wrap of row.wraps) {
        if (wrap.part === part && wrap.slot === slot) wrap.destroyed ??= by;
      }
    }
  }
}

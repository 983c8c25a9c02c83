/**
 * What the warden does by its own clock: destroys what disposals have listed, and cuts hours that have ended. Order for a
 * disposal: intent signed and durable → intent in the ledger → slots punctured and state durable → `destroyed` signed and
 * durable. Each step is found again from the tables and the state, so that a crash anywhere is followed by the same steps.
 */
import { itemsHash } from '@strongroom/authority';
import type { Disposal } from '@strongroom/authority';
import { getSlotHour, getSlotHourEndMs, officeId } from '@strongroom/core';
import type { DisposalId, RoomId } from '@strongroom/core';
import { isReadIn } from '../append/fold-entry.ts';
import type { FoldParts } from '../append/fold-entry.ts';
import { wardenLimits } from '../limits.ts';
import { makeOwnEntry } from '../own-entries.ts';
import type { WardenContent } from '../own-entries.ts';
import type { SlotRange } from '../state/vault-tree.ts';
import { rangesOfCut } from './ranges-of-cut.ts';
import { nameDisposal } from '../tables/disposal-table.ts';
import type { PendingDisposal } from '../tables/disposal-table.ts';
import type { JournalRecord } from '../tables/journal-record.ts';

export type DueParts = FoldParts & {
  readonly isClockTrusted: () => boolean;
  /** Applies a record and answers when it is durable. */
  readonly record: (record: JournalRecord) => Promise<void>;
};

/** Does everything that is due. Runs inside the warden's queue. */
export async function doDueWork(parts: DueParts): Promise<void> {
  if (isReadIn(parts, officeId)) return;
  for (const pending of parts.tables.disposals.list())
    if (!isReadIn(parts, pending.vault)) await doDisposal(parts, pending);
  if (!parts.isClockTrusted()) return;
  for (const ledger of parts.state.ledgerIds()) if (!isReadIn(parts, ledger)) await cutHours(parts, ledger);
}

/** Forgets the punctures of disposals whose `destroyed` line is in the ledger. */
export function forgetSaid({ tables, state }: FoldParts): void {
  for (const name of state.doneNames()) {
    const [vault = '', disposal = ''] = name.split(' ');
    if (disposal.startsWith('dsp_') && tables.disposals.find(vault, disposal) === undefined)
      state.forgetDone(name);
  }
}

/** When something is due next, undefined for nothing. */
export function findNextDueMs({ tables, context }: FoldParts): number | undefined {
  const waiting = tables.disposals.list().filter(({ state }) => state === 'waiting');
  const nowMs = context.clock.nowMs();
  const times = waiting.map(({ dueAtMs, stopCode }) => (stopCode === undefined ? dueAtMs : nowMs));
  return times.length === 0 ? undefined : Math.min(...times);
}

async function doDisposal(parts: DueParts, pending: PendingDisposal): Promise<void> {
  const disposal = parts.tables.rooms(pending.vault).disposals.get(pending.disposal as DisposalId);
  if (disposal === undefined) return;
  if (pending.state === 'waiting') await intendOrStop(parts, pending, disposal);
  else if (pending.state === 'intended') await destroy(parts, pending, disposal);
}

async function intendOrStop(parts: DueParts, pending: PendingDisposal, disposal: Disposal): Promise<void> {
  const { context, state } = parts;
  const c = [disposal.room] as const;
  const stopCode = isDisposalHeld(parts, pending, disposal) ? 'HOLD_PLACED' : pending.stopCode;
  if (stopCode !== undefined) {
    context.logger.log('destruction.stopped', { disposal: pending.disposal, code: stopCode });
    await say(parts, pending.vault, { k: 'destruction.stopped', c, disposal: disposal.id, code: stopCode });
    return;
  }
  if (!parts.isClockTrusted() || context.clock.nowMs() < pending.dueAtMs) return;
  const root = state.commitment(pending.vault);
  const hash = itemsHash(context.engine, disposal.items);
  const content = {
    k: 'destruction.intended',
    c,
    disposal: disposal.id,
    count: disposal.items.length,
    hash,
    root,
  } as const;
  await say(parts, pending.vault, content);
}

async function destroy(parts: DueParts, pending: PendingDisposal, disposal: Disposal): Promise<void> {
  const { context, state } = parts;
  await context.faults.hit('warden.puncture.after-intent');
  const ranges = disposal.items.map(([, , , slot]): SlotRange => ({ first: slot, last: slot }));
  const name = nameDisposal(pending.vault, pending.disposal);
  const done = await state.puncture(pending.vault, ranges, name);
  const { standby } = context;
  const followed = await standby?.puncture(pending.vault, ranges, name, done.after);
  await context.faults.hit('warden.puncture.before-destroyed-line');
  await say(parts, pending.vault, {
    k: 'destroyed',
    c: [disposal.room],
    disposal: disposal.id,
    items: disposal.items.map(([record, version, part, slot]) => [record, version, part, slot] as const),
    generation: done.generation,
    roots: [done.before, done.after],
    level: state.level,
    ...(standby === undefined ? {} : { second: followed === undefined ? 'absent' : 'current' }),
  });
  context.logger.log('destroyed', {
    disposal: pending.disposal,
    count: ranges.length,
    generation: done.generation,
  });
}

function isDisposalHeld(parts: DueParts, pending: PendingDisposal, disposal: Disposal): boolean {
  const holds = parts.tables.rooms(pending.vault).rooms.get(disposal.room)?.holds;
  return [...(holds?.values() ?? [])].some(
    ({ records }) => records.length === 0 || disposal.items.some(([record]) => records.includes(record)),
  );
}

/** Cuts each used hour that ended long enough ago, but for blocks of rooms with a hold: slots of an hour are not listed by record. */
async function cutHours(parts: DueParts, ledger: string): Promise<void> {
  const { context, tables, state } = parts;
  const { rooms } = tables.rooms(ledger);
  const isHeld = (room: string): boolean => (rooms.get(room as RoomId)?.holds.size ?? 0) > 0;
  const endedMs = context.clock.nowMs() - wardenLimits.hourCutDelayMs;
  if (endedMs < getSlotHourEndMs(1)) return;
  for (const hour of tables.slots.hoursToCut(ledger, getSlotHour(endedMs), isHeld)) {
    if (getSlotHourEndMs(hour) > endedMs) continue;
    const { ranges, kept } = rangesOfCut(tables, ledger, hour);
    const name = `cut ${ledger} ${hour} ${kept.map(({ first }) => first).join(',')}`;
    const done = await state.puncture(ledger, ranges, name);
    await context.standby?.puncture(ledger, ranges, name, done.after);
    const roots = [done.before, done.after] as const;
    await say(parts, ledger, { k: 'hour.cut', hour, roots }, [...new Set(kept.map(({ room }) => room))]);
    state.forgetDone(name);
    context.logger.log('hour.cut', { ledger, hour });
  }
}

async function say(
  parts: DueParts,
  ledger: string,
  content: WardenContent,
  kept: readonly string[] = [],
): Promise<void> {
  const { context, tables, state } = parts;
  const nowMs = context.clock.nowMs();
  const made = await makeOwnEntry(context.engine, { tables, seed: state.signSeed, ledger, content, nowMs });
  await parts.record({ k: 'own', ledger, own: [kept.length === 0 ? made : { ...made, kept }] });
}

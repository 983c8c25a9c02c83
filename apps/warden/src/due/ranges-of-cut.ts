/** What the cut of an hour takes: the hour and the unused ones before it, without the blocks of rooms that are under a hold. */
import { formSlot, slotsPerHour } from '@strongroom/core';
import type { RoomId } from '@strongroom/core';
import type { SlotRange } from '../state/vault-tree.ts';
import type { Tables } from '../tables/tables.ts';

/** As the ledger stands now. */
export function rangesOfCut(
  tables: Tables,
  ledger: string,
  hour: number,
): {
  readonly ranges: readonly SlotRange[];
  readonly kept: readonly { readonly room: string; readonly first: number }[];
} {
  const { rooms } = tables.rooms(ledger);
  const isHeld = (room: string): boolean => (rooms.get(room as RoomId)?.holds.size ?? 0) > 0;
  const from = Math.min(hour, tables.slots.cutUpTo(ledger) + 1);
  const kept = tables.slots.blocksOfHour(ledger, hour).filter(({ room }) => isHeld(room));
  const keptRanges = kept.map(({ first, count }) => ({ first, last: first + count - 1 }));
  const range = { first: formSlot(from, 0), last: formSlot(hour, slotsPerHour - 1) };
  return { ranges: rangesWithout(range, keptRanges), kept };
}

/** A range without the kept ones. */
function rangesWithout(range: SlotRange, kept: readonly SlotRange[]): SlotRange[] {
  const ranges: SlotRange[] = [];
  let at = range.first;
  for (const { first, last } of kept.toSorted((left, right) => left.first - right.first)) {
    if (first > at) ranges.push({ first: at, last: first - 1 });
    at = Math.max(at, last + 1);
  }
  if (at <= range.last) ranges.push({ first: at, last: range.last });
  return ranges;
}

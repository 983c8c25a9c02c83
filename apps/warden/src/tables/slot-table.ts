/**
 * Which slots were handed out. Invariant: a number leaves once. The mark of each hour only rises; what raised it is in the
 * journal before the block leaves; a start from a copy of an older state skips what the original may have given since.
 */
import { InputError, LimitError, formSlot, slotHourLimit, slotsPerHour, splitSlot } from '@strongroom/core';
import type { CborValue } from '@strongroom/core';
import { wardenLimits } from '../limits.ts';

/** A block as the journal holds it; `first` is a slot. */
export type SlotBlock = {
  readonly vault: string;
  readonly room: string;
  readonly first: number;
  readonly count: number;
  readonly atMs: number;
};

type RoomBlock = [room: string, first: number, count: number, atMs: number];
type VaultSlots = { readonly marks: Map<number, number>; blocks: RoomBlock[]; cutUpTo: number };

export class SlotTable {
  readonly #vaults = new Map<string, VaultSlots>();

  /** The block that is to be journalled, then applied. @throws LimitError SLOTS_EXHAUSTED, LIMIT_EXCEEDED; InputError INPUT_INVALID */
  plan(vault: string, room: string, hour: number, count: number, atMs: number): SlotBlock {
    if (!Number.isSafeInteger(hour) || hour < 0 || hour >= slotHourLimit)
      throw new InputError('INPUT_INVALID', { name: 'hour' });
    if (!Number.isSafeInteger(count) || count < 1) throw new InputError('INPUT_INVALID', { name: 'count' });
    if (count > wardenLimits.slotBlockMax)
      throw new LimitError('LIMIT_EXCEEDED', { name: 'slotBlockMax', max: wardenLimits.slotBlockMax });
    const { marks, cutUpTo } = this.#of(vault);
    const mark = marks.get(hour) ?? 0;
    if (hour > 0 && hour <= cutUpTo) throw new LimitError('SLOTS_EXHAUSTED', { hour });
    if (mark + count > slotsPerHour) throw new LimitError('SLOTS_EXHAUSTED', { hour });
    return { vault, room, first: formSlot(hour, mark), count, atMs };
  }

  applyBlock({ vault, room, first, count, atMs }: SlotBlock): void {
    const { hour, sequence } = splitSlot(first);
    const { marks, blocks } = this.#of(vault);
    marks.set(hour, Math.max(marks.get(hour) ?? 0, sequence + count));
    const last = blocks.at(-1);
    if (last?.[0] === room && last[1] + last[2] === first) {
      last[2] += count;
      last[3] = atMs;
    } else blocks.push([room, first, count, atMs]);
  }

  /** Leaves a gap at a start: small where the state is the one that stopped, large where it is a copy. */
  skip(isCopy: boolean): void {
    for (const { marks } of this.#vaults.values())
      for (const [hour, mark] of marks) {
        const skipOfCopy =
          hour === 0 ? wardenLimits.slotSkipOfCopyPermanent : wardenLimits.slotSkipOfCopyHour;
        const skip = isCopy ? skipOfCopy : wardenLimits.slotSkipAtStart;
        marks.set(hour, Math.min(slotsPerHour, mark + skip));
      }
  }

  /** A slot in use that was never handed out here: this state is older than its ledger. Far numbers are not followed. */
  observe(vault: string, slot: number): void {
    const { hour, sequence } = splitSlot(slot);
    const { marks } = this.#of(vault);
    const mark = marks.get(hour) ?? 0;
    if (sequence < mark || sequence - mark > wardenLimits.slotObserveWindow) return;
    marks.set(hour, Math.min(slotsPerHour, sequence + 1 + wardenLimits.slotSkipAtStart));
  }

  /** Whether a slot lies in a block that was handed out for this room. */
  isHandedOut(vault: string, room: string, slot: number): boolean {
    const blocks = this.#vaults.get(vault)?.blocks ?? [];
    for (let place = blocks.length - 1; place >= 0; place--) {
      const [owner, first, count] = blocks[place] as RoomBlock;
      if (slot >= first && slot < first + count) return owner === room;
    }
    return false;
  }

  /** Hours up to and with `hour` that have something to cut: not cut yet, or kept then for a room that no hold keeps now. */
  hoursToCut(vault: string, hour: number, isHeld: (room: string) => boolean): number[] {
    const found = this.#vaults.get(vault);
    if (found === undefined) return [];
    return [...found.marks.keys()]
      .filter((used) => used > 0 && used <= hour)
      .filter(
        (used) => used > found.cutUpTo || this.blocksOfHour(vault, used).some(({ room }) => !isHeld(room)),
      )
      .sort((left, right) => left - right);
  }

  /** The highest hour that was cut, 0 for none. */
  cutUpTo(vault: string): number {
    return this.#vaults.get(vault)?.cutUpTo ?? 0;
  }

  /** Rooms that have blocks in an hour, with their ranges. */
  blocksOfHour(
    vault: string,
    hour: number,
  ): { readonly room: string; readonly first: number; readonly count: number }[] {
    return (this.#vaults.get(vault)?.blocks ?? [])
      .filter(([, first]) => splitSlot(first).hour === hour)
      .map(([room, first, count]) => ({ room, first, count }));
  }

  /** Forgets an hour that was cut, but for the blocks that a hold keeps. No number of it is given again. */
  applyCut(vault: string, hour: number, keptRooms: ReadonlySet<string>): void {
    const found = this.#of(vault);
    const isKept = ([room, first]: RoomBlock): boolean =>
      splitSlot(first).hour !== hour || keptRooms.has(room);
    found.blocks = found.blocks.filter(isKept);
    if (keptRooms.size === 0) found.marks.delete(hour);
    found.cutUpTo = Math.max(found.cutUpTo, hour);
  }

  /** The tables as CBOR, without blocks of the permanent range that are too old to be sealed under. */
  encode(nowMs: number): CborValue {
    return [...this.#vaults].map(([vault, { marks, blocks, cutUpTo }]) => [
      vault,
      [...marks],
      blocks.filter(
        ([, first, , atMs]) => splitSlot(first).hour > 0 || nowMs - atMs < wardenLimits.blockAgeMsMax,
      ),
      cutUpTo,
    ]);
  }

  static decode(value: CborValue): SlotTable {
    const table = new SlotTable();
    for (const [vault, marks, blocks, cutUpTo] of value as [
      string,
      [number, number][],
      RoomBlock[],
      number,
    ][])
      table.#vaults.set(vault, { marks: new Map(marks), blocks: blocks.map((block) => [...block]), cutUpTo });
    return table;
  }

  #of(vault: string): VaultSlots {
    let found = this.#vaults.get(vault);
    if (found === undefined) {
      found = { marks: new Map(), blocks: [], cutUpTo: 0 };
      this.#vaults.set(vault, found);
    }
    return found;
  }
}

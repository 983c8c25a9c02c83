/**
 * Which slots were handed out. Invariant: a number leaves once. The mark of each hour only rises; what raised it is in the
 * journal before the block leaves; a start from a copy of an older state skips what the original may have given since.
 * Of each slot of an open block it remembers for what it was used first: one slot, one wrap.
 */
import {
  InputError,
  LimitError,
  compareBytes,
  formSlot,
  slotHourLimit,
  slotsPerHour,
  splitSlot,
} from '@strongroom/core';
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

/** `marks` holds 16 bytes for each slot, zero where it is free, and is as long as the highest used slot needs. */
type RoomBlock = {
  readonly room: string;
  readonly first: number;
  count: number;
  atMs: number;
  /** Nothing is sealed in it any more. */
  isClosed: boolean;
  marks: Uint8Array;
};
type RoomBlockRow = [string, number, number, number, boolean, Uint8Array];

const markBytes = 16;
const noMark = new Uint8Array(markBytes);

/** Whether a wrap may be sealed in a slot. */
export type SlotUse = 'free' | 'same' | 'SLOT_UNKNOWN' | 'SLOT_TAKEN';
type VaultSlots = { readonly marks: Map<number, number>; blocks: RoomBlock[]; cutUpTo: number };

/** A slot and the hash Hs of what is to be sealed in it. */
export type SlotToUse = {
  readonly vault: string;
  readonly room: string;
  readonly slot: number;
  readonly hash: Uint8Array;
};

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
    const isNext = last?.room === room && last.first + last.count === first && !last.isClosed;
    if (last !== undefined && isNext && last.count + count <= wardenLimits.slotBlockMergeMax) {
      last.count += count;
      last.atMs = atMs;
    } else blocks.push({ room, first, count, atMs, isClosed: false, marks: new Uint8Array(0) });
    this.#closeOldest(vault);
  }

  /** Leaves a gap at a start: small where the state is the one that stopped, large where it is a copy. */
  skip(isCopy: boolean): void {
    for (const { marks, blocks } of this.#vaults.values()) {
      // What the original sealed since the copy was taken is not known here.
      if (isCopy) for (const block of blocks) closeBlock(block);
      const skip = isCopy ? wardenLimits.slotSkipOfCopy : wardenLimits.slotSkipAtStart;
      for (const [hour, mark] of marks) marks.set(hour, Math.min(slotsPerHour, mark + skip));
    }
  }

  /**
   * A slot in use that was never handed out here: this state is older than its ledger. Far numbers are not followed. One of an hour is
   * remembered with its room, so that a hold keeps it when the hour is cut.
   */
  observe(vault: string, slot: number, room: string): void {
    const { hour, sequence } = splitSlot(slot);
    const { marks, blocks, cutUpTo } = this.#of(vault);
    if (hour > cutUpTo && this.#findBlock(vault, slot) === undefined) {
      const last = blocks.at(-1);
      if (last?.room === room && last.isClosed && last.first + last.count === slot) last.count += 1;
      else blocks.push({ room, first: slot, count: 1, atMs: 0, isClosed: true, marks: new Uint8Array(0) });
    }
    const mark = marks.get(hour) ?? 0;
    if (sequence < mark || sequence - mark > wardenLimits.slotObserveWindow) return;
    marks.set(hour, Math.min(slotsPerHour, sequence + 1 + wardenLimits.slotSkipAtStart));
  }

  /** Whether a wrap of the context with this Hs may be sealed in a slot for this room: in an open block, and for nothing else before. */
  findUse({ vault, room, slot, hash, nowMs }: SlotToUse & { readonly nowMs: number }): SlotUse {
    const block = this.#findBlock(vault, slot);
    const isOld = splitSlot(slot).hour === 0 && nowMs - (block?.atMs ?? 0) >= wardenLimits.blockAgeMsMax;
    if (block?.room !== room || block.isClosed || isOld) return 'SLOT_UNKNOWN';
    const mark = markOf(block, slot);
    if (compareBytes(mark, noMark) === 0) return 'free';
    return compareBytes(mark, hash.subarray(0, markBytes)) === 0 ? 'same' : 'SLOT_TAKEN';
  }

  /** Remembers what a slot is used for, if it is free. */
  applyUse({ vault, room, slot, hash }: SlotToUse): void {
    const block = this.#findBlock(vault, slot);
    if (block?.room !== room || block.isClosed || compareBytes(markOf(block, slot), noMark) !== 0) return;
    const at = (slot - block.first) * markBytes;
    if (block.marks.length < at + markBytes) {
      const longer = new Uint8Array(Math.min(block.count * markBytes, Math.max(2 * at, at + markBytes)));
      longer.set(block.marks);
      block.marks = longer;
    }
    block.marks.set(hash.subarray(0, markBytes), at);
  }

  /** Whether a slot lies in an open block and nothing is known to lie in it. */
  isFree(vault: string, slot: number): boolean {
    const block = this.#findBlock(vault, slot);
    return block !== undefined && !block.isClosed && compareBytes(markOf(block, slot), noMark) === 0;
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
      .filter(({ first }) => splitSlot(first).hour === hour)
      .map(({ room, first, count }) => ({ room, first, count }));
  }

  /** Forgets an hour that was cut, but for the blocks that a hold keeps. No number of it is given again. */
  applyCut(vault: string, hour: number, keptRooms: ReadonlySet<string>): void {
    const found = this.#of(vault);
    const isKept = ({ room, first }: RoomBlock): boolean =>
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
      blocks
        .filter(({ first, atMs }) => splitSlot(first).hour > 0 || nowMs - atMs < wardenLimits.blockAgeMsMax)
        .map(({ room, first, count, atMs, isClosed, marks }): RoomBlockRow => {
          return [room, first, count, atMs, isClosed, marks];
        }),
      cutUpTo,
    ]);
  }

  static decode(value: CborValue): SlotTable {
    const table = new SlotTable();
    for (const [vault, marks, blocks, cutUpTo] of value as [
      string,
      [number, number][],
      RoomBlockRow[],
      number,
    ][])
      table.#vaults.set(vault, {
        marks: new Map(marks),
        blocks: blocks.map(([room, first, count, atMs, isClosed, used]) => {
          return { room, first, count, atMs, isClosed, marks: used.slice() };
        }),
        cutUpTo,
      });
    return table;
  }

  #findBlock(vault: string, slot: number): RoomBlock | undefined {
    return this.#vaults
      .get(vault)
      ?.blocks.findLast(({ first, count }) => slot >= first && slot < first + count);
  }

  /** Keeps the memory of uses bounded: whoever took a slot so long ago takes another. */
  #closeOldest(vault: string): void {
    const open = this.#of(vault).blocks.filter(({ isClosed }) => !isClosed);
    let total = open.reduce((sum, { count }) => sum + count, 0);
    for (const block of open) {
      if (total <= wardenLimits.slotMarksPerVaultMax) return;
      closeBlock(block);
      total -= block.count;
    }
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

function closeBlock(block: RoomBlock): void {
  block.isClosed = true;
  block.marks = new Uint8Array(0);
}

function markOf({ first, marks }: RoomBlock, slot: number): Uint8Array {
  const at = (slot - first) * markBytes;
  return at < marks.length ? marks.subarray(at, at + markBytes) : noMark;
}

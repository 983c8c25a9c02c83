/** Heap numbers of the tree's nodes (root 1, children 2n and 2n + 1) and the slots below them. */
import { slotBits, slotLimit } from '../slots/index.ts';
import type { SlotRange } from './slot-ranges.ts';

/** Slots below a node, by its depth: a look is sooner than a power. */
const sizes = Float64Array.from({ length: slotBits + 1 }, (_, depth) => 2 ** (slotBits - depth));

/** The bit of a slot that chooses the child of its node at a depth. */
export function bitAt(slot: number, depth: number): number {
  return Math.floor(slot / (sizes[depth + 1] as number)) % 2;
}

/** The node of a slot's path at a depth. */
export function nodeAt(slot: number, depth: number): number {
  const size = sizes[depth] as number;
  return (slotLimit + slot - (slot % size)) / size;
}

/** The depth of a heap number from 1 to 2^53 - 1. */
export function depthOf(node: number): number {
  const high = Math.floor(node / 2 ** 32);
  return high === 0 ? 31 - Math.clz32(node) : 63 - Math.clz32(high);
}

/** The first slot below a node at a depth. */
export function firstSlot(node: number, depth: number): number {
  return node * (sizes[depth] as number) - slotLimit;
}

/** The slots below a node at a depth. */
export function slotsBelow(node: number, depth: number): SlotRange {
  const first = firstSlot(node, depth);
  return { first, last: first + (sizes[depth] as number) - 1 };
}

/** Whether sorted ranges take a part of what is below a node, but not all of it. */
export function isCut(node: number, ranges: readonly SlotRange[]): boolean {
  const below = slotsBelow(node, depthOf(node));
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((ranges[middle] as SlotRange).last < below.first) low = middle + 1;
    else high = middle;
  }
  const range = ranges[low];
  if (range === undefined || range.first > below.last) return false;
  return range.first > below.first || range.last < below.last;
}

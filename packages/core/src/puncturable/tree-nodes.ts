/** Heap numbers of the tree's nodes (root 1, children 2n and 2n + 1) and the slots below them. */
import { slotBits, slotLimit } from '../slots/index.ts';
import type { SlotRange } from './slot-ranges.ts';

/** The bit of a slot that chooses the child of its node at a depth. */
export function bitAt(slot: number, depth: number): number {
  return Math.floor(slot / 2 ** (slotBits - 1 - depth)) % 2;
}

/** The node of a slot's path at a depth. */
export function nodeAt(slot: number, depth: number): number {
  return 2 ** depth + Math.floor(slot / 2 ** (slotBits - depth));
}

/** The depth of a heap number below 2^49. */
export function depthOf(node: number): number {
  let depth = 0;
  for (let limit = 2; limit <= node; limit *= 2) depth++;
  return depth;
}

/** The slots below a node at a depth. */
export function slotsBelow(node: number, depth: number): SlotRange {
  const size = 2 ** (slotBits - depth);
  const first = node * size - slotLimit;
  return { first, last: first + size - 1 };
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

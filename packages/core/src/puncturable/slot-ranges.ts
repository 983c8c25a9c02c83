import { InputError } from '../errors/index.ts';
import { assertSlot } from '../slots/index.ts';

/** Slots from `first` to `last`, both included. */
export type SlotRange = { readonly first: number; readonly last: number };

/**
 * Sorted ranges without overlap that cover the given ones without the slots that each keeps. A slot kept by one range and
 * covered by another is covered.
 * @throws InputError INPUT_INVALID
 */
export function toRanges(
  input: readonly (SlotRange & { readonly keep?: readonly number[] })[],
): readonly SlotRange[] {
  const parts = input.flatMap((range) => {
    assertSlot(range.first);
    assertSlot(range.last);
    if (range.first > range.last) throw new InputError('INPUT_INVALID', { name: 'range' });
    return range.keep === undefined || range.keep.length === 0
      ? [{ first: range.first, last: range.last }]
      : cutOut(range, range.keep);
  });
  const merged: SlotRange[] = [];
  for (const part of parts.toSorted((left, right) => left.first - right.first)) {
    const before = merged.at(-1);
    if (before !== undefined && part.first <= before.last + 1) {
      merged[merged.length - 1] = { first: before.first, last: Math.max(before.last, part.last) };
    } else {
      merged.push(part);
    }
  }
  return merged;
}

function cutOut(range: SlotRange, keep: readonly number[]): SlotRange[] {
  const parts: SlotRange[] = [];
  let first = range.first;
  for (const slot of keep.toSorted((left, right) => left - right)) {
    assertSlot(slot);
    if (slot < first || slot > range.last) continue;
    if (slot > first) parts.push({ first, last: slot - 1 });
    first = slot + 1;
  }
  if (first <= range.last) parts.push({ first, last: range.last });
  return parts;
}

/** Where a warden stands in the row of its records: two wardens at one position hold the same tables. */
import { compareBytes } from '@strongroom/core';
import type { Engine } from '@strongroom/core';

export type Position = { readonly count: number; readonly hash: Uint8Array };

/** Before the first record. */
export const positionAtStart: Position = { count: 0, hash: new Uint8Array(32) };

/** The position after one more record. */
export function nextPosition(
  engine: Pick<Engine, 'sha256'>,
  { count, hash }: Position,
  record: Uint8Array,
): Position {
  return { count: count + 1, hash: engine.sha256(hash, record) };
}

export function isSamePosition(left: Position, right: Position): boolean {
  return left.count === right.count && compareBytes(left.hash, right.hash) === 0;
}

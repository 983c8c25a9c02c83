/** Counting what a member could open, from the chain alone: nothing is asked for and no card is read. */
import type { RecordId, RoomId, VaultId } from '@strongroom/core';
import type { RecordRow } from '@strongroom/authority';
import type { DeviceContext } from '../device/context.ts';
import type { GrantPreview } from '../device/device.ts';
import { classInForce, findBodyRow } from './verify-version.ts';

/** Documents of a room by class, and how many of them need keys of epochs before `epoch`. */
export interface DocumentCount {
  readonly documents: number;
  readonly byClass: GrantPreview['byClass'];
  readonly beforeEpoch: number;
}

export function countDocuments(
  context: DeviceContext,
  place: { readonly vault: VaultId; readonly room: RoomId; readonly epoch: number },
): DocumentCount {
  const { vault, room, epoch } = place;
  const records: ReadonlyMap<RecordId, readonly RecordRow[]> =
    context.book.rooms(vault).rooms.get(room)?.records ?? new Map();
  const byClass: [number, number, number, number] = [0, 0, 0, 0];
  let beforeEpoch = 0;
  for (const rows of records.values()) {
    const newest = rows.at(-1);
    if (newest === undefined || newest.kind !== 'document') continue;
    const body = findBodyRow(context, place, newest);
    const wraps = [
      ...newest.wraps.filter(({ part }) => part === 'card'),
      ...(body?.wraps.filter(({ part }) => part === 'body') ?? []),
    ];
    if (body === undefined || wraps.some(({ destroyed }) => destroyed !== undefined)) continue;
    const inForce = Math.max(classInForce(context, vault, newest), body.class);
    byClass[inForce as 0 | 1 | 2 | 3] += 1;
    if (wraps.some((wrap) => wrap.epoch < epoch)) beforeEpoch += 1;
  }
  return { documents: byClass.reduce((sum, count) => sum + count, 0), byClass, beforeEpoch };
}

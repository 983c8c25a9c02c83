/** A device has the cache key of a room once a day. Written with the line or not at all, so that two requests at once are one lease. */
import type { LeaseRequest } from '@strongroom/authority';
import { ConflictError } from '@strongroom/core';
import { limits } from '@strongroom/protocol';
import type { VaultTables, Writer } from '../../storage/index.ts';

/** @throws ConflictError REQUEST_REPLAYED if the device had one of the rooms within a day */
export async function markLeased(
  writer: Writer<VaultTables>,
  { d, rooms }: Pick<LeaseRequest, 'd' | 'rooms'>,
  nowMs: number,
): Promise<void> {
  const marked = await writer
    .updateTable('cache_keys')
    .set({ leased_ms: nowMs })
    .where('device', '=', d)
    .where(
      'room',
      'in',
      rooms.map(([room]) => room),
    )
    .where((where) =>
      where.or([where('leased_ms', 'is', null), where('leased_ms', '<=', nowMs - limits.leaseMs)]),
    )
    .returning('room')
    .execute();
  if (marked.length !== rooms.length) throw new ConflictError('REQUEST_REPLAYED', { reason: 'lease' });
}

/** What a request depends on: membership of every room named, and that each wrap named is there, as named. One answer for all. */
import { compareBytes, ConflictError } from '@strongroom/core';
import { listHash, mayOpen } from '@strongroom/authority';
import type { LeaseRequest, PersonId, Request } from '@strongroom/authority';
import type { VaultId } from '@strongroom/core';
import type { ServerContext } from '../../context.ts';

type Wanted = readonly [
  room: string,
  record: string,
  version: number,
  part: string,
  slot: number,
  hw: Uint8Array,
];

/** Whether everything asked for may be released. Looks at all of it, whatever it finds first. */
export async function mayRelease(
  context: ServerContext,
  vault: VaultId,
  request: Request,
  person: PersonId,
): Promise<boolean> {
  const states = context.ledgers.states(vault);
  const moment = context.ledgers.now();
  let isAllowed = true;
  for (const room of new Set(roomsOf(request)))
    isAllowed = mayOpen(states, { ...moment, room, device: request.d, person }) && isAllowed;
  if (request.k === 'lease') return (await areCacheKeysThere(context, vault, request)) && isAllowed;
  const wanted = wantedOf(request);
  const slots = wanted.map(([, , , , slot]) => slot);
  const rows = await context.folders
    .open(vault)
    .store.read((db) =>
      db
        .selectFrom('wraps')
        .select(['slot', 'room', 'record', 'version', 'part', 'wctx_hash'])
        .where('slot', 'in', slots)
        .execute(),
    );
  const bySlot = new Map(rows.map((row) => [row.slot, row]));
  for (const [room, record, version, part, slot, hw] of wanted) {
    const row = bySlot.get(slot);
    const isThere =
      row?.room === room &&
      row.record === record &&
      row.version === version &&
      row.part === part &&
      compareBytes(row.wctx_hash, hw) === 0;
    isAllowed = isThere && isAllowed;
  }
  return isAllowed;
}

/**
 * A list names exactly the cards in its range; a member whose list is out of date syncs and asks again.
 * @throws ConflictError REQUEST_STALE
 */
export async function assertListed(context: ServerContext, vault: VaultId, request: Request): Promise<void> {
  if (request.k !== 'list') return;
  const rows = await context.folders
    .open(vault)
    .store.read((db) =>
      db
        .selectFrom('wraps')
        .select(['record', 'version', 'slot', 'wctx_hash'])
        .where('room', '=', request.room)
        .where('part', '=', 'card')
        .where('slot', '>=', request.lo)
        .where('slot', '<=', request.hi)
        .orderBy('slot')
        .execute(),
    );
  const list = rows.map(
    ({ record, version, slot, wctx_hash }) => [record, version, slot, wctx_hash] as const,
  );
  const isSame =
    list.length === request.count &&
    compareBytes(
      listHash(context.engine, list as unknown as Parameters<typeof listHash>[1]),
      request.hash,
    ) === 0;
  if (!isSame) throw new ConflictError('REQUEST_STALE', { reason: 'list' });
}

function roomsOf(request: Request): Parameters<typeof mayOpen>[1]['room'][] {
  if (request.k === 'open') return request.parts.map(([room]) => room);
  return request.k === 'list' ? [request.room] : request.rooms.map(([room]) => room);
}

function wantedOf(request: Request): readonly Wanted[] {
  return request.k === 'open' ? request.parts : [];
}

/** Whether the newest cache key of each room named, of the asking device, is the one that is asked for. */
async function areCacheKeysThere(
  context: ServerContext,
  vault: VaultId,
  { d, rooms }: LeaseRequest,
): Promise<boolean> {
  const rows = await context.folders.open(vault).store.read((db) =>
    db
      .selectFrom('cache_keys')
      .select(['room', 'slot', 'wctx_hash'])
      .where('device', '=', d)
      .where(
        'room',
        'in',
        rooms.map(([room]) => room),
      )
      .execute(),
  );
  const byRoom = new Map(rows.map((row) => [row.room, row]));
  return rooms.every(([room, slot, hw]) => {
    const row = byRoom.get(room);
    return row?.slot === slot && compareBytes(row.wctx_hash, hw) === 0;
  });
}

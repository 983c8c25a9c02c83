/**
 * What must not be kept any longer goes at the next sync: keys whose day is over, rooms that this person may no longer open, records
 * that were destroyed or have become top class. Only for the last the cache is opened, which may take a lease.
 */
import type { RoomId, VaultId } from '@strongroom/core';
import { findGrant, recordsOf } from '@strongroom/authority';
import type { RecordRow } from '@strongroom/authority';
import type { DeviceContext } from '../device/context.ts';
import { classInForce, topClass } from '../records/verify-version.ts';
import { openCaches } from './cache-keys.ts';
import { nameCard } from './card-cache.ts';
import { dropLostCaches } from './drop-lost-caches.ts';

/** Answers how many cards went. */
export async function purgeCaches(context: DeviceContext): Promise<number> {
  const { book, cards } = context;
  await cards.runAlone(async () => await dropLostCaches(context));
  await cards.eraseEnded();
  let purged = 0;
  for (const room of await cards.rooms()) {
    const ledger = book.ledgers().find((each) => book.rooms(each).rooms.has(room));
    const isMember =
      ledger !== undefined &&
      book.isFresh(ledger, room) &&
      findGrant(book.states(ledger), room, context.person, book.moment(ledger)) !== undefined;
    purged += isMember
      ? await purgeRoom(context, ledger, room)
      : await cards.runAlone(async () => await cards.wipe(room));
  }
  return purged;
}

async function purgeRoom(context: DeviceContext, vault: VaultId, room: RoomId): Promise<number> {
  const { book, cards } = context;
  const ended = recordsOf(book.rooms(vault), room).filter((row) => mustGo(context, vault, row));
  if (ended.length === 0) return 0;
  const kept = await cards.listNames(room);
  const gone = new Set<string>();
  for (const { record, version } of ended) {
    const name = nameCard(record, version);
    if (kept.has(name) || (await cards.isIndexed(room, record))) gone.add(name);
  }
  if (gone.size === 0) return 0;
  // Refused here, the room is wiped whole, and with it what had to go.
  const refused = await openCaches(context, vault, [room]);
  if (refused.has(room)) return kept.size;
  await cards.runAlone(async () => await cards.remove(room, gone));
  return gone.size;
}

function mustGo(context: DeviceContext, vault: VaultId, row: RecordRow): boolean {
  return (
    row.wraps.some(({ destroyed }) => destroyed !== undefined) ||
    classInForce(context, vault, row) >= topClass
  );
}

/** Finds the sealed wraps that a signed request asks for, in its order. A wrap that is not there is empty bytes: nothing opens. */
import { decodeRequest } from '@strongroom/authority';
import type { LeaseRequest } from '@strongroom/authority';
import type { AppendItem, ListRow } from '@strongroom/warden';
import type { Reader, VaultTables } from '../storage/index.ts';

const listSlotsMax = 20_000;
const none = new Uint8Array(0);

/** The wraps, and the rows of a list. */
export async function listWrapsOf(
  reader: Reader<VaultTables>,
  signedRequest: Uint8Array,
): Promise<Required<Pick<AppendItem, 'wraps'>> & Pick<AppendItem, 'rows'>> {
  const body = decodeRequest(signedRequest).request;
  switch (body.k) {
    case 'open':
      return {
        wraps: await findBySlots(
          reader,
          body.parts.map((part) => part[4]),
        ),
      };
    case 'lease':
      return {
        wraps: await findCacheKeys(reader, body),
      };
    case 'list': {
      const rows = await reader
        .selectFrom('wraps')
        .select(['record', 'version', 'slot', 'wctx_hash', 'sealed'])
        .where('room', '=', body.room)
        .where('part', '=', 'card')
        .where('slot', '>=', body.lo)
        .where('slot', '<=', body.hi)
        .orderBy('slot')
        .limit(listSlotsMax + 1)
        .execute();
      return {
        rows: rows.map((row): ListRow => [row.record, row.version, row.slot, row.wctx_hash]),
        wraps: rows.map((row) => row.sealed),
      };
    }
  }
}

async function findBySlots(reader: Reader<VaultTables>, slots: readonly number[]): Promise<Uint8Array[]> {
  const rows = await reader
    .selectFrom('wraps')
    .select(['slot', 'sealed'])
    .where('slot', 'in', slots)
    .execute();
  const bySlot = new Map(rows.map((row) => [row.slot, row.sealed]));
  return slots.map((slot) => bySlot.get(slot) ?? none);
}

async function findCacheKeys(
  reader: Reader<VaultTables>,
  { d, rooms }: Pick<LeaseRequest, 'd' | 'rooms'>,
): Promise<Uint8Array[]> {
  const rows = await reader
    .selectFrom('cache_keys')
    .select(['slot', 'sealed'])
    .where('device', '=', d)
    .where(
      'room',
      'in',
      rooms.map(([room]) => room),
    )
    .execute();
  const bySlot = new Map(rows.map((row) => [row.slot, row.sealed]));
  return rooms.map(([, slot]) => bySlot.get(slot) ?? none);
}

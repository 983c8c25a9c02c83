/**
 * What lay beside the lines of a month whose payload key was destroyed: requests with purpose and sealed reason. The puncture has made
 * the reasons unreadable; this takes the bytes away. Leaves hold commitments only, so every proof stays (docs/spec/ledger.md section 12).
 */
import { decodeEntry, isMonthErased } from '@strongroom/authority';
import type { RoomId, VaultId } from '@strongroom/core';
import type { ServerContext } from '../../context.ts';

/** Entries that are looked at in one transaction. */
const batchRows = 1_000;

/** Removes payloads of erased months. Safe to repeat. Answers how many. */
export async function erasePayloads(context: ServerContext, vault: VaultId): Promise<number> {
  const states = context.ledgers.states(vault);
  let erased = 0;
  for (const room of (states.vault ?? states.office.own).rooms.values())
    for (const month of room.payloadKeys.keys())
      if (isMonthErased(room, month)) erased += await eraseMonth(context, { vault, room: room.id, month });
  return erased;
}

async function eraseMonth(
  context: ServerContext,
  { vault, room, month }: { readonly vault: VaultId; readonly room: RoomId; readonly month: string },
): Promise<number> {
  const { store } = context.folders.open(vault);
  const [fromMs, toMs] = spanOf(month);
  let erased = 0;
  let after = -1;
  for (;;) {
    const rows = await store.read((db) =>
      db
        .selectFrom('payloads')
        .innerJoin('entries', 'entries.position', 'payloads.position')
        .innerJoin('entry_rooms', 'entry_rooms.position', 'payloads.position')
        .select(['entries.position', 'entries.entry'])
        .where('entry_rooms.room', '=', room)
        .where('entries.at_ms', '>=', fromMs)
        .where('entries.at_ms', '<', toMs)
        .where('entries.position', '>', after)
        .orderBy('entries.position')
        .limit(batchRows)
        .execute(),
    );
    const last = rows.at(-1);
    if (last === undefined) return erased;
    after = last.position;
    const positions = rows.filter(({ entry }) => isFirstRoom(entry, room)).map(({ position }) => position);
    if (positions.length === 0) continue;
    await store.transact(async (writer) => {
      await writer.deleteFrom('payloads').where('position', 'in', positions).execute();
    });
    erased += positions.length;
  }
}

/** A request may name several rooms; its reason is sealed to the key of the first. */
function isFirstRoom(bytes: Uint8Array, room: RoomId): boolean {
  const { body } = decodeEntry(bytes);
  if (body.k === 'released') return body.parts[0]?.[0] === room;
  if (body.k === 'leased') return body.rooms[0]?.[0] === room;
  return body.k === 'listed' && body.room === room;
}

function spanOf(month: string): readonly [fromMs: number, toMs: number] {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return [Date.UTC(year, number - 1), Date.UTC(year, number)];
}

/**
 * Names for the ids of lines, as far as this device can read them without asking: staff profiles, and the cards it keeps of a room
 * while the day's lease is open. They are put beside a line on the screen and go nowhere else.
 */
import { AccessError } from '@strongroom/core';
import type { RecordId, RoomId, VaultId } from '@strongroom/core';
import { findRoom } from '@strongroom/authority';
import { parseClientProfile } from '../clients/profile-card.ts';
import { readProfiles } from '../clients/read-profiles.ts';
import type { DeviceContext } from '../device/context.ts';
import type { LineNames, LineRow } from '../device/device.ts';
import { readStaffNames } from '../people/people.ts';
import { asMap } from '../records/card-content.ts';
import { readCards } from '../records/read-cards.ts';

interface RoomNames {
  readonly code?: string;
  readonly client?: string;
  readonly records: ReadonlyMap<RecordId, string>;
}

/** Puts names beside lines; each room's cards are looked at once. With `mayAsk` what is not kept is asked for, which is a line a room. */
export async function nameLines(
  context: DeviceContext,
  ledger: VaultId,
  lines: readonly LineRow[],
  { mayAsk = false }: { readonly mayAsk?: boolean } = {},
): Promise<LineRow[]> {
  const staff = await readStaffNames(context, { mayAsk });
  const rooms = new Map<RoomId, RoomNames>();
  const named: LineRow[] = [];
  for (const line of lines) {
    const { room } = line;
    let names: RoomNames | undefined;
    if (room !== undefined) {
      names =
        rooms.get(room) ??
        (await readRoomNames(context, { vault: ledger, room, mayAsk }).catch(async (cause: unknown) => {
          // Read by role and not by membership: what is closed to this person stays an id.
          if (!(cause instanceof AccessError)) throw cause;
          return await readRoomNames(context, { vault: ledger, room, mayAsk: false });
        }));
      rooms.set(room, names);
    }
    const person = line.person === undefined ? undefined : staff.get(line.person);
    const found: LineNames = {
      ...(person === undefined ? {} : { person }),
      ...(names?.code === undefined ? {} : { clientCode: names.code }),
      ...(names?.client === undefined ? {} : { client: names.client }),
      ...(line.records.length === 0
        ? {}
        : { records: line.records.map((record) => names?.records.get(record) ?? '') }),
    };
    named.push(Object.keys(found).length === 0 ? line : { ...line, names: found });
  }
  return named;
}

/** The client's code and name and the documents' names, from what is kept of a room. */
async function readRoomNames(
  context: DeviceContext,
  { vault, room, mayAsk }: { readonly vault: VaultId; readonly room: RoomId; readonly mayAsk: boolean },
): Promise<RoomNames> {
  const found = findRoom(context.book.rooms(vault), room);
  if (found === undefined) return { records: new Map() };
  const records = new Map<RecordId, string>();
  for (const { row, content } of await readCards(context, { vault, room, mayAsk })) {
    if (row.kind !== 'document' || content === undefined) continue;
    const { name } = asMap(content);
    // Rows come by record, then version: the newest version's name stays.
    if (typeof name === 'string') records.set(row.record, name);
  }
  const profile = (await readProfiles(context, { vault, rooms: [found], mayAsk })).get(room);
  return {
    ...(found.client === undefined ? {} : { code: found.client }),
    ...(profile === undefined ? {} : { client: parseClientProfile(profile.content).name }),
    records,
  };
}

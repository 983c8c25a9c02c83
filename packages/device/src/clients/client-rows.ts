/** Rows of a list of clients: what the chains say, with what the profile says where it is known. */
import { findGrant } from '@strongroom/authority';
import type { Room } from '@strongroom/authority';
import type { VaultId } from '@strongroom/core';
import type { DeviceContext } from '../device/context.ts';
import type { ClientRow } from '../device/device.ts';
import { parseClientProfile } from './profile-card.ts';
import type { FoundProfile } from './read-profiles.ts';

/** The main rooms of clients that this person is a member of. */
export function listClientRooms(context: DeviceContext, vault: VaultId): Room[] {
  const { book, person } = context;
  const states = book.states(vault);
  const moment = book.moment(vault);
  const rooms: Room[] = [];
  for (const room of book.rooms(vault).rooms.values())
    if (room.client !== undefined && findGrant(states, room.id, person, moment) !== undefined)
      rooms.push(room);
  return rooms;
}

export function toClientRow(
  context: DeviceContext,
  vault: VaultId,
  room: Room,
  found: FoundProfile | undefined,
): ClientRow {
  const { book, person } = context;
  const states = book.states(vault);
  const moment = book.moment(vault);
  let memberCount = 0;
  for (const member of room.grants.keys())
    if (findGrant(states, room.id, member, moment) !== undefined) memberCount += 1;
  const mine = findGrant(states, room.id, person, moment)?.role;
  const lastActivityAtMs = book.lastActivityOf(room.id);
  const profile = found === undefined ? undefined : parseClientProfile(found.content);
  return {
    code: room.client ?? '',
    room: room.id,
    vault,
    class: room.class,
    aliases: profile?.aliases ?? [],
    countries: profile?.countries ?? [],
    isOnHold: room.holds.size > 0,
    isFrozen: room.isFrozen,
    memberCount,
    ...(profile === undefined ? {} : { name: profile.name }),
    ...(profile?.lead === undefined ? {} : { lead: profile.lead }),
    ...(profile?.reviewAtMs === undefined ? {} : { reviewAtMs: profile.reviewAtMs }),
    ...(lastActivityAtMs === undefined ? {} : { lastActivityAtMs }),
    ...(mine === undefined ? {} : { mine }),
  };
}

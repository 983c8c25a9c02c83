/** Rows of a list of clients: what the chains say, with what the profile says where it is known. */
import { findGrant } from '@strongroom/authority';
import type { Moment, Room, RoomRole, States } from '@strongroom/authority';
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

/** What is the same for all rows of a list. */
export interface RowsOf {
  readonly vault: VaultId;
  readonly states: States;
  readonly moment: Moment;
}

/** What rows of a vault are made under, now. */
export function rowsOf({ book }: DeviceContext, vault: VaultId): RowsOf {
  return { vault, states: book.states(vault), moment: book.moment(vault) };
}

export function toClientRow(
  context: DeviceContext,
  { vault, states, moment }: RowsOf,
  room: Room,
  found: FoundProfile | undefined,
): ClientRow {
  const { book, person } = context;
  let memberCount = 0;
  let mine: RoomRole | undefined;
  for (const member of room.grants.keys()) {
    const grant = findGrant(states, room.id, member, moment);
    if (grant === undefined) continue;
    memberCount += 1;
    if (member === person) mine = grant.role;
  }
  const lastActivityAtMs = book.lastActivityOf(room.id);
  const profile = found === undefined ? undefined : parseClientProfile(found.content);
  // Ten thousand of them are made at every unlock: nothing is copied.
  const row: { -readonly [K in keyof ClientRow]: ClientRow[K] } = {
    code: room.client ?? '',
    room: room.id,
    vault,
    class: room.class,
    aliases: profile?.aliases ?? [],
    countries: profile?.countries ?? [],
    isOnHold: room.holds.size > 0,
    isFrozen: room.isFrozen,
    memberCount,
  };
  if (profile !== undefined) row.name = profile.name;
  if (profile?.lead !== undefined) row.lead = profile.lead;
  if (profile?.reviewAtMs !== undefined) row.reviewAtMs = profile.reviewAtMs;
  if (lastActivityAtMs !== undefined) row.lastActivityAtMs = lastActivityAtMs;
  if (mine !== undefined) row.mine = mine;
  return row;
}

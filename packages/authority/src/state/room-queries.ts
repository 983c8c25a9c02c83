/** Questions about rooms: who may, and what is due (docs/spec/statements.md sections 5 and 7). */
import type { DeviceId, DisposalId, PersonId, RecordId, RoomId } from '@strongroom/core';
import { emptyChain } from '../entries/chain.ts';
import type { ChainHead, ChainId, RoomClass, RoomRole } from '../bodies/index.ts';
import { roomsOf } from './moment.ts';
import type { Moment, States } from './moment.ts';
import {
  hasRole,
  isActive,
  isDeviceValid,
  isWalled,
  newestGeneration,
  personHead,
} from './office-queries.ts';
import type { OfficeState } from './office-state.ts';
import type { Disposal, Epoch, EpochHolder, Grant, RecordRow, Room, VaultState } from './vault-state.ts';

const hourMs = 3_600_000;

/** Time from a proposal's approval until the warden may destroy, in milliseconds. */
export const disposalGraceMs: number = 72 * hourMs;

/** How long writing goes on under an epoch that is no longer in order, in milliseconds. */
export function writingGraceMs(roomClass: RoomClass): number {
  return (roomClass === 3 ? 24 : 72) * hourMs;
}

/** A room by its id. */
export function findRoom(vault: VaultState, roomId: RoomId): Room | undefined {
  return vault.rooms.get(roomId);
}

/** The class in force. @returns undefined for an unknown room */
export function classOf(vault: VaultState, roomId: RoomId): RoomClass | undefined {
  return vault.rooms.get(roomId)?.class;
}

/** The head of a chain of the office, or of a room of the vault. */
export function chainHeadOf(states: States, chainId: ChainId): ChainHead {
  if (chainId === 'firm') return states.office.chain;
  if (chainId.startsWith('per_'))
    return personHead(states.office, chainId as PersonId, Number.MAX_SAFE_INTEGER);
  return roomsOf(states).rooms.get(chainId as RoomId)?.chain ?? emptyChain;
}

/** A person's grant that is in force: not ended, the person active and not walled off. */
export function findGrant(
  states: States,
  roomId: RoomId,
  personId: PersonId,
  moment: Moment,
): Grant | undefined {
  const grant = roomsOf(states).rooms.get(roomId)?.grants.get(personId);
  if (grant === undefined || hasEnded(grant, moment.atMs)) return undefined;
  if (!isActive(states.office, personId, moment.at)) return undefined;
  return isWalled(states.office, personId, roomId, moment.at) ? undefined : grant;
}

function hasEnded(grant: Grant, atMs: number): boolean {
  return grant.endsAt !== undefined && grant.endsAt <= atMs;
}

/** What a person is in a room. */
export function roleInRoom(
  states: States,
  roomId: RoomId,
  personId: PersonId,
  moment: Moment,
): RoomRole | undefined {
  return findGrant(states, roomId, personId, moment)?.role;
}

/** The grants in force in a room, by the person's id. */
export function membersOf(states: States, roomId: RoomId, moment: Moment): readonly Grant[] {
  const grants = roomsOf(states).rooms.get(roomId)?.grants;
  if (grants === undefined) return [];
  return [...grants.keys()].toSorted().flatMap((person) => findGrant(states, roomId, person, moment) ?? []);
}

/** The newest epoch of a room. */
export function newestEpoch(room: Room): Epoch | undefined {
  return room.epoch;
}

/** Whether a rotation is due, and since when (the server's clock). */
export type RotationDue = { readonly due: false } | { readonly due: true; readonly sinceMs: number };

/** Whether a room's epoch is no longer in order: a removal, an end, a suspension, a wall, a new generation, a dispute; or there is none. */
export function isRotationDue(states: States, roomId: RoomId, moment: Moment): RotationDue {
  const room = roomsOf(states).rooms.get(roomId);
  if (room === undefined) return { due: false };
  if (room.epoch === undefined) return { due: true, sinceMs: room.atMs };
  const since = room.dueSinceMs === undefined ? [] : [room.dueSinceMs];
  const recovery = states.office.firm?.recovery.n;
  if (recovery !== undefined && recovery > room.epoch.recovery) since.push(room.epoch.atMs);
  for (const holder of room.epoch.holders.values()) {
    since.push(...holderEvents(states.office, room, holder, moment));
  }
  return since.length === 0 ? { due: false } : { due: true, sinceMs: Math.min(...since) };
}

/** Times at which a holder of the newest epoch key stopped being one who should hold it under this generation. */
function holderEvents(
  office: OfficeState,
  room: Room,
  holder: EpochHolder,
  moment: Moment,
): readonly number[] {
  const events: number[] = [];
  const grant = room.grants.get(holder.person);
  if (grant?.endsAt !== undefined && grant.endsAt <= moment.atMs) events.push(grant.endsAt);
  const person = office.persons.get(holder.person);
  if (person === undefined) return events;
  for (const span of person.suspensions) {
    if (span.from >= holder.at && span.from < moment.at) events.push(span.fromMs);
  }
  for (const made of person.generations) {
    if (made.n > holder.generation && made.from < moment.at) events.push(made.fromMs);
  }
  for (const wall of office.walls.values()) {
    if (wall.person !== holder.person || !wall.rooms.includes(room.id)) continue;
    if (wall.life.from >= holder.at && wall.life.from < moment.at) events.push(wall.life.fromMs);
  }
  return events;
}

/** Whether a version (of `class`) may be written under an epoch: the newest unless overdue, or for the time of grace the one before. */
export function canWriteUnderEpoch(
  states: States,
  roomId: RoomId,
  epoch: number,
  moment: Moment & { readonly class?: RoomClass },
): boolean {
  const room = roomsOf(states).rooms.get(roomId);
  if (room?.epoch === undefined || room.isFrozen) return false;
  const graceMs = Math.min(writingGraceMs(room.class), writingGraceMs(moment.class ?? 0));
  const rotation = isRotationDue(states, roomId, moment);
  if (rotation.due && moment.atMs > rotation.sinceMs + graceMs) return false;
  if (epoch === room.epoch.n) return true;
  return epoch >= 1 && epoch === room.epoch.n - 1 && moment.atMs <= room.epoch.atMs + graceMs;
}

/** Whether a record is under a hold, its own or the room's. Without a record: whether the room is. */
export function isHeld(vault: VaultState, roomId: RoomId, recordId?: RecordId): boolean {
  const holds = vault.rooms.get(roomId)?.holds;
  if (holds === undefined) return false;
  for (const hold of holds.values()) {
    if (hold.records.length === 0) return true;
    if (recordId !== undefined && hold.records.includes(recordId)) return true;
  }
  return false;
}

/** A disposal by its id. */
export function findDisposal(vault: VaultState, disposalId: DisposalId): Disposal | undefined {
  return vault.disposals.get(disposalId);
}

/** Disposals that are neither destroyed nor stopped, in the order of their proposals. */
export function openDisposals(vault: VaultState): readonly Disposal[] {
  return [...vault.disposals.values()]
    .filter(({ stage }) => stage !== 'destroyed' && stage !== 'stopped')
    .toSorted((left, right) => left.proposal.index - right.proposal.index);
}

/** The record versions readable in a room, by record, then version; empty in a state without record rows. */
export function recordsOf(vault: VaultState, roomId: RoomId): readonly RecordRow[] {
  const records = vault.rooms.get(roomId)?.records;
  if (records === undefined) return [];
  return [...records.keys()].toSorted().flatMap((record) => records.get(record) ?? []);
}

/** The newest version of a record in a room, 0 when there is none; undefined in a state without record rows. */
export function newestVersion(vault: VaultState, roomId: RoomId, recordId: RecordId): number | undefined {
  if (!vault.hasRecords) return undefined;
  return vault.rooms.get(roomId)?.records.get(recordId)?.at(-1)?.version ?? 0;
}

/** What destroyed the private half of a month's payload key; undefined while it is there, or where the month has none. */
export function destroyerOfMonth(room: Room, month: string): DisposalId | 'found' | undefined {
  const key = room.payloadKeys.get(month);
  const [row] = key === undefined ? [] : (room.records.get(key.record) ?? []);
  if (row?.kind !== 'payload-key' || row.version !== 1 || row.home !== room.id) return undefined;
  return row.wraps.find(({ destroyed }) => destroyed !== undefined)?.destroyed;
}

/** Whether the words of a month of a room were erased: by the destruction of its payload key, and by nothing else. */
export function isMonthErased(room: Room, month: string): boolean {
  return destroyerOfMonth(room, month) !== undefined;
}

/** Who asks to open something, where. Either names the device, which must be valid, or the person alone. */
export type OpeningAsk = Moment & {
  readonly room: RoomId;
  readonly device?: DeviceId;
  readonly person: PersonId;
};

/** Whether a person, on a device, may have wraps of a room released: valid device of that person, member, room not frozen. */
export function mayOpen(states: States, ask: OpeningAsk): boolean {
  if (ask.device !== undefined) {
    if (states.office.devices.get(ask.device)?.person !== ask.person) return false;
    if (!isDeviceValid(states.office, ask.device, ask.at)) return false;
  }
  const room = roomsOf(states).rooms.get(ask.room);
  if (room === undefined || room.isFrozen) return false;
  return findGrant(states, ask.room, ask.person, ask) !== undefined;
}

/** Whether a person may read a whole ledger: auditor, officer or owner. */
export function mayReadLedger(states: States, personId: PersonId, moment: Moment): boolean {
  const { office } = states;
  return (['auditor', 'officer', 'owner'] as const).some((role) =>
    hasRole(office, personId, role, moment.at),
  );
}

/**
 * Whether a person may read a chain: the firm's, one's own, a room's of which one is a member, a person's with whom one shares a
 * room of `states`; auditors, officers and owners all but those of rooms they are walled off; administrators all persons'.
 */
export function mayReadChain(states: States, chainId: ChainId, personId: PersonId, moment: Moment): boolean {
  const { office } = states;
  if (!isActive(office, personId, moment.at)) return false;
  if (chainId === 'firm' || chainId === personId) return true;
  if (chainId.startsWith('rom_')) {
    if (isWalled(office, personId, chainId as RoomId, moment.at)) return false;
    return (
      mayReadLedger(states, personId, moment) ||
      findGrant(states, chainId as RoomId, personId, moment) !== undefined
    );
  }
  if (mayReadLedger(states, personId, moment)) return true;
  if (hasRole(office, personId, 'administrator', moment.at)) return true;
  return sharesRoom(states, personId, chainId as PersonId, moment);
}

/** Former members count: the chain of a room rests on what they signed. */
function sharesRoom(states: States, personId: PersonId, other: PersonId, moment: Moment): boolean {
  const ledgers = states.vault === undefined ? [states.office.own] : [states.office.own, states.vault];
  for (const vault of ledgers) {
    const own: States =
      vault === states.office.own ? { office: states.office } : { office: states.office, vault };
    for (const room of vault.rooms.values()) {
      if (!room.seen.has(other)) continue;
      if (findGrant(own, room.id, personId, moment) !== undefined) return true;
    }
  }
  return false;
}

/** Whether a person's newest generation is this one. */
export function isNewestGeneration(
  office: OfficeState,
  personId: PersonId,
  generation: number,
  at: number,
): boolean {
  return newestGeneration(office, personId, at)?.n === generation;
}

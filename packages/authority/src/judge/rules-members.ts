/** Rules of rooms, their members and their epochs (docs/spec/statements.md section 5). */
import { compareBytes, officeId } from '@strongroom/core';
import type { PersonId } from '@strongroom/core';
import type { AccessGranted, EpochRotated, HeadPair, RoomCreated } from '../bodies/index.ts';
import { emptyChain } from '../entries/index.ts';
import {
  findGrant,
  isActive,
  isNewestGeneration,
  isRotationDue,
  isWalled,
  membersOf,
  personHead,
} from '../state/index.ts';
import type { EpochHolder, Room } from '../state/index.ts';
import { getRoom, getSigner, isManager, isMember, isOfficerFor, signerHas } from './context.ts';
import type { Context, Rules } from './context.ts';
import { isFingerprintRight } from './fingerprint.ts';
import type { VoidCode } from './verdict.ts';

type MemberKind =
  | 'room.created'
  | 'access.granted'
  | 'history.granted'
  | 'access.revoked'
  | 'epoch.rotated'
  | 'epoch.disputed'
  | 'class.set'
  | 'room.frozen'
  | 'room.thawed';

/** Rules about members and epochs. */
export const memberRules: Rules<MemberKind> = {
  'room.created': {
    check(context, body) {
      if (!signerHas(context, 'opener')) return 'VOID_RIGHT';
      if (context.vault.rooms.has(body.room)) return 'VOID_STATE';
      return (body.type === 'firm') === (body.l === officeId) ? undefined : 'VOID_STATE';
    },
    apply(context, body) {
      createRoom(context, body, getSigner(context));
    },
  },
  'access.granted': { check: checkGrant, apply: applyGrant },
  'history.granted': {
    check(context, body) {
      const { states, moment } = context;
      if (!isManager(context, body.room)) return 'VOID_RIGHT';
      const [from, to] = body.epochs;
      if (from > to || to > (getRoom(context, body.room).epoch?.n ?? 0)) return 'VOID_STATE';
      return findGrant(states, body.room, body.person, moment) === undefined ? 'VOID_STATE' : undefined;
    },
    apply(context, body) {
      getRoom(context, body.room).grants.get(body.person)?.history.push(body.epochs);
    },
  },
  'access.revoked': {
    check(context, body) {
      const room = getRoom(context, body.room);
      if (context.person !== body.person && !isManager(context, body.room)) return 'VOID_RIGHT';
      if (!room.grants.has(body.person)) return 'VOID_STATE';
      if (!isLastManager(context, room, body.person)) return undefined;
      return signerHas(context, 'owner') ? undefined : 'VOID_RIGHT';
    },
    apply(context, body) {
      const room = getRoom(context, body.room);
      room.grants.delete(body.person);
      makeRotationDue(context, room);
    },
  },
  'epoch.rotated': { check: checkRotation, apply: applyRotation },
  'epoch.disputed': {
    check(context, body) {
      if (!isMember(context, body.room)) return 'VOID_RIGHT';
      return getRoom(context, body.room).epoch?.n === body.n ? undefined : 'VOID_STATE';
    },
    apply(context, body) {
      makeRotationDue(context, getRoom(context, body.room));
    },
  },
  'class.set': {
    check(context, body) {
      const now = getRoom(context, body.room).class;
      const isAllowed = body.class > now ? isManager(context, body.room) : isOfficerFor(context, body.room);
      if (!isAllowed) return 'VOID_RIGHT';
      return body.class === now ? 'VOID_STATE' : undefined;
    },
    apply(context, body) {
      getRoom(context, body.room).class = body.class;
    },
  },
  'room.frozen': {
    check(context, body) {
      if (!isManager(context, body.room) && !isOfficerFor(context, body.room)) return 'VOID_RIGHT';
      return getRoom(context, body.room).isFrozen ? 'VOID_STATE' : undefined;
    },
    apply(context, body) {
      getRoom(context, body.room).isFrozen = true;
    },
  },
  'room.thawed': {
    check(context, body) {
      if (!isOfficerFor(context, body.room)) return 'VOID_RIGHT';
      return getRoom(context, body.room).isFrozen ? undefined : 'VOID_STATE';
    },
    apply(context, body) {
      getRoom(context, body.room).isFrozen = false;
    },
  },
};

/** Begins a room with its first manager. */
export function createRoom(
  context: Context,
  made: Pick<RoomCreated, 'room' | 'type' | 'client' | 'class' | 'suite'>,
  manager: PersonId,
): void {
  const { vault, index, entry } = context;
  vault.rooms.set(made.room, {
    id: made.room,
    type: made.type,
    ...(made.client === undefined ? {} : { client: made.client }),
    suite: made.suite,
    index,
    atMs: entry.atMs,
    chain: emptyChain,
    class: made.class,
    isFrozen: false,
    grants: new Map([
      [manager, { person: manager, role: 'manager', from: index, sinceEpoch: 1, history: [] }],
    ]),
    seen: new Set([manager]),
    commitments: [],
    holds: new Map(),
    payloadKeys: new Map(),
    records: new Map(),
  });
}

function makeRotationDue(context: Context, room: Room): void {
  room.dueSinceMs ??= context.entry.atMs;
}

/** Whether nobody else is a manager by a grant in force. */
function isLastManager(context: Context, room: Room, personId: PersonId): boolean {
  if (room.grants.get(personId)?.role !== 'manager') return false;
  const members = membersOf(context.states, room.id, context.moment);
  return !members.some(({ person, role }) => role === 'manager' && person !== personId);
}

function isHeadOf(context: Context, personId: PersonId, [n, head]: HeadPair): boolean {
  const newest = personHead(context.office, personId, context.moment.at);
  return newest.n === n && compareBytes(newest.head, head) === 0;
}

function isNewestRecipient(context: Context, person: PersonId, generation: number, head: HeadPair): boolean {
  return (
    isNewestGeneration(context.office, person, generation, context.moment.at) &&
    isHeadOf(context, person, head)
  );
}

function checkGrant(context: Context, body: AccessGranted): VoidCode | undefined {
  const { office, moment, person: signer } = context;
  if (!isManager(context, body.room) || signer === body.person) return 'VOID_RIGHT';
  const room = getRoom(context, body.room);
  if (!isActive(office, body.person, moment.at)) return 'VOID_STATE';
  if (isWalled(office, body.person, body.room, moment.at)) return 'VOID_STATE';
  if (!isNewestRecipient(context, body.person, body.generation, body.head)) return 'STALE_RECIPIENT';
  if (room.epoch?.n !== body.epoch) return 'VOID_STATE';
  if (body.endsAt !== undefined && body.endsAt <= moment.atMs) return 'VOID_STATE';
  return isFingerprintRight(context, body.person, body.fingerprint) ? undefined : 'VOID_STATE';
}

function applyGrant(context: Context, body: AccessGranted): void {
  const { states, moment, index } = context;
  const room = getRoom(context, body.room);
  const before = findGrant(states, body.room, body.person, moment);
  room.grants.set(body.person, {
    person: body.person,
    role: body.role,
    ...(body.endsAt === undefined ? {} : { endsAt: body.endsAt }),
    from: index,
    sinceEpoch: before?.sinceEpoch ?? body.epoch,
    history: before?.history ?? [],
  });
  room.seen.add(body.person);
  const holders = room.epoch?.holders;
  // The first box counts: a later one takes nothing back from a generation that had it.
  if (holders !== undefined && !holders.has(body.person)) {
    holders.set(body.person, { person: body.person, generation: body.generation, at: moment.at });
  }
}

function checkRotation(context: Context, body: EpochRotated): VoidCode | undefined {
  const { states, office, moment } = context;
  if (!isMember(context, body.room)) return 'VOID_RIGHT';
  if (!isManager(context, body.room) && !isRotationDue(states, body.room, moment).due) return 'VOID_RIGHT';
  if (body.n !== (getRoom(context, body.room).epoch?.n ?? 0) + 1) return 'VOID_STATE';
  if (body.recovery !== office.firm?.recovery.n) return 'STALE_RECIPIENT';
  const members = membersOf(states, body.room, moment);
  if (members.length !== body.recipients.length) return 'STALE_RECIPIENT';
  const isExact = body.recipients.every(
    ([person, generation, head], place) =>
      members[place]?.person === person && isNewestRecipient(context, person, generation, head),
  );
  return isExact ? undefined : 'STALE_RECIPIENT';
}

function applyRotation(context: Context, body: EpochRotated): void {
  const { index, moment } = context;
  const room = getRoom(context, body.room);
  const holders = body.recipients.map(([person, generation]): [PersonId, EpochHolder] => [
    person,
    { person, generation, at: moment.at },
  ]);
  room.epoch = {
    n: body.n,
    commitment: body.commitment,
    bundle: body.bundle,
    index,
    at: moment.at,
    atMs: moment.atMs,
    author: getSigner(context),
    recovery: body.recovery,
    holders: new Map(holders),
  };
  room.commitments.push(body.commitment);
  delete room.dueSinceMs;
}

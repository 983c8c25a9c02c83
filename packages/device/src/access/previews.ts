/** What a grant would allow and what a revocation would leave: facts for the plain sentence before somebody signs. */
import { AccessError } from '@strongroom/core';
import type { PersonId, RecordId, RoomId } from '@strongroom/core';
import {
  devicesOf,
  findGrant,
  hasRole,
  isHeld,
  isRotationDue,
  isWalled,
  membersOf,
  roleInRoom,
} from '@strongroom/authority';
import type { DeviceContext } from '../device/context.ts';
import type { GrantPreview, RevokePreview } from '../device/device.ts';
import { readWhereAllowed, toRow } from '../ledger/line-book.ts';
import type { LineBook } from '../ledger/line-book.ts';
import { findAdmission } from '../people/admission.ts';
import { countRooms, describePerson } from '../people/person-rows.ts';
import { readStaffNames } from '../people/people.ts';
import { countDocuments } from '../records/count-documents.ts';
import { isOpening } from '../records/record-openings.ts';
import { getRoom } from '../rooms/room-access.ts';

const now = Number.MAX_SAFE_INTEGER;

/** @throws AccessError NOT_A_MEMBER */
export async function previewGrant(
  context: DeviceContext,
  options: { readonly room: RoomId; readonly person?: PersonId },
): Promise<GrantPreview> {
  const { room, person } = options;
  const { book } = context;
  await book.sync();
  const ledger = book.ledgerOf(room);
  const found = getRoom(context, ledger, room);
  const states = book.states(ledger);
  const moment = book.moment(ledger);
  // A rotation that is due is made before the grant: then everything there is lies before the epoch that is given.
  const isDue = isRotationDue(states, room, moment).due;
  const epoch = (found.epoch?.n ?? 0) + (isDue ? 1 : 0);
  const { documents, byClass, beforeEpoch } = countDocuments(context, { vault: ledger, room, epoch });
  return {
    room,
    documents,
    byClass,
    documentsWithHistoryOnly: beforeEpoch,
    roomClass: found.class,
    hasHistory: epoch > 1,
    isFrozen: found.isFrozen,
    isOnHold: isHeld(book.rooms(ledger), room),
    ...(person === undefined ? {} : { person: await describeGrantee(context, room, person) }),
    mayGrant: roleInRoom(states, room, context.person, moment) === 'manager' && person !== context.person,
  };
}

async function describeGrantee(
  context: DeviceContext,
  room: RoomId,
  person: PersonId,
): Promise<NonNullable<GrantPreview['person']>> {
  const { book } = context;
  const ledger = book.ledgerOf(room);
  const names = await readStaffNames(context);
  const { name, state, isAdmitted, fingerprint } = describePerson(context, person, {
    names,
    rooms: countRooms(context),
  });
  const grant = findGrant(book.states(ledger), room, person, book.moment(ledger));
  const admission = await findAdmission(context, person, names);
  return {
    person,
    ...(name === undefined ? {} : { name }),
    state,
    isAdmitted,
    isWalled: isWalled(book.office, person, room, now),
    ...(grant === undefined ? {} : { role: grant.role }),
    ...(grant?.endsAt === undefined ? {} : { endsAtMs: grant.endsAt }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(admission === undefined ? {} : { admission }),
  };
}

/** @throws AccessError NOT_A_MEMBER */
export async function previewRevoke(
  context: DeviceContext,
  lines: LineBook,
  options: { readonly room: RoomId; readonly person: PersonId },
): Promise<RevokePreview> {
  const { room, person } = options;
  const { book } = context;
  await book.sync();
  const ledger = book.ledgerOf(room);
  const grant = getRoom(context, ledger, room).grants.get(person);
  if (grant === undefined) throw new AccessError('NOT_A_MEMBER', { person });
  const opened = (
    await readWhereAllowed(
      async () => await lines.ofRoom(ledger, room),
      async () => await lines.ofRoom(ledger, room, false),
    )
  ).filter((line) => isOpening(line) && toRow(context, ledger, line).person === person);
  const here = book.rooms(ledger).rooms.get(room)?.records;
  const records = new Set<RecordId>(
    opened.flatMap((line) => line.records.filter((record) => here?.has(record) === true)),
  );
  const [first, last] = [opened[0], opened.at(-1)];
  const states = book.states(ledger);
  const moment = book.moment(ledger);
  const managers = membersOf(states, room, moment).filter(({ role }) => role === 'manager');
  const isLastManager = managers.length === 1 && managers[0]?.person === person;
  const mine = roleInRoom(states, room, context.person, moment);
  const isOwner = hasRole(book.office, context.person, 'owner', now);
  const name = (await readStaffNames(context)).get(person);
  return {
    room,
    person,
    ...(name === undefined ? {} : { name }),
    role: grant.role,
    releasedDocuments: records.size,
    openings: opened.length,
    ...(first === undefined ? {} : { firstOpenedAtMs: first.atMs }),
    ...(last === undefined ? {} : { lastOpenedAtMs: last.atMs }),
    devices: devicesOf(book.office, person, now).length,
    rotationDue: isRotationDue(states, room, moment).due,
    isLastManager,
    mayRevoke: (mine === 'manager' || person === context.person) && (!isLastManager || isOwner),
  };
}

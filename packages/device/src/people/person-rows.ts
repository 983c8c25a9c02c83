/** A person as the chains tell, with the name that the staff room's profiles give. */
import { officeId } from '@strongroom/core';
import type { PersonId } from '@strongroom/core';
import { devicesOf, findGrant, findPerson, isActive, isRoleGiven } from '@strongroom/authority';
import type { OfficeState } from '@strongroom/authority';
import type { DeviceContext } from '../device/context.ts';
import type { FirmRole, PersonRow } from '../device/device.ts';
import { formatFingerprintBytes } from '../identity/fingerprint-text.ts';
import { fingerprintOf } from '../rooms/room-access.ts';

const now = Number.MAX_SAFE_INTEGER;
const allRoles: readonly FirmRole[] = ['owner', 'administrator', 'officer', 'auditor', 'opener', 'namer'];

/** The firm-wide roles of a person. */
export function rolesOf(office: OfficeState, person: PersonId): FirmRole[] {
  return allRoles.filter((role) => isRoleGiven(office, person, role, now));
}

/** What is known of persons besides the office's chains. */
export interface PersonFacts {
  readonly names: ReadonlyMap<string, string>;
  readonly rooms: ReadonlyMap<PersonId, number>;
  readonly signedInAtMs?: ReadonlyMap<PersonId, number>;
}

export function describePerson(context: DeviceContext, person: PersonId, facts: PersonFacts): PersonRow {
  const { book } = context;
  const { office } = book;
  const found = findPerson(office, person);
  const invitation = [...office.invitations.values()].find((each) => each.person === person);
  const name = facts.names.get(person);
  const named = { person, ...(name === undefined ? {} : { name }) };
  if (found === undefined) {
    const isOpen = invitation?.isOpen === true;
    return {
      ...named,
      roles: [...(invitation?.roles ?? [])],
      state: isOpen ? 'invited' : 'withdrawn',
      ...(invitation === undefined ? {} : { endsAtMs: invitation.endsAt }),
      isAdmitted: false,
      isMe: false,
      deviceCount: 0,
      rooms: 0,
      ...(invitation === undefined || !isOpen
        ? {}
        : { invitation: { invitation: invitation.id, endsAtMs: invitation.endsAt } }),
    };
  }
  const staffRoom = office.firm?.staffRoom;
  const grant =
    staffRoom === undefined
      ? undefined
      : findGrant(book.states(officeId), staffRoom, person, book.moment(officeId));
  const lastSignInAtMs = facts.signedInAtMs?.get(person);
  return {
    ...named,
    roles: rolesOf(office, person),
    state: isActive(office, person, now) ? 'active' : 'suspended',
    fingerprint: formatFingerprintBytes(fingerprintOf(context, person)),
    isAdmitted: grant !== undefined,
    isMe: person === context.person,
    deviceCount: devicesOf(office, person, now).length,
    ...(lastSignInAtMs === undefined ? {} : { lastSignInAtMs }),
    rooms: facts.rooms.get(person) ?? 0,
  };
}

/** Of how many clients' rooms that this device follows each person is a member. */
export function countRooms(context: DeviceContext): Map<PersonId, number> {
  const { book } = context;
  const rooms = new Map<PersonId, number>();
  for (const ledger of book.ledgers()) {
    if (ledger === officeId) continue;
    const states = book.states(ledger);
    const moment = book.moment(ledger);
    for (const { id, grants } of book.rooms(ledger).rooms.values()) {
      for (const person of grants.keys()) {
        if (findGrant(states, id, person, moment) !== undefined)
          rooms.set(person, (rooms.get(person) ?? 0) + 1);
      }
    }
  }
  return rooms;
}

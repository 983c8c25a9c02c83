/** What may stand in the address of the list of people. */
import type { FirmRole } from '@strongroom/device';
import { personStates } from './person-state.ts';
import type { PersonState } from './person-state.ts';

export const firmRoles: readonly FirmRole[] = [
  'owner',
  'administrator',
  'officer',
  'opener',
  'auditor',
  'namer',
];

export interface PeopleSearch {
  readonly state?: PersonState;
  readonly role?: FirmRole;
}

export function readPeopleSearch(search: Readonly<Record<string, unknown>>): PeopleSearch {
  const state = personStates.find((each) => each === search['state']);
  const role = firmRoles.find((each) => each === search['role']);
  return { ...(state === undefined ? {} : { state }), ...(role === undefined ? {} : { role }) };
}

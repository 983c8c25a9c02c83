/** What may stand in the address of the list of people. */
import { personStates } from './person-state.ts';
import type { PersonState } from './person-state.ts';

export interface PeopleSearch {
  readonly state?: PersonState;
}

export function readPeopleSearch(search: Readonly<Record<string, unknown>>): PeopleSearch {
  const state = personStates.find((each) => each === search['state']);
  return state === undefined ? {} : { state };
}

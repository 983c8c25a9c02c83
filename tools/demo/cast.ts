/** The eight people of the demo's firm. */
import type { FirmRole } from '@strongroom/device';

/** Names by which the story calls them. */
export type CastKey = 'anna' | 'michael' | 'helena' | 'joanna' | 'yue' | 'thomas' | 'peter' | 'claire';

/** What somebody is called by their work. */
export type MainRole = 'owner' | 'administrator' | 'officer' | 'opener' | 'auditor';

/** Somebody of the firm. */
export interface CastMember {
  readonly key: CastKey;
  readonly name: string;
  /** What is said of the person beside the link. */
  readonly role: MainRole;
  /** What the invitation gives; the first person has what a first run gives. */
  readonly roles: readonly Exclude<FirmRole, 'owner'>[];
  readonly state: 'founder' | 'enrolled' | 'invited';
}

export const firmName = 'Lindqvist & Partners';

export const cast: readonly CastMember[] = [
  { key: 'anna', name: 'Anna Lindqvist', role: 'owner', roles: [], state: 'founder' },
  {
    key: 'michael',
    name: 'Michael Okonkwo',
    role: 'administrator',
    roles: ['administrator', 'opener'],
    state: 'enrolled',
  },
  { key: 'helena', name: 'Helena Brandt', role: 'officer', roles: ['officer', 'opener'], state: 'enrolled' },
  { key: 'joanna', name: 'Joanna Kowalczyk', role: 'opener', roles: ['opener'], state: 'enrolled' },
  { key: 'yue', name: 'Yue Zhao', role: 'opener', roles: ['opener'], state: 'enrolled' },
  { key: 'thomas', name: 'Thomas Fontaine-Roux', role: 'opener', roles: ['opener'], state: 'enrolled' },
  { key: 'peter', name: 'Peter Hughes', role: 'auditor', roles: ['auditor'], state: 'enrolled' },
  { key: 'claire', name: 'Claire Moreau', role: 'opener', roles: ['opener'], state: 'invited' },
];

/** Rules of the firm's chain: invitations, suspension, roles, vaults, walls (docs/spec/statements.md section 4). */
import type { FirmRole, PersonInvited } from '../bodies/index.ts';
import { isRoleGiven, ownersOf } from '../state/index.ts';
import type { Interval } from '../state/index.ts';
import { beginHere, endHere, getSigner, signerHas } from './context.ts';
import type { Context, Rules } from './context.ts';
import { checkKeys, rememberKeys } from './keys.ts';
import type { VoidCode } from './verdict.ts';

const dayMs = 86_400_000;

/** Longest life of an invitation after the signer's clock, in milliseconds; one day more after the server's. */
export const invitationLifeMsMax: number = 30 * dayMs;

/** Roles that an administrator may give with an invitation. */
const plainRoles: readonly FirmRole[] = ['opener', 'auditor'];

type FirmKind =
  | 'person.invited'
  | 'invitation.withdrawn'
  | 'person.suspended'
  | 'person.reinstated'
  | 'role.granted'
  | 'role.revoked'
  | 'vault.created'
  | 'wall.raised'
  | 'wall.lifted';

/** Rules about the firm. */
export const firmRules: Rules<FirmKind> = {
  'person.invited': {
    check: checkInvitation,
    apply(context, body) {
      const { office, engine } = context;
      const { invitation: id, person, key, roles, endsAt } = body;
      const invitedBy = getSigner(context);
      office.invitations.set(id, { id, person, key, roles, endsAt, invitedBy, isOpen: true });
      rememberKeys(engine, office, { sign: [key], kem: [] });
    },
  },
  'invitation.withdrawn': {
    check(context, body) {
      if (!signerHas(context, 'administrator')) return 'VOID_RIGHT';
      return context.office.invitations.get(body.invitation)?.isOpen === true ? undefined : 'VOID_STATE';
    },
    apply(context, body) {
      const invitation = context.office.invitations.get(body.invitation);
      if (invitation !== undefined) invitation.isOpen = false;
    },
  },
  'person.suspended': {
    check(context, body) {
      const { office, moment, person: signer } = context;
      if (!signerHas(context, 'administrator') || signer === body.person) return 'VOID_RIGHT';
      const person = office.persons.get(body.person);
      if (person === undefined || isOpen(person.suspensions.at(-1))) return 'VOID_STATE';
      return isRoleGiven(office, body.person, 'owner', moment.at) ? 'VOID_RIGHT' : undefined;
    },
    apply(context, body) {
      context.office.persons.get(body.person)?.suspensions.push(beginHere(context));
    },
  },
  'person.reinstated': {
    check(context, body) {
      if (!signerHas(context, 'owner')) return 'VOID_RIGHT';
      return isOpen(context.office.persons.get(body.person)?.suspensions.at(-1)) ? undefined : 'VOID_STATE';
    },
    apply(context, body) {
      endHere(context, context.office.persons.get(body.person)?.suspensions.at(-1));
    },
  },
  'role.granted': {
    check(context, body) {
      const { office, moment } = context;
      if (!signerHas(context, 'owner')) return 'VOID_RIGHT';
      if (!office.persons.has(body.person)) return 'VOID_STATE';
      return isRoleGiven(office, body.person, body.role, moment.at) ? 'VOID_STATE' : undefined;
    },
    apply(context, body) {
      context.office.persons.get(body.person)?.roles.push({ role: body.role, span: beginHere(context) });
    },
  },
  'role.revoked': {
    check(context, body) {
      const { office, moment } = context;
      if (!signerHas(context, 'owner')) return 'VOID_RIGHT';
      if (!isRoleGiven(office, body.person, body.role, moment.at)) return 'VOID_STATE';
      if (body.role !== 'owner') return undefined;
      return ownersOf(office, moment.at).some((owner) => owner !== body.person) ? undefined : 'VOID_STATE';
    },
    apply(context, body) {
      const roles = context.office.persons.get(body.person)?.roles ?? [];
      endHere(context, roles.find(({ role, span }) => role === body.role && isOpen(span))?.span);
    },
  },
  'vault.created': {
    check(context, body) {
      const { office } = context;
      if (!signerHas(context, 'owner')) return 'VOID_RIGHT';
      if (body.vault === body.l || office.vaults.has(body.vault)) return 'VOID_STATE';
      return office.warden?.number === body.warden ? undefined : 'VOID_STATE';
    },
    apply(context, body) {
      const { vault: id, edition, warden, vkey, name } = body;
      const named = name === undefined ? {} : { name };
      context.office.vaults.set(id, { id, edition, warden, vkey, ...named, from: context.index });
    },
  },
  'wall.raised': {
    check(context, body) {
      const { office } = context;
      if (!signerHas(context, 'officer', 'owner')) return 'VOID_RIGHT';
      if (new Set(body.rooms).size !== body.rooms.length) return 'VOID_FORM';
      return office.walls.has(body.wall) || !office.persons.has(body.person) ? 'VOID_STATE' : undefined;
    },
    apply(context, body) {
      const { wall: id, person, rooms } = body;
      context.office.walls.set(id, { id, person, rooms, life: beginHere(context) });
    },
  },
  'wall.lifted': {
    check(context, body) {
      const wall = context.office.walls.get(body.wall);
      if (!signerHas(context, 'officer', 'owner')) return 'VOID_RIGHT';
      if (!isOpen(wall?.life)) return 'VOID_STATE';
      // Whoever a wall keeps out does not take it down.
      return wall?.person === context.person ? 'VOID_RIGHT' : undefined;
    },
    apply(context, body) {
      endHere(context, context.office.walls.get(body.wall)?.life);
    },
  },
};

function checkInvitation(context: Context, body: PersonInvited): VoidCode | undefined {
  const { office, engine, entry } = context;
  const isPlain = body.roles.every((role) => plainRoles.includes(role));
  if (!(isPlain ? signerHas(context, 'administrator', 'owner') : signerHas(context, 'owner')))
    return 'VOID_RIGHT';
  if (new Set(body.roles).size !== body.roles.length) return 'VOID_FORM';
  if (office.invitations.has(body.invitation) || office.persons.has(body.person)) return 'VOID_STATE';
  for (const other of office.invitations.values()) if (other.person === body.person) return 'VOID_STATE';
  const latest = Math.min(body.t + invitationLifeMsMax, entry.atMs + invitationLifeMsMax + dayMs);
  if (body.endsAt > latest || body.endsAt <= entry.atMs) return 'VOID_LIMIT';
  return checkKeys(engine, office, { sign: [body.key], kem: [] });
}

function isOpen(interval: Interval | undefined): boolean {
  return interval !== undefined && interval.to === undefined;
}

/** Persons: invitations, admission to the staff room, suspension, roles. Names are sealed profiles in the staff room. */
import {
  AccessError,
  deriveInvitationSignSeed,
  formatInvitation,
  InputError,
  newId,
  officeId,
  StrongroomError,
} from '@strongroom/core';
import type { PersonId, RoomId, VaultId } from '@strongroom/core';
import { findGrant, findPerson, isActive, isRoleGiven, newestGeneration } from '@strongroom/authority';
import type { OfficeState } from '@strongroom/authority';
import type { DeviceContext } from '../device/context.ts';
import type { FirmRole, PeopleModule, PersonDetails, PersonRow } from '../device/device.ts';
import { addTask } from '../identity/identity.ts';
import { runTasks } from '../device/tasks.ts';
import { formatFingerprintBytes, isFingerprint } from '../identity/fingerprint-text.ts';
import { parseProfileCard } from '../records/card-content.ts';
import { readCards } from '../records/read-cards.ts';
import { fingerprintOf, grantAccess, grantHistory } from '../rooms/room-access.ts';
import { listDevices } from './devices.ts';

const now = Number.MAX_SAFE_INTEGER;
const allRoles: readonly FirmRole[] = ['owner', 'administrator', 'officer', 'auditor', 'opener'];
const invitationDefaultMs = 14 * 86_400_000;

/** Names of persons that a room's profiles tell. A profile is believed as far as its author is a member of the room. */
async function readNames(
  context: DeviceContext,
  options: { readonly vault: VaultId; readonly room: RoomId; readonly mayAsk: boolean },
): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  const { book } = context;
  const moment = book.moment(options.vault);
  const isMember = findGrant(book.states(options.vault), options.room, context.person, moment) !== undefined;
  for (const { row, content } of await readCards(context, {
    ...options,
    mayAsk: options.mayAsk && isMember,
  })) {
    if (row.kind !== 'profile' || content === undefined) continue;
    const { name, person } = parseProfileCard(content);
    if (person !== undefined) names.set(person, name);
  }
  return names;
}

/** Names of the firm's persons, as far as this device may read the staff room. */
export async function readStaffNames(context: DeviceContext): Promise<Map<string, string>> {
  const room = context.book.office.firm?.staffRoom;
  if (room === undefined) return new Map();
  try {
    return await readNames(context, { vault: officeId, room, mayAsk: true });
  } catch (cause) {
    // Not admitted, frozen or out of reach: people are shown by their ids.
    if (
      cause instanceof AccessError ||
      (cause instanceof StrongroomError && cause.code === 'SERVER_UNREACHABLE')
    )
      return new Map();
    throw cause;
  }
}

/** The people of the firm. */
export function createPeople(context: DeviceContext): PeopleModule {
  const { book, env } = context;

  function describeRow(person: PersonId, names: ReadonlyMap<string, string>): PersonRow {
    const { office } = book;
    const found = findPerson(office, person);
    const invitation = [...office.invitations.values()].find((each) => each.person === person);
    const name = names.get(person);
    const staffRoom = office.firm?.staffRoom;
    const grant =
      staffRoom === undefined
        ? undefined
        : findGrant(book.states(officeId), staffRoom, person, book.moment(officeId));
    if (found === undefined) {
      return {
        person,
        ...(name === undefined ? {} : { name }),
        roles: [...(invitation?.roles ?? [])],
        state: invitation?.isOpen === true ? 'invited' : 'withdrawn',
        ...(invitation === undefined ? {} : { endsAtMs: invitation.endsAt }),
        isAdmitted: false,
        isMe: false,
      };
    }
    return {
      person,
      ...(name === undefined ? {} : { name }),
      roles: rolesOf(office, person),
      state: isActive(office, person, now) ? 'active' : 'suspended',
      fingerprint: formatFingerprintBytes(fingerprintOf(context, person)),
      isAdmitted: grant !== undefined,
      isMe: person === context.person,
    };
  }

  async function appendFirm(makeBody: Parameters<typeof book.append<'firm'>>[0]['makeBody']): Promise<void> {
    await book.append<'firm'>({ ledger: officeId, chain: 'firm', makeBody });
  }

  return {
    async invite(options) {
      const { engine, clock } = env;
      if (options.name.trim() === '') throw new InputError('INPUT_INVALID', { name: 'name' });
      const root = book.office.firm?.root;
      if (root === undefined) throw new AccessError('NOT_A_MEMBER');
      const invitation = newId(engine, 'inv');
      const person = newId(engine, 'per');
      const seed = engine.randomBytes(16);
      const key = await engine.ed25519PublicKey(deriveInvitationSignSeed(engine, { seed, invitation }));
      const endsAt = options.endsAtMs ?? clock.nowMs() + invitationDefaultMs;
      await addTask(context.store, `4-${person}`, {
        kind: 'card',
        vault: officeId,
        recordKind: 'profile',
        content: { name: options.name.trim(), aliases: [], person },
      });
      await appendFirm((start) => ({
        k: 'person.invited',
        ...start,
        invitation,
        person,
        key,
        roles: [...(options.roles ?? [])],
        endsAt,
      }));
      await runTasks(context);
      return { code: formatInvitation(engine, { rootHash: root, seed, invitation }), person, invitation };
    },
    async withdraw(invitation) {
      await appendFirm((start) => ({ k: 'invitation.withdrawn', ...start, invitation }));
    },
    async list() {
      await book.syncLedger(officeId);
      const names = await readStaffNames(context);
      const persons = new Set<PersonId>(book.office.persons.keys());
      for (const invitation of book.office.invitations.values()) persons.add(invitation.person);
      return [...persons].map((person) => describeRow(person, names));
    },
    async show(person) {
      await book.syncLedger(officeId);
      const row = describeRow(person, await readStaffNames(context));
      const generation = newestGeneration(book.office, person, now)?.n;
      const details: PersonDetails = {
        ...row,
        devices: listDevices(context, person),
        ...(generation === undefined ? {} : { generation }),
      };
      return details;
    },
    async admit({ person, fingerprint }) {
      await book.syncLedger(officeId);
      const room = book.office.firm?.staffRoom;
      if (room === undefined) throw new AccessError('NOT_A_MEMBER');
      if (!isFingerprint(fingerprintOf(context, person), fingerprint))
        throw new AccessError('FINGERPRINT_MISMATCH', { person });
      await grantAccess(context, { ledger: officeId, room, person, role: 'member', fingerprint });
      await grantHistory(context, { ledger: officeId, room, person });
    },
    async suspend(person) {
      await appendFirm((start) => ({ k: 'person.suspended', ...start, person }));
    },
    async reinstate(person) {
      await appendFirm((start) => ({ k: 'person.reinstated', ...start, person }));
    },
    async grantRole(person, role) {
      await appendFirm((start) => ({ k: 'role.granted', ...start, person, role }));
    },
    async revokeRole(person, role) {
      await appendFirm((start) => ({ k: 'role.revoked', ...start, person, role }));
    },
  };
}

/** The firm-wide roles of a person. */
export function rolesOf(office: OfficeState, person: PersonId): FirmRole[] {
  return allRoles.filter((role) => isRoleGiven(office, person, role, now));
}

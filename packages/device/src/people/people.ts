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
import { findGrant, newestGeneration } from '@strongroom/authority';
import type { DeviceContext } from '../device/context.ts';
import type { PeopleModule, PersonDetails } from '../device/device.ts';
import { addTask } from '../identity/identity.ts';
import { runTasks } from '../device/tasks.ts';
import { isFingerprint } from '../identity/fingerprint-text.ts';
import { parseProfileCard } from '../records/card-content.ts';
import type { LineBook } from '../ledger/line-book.ts';
import { readCards } from '../records/read-cards.ts';
import { writeCardRecord } from '../records/write-card.ts';
import { fingerprintOf, grantAccess, grantHistory } from '../rooms/room-access.ts';
import { findAdmission } from './admission.ts';
import { listDevices } from './device-rows.ts';
import { previewPerson } from './person-preview.ts';
import { countRooms, describePerson } from './person-rows.ts';
import type { PersonFacts } from './person-rows.ts';
import { readSignIns } from './sign-ins.ts';

const now = Number.MAX_SAFE_INTEGER;
const nameLengthMax = 256;
const invitationDefaultMs = 14 * 86_400_000;

/** Names of persons that a room's profiles tell. A profile is believed as far as its author is a member of the room. */
async function readNames(
  context: DeviceContext,
  options: { readonly vault: VaultId; readonly room: RoomId; readonly mayAsk: boolean },
): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  const newest = new Map<string, number>();
  const { book } = context;
  const moment = book.moment(options.vault);
  const isMember = findGrant(book.states(options.vault), options.room, context.person, moment) !== undefined;
  for (const { row, content } of await readCards(context, {
    ...options,
    mayAsk: options.mayAsk && isMember,
  })) {
    if (row.kind !== 'profile' || content === undefined) continue;
    const { name, person } = parseProfileCard(content);
    // Whoever writes a profile anew renames: the newest in the ledger counts, not the one that comes last here.
    if (person === undefined || row.index < (newest.get(person) ?? -1)) continue;
    names.set(person, name);
    newest.set(person, row.index);
  }
  return names;
}

/** Names of the firm's persons, as far as this device may read the staff room. */
export async function readStaffNames(
  context: DeviceContext,
  { mayAsk = true }: { readonly mayAsk?: boolean } = {},
): Promise<Map<string, string>> {
  const room = context.book.office.firm?.staffRoom;
  if (room === undefined) return new Map();
  try {
    return await readNames(context, { vault: officeId, room, mayAsk });
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
export function createPeople(context: DeviceContext, lines: LineBook): PeopleModule {
  const { book, env } = context;

  async function readFacts(): Promise<PersonFacts> {
    return {
      names: await readStaffNames(context),
      rooms: countRooms(context),
      signedInAtMs: await readSignIns(context, lines),
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
      const facts = await readFacts();
      const persons = new Set<PersonId>(book.office.persons.keys());
      for (const invitation of book.office.invitations.values()) persons.add(invitation.person);
      return [...persons].map((person) => describePerson(context, person, facts));
    },
    async show(person) {
      await book.syncLedger(officeId);
      const facts = await readFacts();
      const row = describePerson(context, person, facts);
      const admission = await findAdmission(context, person, facts.names);
      const generation = newestGeneration(book.office, person, now)?.n;
      const details: PersonDetails = {
        ...row,
        devices: listDevices(context, person),
        ...(admission === undefined ? {} : { admission }),
        ...(generation === undefined ? {} : { generation }),
      };
      return details;
    },
    async preview(person) {
      await book.sync();
      return previewPerson(context, person);
    },
    async compareFingerprint({ person, fingerprint }) {
      await book.syncLedger(officeId);
      return isFingerprint(fingerprintOf(context, person), fingerprint);
    },
    async rename(text) {
      const name = text.trim();
      const room = book.office.firm?.staffRoom;
      if (name === '' || name.length > nameLengthMax) throw new InputError('INPUT_INVALID', { name: 'name' });
      if (room === undefined) throw new AccessError('NOT_A_MEMBER');
      await book.syncLedger(officeId);
      const content = { name, aliases: [], person: context.person };
      await writeCardRecord(context, { vault: officeId, room, kind: 'profile', content });
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

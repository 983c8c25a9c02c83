/** Questions to the office, asked at an office size (docs/spec/statements.md section 2). */
import { officeId, StrongroomError } from '@strongroom/core';
import type { DeviceId, PersonId, RoomId, UnlockId, VaultId } from '@strongroom/core';
import { createNoteKey, formatNoteKey, parseNoteKey } from '@strongroom/ledger';
import type { NoteKeyEngine, TlogPolicy } from '@strongroom/ledger';
import { emptyChain } from '../entries/chain.ts';
import type { ChainHead, FirmRole } from '../bodies/index.ts';
import type {
  Device,
  Dispute,
  Generation,
  Interval,
  NamedWitnesses,
  OfficeState,
  Person,
  PublishedBundle,
  Unlock,
  Vault,
  Wall,
} from './office-state.ts';

/** Whether something holds at an office size: begun below it and not ended below it. */
export function holdsAt(interval: Interval, at: number): boolean {
  return interval.from < at && (interval.to === undefined || interval.to >= at);
}

/** A device by its id, valid or not. */
export function findDevice(office: OfficeState, deviceId: DeviceId): Device | undefined {
  return office.devices.get(deviceId);
}

/** An unlock by its id, removed or not. */
export function findUnlock(office: OfficeState, unlockId: UnlockId): Unlock | undefined {
  return office.unlocks.get(unlockId);
}

/** A person by its id, suspended or not. */
export function findPerson(office: OfficeState, personId: PersonId): Person | undefined {
  return office.persons.get(personId);
}

/** A vault by its id. */
export function findVault(office: OfficeState, vaultId: VaultId): Vault | undefined {
  return office.vaults.get(vaultId);
}

/** The edition of the office's ledger at an office size. */
export function officeEditionAt({ restores }: OfficeState, at: number): number {
  return restores?.findLast(({ from }) => from < at)?.edition ?? 0;
}

/** The edition of a ledger now. */
export function editionOf(office: OfficeState, ledger: VaultId): number {
  if (ledger === officeId) return office.restores?.at(-1)?.edition ?? 0;
  return office.vaults.get(ledger)?.edition ?? 0;
}

/** The edition that an origin ends with. */
export function editionOfOrigin(origin: string): number {
  return Number(/\/([0-9]{1,4})$/u.exec(origin)?.[1] ?? 0);
}

/** The verifier key of a ledger in another edition: the same key under that edition's name. @throws InputError for what is no key */
export function vkeyOfEdition(engine: NoteKeyEngine, vkey: string, edition: number): string {
  const { name, type, publicKey } = parseNoteKey(engine, vkey);
  return formatNoteKey(
    createNoteKey(engine, { name: name.replace(/\/[0-9]+$/u, `/${edition}`), type, publicKey }),
  );
}

/** The verifier key of a ledger under another public key: the same name. What is no key was never a ledger's and stays what it is. */
export function vkeyUnder(engine: NoteKeyEngine, vkey: string, publicKey: Uint8Array): string {
  return sameUnlessKey(vkey, () => {
    const { name, type } = parseNoteKey(engine, vkey);
    return formatNoteKey(createNoteKey(engine, { name, type, publicKey }));
  });
}

/** As `vkeyOfEdition`; what is no key stays what it is: the warden found its statement void, and nobody opens such a ledger. */
export function nextKey(engine: NoteKeyEngine, vkey: string, edition: number): string {
  return sameUnlessKey(vkey, () => vkeyOfEdition(engine, vkey, edition));
}

function sameUnlessKey(vkey: string, make: () => string): string {
  try {
    return make();
  } catch (error) {
    if (error instanceof StrongroomError) return vkey;
    throw error;
  }
}

/** A key of a ledger's heads: good for every size, or, where it ended, up to one. */
export type LedgerKeySpan = { readonly vkey: string; readonly sizeMax?: number };

/** The keys under which heads of a ledger may be signed, oldest first; the last is in force. Empty for a ledger that is not known. */
export function ledgerKeysOf(
  engine: NoteKeyEngine,
  office: OfficeState,
  ledger: VaultId,
): readonly LedgerKeySpan[] {
  const edition = editionOf(office, ledger);
  const ended = (office.promotions ?? []).flatMap(({ from, before, vaults }): LedgerKeySpan[] => {
    if (ledger === officeId) return [{ vkey: nextKey(engine, before.ledger, edition), sizeMax: from }];
    const key = vaults.find(({ vault }) => vault === ledger);
    return key === undefined ? [] : [{ vkey: nextKey(engine, key.vkey, edition), sizeMax: key.size }];
  });
  const now =
    ledger === officeId && office.warden !== undefined
      ? nextKey(engine, office.warden.ledger, edition)
      : office.vaults.get(ledger)?.vkey;
  return now === undefined ? [] : [...ended, { vkey: now }];
}

/**
 * The keys under which heads of this origin may have been signed: the ledger's, by their name in that edition. Empty for an edition that is not
 * yet. A head of an earlier edition counts only where its root is the ledger's at its size: what a restore left behind is no part of it.
 */
export function ledgerKeysUnder(
  engine: NoteKeyEngine,
  office: OfficeState,
  options: { readonly ledger: VaultId; readonly origin: string },
): readonly LedgerKeySpan[] {
  const { ledger, origin } = options;
  const edition = editionOfOrigin(origin);
  if (edition > editionOf(office, ledger)) return [];
  return ledgerKeysOf(engine, office, ledger).map((span) => ({
    ...span,
    vkey: nextKey(engine, span.vkey, edition),
  }));
}

/** The key with which the warden signs an entry of its own at a place. */
export function wardenSignAt(office: OfficeState, ledger: VaultId, index: number): Uint8Array | undefined {
  const ended = office.promotions?.find(({ from, vaults }) =>
    ledger === officeId ? index <= from : index < (vaults.find(({ vault }) => vault === ledger)?.size ?? 0),
  );
  return (ended?.before ?? office.warden)?.sign;
}

/** Whose device or unlock this is. */
export function personOf(office: OfficeState, id: DeviceId | UnlockId): PersonId | undefined {
  return office.devices.get(id as DeviceId)?.person ?? office.unlocks.get(id as UnlockId)?.person;
}

/** Whether a person is enrolled and not suspended. */
export function isActive(office: OfficeState, personId: PersonId, at: number): boolean {
  const person = office.persons.get(personId);
  return person !== undefined && person.from < at && !person.suspensions.some((span) => holdsAt(span, at));
}

/** Whether a device is added, not revoked, not frozen, and its person active. */
export function isDeviceValid(office: OfficeState, deviceId: DeviceId, at: number): boolean {
  const device = office.devices.get(deviceId);
  if (device === undefined || !holdsAt(device.life, at)) return false;
  return !device.freezes.some((span) => holdsAt(span, at)) && isActive(office, device.person, at);
}

/** Whether an unlock is named, not removed, and its person active. */
export function isUnlockValid(office: OfficeState, unlockId: UnlockId, at: number): boolean {
  const unlock = office.unlocks.get(unlockId);
  return unlock !== undefined && holdsAt(unlock.life, at) && isActive(office, unlock.person, at);
}

/** The valid devices of a person, by id. */
export function devicesOf(office: OfficeState, personId: PersonId, at: number): readonly Device[] {
  const ids = office.persons.get(personId)?.devices ?? [];
  return ids.flatMap((id) => (isDeviceValid(office, id, at) ? (office.devices.get(id) ?? []) : []));
}

/** The unlocks of a person that are not removed. */
export function unlocksOf(office: OfficeState, personId: PersonId, at: number): readonly Unlock[] {
  const ids = office.persons.get(personId)?.unlocks ?? [];
  return ids.flatMap((id) => {
    const unlock = office.unlocks.get(id);
    return unlock !== undefined && holdsAt(unlock.life, at) ? unlock : [];
  });
}

/** Whether a person is active and has a firm-wide role. */
export function hasRole(office: OfficeState, personId: PersonId, role: FirmRole, at: number): boolean {
  return isActive(office, personId, at) && isRoleGiven(office, personId, role, at);
}

/** Whether a person has a firm-wide role, suspended or not. */
export function isRoleGiven(office: OfficeState, personId: PersonId, role: FirmRole, at: number): boolean {
  const roles = office.persons.get(personId)?.roles ?? [];
  return roles.some((held) => held.role === role && holdsAt(held.span, at));
}

/** The newest generation of a person. */
export function newestGeneration(
  office: OfficeState,
  personId: PersonId,
  at: number,
): Generation | undefined {
  return office.persons.get(personId)?.generations.findLast((generation) => generation.from < at);
}

/** Whether a device or an unlock ended after the newest generation, so that a new one is due. */
export function isGenerationDue(office: OfficeState, personId: PersonId, at: number): boolean {
  const person = office.persons.get(personId);
  const newest = newestGeneration(office, personId, at);
  if (person === undefined || newest === undefined) return false;
  const lives = [
    ...person.devices.map((id) => office.devices.get(id)?.life),
    ...person.unlocks.map((id) => office.unlocks.get(id)?.life),
  ];
  return lives.some((life) => life?.to !== undefined && life.to < at && life.to > newest.from);
}

/** Whether the person has signed that a lost kit means a reset. */
export function hasKitNote(office: OfficeState, personId: PersonId, at: number): boolean {
  const from = office.persons.get(personId)?.kitNotedFrom;
  return from !== undefined && from < at;
}

/**
 * Whether a person may write records at all: the kit is noted, or there are two ways in of which one works without the kit
 * (a passkey; a second device counts as one).
 */
export function canWriteAtAll(office: OfficeState, personId: PersonId, at: number): boolean {
  if (!isActive(office, personId, at)) return false;
  if (hasKitNote(office, personId, at)) return true;
  const unlocks = unlocksOf(office, personId, at);
  const hasSecondDevice = devicesOf(office, personId, at).length >= 2;
  const ways = unlocks.length + (hasSecondDevice ? 1 : 0);
  return ways >= 2 && (hasSecondDevice || unlocks.some((unlock) => unlock.type === 'passkey'));
}

/** Whether a wall stands between a person and a room. */
export function isWalled(office: OfficeState, personId: PersonId, roomId: RoomId, at: number): boolean {
  for (const wall of office.walls.values()) {
    if (wall.person === personId && holdsAt(wall.life, at) && wall.rooms.includes(roomId)) return true;
  }
  return false;
}

/** The walls that stand at an office size. */
export function standingWalls(office: OfficeState, at: number): Wall[] {
  return [...office.walls.values()].filter(({ life }) => holdsAt(life, at));
}

/** The head of a person's chain as it was at an office size. */
export function personHead(office: OfficeState, personId: PersonId, at: number): ChainHead {
  const span = office.persons.get(personId)?.heads.findLast((head) => head.from < at);
  return span === undefined ? emptyChain : { n: span.n, head: span.head };
}

/** Whether exactly one person was ever enrolled: suspending the others makes nobody alone. */
export function isFirmOfOne(office: OfficeState, at: number): boolean {
  let enrolled = 0;
  for (const person of office.persons.values()) if (person.from < at) enrolled += 1;
  return enrolled === 1;
}

/** The statement about the web application's code that is in force. */
export function newestBundle(office: OfficeState): PublishedBundle | undefined {
  return office.webBundles?.at(-1);
}

/** The witnesses that the firm names; undefined where nobody but the operator vouches for a head. */
export function witnessesInForce(office: OfficeState): NamedWitnesses | undefined {
  const { witnessing } = office;
  return witnessing === undefined || witnessing.witnesses.length === 0 ? undefined : witnessing;
}

/**
 * The same as a policy, for these logs: the witnesses' key names name them in it.
 * @throws InputError, IntegrityError for keys that no rule let through
 */
export function witnessPolicyOf(
  engine: NoteKeyEngine,
  named: NamedWitnesses | undefined,
  logs: TlogPolicy['logs'],
): TlogPolicy {
  if (named === undefined) return { logs, witnesses: [], groups: [], quorum: 'none' };
  const witnesses = named.witnesses.map(({ vkey }) => {
    const key = parseNoteKey(engine, vkey);
    return { name: key.name, key };
  });
  const members = witnesses.map(({ name }) => name);
  // A witness may be called what the group would be.
  const name = members.includes('firm') ? `firm-${members.length}-witnesses-of-the-firm` : 'firm';
  return { logs, witnesses, groups: [{ name, threshold: named.quorum, members }], quorum: name };
}

/** The active owners, by id. */
export function ownersOf(office: OfficeState, at: number): readonly PersonId[] {
  return [...office.persons.keys()].filter((id) => hasRole(office, id, 'owner', at)).toSorted();
}

/** Disputes about openings that no administrator has closed, oldest first, by the entry hash of their statement in hexadecimal. */
export function openDisputes(office: OfficeState): readonly (readonly [id: string, dispute: Dispute])[] {
  return [...(office.disputes ?? [])].filter(([, { life }]) => life.to === undefined);
}

/** Rules of the statements about persons, devices, unlocks and generations (docs/spec/statements.md section 4). */
import { compareBytes } from '@strongroom/core';
import type { DeviceId, PersonId, RoomId } from '@strongroom/core';
import type { DeviceKeys, FirmCreated, FirmRole, PersonEnrolled, UnlockKeys } from '../bodies/index.ts';
import { entryHash } from '../entries/index.ts';
import { newestGeneration, unlocksOf } from '../state/index.ts';
import type { Device, Person } from '../state/index.ts';
import { beginHere, endHere, signerHas } from './context.ts';
import type { Context, Rules } from './context.ts';
import { checkKeys, rememberKeys } from './keys.ts';
import type { NamedKeys } from './keys.ts';
import { createRoom } from './rules-members.ts';
import type { VoidCode } from './verdict.ts';

/** Most devices, and most unlocks, of one person that are not ended. */
export const devicesMax = 16;
export const unlocksMax = 8;

type PersonKind =
  | 'firm.created'
  | 'kit.noted'
  | 'person.enrolled'
  | 'device.added'
  | 'device.revoked'
  | 'device.frozen'
  | 'device.thawed'
  | 'unlock.added'
  | 'unlock.removed'
  | 'generation.made';

const founderRoles: readonly FirmRole[] = ['owner', 'administrator', 'opener'];

/** Rules about persons and what is theirs. */
export const personRules: Rules<PersonKind> = {
  'firm.created': {
    check(context, body) {
      const { office, engine, index } = context;
      if (office.firm !== undefined || index !== 0) return 'VOID_STATE';
      const [edition, size, root] = body.pos.o;
      const isAtStart = edition === 0 && size === 0 && compareBytes(root, engine.sha256()) === 0;
      if (!isAtStart || body.pos.v !== undefined || body.d !== body.device.id) return 'VOID_FORM';
      if (body.staffRoom === body.officersRoom || !areUnlocksDistinct(body.unlocks)) return 'VOID_FORM';
      return checkKeys(engine, office, genesisKeys(body));
    },
    apply: applyGenesis,
  },
  'kit.noted': {
    check(context, body) {
      if (!isOwnChain(context, body.c[0])) return 'VOID_RIGHT';
      return context.office.persons.get(body.c[0])?.kitNotedFrom === undefined ? undefined : 'VOID_STATE';
    },
    apply(context, body) {
      getPerson(context, body.c[0]).kitNotedFrom = context.index;
    },
  },
  'person.enrolled': { check: checkEnrolment, apply: applyEnrolment },
  'device.added': {
    check(context, body) {
      const { office, engine } = context;
      if (!isOwnChain(context, body.c[0])) return 'VOID_RIGHT';
      if (office.devices.has(body.device.id)) return 'VOID_STATE';
      if (openDevices(context, body.c[0]).length >= devicesMax) return 'VOID_LIMIT';
      return checkKeys(engine, office, keysOf([body.device]));
    },
    apply(context, body) {
      addDevice(context, body.c[0], body.device);
    },
  },
  'device.revoked': {
    check(context, body) {
      const person = body.c[0];
      const device = context.office.devices.get(body.device);
      if (device?.person !== person) return 'VOID_STATE';
      if (!isOwnChain(context, person) && !signerHas(context, 'administrator')) return 'VOID_RIGHT';
      if (device.life.to !== undefined) return 'VOID_STATE';
      return openDevices(context, person).length >= 2 ? undefined : 'VOID_STATE';
    },
    apply(context, body) {
      endHere(context, getDevice(context, body.device).life);
    },
  },
  'device.frozen': {
    check(context, body) {
      if (!signerHas(context, 'administrator')) return 'VOID_RIGHT';
      const device = context.office.devices.get(body.device);
      if (device === undefined || device.life.to !== undefined) return 'VOID_STATE';
      return device.freezes.at(-1)?.to === undefined && device.freezes.length > 0 ? 'VOID_STATE' : undefined;
    },
    apply(context, body) {
      getDevice(context, body.device).freezes.push(beginHere(context));
    },
  },
  'device.thawed': {
    check(context, body) {
      if (!signerHas(context, 'owner')) return 'VOID_RIGHT';
      const freeze = context.office.devices.get(body.device)?.freezes.at(-1);
      return freeze === undefined || freeze.to !== undefined ? 'VOID_STATE' : undefined;
    },
    apply(context, body) {
      endHere(context, getDevice(context, body.device).freezes.at(-1));
    },
  },
  'unlock.added': {
    check(context, body) {
      const { office, engine, moment } = context;
      if (!isOwnChain(context, body.c[0])) return 'VOID_RIGHT';
      if (office.unlocks.has(body.unlock.id)) return 'VOID_STATE';
      if (unlocksOf(office, body.c[0], moment.at).length >= unlocksMax) return 'VOID_LIMIT';
      return checkKeys(engine, office, keysOf([body.unlock]));
    },
    apply(context, body) {
      addUnlock(context, body.c[0], body.unlock);
    },
  },
  'unlock.removed': {
    check(context, body) {
      const { office, moment } = context;
      if (!isOwnChain(context, body.c[0])) return 'VOID_RIGHT';
      const unlock = office.unlocks.get(body.unlock);
      if (unlock?.person !== body.c[0] || unlock.life.to !== undefined) return 'VOID_STATE';
      return unlocksOf(office, body.c[0], moment.at).length >= 2 ? undefined : 'VOID_STATE';
    },
    apply(context, body) {
      endHere(context, context.office.unlocks.get(body.unlock)?.life);
    },
  },
  'generation.made': {
    check(context, body) {
      const { office, engine, moment } = context;
      if (!isOwnChain(context, body.c[0])) return 'VOID_RIGHT';
      const newest = newestGeneration(office, body.c[0], moment.at);
      if (newest === undefined || body.n !== newest.n + 1) return 'VOID_STATE';
      return checkKeys(engine, office, { sign: [], kem: [body.kem] });
    },
    apply(context, body) {
      const { n, kem, boxesHash } = body;
      getPerson(context, body.c[0]).generations.push({ n, kem, boxesHash, ...beginHere(context) });
      rememberKeys(context.engine, context.office, { sign: [], kem: [kem] });
    },
  },
};

function isOwnChain(context: Context, chain: PersonId): boolean {
  return context.person === chain;
}

function openDevices(context: Context, personId: PersonId): readonly Device[] {
  const ids = context.office.persons.get(personId)?.devices ?? [];
  return ids.map((id) => getDevice(context, id)).filter((device) => device.life.to === undefined);
}

function getPerson(context: Context, personId: PersonId): Person {
  const person = context.office.persons.get(personId);
  if (person === undefined) throw new TypeError('the person was checked to exist');
  return person;
}

function getDevice(context: Context, deviceId: DeviceId): Device {
  const device = context.office.devices.get(deviceId);
  if (device === undefined) throw new TypeError('the device was checked to exist');
  return device;
}

function keysOf(named: readonly { readonly sign: Uint8Array; readonly kem: Uint8Array }[]): NamedKeys {
  return { sign: named.map(({ sign }) => sign), kem: named.map(({ kem }) => kem) };
}

function areUnlocksDistinct(unlocks: readonly UnlockKeys[]): boolean {
  return new Set(unlocks.map(({ id }) => id)).size === unlocks.length;
}

function addDevice(context: Context, personId: PersonId, keys: DeviceKeys): void {
  const { office, engine } = context;
  const { id, sign, kem } = keys;
  office.devices.set(id, { id, person: personId, sign, kem, life: beginHere(context), freezes: [] });
  getPerson(context, personId).devices.push(id);
  rememberKeys(engine, office, keysOf([keys]));
}

function addUnlock(context: Context, personId: PersonId, keys: UnlockKeys): void {
  const { office, engine } = context;
  const { id, type, sign, kem } = keys;
  office.unlocks.set(id, { id, person: personId, type, sign, kem, life: beginHere(context) });
  getPerson(context, personId).unlocks.push(id);
  rememberKeys(engine, office, keysOf([keys]));
}

function addPerson(
  context: Context,
  body: Pick<PersonEnrolled, 'person' | 'device' | 'unlocks' | 'generation'>,
  roles: readonly FirmRole[],
): void {
  const begin = beginHere(context);
  context.office.persons.set(body.person, {
    id: body.person,
    from: context.index,
    suspensions: [],
    generations: [{ n: 1, kem: body.generation.kem, boxesHash: body.generation.boxesHash, ...begin }],
    roles: roles.map((role) => ({ role, span: { ...begin } })),
    heads: [],
    devices: [],
    unlocks: [],
  });
  addDevice(context, body.person, body.device);
  for (const unlock of body.unlocks) addUnlock(context, body.person, unlock);
  rememberKeys(context.engine, context.office, { sign: [], kem: [body.generation.kem] });
}

function genesisKeys(body: FirmCreated): NamedKeys {
  const own = keysOf([body.device, ...body.unlocks]);
  return {
    sign: [...own.sign, body.warden.sign],
    kem: [...own.kem, body.generation.kem, body.recovery.kem],
  };
}

function applyGenesis(context: Context, body: FirmCreated): void {
  const { office, engine } = context;
  const { firm: id, suite, person, staffRoom, officersRoom } = body;
  const root = entryHash(engine, context.entry.bytes);
  office.firm = { id, root, suite, person, staffRoom, officersRoom, recovery: { n: 1, ...body.recovery } };
  office.warden = body.warden;
  addPerson(context, body, founderRoles);
  rememberKeys(engine, office, { sign: [body.warden.sign], kem: [body.recovery.kem] });
  const rooms: readonly (readonly [RoomId, 1 | 2])[] = [
    [staffRoom, 1],
    [officersRoom, 2],
  ];
  for (const [room, roomClass] of rooms) {
    createRoom(context, { room, type: 'firm', class: roomClass, suite }, person);
  }
}

function checkEnrolment(context: Context, body: PersonEnrolled): VoidCode | undefined {
  const { office, engine, entry } = context;
  const invitation = office.invitations.get(body.invitation);
  if (invitation === undefined || !invitation.isOpen || invitation.endsAt <= entry.atMs) return 'VOID_STATE';
  if (invitation.person !== body.person || office.persons.has(body.person)) return 'VOID_STATE';
  if (body.c[0] !== body.person) return 'VOID_CHAIN';
  if (body.d !== body.device.id || !areUnlocksDistinct(body.unlocks)) return 'VOID_FORM';
  if (office.devices.has(body.device.id) || body.unlocks.some(({ id }) => office.unlocks.has(id)))
    return 'VOID_STATE';
  const { sign, kem } = keysOf([body.device, ...body.unlocks]);
  return checkKeys(engine, office, { sign, kem: [...kem, body.generation.kem] });
}

function applyEnrolment(context: Context, body: PersonEnrolled): void {
  const invitation = context.office.invitations.get(body.invitation);
  if (invitation === undefined) throw new TypeError('the invitation was checked to exist');
  invitation.isOpen = false;
  addPerson(context, body, invitation.roles);
}

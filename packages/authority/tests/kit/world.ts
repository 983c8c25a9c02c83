/** A firm in memory: people with real keys whose entries are signed, appended and judged. Time and randomness are fixed. */
// long: one scripted firm with an act for every test of the folding; halves of it would import each other.
import { encodeUtf8, formatId, officeId } from '@strongroom/core';
import type { DeviceId, IdPrefix, Id, PersonId, RoomId, UnlockId, VaultId } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import {
  chainHeadOf,
  createOfficeState,
  createVaultState,
  encodeEntry,
  judge,
  membersOf,
  newestGeneration,
  personFingerprint,
  personHead,
  signBody,
} from '@strongroom/authority';
import type {
  Body,
  BodyKind,
  BodyOf,
  BodySigner,
  ChainId,
  DeviceKeys,
  FirmRole,
  OfficeState,
  PositionRows,
  States,
  UnlockKeys,
  UnlockType,
  VaultState,
  Verdict,
} from '@strongroom/authority';

export const engine: ReturnType<typeof createNodeEngine> = createNodeEngine();

/** Clock of the first entry. */
export const startMs = 1_790_000_000_000;
export const hourMs = 3_600_000;

export type Keys<I> = {
  readonly id: I;
  readonly seed: Uint8Array;
  readonly sign: Uint8Array;
  readonly kem: Uint8Array;
};
export type UnlockSecret = Keys<UnlockId> & { readonly type: UnlockType };
export type Someone = {
  readonly person: PersonId;
  readonly device: Keys<DeviceId>;
  readonly unlocks: readonly UnlockSecret[];
  readonly generationKem: Uint8Array;
};

export type World = {
  readonly office: OfficeState;
  readonly vaults: Map<VaultId, VaultState>;
  readonly warden: Keys<'warden'>;
  readonly owner: Someone;
  readonly staffRoom: RoomId;
  readonly vault: VaultId;
  /** The entries that were judged, with place and verdict. */
  readonly log: { ledger: VaultId; index: number; bytes: Uint8Array; verdict: Verdict }[];
  nowMs: number;
};

/** 32 bytes from a name. */
export function seedOf(name: string): Uint8Array {
  return engine.sha256(encodeUtf8(name));
}

/** An id from a name. */
export function idOf<P extends IdPrefix>(prefix: P, name: string): Id<P> {
  return formatId(prefix, seedOf(`${prefix} ${name}`).slice(0, 16));
}

export async function makeKeys<I>(id: I, name: string): Promise<Keys<I>> {
  const seed = seedOf(`sign ${name}`);
  const [sign, kem] = await Promise.all([
    engine.ed25519PublicKey(seed),
    engine.hpkePublicKey(seedOf(`kem ${name}`)),
  ]);
  return { id, seed, sign, kem };
}

export async function makeSomeone(name: string): Promise<Someone> {
  const kinds: readonly UnlockType[] = ['password', 'kit'];
  const unlocks: UnlockSecret[] = [];
  for (const type of kinds) {
    unlocks.push({ ...(await makeKeys(idOf('unl', `${name} ${type}`), `${name} ${type}`)), type });
  }
  return {
    person: idOf('per', name),
    device: await makeKeys(idOf('dev', name), `${name} device`),
    unlocks,
    generationKem: (await makeKeys(name, `${name} generation`)).kem,
  };
}

export function deviceKeys(keys: Keys<DeviceId>): DeviceKeys {
  return { id: keys.id, sign: keys.sign, kem: keys.kem };
}
export function unlockKeys({ id, type, sign, kem }: UnlockSecret): UnlockKeys {
  return { id, type, sign, kem };
}

const root = new Uint8Array(32);

export function states(world: World, ledger: VaultId): States {
  const vault = world.vaults.get(ledger);
  return vault === undefined ? { office: world.office } : { office: world.office, vault };
}

export function positions(world: World, ledger: VaultId): PositionRows {
  const o = [0, world.office.size, root] as const;
  const vault = world.vaults.get(ledger);
  return vault === undefined ? { o } : { o, v: [0, vault.size, root] };
}

type Own<B extends Body> = Omit<B, 'k' | 'l' | 'd' | 't' | 'pos' | 'c'>;
type Given<K extends BodyKind> = Own<BodyOf<K>> extends infer F ? F : never;
export type Changes = {
  readonly ledger?: VaultId;
  readonly change?: Readonly<Record<string, unknown>>;
  readonly signers?: readonly BodySigner[];
  readonly officeSize?: number;
  readonly isRefused?: boolean;
};

/** The body of a device's statement in the next place of its chain. */
export function bodyOf<K extends BodyKind>(
  world: World,
  by: Keys<DeviceId | UnlockId>,
  kind: K,
  chain: ChainId,
  fields: Given<K>,
  changes: Changes = {},
): Body {
  const ledger = changes.ledger ?? officeId;
  const { n, head } = chainHeadOf(states(world, ledger), chain);
  const base = {
    k: kind,
    l: ledger,
    d: by.id,
    t: world.nowMs,
    pos: positions(world, ledger),
    c: [chain, n, head],
  };
  return { ...base, ...(fields as object), ...changes.change } as unknown as Body;
}

/** Signs, appends and judges a body. */
export async function submit(
  world: World,
  body: Body,
  signers: readonly BodySigner[],
  changes: Changes = {},
): Promise<Verdict> {
  const ledger = body.l;
  const signed = await signBody(engine, { body, signers });
  const isOffice = ledger === officeId;
  const bytes = encodeEntry({
    officeSize: isOffice ? null : (changes.officeSize ?? world.office.size),
    atMs: world.nowMs,
    ...signed,
    payload: null,
  });
  return await append(world, ledger, bytes, changes.isRefused);
}

export async function append(
  world: World,
  ledger: VaultId,
  bytes: Uint8Array,
  isRefused = false,
): Promise<Verdict> {
  const own = ledger === officeId ? world.office.own : world.vaults.get(ledger);
  const index = own?.size ?? 0;
  const verdict = await judge(engine, states(world, ledger), bytes, { index, ledger, isRefused });
  world.log.push({ ledger, index, bytes, verdict });
  return verdict;
}

/** A statement by a device, in the next place of its chain. */
export async function act<K extends BodyKind>(
  world: World,
  by: Someone | Keys<DeviceId | UnlockId>,
  kind: K,
  chain: ChainId,
  fields: Given<K>,
  changes: Changes = {},
): Promise<Verdict> {
  const keys = 'device' in by ? by.device : by;
  const body = bodyOf(world, keys, kind, chain, fields, changes);
  return await submit(world, body, changes.signers ?? [keys], changes);
}

/** An entry by the warden. */
export async function actAsWarden<K extends BodyKind>(
  world: World,
  kind: K,
  fields: Given<K> & { c?: readonly [RoomId] },
  changes: Changes = {},
): Promise<Verdict> {
  const ledger = changes.ledger ?? officeId;
  const base = { k: kind, l: ledger, d: 'warden', t: world.nowMs, pos: positions(world, ledger) };
  const body = { ...base, ...fields, ...changes.change } as unknown as Body;
  return await submit(world, body, changes.signers ?? [world.warden], changes);
}

/** A line by the server. */
export async function actAsServer<K extends BodyKind>(
  world: World,
  kind: K,
  fields: Omit<BodyOf<K>, 'k' | 'l'>,
  changes: Changes = {},
): Promise<Verdict> {
  const body = { k: kind, l: changes.ledger ?? officeId, ...fields, ...changes.change } as unknown as Body;
  return await submit(world, body, changes.signers ?? [], changes);
}

export function genesisBody(
  owner: Someone,
  warden: Keys<'warden'>,
  recoveryKem: Uint8Array,
): BodyOf<'firm.created'> {
  return {
    k: 'firm.created',
    l: officeId,
    d: owner.device.id,
    t: startMs,
    pos: { o: [0, 0, engine.sha256()] },
    c: ['firm', 0, new Uint8Array(32)],
    firm: idOf('frm', 'firm'),
    suite: 1,
    warden: { number: 1, sign: warden.sign, ledger: 'office+key' },
    edition: 0,
    person: owner.person,
    device: deviceKeys(owner.device),
    unlocks: owner.unlocks.map(unlockKeys),
    generation: { n: 1, kem: owner.generationKem, boxesHash: seedOf('boxes') },
    recovery: { kem: recoveryKem, boxHash: seedOf('recovery box') },
    staffRoom: idOf('rom', 'staff'),
    officersRoom: idOf('rom', 'officers'),
    nonce: seedOf('nonce'),
  };
}

/** A firm after its genesis, with one vault. */
export async function createWorld(options: { readonly records?: boolean } = {}): Promise<World> {
  const owner = await makeSomeone('owner');
  const warden = await makeKeys('warden' as const, 'warden');
  const recovery = await makeKeys('recovery', 'recovery');
  const vault = idOf('vlt', 'vault');
  const world: World = {
    office: createOfficeState(options),
    vaults: new Map(),
    warden,
    owner,
    staffRoom: idOf('rom', 'staff'),
    vault,
    log: [],
    nowMs: startMs,
  };
  const genesis = genesisBody(owner, warden, recovery.kem);
  expectApplied(await submit(world, genesis, [owner.device, ...owner.unlocks]));
  expectApplied(await noteKit(world, owner));
  world.vaults.set(vault, createVaultState(vault, options));
  expectApplied(
    await act(world, owner, 'vault.created', 'firm', { vault, edition: 0, warden: 1, vkey: 'vault+key' }),
  );
  return world;
}

export function expectApplied(verdict: Verdict): void {
  if (verdict.kind !== 'applied') throw new Error(`expected an applied entry, not ${verdict.code}`);
}

export async function noteKit(world: World, who: Someone): Promise<Verdict> {
  return await act(world, who, 'kit.noted', who.person, { text: 'lost-kit-means-reset' });
}

export async function invite(
  world: World,
  by: Someone,
  name: string,
  roles: readonly FirmRole[] = [],
  changes: Changes = {},
): Promise<Verdict> {
  const key = await engine.ed25519PublicKey(seedOf(`invitation ${name}`));
  const endsAt = world.nowMs + 24 * hourMs;
  const fields = { invitation: idOf('inv', name), person: idOf('per', name), key, roles, endsAt };
  return await act(world, by, 'person.invited', 'firm', fields, changes);
}

export async function enrolBody(
  world: World,
  who: Someone,
  name: string,
): Promise<BodyOf<'person.enrolled'>> {
  return {
    k: 'person.enrolled',
    l: officeId,
    d: who.device.id,
    t: world.nowMs,
    pos: positions(world, officeId),
    c: [who.person, 0, new Uint8Array(32)],
    invitation: idOf('inv', name),
    person: who.person,
    device: deviceKeys(who.device),
    unlocks: who.unlocks.map(unlockKeys),
    generation: { n: 1, kem: who.generationKem, boxesHash: seedOf('boxes') },
  };
}

export function invitationSigner(name: string): BodySigner {
  return { id: idOf('inv', name), seed: seedOf(`invitation ${name}`) };
}

/** Invites, enrols, and notes the kit. */
export async function enrol(world: World, name: string, roles: readonly FirmRole[] = []): Promise<Someone> {
  expectApplied(await invite(world, world.owner, name, roles));
  const who = await makeSomeone(name);
  const body = await enrolBody(world, who, name);
  expectApplied(await submit(world, body, [who.device, ...who.unlocks, invitationSigner(name)]));
  expectApplied(await noteKit(world, who));
  return who;
}

export async function createRoom(
  world: World,
  by: Someone,
  name: string,
  changes: Changes = {},
): Promise<Verdict> {
  const ledger = changes.ledger ?? world.vault;
  const fields = { room: idOf('rom', name), type: 'main', class: 1, suite: 1 } as const;
  return await act(world, by, 'room.created', fields.room, fields, { ledger, ...changes });
}

export function rotationFields(world: World, room: RoomId, ledger: VaultId): Given<'epoch.rotated'> {
  const at = world.office.size;
  const view = states(world, ledger);
  const own = ledger === officeId ? world.office.own : world.vaults.get(ledger);
  const members = membersOf(view, room, { at, atMs: world.nowMs });
  return {
    room,
    n: (own?.rooms.get(room)?.epoch?.n ?? 0) + 1,
    commitment: seedOf('commitment'),
    bundle: seedOf('bundle'),
    recipients: members.map(({ person }) => {
      const { n, head } = personHead(world.office, person, at);
      return [person, newestGeneration(world.office, person, at)?.n ?? 0, [n, head]] as const;
    }),
    recovery: 1,
  };
}

export async function rotate(
  world: World,
  by: Someone,
  room: RoomId,
  changes: Changes = {},
): Promise<Verdict> {
  const ledger = changes.ledger ?? world.vault;
  return await act(world, by, 'epoch.rotated', room, rotationFields(world, room, ledger), {
    ledger,
    ...changes,
  });
}

export function grantFields(
  world: World,
  room: RoomId,
  person: PersonId,
  role: 'manager' | 'member' = 'member',
  ledger: VaultId = world.vault,
): Given<'access.granted'> {
  const at = world.office.size;
  const { n, head } = personHead(world.office, person, at);
  const own = ledger === officeId ? world.office.own : world.vaults.get(ledger);
  return {
    room,
    person,
    role,
    generation: newestGeneration(world.office, person, at)?.n ?? 1,
    head: [n, head],
    fingerprint: personFingerprint(engine, world.office, person) ?? new Uint8Array(16),
    epoch: own?.rooms.get(room)?.epoch?.n ?? 1,
    bundle: seedOf('bundle'),
  };
}

export async function grant(
  world: World,
  by: Someone,
  room: RoomId,
  person: PersonId,
  changes: Changes & { readonly role?: 'manager' | 'member' } = {},
): Promise<Verdict> {
  const ledger = changes.ledger ?? world.vault;
  const fields = grantFields(world, room, person, changes.role, ledger);
  return await act(world, by, 'access.granted', room, fields, { ledger, ...changes });
}

export function writtenFields(room: RoomId, name: string, version: number, epoch: number): Given<'written'> {
  const slot = (engine.sha256(encodeUtf8(`slot ${name} ${version}`))[0] ?? 0) * 1000 + version;
  return {
    room,
    record: idOf('rec', name),
    version,
    header: seedOf(`header ${name} ${version}`),
    kind: 'document',
    class: 1,
    wraps: [
      { part: 'card', epoch, slot, hw: seedOf('hw card') },
      { part: 'body', epoch, slot: slot + 500, hw: seedOf('hw body') },
    ],
  };
}

export async function write(
  world: World,
  by: Someone,
  room: RoomId,
  name: string,
  version: number,
  changes: Changes = {},
): Promise<Verdict> {
  const ledger = changes.ledger ?? world.vault;
  const epoch = world.vaults.get(ledger)?.rooms.get(room)?.epoch?.n ?? 1;
  return await act(world, by, 'written', room, writtenFields(room, name, version, epoch), {
    ledger,
    ...changes,
  });
}

/** A room of the vault with its first epoch, and its manager. */
export async function openRoom(world: World, by: Someone, name: string): Promise<RoomId> {
  expectApplied(await createRoom(world, by, name));
  const room = idOf('rom', name);
  expectApplied(await rotate(world, by, room));
  return room;
}

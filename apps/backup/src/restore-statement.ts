/**
 * The statement under which a firm goes on from a backup: what the warden still knows of the time since is carried over, so that
 * nobody who was cut off comes back (docs/spec/backup.md section 8, statements.md section 4.3).
 */
import type { DatabaseSync } from 'node:sqlite';
import {
  editionOf,
  findGrant,
  holdsAt,
  isActive,
  isDeviceValid,
  isRoleGiven,
  isUnlockValid,
  isWalled,
  newestBundle,
  signBody,
} from '@strongroom/authority';
import type {
  FirmRestored,
  FirmRole,
  Grant,
  Moment,
  NamedWitnesses,
  OfficeState,
  RestoredLedger,
  VaultState,
} from '@strongroom/authority';
import {
  deriveKitUnlockSeed,
  deriveUnlockKeys,
  InputError,
  isEqualConstantTime,
  LimitError,
  newId,
  officeId,
  parseKit,
} from '@strongroom/core';
import type { Engine, PersonId, RoomId, UnlockId, VaultId } from '@strongroom/core';
import type { PlannedRoom, WardenMemory } from '@strongroom/warden';

/** A ledger as the backup has it, folded. */
export type FoldedLedger = {
  readonly ledger: VaultId;
  readonly size: number;
  readonly root: Uint8Array;
  /** Entries that are void. */
  readonly voids: ReadonlySet<number>;
  readonly state: VaultState;
};

/** What is known when the statement is made. */
export type Known = {
  readonly office: OfficeState;
  readonly ledgers: readonly FoldedLedger[];
  readonly memory: WardenMemory;
  /** Devices that are not to go on, whatever is known of them. */
  readonly without: readonly string[];
  readonly nowMs: number;
};

/** What a person has to know of the statement, and what it could not carry over. */
export type RestoreFacts = {
  readonly devices: number;
  /** Devices and persons that were cut off since the backup, or left out now. */
  readonly frozen: readonly string[];
  readonly suspended: readonly string[];
  readonly walls: number;
  /** Entries of all ledgers that are lost. */
  readonly lostEntries: number;
  /** Rooms that had been restricted since, and are again: held, frozen, of a higher class, with smaller grants. */
  readonly rooms: number;
};

const roles: readonly FirmRole[] = ['owner', 'administrator', 'officer', 'auditor', 'opener', 'namer'];
const roomsPerWall = 200;
/** Grants and disposals in one entry. */
const piecesMax = 300;
const entryBytesMax = 65_535;

type Content = Pick<
  FirmRestored,
  | 'edition'
  | 'lost'
  | 'vaults'
  | 'persons'
  | 'devices'
  | 'unlocks'
  | 'roles'
  | 'walls'
  | 'bundle'
  | 'witnesses'
  | 'retention'
>;

/** What the statement says. */
export function composeRestore(
  engine: Engine,
  known: Known,
): {
  readonly content: Content;
  readonly facts: RestoreFacts;
  /** What rooms had been restricted to since, by ledger. */
  readonly rooms: ReadonlyMap<VaultId, readonly PlannedRoom[]>;
} {
  const { office, memory, without } = known;
  const at = office.size;
  const then = memory.office;
  const isSince = then.size >= office.size;
  const active = [...office.persons.keys()].filter((id) => isActive(office, id, at));
  const persons = active.filter((id) => !isSince || isActive(then, id, then.size));
  const valid = [...office.devices.keys()].filter((id) => isDeviceValid(office, id, at));
  const devices = valid.filter(
    (id) => !without.includes(id) && (!isSince || isDeviceValid(then, id, then.size)),
  );
  const unlocks = [...office.unlocks.values()]
    .filter(({ id, person }) => persons.includes(person) && isUnlockValid(office, id, at))
    .filter(({ id }) => isSince && !isUnlockValid(then, id, then.size))
    .map(({ id }) => id);
  const ended = persons.flatMap((person) =>
    roles
      .filter(
        (role) =>
          isSince && isRoleGiven(office, person, role, at) && !isRoleGiven(then, person, role, then.size),
      )
      .map((role) => [person, role] as const),
  );
  const walls = [...listWallsSince(office, then, isSince), ...listRevoked(engine, known, persons)];
  const vaults = known.ledgers
    .filter(({ ledger }) => ledger !== officeId)
    .map(({ ledger, size, root }): RestoredLedger => [ledger, size, root, ...lostOf(known, ledger)]);
  const content = {
    edition: Math.max(memory.nextEdition, editionOf(office, officeId) + 1),
    lost: lostOf(known, officeId),
    vaults: vaults.toSorted(([left], [right]) => (left < right ? -1 : 1)),
    persons,
    devices,
    unlocks,
    roles: ended,
    walls,
    ...(isSince ? composeOfficeWide(office, then) : {}),
  };
  const rooms = new Map(known.ledgers.map((each) => [each.ledger, listRestricted(each, memory)] as const));
  const restricted = [...rooms.values()].flat().map(({ c: [room] }) => room);
  const lostEntries = known.ledgers.reduce(
    (sum, { ledger, size }) => sum + lostOf(known, ledger)[0] - size,
    0,
  );
  const facts = {
    devices: devices.length,
    frozen: valid.filter((id) => !devices.includes(id)),
    suspended: active.filter((id) => !persons.includes(id)),
    walls: walls.length,
    lostEntries,
    rooms: new Set(restricted).size,
  };
  return { content, facts, rooms };
}

/** The newest head of a ledger that anybody knows. */
function lostOf({ ledgers, memory }: Known, ledger: VaultId): readonly [number, Uint8Array] {
  const ours = ledgers.find((each) => each.ledger === ledger);
  const theirs = memory.ledgers.find((each) => each.ledger === ledger);
  if (ours === undefined) throw new TypeError('the ledger is one of the backup');
  return theirs !== undefined && theirs.size > ours.size
    ? [theirs.size, theirs.root]
    : [ours.size, ours.root];
}

function listWallsSince(office: OfficeState, then: OfficeState, isSince: boolean): Content['walls'] {
  if (!isSince) return [];
  return [...then.walls.values()]
    .filter(
      ({ id, life, person }) =>
        !office.walls.has(id) && office.persons.has(person) && holdsAt(life, then.size),
    )
    .map(({ id: wall, person, rooms }) => ({ wall, person, rooms }));
}

/** Whoever was taken out of a room since the backup is kept out by a wall, until its manager has taken him out again. */
function listRevoked(engine: Engine, known: Known, persons: readonly PersonId[]): Content['walls'] {
  const { office, memory } = known;
  const kept = new Map<PersonId, RoomId[]>();
  for (const { ledger, size, state } of known.ledgers) {
    const after = memory.ledgers.find((each) => each.ledger === ledger);
    if (after === undefined || after.size <= size) continue;
    const before: Moment = { at: office.size, atMs: state.atMs };
    const now: Moment = { at: memory.office.size, atMs: after.state.atMs };
    const vaultOf = (vault: VaultState): { readonly vault?: VaultState } =>
      ledger === officeId ? {} : { vault };
    for (const room of state.rooms.keys()) {
      if (!after.state.rooms.has(room)) continue;
      for (const person of persons) {
        const was = findGrant({ office, ...vaultOf(state) }, room, person, before);
        if (was === undefined || isWalled(memory.office, person, room, memory.office.size)) continue;
        if (findGrant({ office: memory.office, ...vaultOf(after.state) }, room, person, now) !== undefined)
          continue;
        kept.set(person, [...(kept.get(person) ?? []), room]);
      }
    }
  }
  const walls: Content['walls'][number][] = [];
  for (const [person, rooms] of kept)
    for (let first = 0; first < rooms.length; first += roomsPerWall)
      walls.push({ wall: newId(engine, 'wal'), person, rooms: rooms.slice(first, first + roomsPerWall) });
  return walls;
}

/** What the newest statements say of the whole firm, where the backup has others. */
function composeOfficeWide(
  office: OfficeState,
  then: OfficeState,
): Pick<Content, 'bundle' | 'witnesses' | 'retention'> {
  const [before, bundle] = [newestBundle(office), newestBundle(then)];
  const isNewer =
    bundle !== undefined &&
    (bundle.number > (before?.number ?? 0) || bundle.minimum > (before?.minimum ?? 0));
  const years = then.retention?.years;
  const named = then.witnessing;
  return {
    ...(isNewer ? { bundle: { number: bundle.number, hash: bundle.hash, minimum: bundle.minimum } } : {}),
    ...(named === undefined || nameWitnesses(named) === nameWitnesses(office.witnessing)
      ? {}
      : {
          witnesses: {
            vkeys: named.witnesses.map(({ vkey }) => vkey),
            quorum: named.quorum,
            waitHours: named.waitHours,
          },
        }),
    ...(years === undefined || years === office.retention?.years ? {} : { retention: years }),
  };
}

function nameWitnesses(named: NamedWitnesses | undefined): string {
  if (named === undefined) return '';
  const { witnesses, quorum, waitHours } = named;
  return [quorum, waitHours, ...witnesses.map(({ vkey }) => vkey)].join(' ');
}

/** What became less in the rooms of a ledger since the backup: entries for the warden to make, one for each hold. */
function listRestricted({ ledger, size, state }: FoldedLedger, memory: WardenMemory): readonly PlannedRoom[] {
  const after = memory.ledgers.find((each) => each.ledger === ledger);
  if (after === undefined || after.size <= size) return [];
  const planned: PlannedRoom[] = [];
  for (const before of state.rooms.values()) {
    const room = after.state.rooms.get(before.id);
    if (room === undefined) continue;
    const c = [before.id] as const;
    const grants = [...before.grants.values()].flatMap((grant) =>
      findLess(grant, room.grants.get(grant.person)),
    );
    const stopped = [...state.disposals.values()]
      .filter(({ id, room: of, stage }) => {
        return of === before.id && stage === 'proposed' && after.state.disposals.get(id)?.stage === 'stopped';
      })
      .map(({ id }) => id);
    const isFrozen = room.isFrozen && !before.isFrozen;
    const isHigher = room.class > before.class;
    const pieces = Math.ceil(Math.max(grants.length, stopped.length) / piecesMax);
    if (isFrozen || isHigher || pieces > 0)
      for (let piece = 0; piece < Math.max(1, pieces); piece++)
        planned.push({
          c,
          ...(isHigher ? { class: room.class } : {}),
          isFrozen,
          grants: grants.slice(piece * piecesMax, (piece + 1) * piecesMax),
          stopped: stopped.slice(piece * piecesMax, (piece + 1) * piecesMax),
        });
    for (const { id: hold, placedBy: by, records, reason } of room.holds.values()) {
      if (before.holds.has(hold)) continue;
      const why = reason === undefined ? {} : { reason };
      planned.push({ c, isFrozen: false, grants: [], hold: { hold, by, records, ...why }, stopped: [] });
    }
  }
  return planned;
}

/** A grant that had become less: from manager to member, or with an end that is nearer. */
function findLess(before: Grant, after: Grant | undefined): PlannedRoom['grants'] {
  if (after === undefined) return [];
  const isDemoted = before.role === 'manager' && after.role === 'member';
  const isShorter = (after.endsAt ?? Infinity) < (before.endsAt ?? Infinity);
  return isDemoted || isShorter ? [[before.person, after.role, isShorter ? (after.endsAt ?? 0) : 0]] : [];
}

/** The signed body. @throws InputError KIT_OTHER; LimitError LIMIT_EXCEEDED for a firm too large for one statement */
export async function signRestore(
  engine: Engine,
  options: {
    readonly known: Known;
    readonly content: Content;
    readonly officeDatabase: DatabaseSync;
    readonly kit: string;
  },
): Promise<{ readonly body: Uint8Array; readonly signer: UnlockId; readonly signature: Uint8Array }> {
  const { known, content } = options;
  const { office, nowMs } = known;
  const signer = await findKitUnlock(engine, options);
  const place = known.ledgers.find(({ ledger }) => ledger === officeId);
  if (place === undefined) throw new TypeError('the office is one of the ledgers');
  const { body, sigs } = await signBody(engine, {
    body: {
      k: 'firm.restored',
      l: officeId,
      d: signer.id,
      t: nowMs,
      pos: { o: [editionOf(office, officeId), place.size, place.root] },
      c: ['firm', office.chain.n, office.chain.head],
      ...content,
    },
    signers: [signer],
  });
  if (body.length > entryBytesMax - 1024)
    throw new LimitError('LIMIT_EXCEEDED', { name: 'restore', max: entryBytesMax });
  const [, signature] = sigs[0] ?? [];
  if (signature === undefined) throw new TypeError('there is one signer');
  return { body, signer: signer.id, signature };
}

/** The unlock that this kit and a half that the server keeps give. @throws InputError KIT_OTHER */
export async function findKitUnlock(
  engine: Engine,
  {
    known,
    officeDatabase,
    kit: text,
  }: {
    readonly known: Pick<Known, 'office'>;
    readonly officeDatabase: DatabaseSync;
    readonly kit: string;
  },
): Promise<{ readonly id: UnlockId; readonly seed: Uint8Array }> {
  const kit = parseKit(engine, text);
  const { office } = known;
  for (const row of officeDatabase.prepare('select person, unlock, half from kit_halves').all()) {
    const person = row['person'] as PersonId;
    const unlock = office.unlocks.get(row['unlock'] as UnlockId);
    const kits = [...office.unlocks.values()].filter(
      (each) => each.type === 'kit' && each.person === person && isUnlockValid(office, each.id, office.size),
    );
    if (unlock === undefined && kits.length === 0) continue;
    const seed = deriveKitUnlockSeed(engine, { ...kit, kitHalf: row['half'] as Uint8Array, person });
    const { signSeed } = deriveUnlockKeys(engine, seed);
    const publicKey = await engine.ed25519PublicKey(signSeed);
    const found = kits.find(({ sign }) => isEqualConstantTime(sign, publicKey));
    if (found !== undefined && isRoleGiven(office, person, 'owner', office.size))
      return { id: found.id, seed: signSeed };
  }
  throw new InputError('KIT_OTHER');
}

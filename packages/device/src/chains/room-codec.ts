/**
 * Rooms to bytes and back, small and fast: ten thousand of them are read at every unlock. Ids that come again and again (persons,
 * devices) stand once in a table. The bytes are the device's own, sealed; they are no exchange format.
 */
import { decodeCbor, encodeCbor, IntegrityError } from '@strongroom/core';
import type { CborValue, PersonId } from '@strongroom/core';
import type { NewestEntry } from './fold.ts';
import type { Epoch, Grant, Hold, PayloadKey, RecordRow, RecordWrap, Room } from '@strongroom/authority';

/** A room, and its newest entry. */
export interface HeldRoom {
  readonly room: Room;
  readonly newest: NewestEntry;
}

const format = 1;
const limits = { depthMax: 12, sizeBytesMax: 2 ** 31 } as const;

/** Nothing may be left of what is written: a member that is new has to be written too. */
type Nothing = Readonly<Record<string, never>>;

/** Names by number, in the order in which they were met. */
class Names {
  readonly list: string[] = [];
  readonly #numbers = new Map<string, number>();

  numberOf(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    this.#numbers.set(name, this.list.length);
    return this.list.push(name) - 1;
  }
}

export function encodeRooms(rooms: readonly HeldRoom[]): Uint8Array {
  const names = new Names();
  const rows = rooms.map(({ room, newest }) => [newest.index, newest.atMs, ...roomRow(names, room)]);
  return encodeCbor([format, names.list, rows], limits);
}

/** @throws IntegrityError STATE_INVALID */
export function decodeRooms(bytes: Uint8Array): HeldRoom[] {
  try {
    const value = decodeCbor(bytes, limits) as readonly [number, string[], readonly Row[]];
    if (value[0] !== format) throw new IntegrityError('STATE_INVALID');
    const names = value[1];
    return value[2].map((row) => ({
      newest: { index: row[0] as number, atMs: row[1] as number },
      room: roomOf(names, row),
    }));
  } catch (cause) {
    throw new IntegrityError('STATE_INVALID', {}, { cause });
  }
}

// Read by position: what lies here was sealed by this device from values of these types.
// oxlint-disable-next-line typescript/no-explicit-any
type Row = readonly any[];

function roomRow(names: Names, value: Room): CborValue[] {
  const { id, type, client, suite, index, atMs, chain, isFrozen, grants, seen, epoch, ...more } = value;
  const { class: roomClass, commitments, dueSinceMs, holds, payloadKeys, records, ...rest } = more;
  rest satisfies Nothing;
  return [
    id,
    type,
    client ?? null,
    suite,
    index,
    atMs,
    chain.n,
    chain.head,
    roomClass,
    isFrozen,
    [...grants.values()].map((grant) => grantRow(names, grant)),
    [...seen].map((person) => names.numberOf(person)),
    epoch === undefined ? null : epochRow(names, epoch),
    [...commitments],
    dueSinceMs ?? null,
    [...holds.values()].map((hold) => holdRow(names, hold)),
    [...payloadKeys.values()].map(({ month, kem, record, ...left }: PayloadKey) => {
      left satisfies Nothing;
      return [month, kem, record];
    }),
    [...records.values()].map((rows) => rows.map((row) => recordRow(names, row))),
  ];
}

/** Where in a row each value of a room is, in the order of `roomRow`; the newest entry stands before them. */
const at = {
  id: 2,
  type: 3,
  client: 4,
  suite: 5,
  index: 6,
  atMs: 7,
  n: 8,
  head: 9,
  class: 10,
  isFrozen: 11,
  grants: 12,
  seen: 13,
  epoch: 14,
  commitments: 15,
  dueSinceMs: 16,
  holds: 17,
  payloadKeys: 18,
  records: 19,
} as const;

// Read by number: to take a row apart by a pattern walks an iterator, and there are ten thousand of them.
function roomOf(names: readonly string[], row: Row): Room {
  const room: Room = {
    id: row[at.id],
    type: row[at.type],
    ...(row[at.client] === null ? {} : { client: row[at.client] }),
    suite: row[at.suite],
    index: row[at.index],
    atMs: row[at.atMs],
    chain: { n: row[at.n], head: row[at.head] },
    class: row[at.class],
    isFrozen: row[at.isFrozen],
    grants: new Map(),
    seen: new Set(),
    commitments: row[at.commitments],
    holds: new Map(),
    payloadKeys: new Map(),
    records: new Map(),
  };
  for (const each of row[at.grants] as Row[])
    room.grants.set(names[each[0] as number] as PersonId, grantOf(names, each));
  for (const each of row[at.seen] as number[]) room.seen.add(names[each] as PersonId);
  for (const each of row[at.holds] as Row[]) room.holds.set(each[0], holdOf(names, each));
  for (const [month, kem, record] of row[at.payloadKeys] as Row[])
    room.payloadKeys.set(month, { month, kem, record });
  if (row[at.epoch] !== null) room.epoch = epochOf(names, row[at.epoch] as Row);
  if (row[at.dueSinceMs] !== null) room.dueSinceMs = row[at.dueSinceMs];
  for (const rows of row[at.records] as Row[][]) {
    const versions = rows.map((each) => recordOf(names, each));
    const [first] = versions;
    if (first !== undefined) room.records.set(first.record, versions);
  }
  return room;
}

function grantRow(
  names: Names,
  { person, role, endsAt, from, sinceEpoch, history, ...rest }: Grant,
): CborValue {
  rest satisfies Nothing;
  return [
    names.numberOf(person),
    role,
    endsAt ?? null,
    from,
    sinceEpoch,
    history.map(([low, high]) => [low, high]),
  ];
}

function grantOf(names: readonly string[], [person, role, endsAt, from, sinceEpoch, history]: Row): Grant {
  return {
    person: names[person as number] as PersonId,
    role,
    ...(endsAt === null ? {} : { endsAt }),
    from,
    sinceEpoch,
    history,
  };
}

function epochRow(names: Names, value: Epoch): CborValue {
  const { n, commitment, bundle, index, at, atMs, author, recovery, holders, ...rest } = value;
  rest satisfies Nothing;
  return [
    n,
    commitment,
    bundle,
    index,
    at,
    atMs,
    names.numberOf(author),
    recovery,
    [...holders.values()].map(({ person, generation, at: since, ...left }) => {
      left satisfies Nothing;
      return [names.numberOf(person), generation, since];
    }),
  ];
}

function epochOf(names: readonly string[], row: Row): Epoch {
  const [n, commitment, bundle, index, at, atMs, author, recovery, holders] = row;
  return {
    n,
    commitment,
    bundle,
    index,
    at,
    atMs,
    author: names[author as number] as PersonId,
    recovery,
    holders: new Map(
      (holders as [number, number, number][]).map(([person, generation, since]) => [
        names[person] as PersonId,
        { person: names[person] as PersonId, generation, at: since },
      ]),
    ),
  };
}

function holdRow(names: Names, { id, records, reason, placedBy, index, ...rest }: Hold): CborValue {
  rest satisfies Nothing;
  return [id, [...records], reason ?? null, names.numberOf(placedBy), index];
}

function holdOf(names: readonly string[], [id, records, reason, placedBy, index]: Row): Hold {
  return {
    id,
    records,
    ...(reason === null ? {} : { reason }),
    placedBy: names[placedBy as number] as PersonId,
    index,
  };
}

function recordRow(names: Names, value: RecordRow): CborValue {
  const { record, version, home, kind, class: rowClass, header, device, person, index, ...more } = value;
  const { atMs, wraps, conflictOf, ...rest } = more;
  rest satisfies Nothing;
  return [
    record,
    version,
    names.numberOf(home),
    names.numberOf(kind),
    rowClass,
    header,
    names.numberOf(device),
    names.numberOf(person),
    index,
    atMs,
    wraps.map((wrap) => wrapRow(wrap)),
    conflictOf === undefined ? null : [...conflictOf],
  ];
}

function recordOf(names: readonly string[], row: Row): RecordRow {
  const [record, version, home, kind, rowClass, header, device, person, index, atMs, wraps, conflictOf] = row;
  return {
    record,
    version,
    home: names[home as number] as RecordRow['home'],
    kind: names[kind as number] as RecordRow['kind'],
    class: rowClass,
    header,
    device: names[device as number] as RecordRow['device'],
    person: names[person as number] as PersonId,
    index,
    atMs,
    wraps: (wraps as Row[]).map(([part, epoch, slot, hw, destroyed]) => ({
      part,
      epoch,
      slot,
      hw,
      ...(destroyed === null ? {} : { destroyed }),
    })),
    ...(conflictOf === null ? {} : { conflictOf }),
  };
}

function wrapRow({ part, epoch, slot, hw, destroyed, ...rest }: RecordWrap): CborValue {
  rest satisfies Nothing;
  return [part, epoch, slot, hw, destroyed ?? null];
}

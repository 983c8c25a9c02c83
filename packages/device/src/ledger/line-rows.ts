/** Entries in typed facts: ids, numbers, times and codes; never a name. */
import {
  compareBytes,
  decodeCbor,
  encodeHex,
  IntegrityError,
  isBytes,
  StrongroomError,
} from '@strongroom/core';
import type { PersonId, RecordId, RoomId, VaultId } from '@strongroom/core';
import {
  decodeRequest,
  payloadCommitment,
  personOf,
  recordsOfRequest,
  roomsOfRequest,
} from '@strongroom/authority';
import type { Body, Entry, Request } from '@strongroom/authority';
import { leafHash } from '@strongroom/ledger';
import type { DeviceContext } from '../device/context.ts';
import type { LineRow } from '../device/device.ts';

const hidden = new Set([
  'k',
  'l',
  'd',
  't',
  'pos',
  'c',
  'room',
  'records',
  'record',
  'items',
  'parts',
  'rooms',
  'wraps',
  'recipients',
  'device',
  'unlocks',
  'generation',
  'warden',
]);

/** One entry as a row; `payload` is what lies beside it, where it is kept. */
export function toLineRow(
  context: DeviceContext,
  options: {
    readonly ledger: VaultId;
    readonly index: number;
    readonly entry: Entry;
    readonly request?: Request;
  },
): LineRow {
  const { ledger, index, entry, request } = options;
  const { body } = entry;
  const person = personOfBody(context, body);
  const device =
    'd' in body && body.d !== undefined && !body.d.startsWith('unl_')
      ? (body.d as LineRow['device'])
      : undefined;
  // A refusal names nothing itself; the request beside it says what was asked for.
  const asked = body.k === 'refused' ? request : undefined;
  const room = asked === undefined ? roomOf(body) : roomsOfRequest(asked)[0];
  return {
    ledger,
    index,
    atMs: entry.atMs,
    kind: body.k,
    hash: encodeHex(leafHash(context.env.engine, entry.bytes)),
    ...(person === undefined ? {} : { person }),
    ...(device === undefined ? {} : { device }),
    ...(room === undefined ? {} : { room }),
    records: asked === undefined ? recordsOf(body) : recordsOfRequest(asked),
    facts: factsOf(body),
    ...(request === undefined ? {} : { purpose: request.purpose }),
  };
}

/**
 * The request beside a line, if it is kept and is the one that the entry commits to.
 * @throws IntegrityError ANSWER_INVALID for another one
 */
export function requestOfLine(
  context: DeviceContext,
  entry: Entry,
  salt: Uint8Array | undefined,
  payload: Uint8Array | undefined,
): Request | undefined {
  if (salt === undefined || payload === undefined || entry.payload === null) return undefined;
  if (compareBytes(payloadCommitment(context.env.engine, salt, payload), entry.payload) !== 0) {
    throw new IntegrityError('ANSWER_INVALID', { endpoint: 'getLines' });
  }
  try {
    return requestOfPayload(payload);
  } catch (cause) {
    if (cause instanceof StrongroomError) return undefined;
    throw cause;
  }
}

/** The signed request of a line, if its payload is kept. */
function requestOfPayload(payload: Uint8Array): Request | undefined {
  const value = decodeCbor(payload);
  const first: unknown = Array.isArray(value) ? value[0] : undefined;
  return isBytes(first) ? decodeRequest(first).request : undefined;
}

/** The room that an entry is about. */
export function roomOf(body: Body): RoomId | undefined {
  if ('room' in body) return body.room;
  if ('c' in body && body.c[0].startsWith('rom_')) return body.c[0] as RoomId;
  if (body.k === 'released') return body.parts[0]?.[0];
  if (body.k === 'leased') return body.rooms[0]?.[0];
  return undefined;
}

/** Every room that a line names, the room of its chain first. */
export function roomsOf(body: Body): RoomId[] {
  const rooms = new Set<RoomId>();
  if ('c' in body && body.c[0].startsWith('rom_')) rooms.add(body.c[0] as RoomId);
  if ('room' in body) rooms.add(body.room);
  if (body.k === 'released') for (const [room] of body.parts) rooms.add(room);
  if (body.k === 'leased') for (const [room] of body.rooms) rooms.add(room);
  return [...rooms];
}

/** The records that an entry names. */
export function recordsOf(body: Body): RecordId[] {
  switch (body.k) {
    case 'written':
    case 'shared':
    case 'payload-key.made':
      return [body.record];
    case 'released':
      return [...new Set(body.parts.map(([, record]) => record))];
    case 'disposal.proposed':
    case 'destroyed':
    case 'destruction.found':
      return [...new Set(body.items.map(([record]) => record))];
    case 'hold.placed':
      return [...body.records];
    default:
      return [];
  }
}

function personOfBody(context: DeviceContext, body: Body): PersonId | undefined {
  if ('d' in body && body.d !== undefined && body.d !== 'warden') {
    const person = personOf(context.book.office, body.d);
    if (person !== undefined) return person;
  }
  return 'person' in body ? body.person : undefined;
}

function factsOf(body: Body): Record<string, string | number> {
  const facts: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(body)) {
    if (hidden.has(name) || value === undefined) continue;
    if (typeof value === 'string' || typeof value === 'number') facts[name] = value;
    else if (typeof value === 'boolean') facts[name] = value ? 1 : 0;
    else if (isBytes(value) && value.length <= 32) facts[name] = encodeHex(value);
    else if (
      Array.isArray(value) &&
      value.every((each) => typeof each === 'string' || typeof each === 'number')
    )
      facts[name] = value.join(' ');
  }
  if (body.k === 'released') {
    facts['parts'] = body.parts.length;
    // Without a body it opened nothing: it fetched the keys of what the device keeps.
    facts['bodies'] = body.parts.filter(([, , , part]) => part === 'body').length;
  }
  if (body.k === 'witnesses.named') facts['count'] = body.vkeys.length;
  if (body.k === 'disposal.proposed' || body.k === 'destroyed' || body.k === 'destruction.found')
    facts['items'] = body.items.length;
  return facts;
}

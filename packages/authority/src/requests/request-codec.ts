/** Requests to bytes and back, signed and verified. Server and warden parse the same bytes. */
import {
  encodeCbor,
  engineSizes,
  hashLabelled,
  InputError,
  signLabelled,
  StrongroomError,
  verifyLabelled,
} from '@strongroom/core';
import type { Engine } from '@strongroom/core';
import { decodeStrictly, encodeBody } from '../bodies/body-codec.ts';
import { hash, kemKey, number, positions, slot, timeMs, count, wrapPart } from '../bodies/field-values.ts';
import {
  arrayOf,
  bytes,
  bytesBetween,
  choice,
  either,
  id,
  integer,
  map,
  matchesField,
  optional,
  tuple,
} from '../bodies/field.ts';
import type { Field, FieldsOf } from '../bodies/field.ts';
import type { Body, PersonId, RoomId } from '../bodies/index.ts';
import type {
  LeasedRoom,
  LeaseRequest,
  ListRequest,
  ListRow,
  OpenRequest,
  Purpose,
  Request,
  RequestedPart,
  SignedRequest,
} from './request.ts';

/** Longest reason: month, HPKE encapsulation, tag and padded text. */
const reasonSizeBytesMax = 7 + engineSizes.hpkeEncapsulation + engineSizes.gcmTag + 4096;

const purpose: Field<Purpose> = choice(
  'work',
  'review',
  'conflict-check',
  'handover',
  'audit',
  'request-of-client',
  'legal-duty',
  'sync',
);

const common: Omit<FieldsOf<OpenRequest>, 'k' | 'parts'> = {
  l: id('vlt'),
  d: id('dev'),
  t: timeMs,
  nonce: bytes(16),
  pos: positions,
  pk: kemKey,
  purpose,
  reason: optional(bytesBetween(1, reasonSizeBytesMax)),
};

const open: Field<OpenRequest> = map<OpenRequest>({
  k: choice('open'),
  ...common,
  parts: arrayOf(tuple<RequestedPart>(id('rom'), id('rec'), number, wrapPart, slot, hash), 1, 500),
});
const list: Field<ListRequest> = map<ListRequest>({
  k: choice('list'),
  ...common,
  room: id('rom'),
  lo: slot,
  hi: slot,
  count: integer(1, 20_000),
  hash,
});
const lease: Field<LeaseRequest> = map<LeaseRequest>({
  k: choice('lease'),
  ...common,
  rooms: arrayOf(tuple<LeasedRoom>(id('rom'), slot, hash), 1, 500),
  kept: count,
});
const requestShape: Field<Request> = either(open, either(list, lease));
type SignedTuple = readonly [Uint8Array, Uint8Array];
const signedShape: Field<SignedTuple> = tuple<SignedTuple>(bytesBetween(1, 1_000_000), bytes(64));
const listRow: Field<ListRow> = tuple<ListRow>(id('rec'), number, slot, hash);

function assertRequest(value: unknown): asserts value is Request {
  if (!matchesField(requestShape, value)) throw new InputError('REQUEST_INVALID', { reason: 'fields' });
  if (value.k === 'list' && value.lo > value.hi) throw new InputError('REQUEST_INVALID', { reason: 'range' });
  if (value.k === 'lease') assertDistinct(value.rooms.map(([room]) => room));
  if (value.k === 'open') {
    assertDistinct(
      value.parts.map(([room, record, version, part]) => `${room} ${record} ${version} ${part}`),
    );
  }
}

function assertDistinct(names: readonly string[]): void {
  if (new Set(names).size !== names.length) throw new InputError('REQUEST_INVALID', { reason: 'twice' });
}

/**
 * The bytes of a request that are signed.
 * @throws InputError REQUEST_INVALID for a field that is missing, unknown or out of its range, or a part named twice
 */
export function encodeRequest(request: Request): Uint8Array {
  assertRequest(request);
  return encodeCbor(request);
}

/** Encodes and signs a request; answers the bytes that are sent. @throws InputError REQUEST_INVALID */
export async function signRequest(
  engine: Pick<Engine, 'signEd25519'>,
  options: { readonly request: Request; readonly seed: Uint8Array },
): Promise<Uint8Array> {
  const bodyBytes = encodeRequest(options.request);
  const signature = await signLabelled(engine, { label: 'request', seed: options.seed, bytes: bodyBytes });
  return encodeCbor([bodyBytes, signature]);
}

/** The request of bytes as sent; its signature is not verified yet. @throws InputError REQUEST_INVALID */
export function decodeRequest(encoded: Uint8Array): SignedRequest {
  const outer = decodeOrRefuse(encoded);
  if (!matchesField(signedShape, outer)) throw new InputError('REQUEST_INVALID', { reason: 'signed' });
  const [bodyBytes, signature] = outer;
  const request = decodeOrRefuse(bodyBytes);
  assertRequest(request);
  return { request, bodyBytes, signature, bytes: encoded };
}

function decodeOrRefuse(encoded: Uint8Array): unknown {
  try {
    return decodeStrictly(encoded);
  } catch (cause) {
    if (!(cause instanceof StrongroomError)) throw cause;
    throw new InputError('REQUEST_INVALID', { reason: 'cbor' }, { cause });
  }
}

/** Whether a request is signed by the device that holds this key. */
export async function verifyRequest(
  engine: Pick<Engine, 'verifyEd25519'>,
  signed: SignedRequest,
  publicKey: Uint8Array,
): Promise<boolean> {
  return await verifyLabelled(engine, {
    label: 'request',
    publicKey,
    bytes: signed.bodyBytes,
    signature: signed.signature,
  });
}

/** `Hreq`: the hash of a request as sent. */
export function requestHash(engine: Pick<Engine, 'sha256'>, encoded: Uint8Array): Uint8Array {
  return hashLabelled(engine, 'request', encoded);
}

/** The hash of a list's rows. @throws InputError REQUEST_INVALID when they are not in ascending order of their slots */
export function listHash(engine: Pick<Engine, 'sha256'>, rows: readonly ListRow[]): Uint8Array {
  let before = -1;
  for (const row of rows) {
    if (!matchesField(listRow, row) || row[2] <= before)
      throw new InputError('REQUEST_INVALID', { reason: 'rows' });
    before = row[2];
  }
  return hashLabelled(engine, 'list', encodeCbor(rows, { sizeBytesMax: 4_194_304 }));
}

/** The bytes of the line that a request makes: `released`, `listed` or `leased`. Server, warden and device compute the same. */
export function releasedBody(request: Request, person: PersonId): Uint8Array {
  return encodeBody(lineOf(request, person));
}

function lineOf(request: Request, person: PersonId): Body {
  const { l, d } = request;
  switch (request.k) {
    case 'open':
      return {
        k: 'released',
        l,
        d,
        person,
        parts: request.parts.map(([room, record, version, part, at]) => [room, record, version, part, at]),
      };
    case 'list': {
      const { room, lo, hi } = request;
      return { k: 'listed', l, d, person, room, lo, hi, count: request.count, hash: request.hash };
    }
    case 'lease':
      return {
        k: 'leased',
        l,
        d,
        person,
        rooms: request.rooms.map(([room, at]): readonly [RoomId, number] => [room, at]),
        kept: request.kept,
      };
  }
}

/** Entries: the leaves of a ledger (docs/spec/statements.md section 1). */
import { encodeCbor, hashLabelled, InputError, officeId } from '@strongroom/core';
import type { DeviceId, Engine, InvitationId, UnlockId } from '@strongroom/core';
import { leafHash } from '@strongroom/ledger';
import {
  arrayOf,
  bytes,
  bytesBetween,
  choice,
  either,
  id,
  integer,
  matchesField,
  nothing,
  tuple,
} from '../bodies/field.ts';
import type { Field } from '../bodies/field.ts';
import { decodeBody, decodeStrictly } from '../bodies/body-codec.ts';
import type { Body } from '../bodies/index.ts';

/** Longest entry, in bytes: what an entry bundle can carry. */
export const entrySizeBytesMax = 65_535;

/** Who signed: a device, an unlock, an invitation's key, or the warden. */
export type SignerId = DeviceId | UnlockId | InvitationId | 'warden';

/** One signature over the body's bytes. */
export type EntrySignature = readonly [signer: SignerId, signature: Uint8Array];

/** The parts of an entry, the body still as signed. */
export type EntryParts = {
  /** The office size a vault entry is judged at; null in the office. */
  readonly officeSize: number | null;
  /** The server's clock in milliseconds. */
  readonly atMs: number;
  readonly body: Uint8Array;
  readonly sigs: readonly EntrySignature[];
  /** `payloadCommitment` of what lies beside the entry. */
  readonly payload: Uint8Array | null;
};

/** A decoded entry. */
export type Entry = {
  readonly officeSize: number | null;
  readonly atMs: number;
  readonly body: Body;
  /** The body's bytes as signed. */
  readonly bodyBytes: Uint8Array;
  readonly sigs: readonly EntrySignature[];
  readonly payload: Uint8Array | null;
  /** The whole entry as it was given. */
  readonly bytes: Uint8Array;
};

type EntryTuple = readonly [
  1,
  number | null,
  number,
  Uint8Array,
  readonly EntrySignature[],
  Uint8Array | null,
];

const most = Number.MAX_SAFE_INTEGER;
const signer: Field<SignerId> = either(either(id('dev'), id('unl')), either(id('inv'), choice('warden')));
const entryShape: Field<EntryTuple> = tuple<EntryTuple>(
  choice(1),
  either(integer(0, most), nothing),
  integer(0, most),
  bytesBetween(1, entrySizeBytesMax),
  arrayOf(tuple<EntrySignature>(signer, bytes(64)), 0, 16),
  either(bytes(32), nothing),
);

/**
 * The bytes of an entry.
 * @throws InputError ENTRY_INVALID for parts that no entry can have, or a body that cannot be decoded, or over 65,535 bytes
 */
export function encodeEntry(parts: EntryParts): Uint8Array {
  const value: EntryTuple = [1, parts.officeSize, parts.atMs, parts.body, parts.sigs, parts.payload];
  if (!matchesField(entryShape, value)) throw new InputError('ENTRY_INVALID', { reason: 'entry' });
  assertPlace(decodeBody(parts.body), parts.officeSize);
  const encoded = encodeCbor(value);
  if (encoded.length > entrySizeBytesMax) throw new InputError('ENTRY_INVALID', { reason: 'size' });
  return encoded;
}

/**
 * The entry of bytes, decoded strictly, body included.
 * @throws InputError ENTRY_INVALID for anything that `encodeEntry` would not have produced
 */
export function decodeEntry(encoded: Uint8Array): Entry {
  if (encoded.length > entrySizeBytesMax) throw new InputError('ENTRY_INVALID', { reason: 'size' });
  const value: unknown = decodeStrictly(encoded);
  if (!matchesField(entryShape, value)) throw new InputError('ENTRY_INVALID', { reason: 'entry' });
  const [, officeSize, atMs, bodyBytes, sigs, payload] = value;
  const body = decodeBody(bodyBytes);
  assertPlace(body, officeSize);
  return { officeSize, atMs, body, bodyBytes, sigs, payload, bytes: encoded };
}

function assertPlace(body: Body, officeSize: number | null): void {
  if ((body.l === officeId) !== (officeSize === null)) {
    throw new InputError('ENTRY_INVALID', { reason: 'officeSize' });
  }
}

/** The hash of an entry: its leaf hash in the ledger. */
export function entryHash(engine: Pick<Engine, 'sha256'>, encoded: Uint8Array): Uint8Array {
  return leafHash(engine, encoded);
}

/** The salted hash by which an entry names its payload; `salt` is 32 random bytes. @throws InputError INPUT_INVALID */
export function payloadCommitment(
  engine: Pick<Engine, 'sha256'>,
  salt: Uint8Array,
  payload: Uint8Array,
): Uint8Array {
  if (salt.length !== 32) throw new InputError('INPUT_INVALID', { name: 'salt' });
  return hashLabelled(engine, 'payload', salt, payload);
}

/**
 * Typed ids (docs/spec/bytes.md section 2): `<prefix>_<26 characters>`, 128 random bits in lower-case base32 with the two
 * trailing bits zero. The type of one kind cannot be handed in for another, in TypeScript and, by the prefix, at run time.
 */
import { decodeBase32, encodeBase32, isBytes } from '../bytes/index.ts';
import type { Engine } from '../engine/index.ts';
import { InputError } from '../errors/index.ts';

/** What each prefix names. */
export const idKinds = {
  frm: 'firm',
  per: 'person',
  dev: 'device',
  unl: 'unlock',
  inv: 'invitation',
  vlt: 'vault',
  rom: 'room',
  rec: 'record',
  hld: 'hold',
  dsp: 'disposal',
  wal: 'wall',
  upl: 'upload',
} as const;

/** The three letters in front of an id. */
export type IdPrefix = keyof typeof idKinds;

declare const idBrand: unique symbol;
/** An id of one kind. */
export type Id<P extends IdPrefix> = `${P}_${string}` & { readonly [idBrand]: P };

export type FirmId = Id<'frm'>;
export type PersonId = Id<'per'>;
export type DeviceId = Id<'dev'>;
export type UnlockId = Id<'unl'>;
export type InvitationId = Id<'inv'>;
export type VaultId = Id<'vlt'>;
export type RoomId = Id<'rom'>;
export type RecordId = Id<'rec'>;
export type HoldId = Id<'hld'>;
export type DisposalId = Id<'dsp'>;
export type WallId = Id<'wal'>;
export type UploadId = Id<'upl'>;

const sizeBytes = 16;
const pattern = /^[a-z]{3}_[a-z2-7]{25}[aeimquy4]$/;

/** The office's reserved vault id. */
export const officeId: VaultId = `vlt_${'a'.repeat(26)}` as VaultId;

/** A new random id. */
export function newId<P extends IdPrefix>(engine: Pick<Engine, 'randomBytes'>, prefix: P): Id<P> {
  return formatId(prefix, engine.randomBytes(sizeBytes));
}

/** Whether a value is an id with this prefix. */
export function isId<P extends IdPrefix>(prefix: P, value: unknown): value is Id<P> {
  return (
    Object.hasOwn(idKinds, prefix) &&
    typeof value === 'string' &&
    value.startsWith(`${prefix}_`) &&
    pattern.test(value)
  );
}

/** @throws InputError ID_INVALID */
export function parseId<P extends IdPrefix>(prefix: P, value: unknown): Id<P> {
  if (!isId(prefix, value))
    throw new InputError('ID_INVALID', { prefix: Object.hasOwn(idKinds, prefix) ? prefix : 'unknown' });
  return value;
}

/** The id of 16 bytes. @throws InputError ID_INVALID */
export function formatId<P extends IdPrefix>(prefix: P, bytes: Uint8Array): Id<P> {
  if (!isBytes(bytes) || bytes.length !== sizeBytes) throw new InputError('ID_INVALID', { prefix });
  return parseId(prefix, `${prefix}_${encodeBase32(bytes)}`);
}

/** The 16 bytes of an id. @throws InputError ID_INVALID */
export function decodeId<P extends IdPrefix>(prefix: P, id: Id<P>): Uint8Array {
  return decodeBase32(parseId(prefix, id).slice(4));
}

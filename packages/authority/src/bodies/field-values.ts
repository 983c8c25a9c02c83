/** Fields that occur in several bodies, requests and heads. */
import { engineSizes } from '@strongroom/core';
import type {
  ChainId,
  ChainPlace,
  DeviceKeys,
  FirmRole,
  FirstGeneration,
  Hash,
  HeadPair,
  PersonId,
  PositionRow,
  PositionRows,
  RecordKind,
  RecordPart,
  RoomClass,
  RoomId,
  UnlockKeys,
  WrapPart,
  WrapRow,
} from './body-parts.ts';
import { arrayOf, bytes, choice, either, id, integer, map, optional, text, tuple } from './field.ts';
import type { Field } from './field.ts';

const most = Number.MAX_SAFE_INTEGER;

/** Largest slot: 48 bits. */
const slotMax: number = 2 ** 48 - 1;

export const hash: Field<Hash> = bytes(32);
export const signKey: Field<Uint8Array> = bytes(engineSizes.ed25519PublicKey);
export const kemKey: Field<Uint8Array> = bytes(engineSizes.hpkePublicKey);
export const count: Field<number> = integer(0, most);
export const number: Field<number> = integer(1, 2 ** 32 - 1);
/** Milliseconds since 1970. */
export const timeMs: Field<number> = integer(0, most);
export const slot: Field<number> = integer(0, slotMax);
/** An error code or the kind of an entry. */
export const codeText: Field<string> = text(/^[A-Za-z][A-Za-z0-9_.-]*$/, 64);
/** A verifier key of a ledger, as in its signed notes. */
export const vkeyText: Field<string> = text(/^[!-~]+$/, 512);
export const monthText: Field<string> = text(/^20[0-9]{2}-(?:0[1-9]|1[0-2])$/, 7);

export const firmRole: Field<FirmRole> = choice(
  'owner',
  'administrator',
  'officer',
  'auditor',
  'opener',
  'namer',
);
export const roomClass: Field<RoomClass> = choice(0, 1, 2, 3);
export const recordPart: Field<RecordPart> = choice('card', 'body');
export const wrapPart: Field<WrapPart> = choice('card', 'body', 'cache');
export const recordKind: Field<RecordKind> = choice(
  'document',
  'note',
  'message',
  'profile',
  'identifier',
  'firm',
  'payload-key',
);

const position: Field<PositionRow> = tuple<PositionRow>(count, count, hash);
export const positions: Field<PositionRows> = map<PositionRows>({ o: position, v: optional(position) });
export const headPair: Field<HeadPair> = tuple<HeadPair>(count, hash);
export const chainId: Field<ChainId> = either(choice('firm'), either(id('per'), id('rom')));
export const firmPlace: Field<ChainPlace<'firm'>> = tuple<ChainPlace<'firm'>>(choice('firm'), count, hash);
export const personPlace: Field<ChainPlace<PersonId>> = tuple<ChainPlace<PersonId>>(id('per'), count, hash);
export const roomPlace: Field<ChainPlace<RoomId>> = tuple<ChainPlace<RoomId>>(id('rom'), count, hash);

export const deviceKeys: Field<DeviceKeys> = map<DeviceKeys>({ id: id('dev'), sign: signKey, kem: kemKey });
export const unlockKeys: Field<UnlockKeys> = map<UnlockKeys>({
  id: id('unl'),
  type: choice('password', 'kit', 'passkey'),
  sign: signKey,
  kem: kemKey,
});
export const firstGeneration: Field<FirstGeneration> = map<FirstGeneration>({
  n: integer(1, 1),
  kem: kemKey,
  boxesHash: hash,
});
const wrapRow: Field<WrapRow> = map<WrapRow>({ part: recordPart, epoch: number, slot, hw: hash });
export const wrapRows: Field<readonly WrapRow[]> = arrayOf(wrapRow, 1, 2);

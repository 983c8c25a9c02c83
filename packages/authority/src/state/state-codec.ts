/**
 * States to bytes and back, canonically: equal states give equal bytes, whatever the order in which things were learnt. The bytes
 * are the owner's own, kept sealed or beside what they were folded from; they are not an exchange format.
 */
import { decodeCbor, encodeCbor, IntegrityError, isBytes } from '@strongroom/core';
import type { CborValue } from '@strongroom/core';
import type { OfficeState } from './office-state.ts';
import type { VaultState } from './vault-state.ts';

const format = 1;
const limits = { depthMax: 24, sizeBytesMax: 2 ** 31 } as const;
// Keys that no member of a state has: they mark what a plain map cannot say.
const mapKey = '#map';
const setKey = '#set';

/** The bytes of a state. */
export function encodeState(state: OfficeState | VaultState): Uint8Array {
  const kind = 'own' in state ? 'office' : 'vault';
  return encodeCbor([format, kind, toValue(state)], limits);
}

/** The office of bytes that `encodeState` made. @throws IntegrityError STATE_INVALID */
export function decodeOfficeState(bytes: Uint8Array): OfficeState {
  return decodeState(bytes, 'office') as OfficeState;
}

/** The vault of bytes that `encodeState` made. @throws IntegrityError STATE_INVALID */
export function decodeVaultState(bytes: Uint8Array): VaultState {
  return decodeState(bytes, 'vault') as VaultState;
}

/** The state of bytes that `encodeState` made. @throws IntegrityError STATE_INVALID */
export function decodeState(bytes: Uint8Array, kind: 'office' | 'vault'): OfficeState | VaultState {
  let value: CborValue;
  try {
    value = decodeCbor(bytes, limits);
  } catch (cause) {
    throw new IntegrityError('STATE_INVALID', {}, { cause });
  }
  if (!Array.isArray(value) || value.length !== 3 || value[0] !== format || value[1] !== kind) {
    throw new IntegrityError('STATE_INVALID', {});
  }
  return fromValue(value[2] as CborValue) as OfficeState | VaultState;
}

function toValue(value: unknown): CborValue {
  if (value instanceof Map) {
    return { [mapKey]: Object.fromEntries([...value].map(([key, item]) => [key as string, toValue(item)])) };
  }
  if (value instanceof Set) return { [setKey]: [...(value as Set<string>)].toSorted() };
  if (Array.isArray(value)) return value.map(toValue);
  if (typeof value !== 'object' || value === null || isBytes(value)) return value as CborValue;
  const members = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(members.map(([name, item]) => [name, toValue(item)]));
}

function fromValue(value: CborValue): unknown {
  if (Array.isArray(value)) return value.map((item) => fromValue(item as CborValue));
  if (typeof value !== 'object' || value === null || isBytes(value)) return value;
  const members = value as Readonly<Record<string, CborValue>>;
  if (mapKey in members) {
    return new Map(
      Object.entries(members[mapKey] ?? {}).map(([key, item]) => [key, fromValue(item as CborValue)]),
    );
  }
  if (setKey in members) return new Set(members[setKey] as readonly string[]);
  return Object.fromEntries(Object.entries(members).map(([name, item]) => [name, fromValue(item)]));
}

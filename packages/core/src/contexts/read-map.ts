/** Reads the members of a decoded CBOR map that has exactly the keys a format names. */
import { decodeCbor } from '../cbor/index.ts';
import type { CborMap, CborValue } from '../cbor/index.ts';
import { isBytes } from '../bytes/index.ts';
import { InputError } from '../errors/index.ts';

export type MapReader = {
  readonly number: (key: string, max?: number) => number;
  readonly text: (key: string) => string;
  readonly bytes: (key: string, length?: number) => Uint8Array;
  readonly list: (key: string, length?: number) => readonly CborValue[];
  readonly map: (key: string) => CborMap;
  readonly has: (key: string) => boolean;
};

/**
 * Decodes bytes to a map that has all required keys, perhaps optional ones, and no others, and whose suite `s` is 1.
 * @throws InputError CBOR_INVALID, FORMAT_INVALID
 */
export function readFormat(
  bytes: Uint8Array,
  format: {
    readonly name: string;
    readonly required: readonly string[];
    readonly optional?: readonly string[];
  },
): MapReader {
  const value = decodeCbor(bytes);
  if (!isMap(value)) throw new InputError('FORMAT_INVALID', { format: format.name });
  return readMap(value, format);
}

/** As `readFormat`, for a map that is decoded already. @throws InputError FORMAT_INVALID */
export function readMap(
  value: CborMap,
  format: {
    readonly name: string;
    readonly required: readonly string[];
    readonly optional?: readonly string[];
  },
): MapReader {
  const { name, required, optional = [] } = format;
  for (const key of Object.keys(value)) {
    if (!required.includes(key) && !optional.includes(key))
      throw new InputError('FORMAT_INVALID', { format: name });
  }
  for (const key of required)
    if (!Object.hasOwn(value, key)) throw new InputError('FORMAT_INVALID', { format: name, key });

  function get(key: string): CborValue | undefined {
    return Object.hasOwn(value, key) ? value[key] : undefined;
  }
  function refuse(key: string): never {
    throw new InputError('FORMAT_INVALID', { format: name, key });
  }
  return {
    has: (key) => Object.hasOwn(value, key),
    number(key, max = Number.MAX_SAFE_INTEGER) {
      const member = get(key);
      return typeof member === 'number' && member >= 0 && member <= max ? member : refuse(key);
    },
    text(key) {
      const member = get(key);
      return typeof member === 'string' ? member : refuse(key);
    },
    bytes(key, length) {
      const member = get(key);
      return isBytes(member) && (length === undefined || member.length === length) ? member : refuse(key);
    },
    list(key, length) {
      const member = get(key);
      return Array.isArray(member) && (length === undefined || member.length === length)
        ? (member as readonly CborValue[])
        : refuse(key);
    },
    map(key) {
      const member = get(key);
      return member !== undefined && isMap(member) ? member : refuse(key);
    },
  };
}

function isMap(value: CborValue): value is CborMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isBytes(value);
}

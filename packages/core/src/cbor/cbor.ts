/**
 * Deterministic CBOR (RFC 8949 section 4.2.1), the only encoding of structured values that is hashed or signed. Accepted are
 * safe integers, byte strings, text, arrays, maps with text keys, booleans and null; floats, tags, `undefined` and
 * duplicate keys are refused. `decodeCbor` re-encodes and compares, because the library accepts unsorted keys and lossy
 * UTF-8 when decoding: one value has one encoding, both ways.
 */
import { decode, encode, rfc8949EncodeOptions } from 'cborg';
import { compareBytes, isBytes } from '../bytes/index.ts';
import { InputError, LimitError } from '../errors/index.ts';

/** A value that deterministic CBOR can carry. Maps are plain objects; `undefined` members are not allowed. */
export type CborValue = number | string | boolean | null | Uint8Array | readonly CborValue[] | CborMap;
/** A CBOR map with text keys. Decoded maps have no prototype, so a key such as `__proto__` is a key like any other. */
export type CborMap = { readonly [key: string]: CborValue };

/** Limits applied when the caller names none. */
export const cborLimits = { depthMax: 16, sizeBytesMax: 1_048_576 } as const;

/** Limits of one decoding. */
export type CborLimits = { readonly depthMax?: number; readonly sizeBytesMax?: number };

/**
 * Encodes a value.
 * @throws InputError CBOR_INVALID for a value outside the accepted kinds
 * @throws LimitError LIMIT_EXCEEDED when nested too deep or too long
 */
export function encodeCbor(value: CborValue, limits: CborLimits = {}): Uint8Array {
  // In Node the library answers a Buffer, perhaps from its pool: a plain copy leaves this file.
  const bytes = new Uint8Array(
    encode(toEncodable(value, limits.depthMax ?? cborLimits.depthMax), rfc8949EncodeOptions),
  );
  if (bytes.length > (limits.sizeBytesMax ?? cborLimits.sizeBytesMax))
    throw new LimitError('LIMIT_EXCEEDED', { name: 'cbor.sizeBytes' });
  return bytes;
}

/**
 * Decodes exactly one value and nothing after it. Byte strings in the answer are copies.
 * @throws InputError CBOR_INVALID for anything that `encodeCbor` would not have produced
 * @throws LimitError LIMIT_EXCEEDED when nested too deep or too long
 */
export function decodeCbor(bytes: Uint8Array, limits: CborLimits = {}): CborValue {
  if (!isBytes(bytes)) throw new InputError('CBOR_INVALID', { reason: 'bytes' });
  if (bytes.length > (limits.sizeBytesMax ?? cborLimits.sizeBytesMax))
    throw new LimitError('LIMIT_EXCEEDED', { name: 'cbor.sizeBytes' });
  const depthMax = limits.depthMax ?? cborLimits.depthMax;
  assertDepth(bytes, depthMax);
  let decoded: unknown;
  try {
    decoded = decode(bytes, decodeOptions);
  } catch (cause) {
    throw new InputError('CBOR_INVALID', { reason: 'syntax' }, { cause });
  }
  const value = fromDecoded(decoded);
  if (compareBytes(encode(decoded, rfc8949EncodeOptions), bytes) !== 0)
    throw new InputError('CBOR_INVALID', { reason: 'canonical' });
  return value;
}

const decodeOptions = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
  allowBigInt: false,
  useMaps: true,
  rejectDuplicateMapKeys: true,
} as const;

/** Copies into Maps and arrays, so that getters run once and a prototype key cannot hide. */
function toEncodable(value: unknown, depthLeft: number): unknown {
  switch (typeof value) {
    case 'string':
      if (!value.isWellFormed()) throw new InputError('CBOR_INVALID', { reason: 'text' });
      return value;
    case 'boolean':
      return value;
    case 'number':
      if (!Number.isSafeInteger(value) || Object.is(value, -0))
        throw new InputError('CBOR_INVALID', { reason: 'number' });
      return value;
    case 'object':
      break;
    default:
      throw new InputError('CBOR_INVALID', { reason: typeof value });
  }
  if (value === null) return null;
  // A Node Buffer would be encoded alike; a plain view keeps the library from asking what it is.
  if (isBytes(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (depthLeft <= 0) throw new LimitError('LIMIT_EXCEEDED', { name: 'cbor.depth' });
  if (Array.isArray(value)) return Array.from(value, (item) => toEncodable(item, depthLeft - 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw new InputError('CBOR_INVALID', { reason: 'object' });
  const map = new Map<string, unknown>();
  for (const key of Reflect.ownKeys(value)) {
    if (typeof key !== 'string' || !key.isWellFormed())
      throw new InputError('CBOR_INVALID', { reason: 'key' });
    map.set(key, toEncodable((value as Record<string, unknown>)[key], depthLeft - 1));
  }
  return map;
}

function fromDecoded(value: unknown): CborValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || Object.is(value, -0))
      throw new InputError('CBOR_INVALID', { reason: 'number' });
    return value;
  }
  if (isBytes(value)) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(fromDecoded);
  if (value instanceof Map) {
    const map = Object.create(null) as Record<string, CborValue>;
    for (const [key, item] of value as ReadonlyMap<unknown, unknown>) {
      if (typeof key !== 'string') throw new InputError('CBOR_INVALID', { reason: 'key' });
      map[key] = fromDecoded(item);
    }
    return map;
  }
  throw new InputError('CBOR_INVALID', { reason: typeof value });
}

/**
 * Walks the heads of all items with an explicit stack, so that a deep input is refused before the recursive decoder sees
 * it. Everything else that is wrong is left to the decoder.
 */
function assertDepth(bytes: Uint8Array, depthMax: number): void {
  const itemsLeft: number[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    const head = bytes[offset] ?? 0;
    const major = head >> 5;
    const info = head & 31;
    if (info > 27 || major === 6) throw new InputError('CBOR_INVALID', { reason: 'syntax' });
    const sizeBytes = info < 24 ? 0 : 2 ** (info - 24);
    let count = info < 24 ? info : 0;
    for (let index = 1; index <= sizeBytes; index++) count = count * 256 + (bytes[offset + index] ?? 0);
    offset += 1 + sizeBytes;
    if (major === 2 || major === 3) offset += count;
    if (major === 4 || major === 5) {
      // Each item takes a byte at least: a longer count is a lie, refused before anything is allocated for it.
      if (count > bytes.length) throw new InputError('CBOR_INVALID', { reason: 'syntax' });
      if (itemsLeft.length >= depthMax) throw new LimitError('LIMIT_EXCEEDED', { name: 'cbor.depth' });
      if (count > 0) {
        itemsLeft.push(major === 5 ? count * 2 : count);
        continue;
      }
    }
    while (itemsLeft.length > 0) {
      const left = (itemsLeft.pop() ?? 0) - 1;
      if (left > 0) {
        itemsLeft.push(left);
        break;
      }
    }
  }
}

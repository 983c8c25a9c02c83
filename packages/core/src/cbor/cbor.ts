/**
 * Deterministic CBOR (RFC 8949 section 4.2.1), the only encoding of structured values that is hashed or signed. Accepted are
 * safe integers, byte strings, text, arrays, maps with text keys, booleans and null; floats, tags, `undefined` and
 * duplicate keys are refused. One value has one encoding, both ways: the reader refuses every other form of a value itself,
 * so that what it accepts is what re-encoding gives (docs/adr/0003-own-cbor.md).
 */
import { isBytes } from '../bytes/index.ts';
import { InputError, LimitError } from '../errors/index.ts';
import { readValue } from './read-value.ts';
import { writeValue } from './write-value.ts';
import type { CborValue } from './cbor-value.ts';

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
  const { depthMax = cborLimits.depthMax, sizeBytesMax = cborLimits.sizeBytesMax } = limits;
  return writeValue(value, depthMax, sizeBytesMax);
}

/**
 * Decodes exactly one value and nothing after it. Byte strings in the answer are copies.
 * @throws InputError CBOR_INVALID for anything that `encodeCbor` would not have produced
 * @throws LimitError LIMIT_EXCEEDED when nested too deep or too long
 */
export function decodeCbor(bytes: Uint8Array, limits: CborLimits = {}): CborValue {
  const { depthMax = cborLimits.depthMax, sizeBytesMax = cborLimits.sizeBytesMax } = limits;
  if (!isBytes(bytes)) throw new InputError('CBOR_INVALID', { reason: 'bytes' });
  if (bytes.length > sizeBytesMax) throw new LimitError('LIMIT_EXCEEDED', { name: 'cbor.sizeBytes' });
  return readValue(bytes, depthMax);
}

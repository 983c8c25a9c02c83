/** Unsigned integers, big-endian. All stay below 2^53, so a JavaScript number holds them exactly. */
import { InputError } from '../errors/index.ts';

function assertUnsigned(value: unknown, bits: number): asserts value is number {
  if (
    !Number.isSafeInteger(value) ||
    (value as number) < 0 ||
    (bits < 53 && (value as number) >= 2 ** bits)
  ) {
    throw new InputError('INPUT_INVALID', { name: `u${bits}` });
  }
}

function encodeUnsigned(value: number, size: number): Uint8Array {
  assertUnsigned(value, size * 8);
  const bytes = new Uint8Array(size);
  let rest = value;
  for (let index = size - 1; index >= 0; index--) {
    bytes[index] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return bytes;
}

function decodeUnsigned(bytes: Uint8Array, offset: number, size: number): number {
  if (!Number.isSafeInteger(offset) || offset < 0 || offset + size > bytes.length) {
    throw new InputError('FORMAT_INVALID', { name: `u${size * 8}` });
  }
  let value = 0;
  for (let index = offset; index < offset + size; index++) value = value * 256 + (bytes[index] ?? 0);
  if (!Number.isSafeInteger(value)) throw new InputError('FORMAT_INVALID', { name: `u${size * 8}` });
  return value;
}

/** One byte. @throws InputError INPUT_INVALID */
export function encodeU8(value: number): Uint8Array {
  return encodeUnsigned(value, 1);
}
/** Two bytes. @throws InputError INPUT_INVALID */
export function encodeU16(value: number): Uint8Array {
  return encodeUnsigned(value, 2);
}
/** Four bytes. @throws InputError INPUT_INVALID */
export function encodeU32(value: number): Uint8Array {
  return encodeUnsigned(value, 4);
}
/** Six bytes. @throws InputError INPUT_INVALID */
export function encodeU48(value: number): Uint8Array {
  return encodeUnsigned(value, 6);
}
/** Eight bytes; the value must be a safe integer. @throws InputError INPUT_INVALID */
export function encodeU64(value: number): Uint8Array {
  return encodeUnsigned(value, 8);
}

/** Reads one byte. @throws InputError FORMAT_INVALID */
export function decodeU8(bytes: Uint8Array, offset = 0): number {
  return decodeUnsigned(bytes, offset, 1);
}
/** Reads two bytes. @throws InputError FORMAT_INVALID */
export function decodeU16(bytes: Uint8Array, offset = 0): number {
  return decodeUnsigned(bytes, offset, 2);
}
/** Reads four bytes. @throws InputError FORMAT_INVALID */
export function decodeU32(bytes: Uint8Array, offset = 0): number {
  return decodeUnsigned(bytes, offset, 4);
}
/** Reads six bytes. @throws InputError FORMAT_INVALID */
export function decodeU48(bytes: Uint8Array, offset = 0): number {
  return decodeUnsigned(bytes, offset, 6);
}
/** Reads eight bytes; a value above 2^53 - 1 is refused. @throws InputError FORMAT_INVALID */
export function decodeU64(bytes: Uint8Array, offset = 0): number {
  return decodeUnsigned(bytes, offset, 8);
}

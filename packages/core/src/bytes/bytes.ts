import { InputError } from '../errors/index.ts';

/** The empty byte string. */
export const emptyBytes: Uint8Array = new Uint8Array(0);

/** Whether a value is a byte string, also of another realm. A Node Buffer is one; other typed arrays are not. */
export function isBytes(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && (value as Uint8Array)[Symbol.toStringTag] === 'Uint8Array';
}

/**
 * Refuses anything but a byte string, and, if `length` is given, one of exactly that length.
 * @throws InputError INPUT_INVALID
 */
export function assertBytes(value: unknown, name: string, length?: number): asserts value is Uint8Array {
  if (!isBytes(value)) throw new InputError('INPUT_INVALID', { name });
  if (length !== undefined && value.length !== length) {
    throw new InputError('INPUT_INVALID', { name, length: value.length, lengthExpected: length });
  }
}

/** Joins byte strings into a new one. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/**
 * The front of `output`, `length` bytes long, for an answer that the caller gives room for; new memory without an output.
 * @throws InputError INPUT_INVALID for an output that is too short
 */
export function takeOutput(output: Uint8Array | undefined, length: number): Uint8Array {
  if (output === undefined) return new Uint8Array(length);
  assertBytes(output, 'output');
  if (output.length < length)
    throw new InputError('INPUT_INVALID', { name: 'output', length: output.length });
  return output.subarray(0, length);
}

/** Compares without stopping at the first difference; lengths are not secret. */
export function isEqualConstantTime(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let index = 0; index < left.length; index++) difference |= (left[index] ?? 0) ^ (right[index] ?? 0);
  return difference === 0;
}

/** Orders byte strings by their bytes, a prefix first. For public values only. */
export function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** Overwrites byte strings with zeros. JavaScript may hold other copies; this shortens a secret's life, it ends none. */
export function wipeBytes(...parts: readonly (Uint8Array | undefined)[]): void {
  for (const part of parts) part?.fill(0);
}

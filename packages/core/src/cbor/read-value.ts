/**
 * Reads one value of deterministic CBOR in a single pass. Every form that the writer would not have chosen is refused where
 * it stands: a head longer than needed, an indefinite length, keys that do not strictly ascend, malformed UTF-8, tags,
 * floats, other simple values, integers beyond 2^53 - 1, bytes after the end. What remains has one encoding: the one read.
 */
import { decodeUtf8 } from '../bytes/index.ts';
import { InputError, LimitError } from '../errors/index.ts';
import type { CborValue } from './cbor-value.ts';
import { majorTypes, simpleValues } from './major-types.ts';

type Input = { readonly bytes: Uint8Array; offset: number };

const asciiTextMax = 64;
const piecewiseMax = 12;

/**
 * The value whose encoding is exactly `bytes`.
 * @throws InputError CBOR_INVALID; LimitError LIMIT_EXCEEDED for more than `depthMax` levels of arrays and maps
 */
export function readValue(bytes: Uint8Array, depthMax: number): CborValue {
  // A plain view: a Node Buffer's `slice` would share memory.
  const view = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const input: Input = { bytes: view, offset: 0 };
  const value = readItem(input, depthMax);
  if (input.offset !== view.length) refuse('syntax');
  return value;
}

function readItem(input: Input, depthLeft: number): CborValue {
  const { bytes, offset } = input;
  if (offset >= bytes.length) refuse('syntax');
  const head = bytes[offset] as number;
  const major = head >> 5;
  if (major === majorTypes.simple) {
    input.offset = offset + 1;
    return readSimple(head & 31);
  }
  const argument = readArgument(input);
  switch (major) {
    case majorTypes.unsigned:
      return argument;
    case majorTypes.negative:
      if (argument === Number.MAX_SAFE_INTEGER) refuse('number');
      return -1 - argument;
    case majorTypes.bytes: {
      const start = skip(input, argument);
      return bytes.slice(start, input.offset);
    }
    case majorTypes.text:
      return readText(input, argument);
    case majorTypes.array:
      return readArray(input, argument, depthLeft);
    case majorTypes.map:
      return readMap(input, argument, depthLeft);
    default:
      return refuse('syntax');
  }
}

function readSimple(value: number): boolean | null {
  if (value === simpleValues.false) return false;
  if (value === simpleValues.true) return true;
  if (value === simpleValues.null) return null;
  return refuse('syntax');
}

/** The argument of a head, which must be in its shortest form; steps over the head. */
function readArgument(input: Input): number {
  const { bytes, offset } = input;
  const info = (bytes[offset] as number) & 31;
  if (info < 24) {
    input.offset = offset + 1;
    return info;
  }
  if (info > 27) refuse('syntax');
  const size = 2 ** (info - 24);
  const end = offset + 1 + size;
  if (end > bytes.length) refuse('syntax');
  let argument = 0;
  for (let index = offset + 1; index < end; index++) argument = argument * 256 + (bytes[index] as number);
  if (argument < (size === 1 ? 24 : 2 ** (4 * size))) refuse('canonical');
  if (argument > Number.MAX_SAFE_INTEGER) refuse('number');
  input.offset = end;
  return argument;
}

/** Steps over bytes that must be there; answers where they begin. */
function skip(input: Input, length: number): number {
  const start = input.offset;
  if (length > input.bytes.length - start) refuse('syntax');
  input.offset = start + length;
  return start;
}

function readText(input: Input, length: number): string {
  const { bytes } = input;
  const start = skip(input, length);
  const end = input.offset;
  if (length <= asciiTextMax) {
    let index = start;
    while (index < end && (bytes[index] as number) <= 127) index++;
    if (index === end) return readAscii(bytes, start, end);
  }
  try {
    return decodeUtf8(bytes.subarray(start, end));
  } catch (cause) {
    throw new InputError('CBOR_INVALID', { reason: 'text' }, { cause });
  }
}

/** Longer ones at once: a text that is put together letter by letter is a chain of pieces in memory. */
function readAscii(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > piecewiseMax)
    return Reflect.apply(String.fromCharCode, undefined, bytes.subarray(start, end));
  let text = '';
  for (let index = start; index < end; index++) text += String.fromCharCode(bytes[index] as number);
  return text;
}

function readArray(input: Input, count: number, depthLeft: number): CborValue {
  assertRoom(input, count, depthLeft);
  const items: CborValue[] = [];
  for (let index = 0; index < count; index++) items.push(readItem(input, depthLeft - 1));
  return items;
}

function readMap(input: Input, count: number, depthLeft: number): CborValue {
  assertRoom(input, count * 2, depthLeft);
  const map = Object.create(null) as Record<string, CborValue>;
  let [before, beforeEnd] = [0, 0];
  for (let index = 0; index < count; index++) {
    if (input.offset >= input.bytes.length) refuse('syntax');
    if ((input.bytes[input.offset] as number) >> 5 !== majorTypes.text) refuse('key');
    const length = readArgument(input);
    const start = input.offset;
    const key = readText(input, length);
    if (index > 0 && !isAscending(input.bytes, before, beforeEnd, start, input.offset)) refuse('canonical');
    [before, beforeEnd] = [start, input.offset];
    map[key] = readItem(input, depthLeft - 1);
  }
  return map;
}

/** Each item takes a byte at least: a longer count is a lie, refused before anything is allocated for it. */
function assertRoom(input: Input, count: number, depthLeft: number): void {
  if (count > input.bytes.length - input.offset) refuse('syntax');
  if (depthLeft <= 0) throw new LimitError('LIMIT_EXCEEDED', { name: 'cbor.depth' });
}

/**
 * Whether the first key's encoding comes strictly before the second's. Their heads are the shortest ones and so grow with
 * the length: a shorter key comes first, keys of one length go by their bytes.
 */
function isAscending(
  bytes: Uint8Array,
  start: number,
  end: number,
  nextStart: number,
  nextEnd: number,
): boolean {
  const length = end - start;
  if (length !== nextEnd - nextStart) return length < nextEnd - nextStart;
  for (let index = 0; index < length; index++) {
    const difference = (bytes[nextStart + index] as number) - (bytes[start + index] as number);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

function refuse(reason: string): never {
  throw new InputError('CBOR_INVALID', { reason });
}

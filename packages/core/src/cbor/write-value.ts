/**
 * Writes one value as deterministic CBOR: shortest heads, keys of a map in the order of their encoded bytes. Each member is
 * read once, so that what was checked is what is written.
 */
import { compareBytes, isBytes } from '../bytes/index.ts';
import { InputError, LimitError } from '../errors/index.ts';
import type { CborValue } from './cbor-value.ts';
import { majorTypes, simpleValues } from './major-types.ts';

/** Where the next byte goes. `bytes` is replaced by a longer one when it is full. */
type Output = { bytes: Uint8Array; offset: number; readonly sizeBytesMax: number };

const encoder = new TextEncoder();
const roomKeptBytes = 4096;
const asciiTextMax = 64;
const headMax = 9;

/** Kept between calls; absent while a call uses it, because a getter may encode something else meanwhile. */
let room: Uint8Array | undefined;

/**
 * The encoding of a value, in memory of its own.
 * @throws InputError CBOR_INVALID; LimitError LIMIT_EXCEEDED
 */
export function writeValue(value: CborValue, depthMax: number, sizeBytesMax: number): Uint8Array {
  const output: Output = { bytes: room ?? new Uint8Array(roomKeptBytes), offset: 0, sizeBytesMax };
  room = undefined;
  try {
    writeItem(output, value, depthMax);
    if (output.offset > sizeBytesMax) refuseSize();
    return output.bytes.slice(0, output.offset);
  } finally {
    // Contents may be secret, so none are left behind.
    output.bytes.fill(0, 0, output.offset);
    if (output.bytes.length === roomKeptBytes) room = output.bytes;
  }
}

function writeItem(output: Output, value: unknown, depthLeft: number): void {
  switch (typeof value) {
    case 'string':
      writeText(output, value, 'text');
      return;
    case 'boolean':
      writeHead(output, majorTypes.simple, value ? simpleValues.true : simpleValues.false);
      return;
    case 'number':
      if (!Number.isSafeInteger(value) || Object.is(value, -0)) refuse('number');
      if (value >= 0) writeHead(output, majorTypes.unsigned, value);
      else writeHead(output, majorTypes.negative, -1 - value);
      return;
    case 'object':
      break;
    default:
      refuse(typeof value);
  }
  if (value === null) {
    writeHead(output, majorTypes.simple, simpleValues.null);
  } else if (isBytes(value)) {
    writeBytes(output, majorTypes.bytes, new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  } else {
    if (depthLeft <= 0) throw new LimitError('LIMIT_EXCEEDED', { name: 'cbor.depth' });
    if (Array.isArray(value)) writeArray(output, value, depthLeft);
    else writeMap(output, value, depthLeft);
  }
}

function writeArray(output: Output, items: readonly unknown[], depthLeft: number): void {
  const { length } = items;
  writeHead(output, majorTypes.array, length);
  for (let index = 0; index < length; index++) writeItem(output, items[index], depthLeft - 1);
}

function writeMap(output: Output, map: object, depthLeft: number): void {
  const prototype: unknown = Object.getPrototypeOf(map);
  if (prototype !== Object.prototype && prototype !== null) refuse('object');
  const keys = Reflect.ownKeys(map);
  sortKeys(keys);
  writeHead(output, majorTypes.map, keys.length);
  for (const key of keys) {
    writeText(output, key, 'key');
    writeItem(output, (map as Record<string, unknown>)[key], depthLeft - 1);
  }
}

/**
 * Sorts keys by the bytes of their encodings (RFC 8949 section 4.2.1). The head comes first and grows with the length, so
 * that is: the shorter one in UTF-8, then by bytes. Among ASCII keys texts compare like their bytes.
 */
function sortKeys(keys: (string | symbol)[]): asserts keys is string[] {
  let isAscii = true;
  for (const key of keys) {
    if (typeof key !== 'string') refuse('key');
    isAscii &&= isAsciiText(key);
  }
  const texts = keys as string[];
  if (isAscii) texts.sort(compareAscii);
  else texts.sort((left, right) => compareEncoded(encoder.encode(left), encoder.encode(right)));
}

function compareAscii(left: string, right: string): number {
  if (left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : 1;
}

function compareEncoded(left: Uint8Array, right: Uint8Array): number {
  return left.length - right.length || compareBytes(left, right);
}

function isAsciiText(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 127) return false;
  return true;
}

function writeText(output: Output, text: string, reason: string): void {
  const { length } = text;
  if (length > asciiTextMax || !isAsciiText(text)) {
    if (!text.isWellFormed()) refuse(reason);
    writeBytes(output, majorTypes.text, encoder.encode(text));
    return;
  }
  writeHead(output, majorTypes.text, length);
  reserve(output, length);
  const { bytes, offset } = output;
  for (let index = 0; index < length; index++) bytes[offset + index] = text.charCodeAt(index);
  output.offset = offset + length;
}

function writeBytes(output: Output, major: number, content: Uint8Array): void {
  writeHead(output, major, content.length);
  reserve(output, content.length);
  output.bytes.set(content, output.offset);
  output.offset += content.length;
}

/** The first bytes of an item: major type and argument, in the shortest form. */
function writeHead(output: Output, major: number, argument: number): void {
  reserve(output, headMax);
  const { bytes, offset } = output;
  const top = major << 5;
  if (argument < 24) {
    bytes[offset] = top | argument;
    output.offset = offset + 1;
    return;
  }
  let sizeLog = 0;
  while (sizeLog < 3 && argument >= 2 ** (8 * 2 ** sizeLog)) sizeLog++;
  const size = 2 ** sizeLog;
  bytes[offset] = top | (24 + sizeLog);
  let rest = argument;
  for (let index = size; index > 0; index--) {
    bytes[offset + index] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  output.offset = offset + 1 + size;
}

function reserve(output: Output, length: number): void {
  const { bytes, offset } = output;
  if (offset + length <= bytes.length) return;
  if (offset > output.sizeBytesMax || length - headMax > output.sizeBytesMax) refuseSize();
  const longer = new Uint8Array(Math.max(bytes.length * 2, offset + length));
  longer.set(bytes.subarray(0, offset));
  bytes.fill(0, 0, offset);
  output.bytes = longer;
}

function refuse(reason: string): never {
  throw new InputError('CBOR_INVALID', { reason });
}

function refuseSize(): never {
  throw new LimitError('LIMIT_EXCEEDED', { name: 'cbor.sizeBytes' });
}

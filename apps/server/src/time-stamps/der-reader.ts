/**
 * DER (X.690), reading only. Strict: the shortest length, definite, one octet of tag; whatever else refuses the whole. What a time-stamp
 * authority sends is untrusted until its signature was checked, so nothing here guesses.
 */
import { refuse } from './refuse.ts';

/** One value: its tag octet, what is in it, and all of its octets. */
export type DerValue = {
  readonly tag: number;
  readonly contents: Uint8Array;
  readonly encoded: Uint8Array;
};

/** Tag octets that are read here. */
export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectId: 0x06,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Constructed values of a context, `[0]` to `[4]`. */
export const context = (number: number): number => 0xa0 | number;
/** Primitive values of a context. */
export const plainContext = (number: number): number => 0x80 | number;

/** All values that stand in these octets, one after the other. @throws IntegrityError TIME_STAMP_INVALID (`der`) */
export function readValues(bytes: Uint8Array): readonly DerValue[] {
  const values: DerValue[] = [];
  let from = 0;
  while (from < bytes.length) {
    const tag = bytes[from] ?? 0;
    if ((tag & 0x1f) === 0x1f) refuse('der');
    const { length, start } = readLength(bytes, from + 1);
    const end = start + length;
    if (end > bytes.length) refuse('der');
    values.push({ tag, contents: bytes.subarray(start, end), encoded: bytes.subarray(from, end) });
    from = end;
  }
  return values;
}

/** The one value that these octets are. @throws IntegrityError TIME_STAMP_INVALID (`der`) */
export function readValue(bytes: Uint8Array, tag: number): DerValue {
  const [value, ...others] = readValues(bytes);
  if (value === undefined || others.length > 0) refuse('der');
  return expectTag(value, tag);
}

/** The values inside a sequence. @throws IntegrityError TIME_STAMP_INVALID (`der`) */
export function readSequence(value: DerValue | undefined): readonly DerValue[] {
  return readValues(expectTag(value, tags.sequence).contents);
}

/** The value, if it is there and of this kind. @throws IntegrityError TIME_STAMP_INVALID (`der`) */
export function expectTag(value: DerValue | undefined, tag: number): DerValue {
  if (value?.tag !== tag) refuse('der');
  return value;
}

/** Dotted text of an object identifier. @throws IntegrityError TIME_STAMP_INVALID (`der`) */
export function readObjectId(value: DerValue | undefined): string {
  const { contents } = expectTag(value, tags.objectId);
  const arcs: number[] = [];
  let arc = 0;
  let isOpen = true;
  for (const octet of contents) {
    if (arc > 2 ** 40) refuse('der');
    arc = arc * 128 + (octet & 0x7f);
    isOpen = (octet & 0x80) !== 0;
    if (isOpen) continue;
    arcs.push(arc);
    arc = 0;
  }
  const [first] = arcs;
  if (isOpen || first === undefined) refuse('der');
  const root = Math.min(2, Math.floor(first / 40));
  return [root, first - root * 40, ...arcs.slice(1)].join('.');
}

/** A small number that is not negative. @throws IntegrityError TIME_STAMP_INVALID (`der`) */
export function readSmallInteger(value: DerValue | undefined, tag: number = tags.integer): number {
  const { contents } = expectTag(value, tag);
  if (contents.length === 0 || contents.length > 5 || ((contents[0] ?? 0) & 0x80) !== 0) refuse('der');
  return contents.reduce((sum, octet) => sum * 256 + octet, 0);
}

function readLength(bytes: Uint8Array, at: number): { readonly length: number; readonly start: number } {
  const first = bytes[at];
  if (first === undefined) refuse('der');
  if (first < 0x80) return { length: first, start: at + 1 };
  const count = first & 0x7f;
  // 0 is the indefinite form; four octets are more than any answer that is read.
  if (count === 0 || count > 4 || at + count >= bytes.length) refuse('der');
  let length = 0;
  for (const octet of bytes.subarray(at + 1, at + 1 + count)) length = length * 256 + octet;
  if (length < 0x80 || length < 256 ** (count - 1)) refuse('der');
  return { length, start: at + 1 + count };
}

/**
 * Our CBOR against an independent implementation: the same bytes for every value, and bytes are accepted exactly where
 * the other one decodes them strictly and its re-encoding gives them back.
 */
import { decode, encode, rfc8949EncodeOptions } from 'cborg';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareBytes, decodeCbor, decodeHex, encodeCbor, encodeHex } from '../index.ts';
import type { CborValue } from '../index.ts';

const depthMax = 16;

/** Keys whose order in UTF-16, in UTF-8 and by length differ. */
const key = fc.oneof(
  fc.string({ unit: 'grapheme-ascii', maxLength: 3 }),
  fc.string({
    unit: fc.constantFrom('a', 'b', 'é', '\ue000', '\uffff', '\u{10000}', '\u{1f512}'),
    maxLength: 3,
  }),
  fc.constantFrom('', '__proto__', 'toString', '0', '10', 'k'.repeat(23), 'k'.repeat(24), 'k'.repeat(256)),
);
const integer = fc.oneof(
  fc.maxSafeInteger(),
  fc.constantFrom(...[0, 8, 16, 32, 53].flatMap((bits) => around(2 ** bits)), ...around(24)),
);
const value = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium' },
    integer.filter((number) => Number.isSafeInteger(number) && !Object.is(number, -0)),
    fc.string({ unit: 'grapheme', maxLength: 80 }),
    fc.constantFrom('\ufeff', 'x'.repeat(23), 'x'.repeat(24), 'x'.repeat(65), 'é'.repeat(128)),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array({ maxLength: 300 }),
    fc.array(tie('value'), { maxLength: 30 }),
    fc.dictionary(key, tie('value'), { maxKeys: 30 }),
  ),
})).value;

function around(number: number): number[] {
  return [number - 1, number, number + 1, -number - 1, -number, 1 - number];
}

/** What the other implementation takes: a Map for each object, so that no key hides and order is its own business. */
function toTwin(input: CborValue): unknown {
  if (Array.isArray(input)) return input.map(toTwin);
  if (typeof input !== 'object' || input === null || input instanceof Uint8Array) return input;
  return new Map(Object.entries(input).map(([name, item]) => [name, toTwin(item)]));
}

/** Whether the other implementation knows the bytes as the one encoding of a value of our kinds. */
function isTwinCanonical(bytes: Uint8Array): boolean {
  try {
    const decoded: unknown = decode(bytes, {
      strict: true,
      allowIndefinite: false,
      allowUndefined: false,
      allowInfinity: false,
      allowNaN: false,
      allowBigInt: false,
      useMaps: true,
      rejectDuplicateMapKeys: true,
    });
    return isOurs(decoded, depthMax) && compareBytes(encode(decoded, rfc8949EncodeOptions), bytes) === 0;
  } catch {
    return false;
  }
}

function isOurs(decoded: unknown, depthLeft: number): boolean {
  if (decoded === null || ['boolean', 'string'].includes(typeof decoded)) return true;
  if (typeof decoded === 'number') return Number.isSafeInteger(decoded) && !Object.is(decoded, -0);
  if (decoded instanceof Uint8Array) return true;
  if (depthLeft === 0) return false;
  if (Array.isArray(decoded)) return decoded.every((item) => isOurs(item, depthLeft - 1));
  if (!(decoded instanceof Map)) return false;
  return [...(decoded as ReadonlyMap<unknown, unknown>)].every(
    ([name, item]) => typeof name === 'string' && isOurs(item, depthLeft - 1),
  );
}

function isAccepted(bytes: Uint8Array): boolean {
  try {
    decodeCbor(bytes);
    return true;
  } catch (error) {
    expect((error as { code: string }).code).toMatch(/^(CBOR_INVALID|LIMIT_EXCEEDED)$/);
    return false;
  }
}

function expectAgreement(bytes: Uint8Array): void {
  // The other implementation loses a byte order mark at the front of a text, so that its answer says nothing there.
  if (encodeHex(bytes).includes('efbbbf')) return;
  const isCanonical = isTwinCanonical(bytes);
  if (isAccepted(bytes) !== isCanonical)
    throw new Error(
      `${encodeHex(bytes)} is ${isCanonical ? '' : 'not '}canonical by the other implementation`,
    );
}

/** One change of an encoding: byte changed, removed, put in, a stretch doubled or dropped, a head made longer. */
const change = fc.record({
  kind: fc.constantFrom('set', 'flip', 'remove', 'insert', 'double', 'cut', 'swap', 'widen'),
  at: fc.nat(),
  length: fc.integer({ min: 1, max: 8 }),
  byte: fc.oneof(
    fc.integer({ min: 0, max: 255 }),
    fc.constantFrom(
      0x00,
      0x18,
      0x19,
      0x1b,
      0x3b,
      0x41,
      0x61,
      0x80,
      0x81,
      0xa0,
      0xa1,
      0xc2,
      0xf4,
      0xf6,
      0xf7,
      0xf9,
      0xff,
    ),
  ),
});
type Change = typeof change extends fc.Arbitrary<infer C> ? C : never;

function applyChange(bytes: Uint8Array, { kind, at, length, byte }: Change): Uint8Array {
  const all = [...bytes];
  const place = at % all.length;
  const old = all[place] as number;
  const stretch = all.slice(place, place + length);
  if (kind === 'set') all[place] = byte;
  if (kind === 'flip') all[place] = old ^ (1 << (byte & 7));
  if (kind === 'remove') all.splice(place, 1);
  if (kind === 'insert') all.splice(place, 0, byte);
  if (kind === 'double') all.splice(place, 0, ...stretch);
  if (kind === 'cut') all.splice(place, length);
  if (kind === 'swap')
    all.splice(place, 2 * length, ...all.slice(place + length, place + 2 * length), ...stretch);
  if (kind === 'widen') {
    const size = 2 ** (byte & 3);
    const argument = Array.from({ length: size }, (_, index) => (index === size - 1 ? old & 31 : 0));
    all.splice(place, 1, (old & 0xe0) | (24 + (byte & 3)), ...argument);
  }
  return Uint8Array.from(all);
}

test('both encode every value to the same bytes', () => {
  fc.assert(
    fc.property(value, (input) => {
      const bytes = encodeCbor(input);
      expect(encodeHex(bytes)).toBe(encodeHex(encode(toTwin(input), rfc8949EncodeOptions)));
      expect(decodeCbor(bytes)).toEqual(input);
    }),
    { numRuns: 1000 },
  );
});

test('both refuse and accept the same random bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (bytes) => expectAgreement(bytes)),
    { numRuns: 2000 },
  );
});

test('both refuse and accept the same changed encodings', () => {
  let acceptedCount = 0;
  fc.assert(
    fc.property(value, fc.array(change, { minLength: 1, maxLength: 3 }), (input, changes) => {
      let bytes = encodeCbor(input);
      for (const one of changes) if (bytes.length > 0) bytes = applyChange(bytes, one);
      if (bytes.length === 0) return;
      expectAgreement(bytes);
      if (isAccepted(bytes)) acceptedCount++;
    }),
    { numRuns: 2000 },
  );
  // The changes are worth something only while some of them leave an encoding.
  expect(acceptedCount).toBeGreaterThan(100);
});

test('both refuse and accept the same inputs of up to three bytes', () => {
  const seconds = [0, 1, 20, 22, 23, 24, 32, 64, 97, 127, 128, 194, 224, 240, 244, 255];
  for (let first = 0; first < 256; first++) {
    expectAgreement(Uint8Array.of(first));
    for (const second of seconds) {
      expectAgreement(Uint8Array.of(first, second));
      for (const third of [0, 24, 128, 255]) expectAgreement(Uint8Array.of(first, second, third));
    }
  }
});

test('keys are ordered by the bytes of their encodings', () => {
  const keys = ['b', 'aa', '\uffff', '\u{10000}', 'a', '', '\ue000a', 'k'.repeat(24)];
  const ordered = ['', 'a', 'b', 'aa', '\uffff', '\ue000a', '\u{10000}', 'k'.repeat(24)];
  const bytes = encodeCbor(Object.fromEntries(keys.map((name) => [name, 0])));
  expect(Object.keys(decodeCbor(bytes) as object)).toEqual(ordered);
  expect(() => decodeCbor(decodeHex('a262616100616200'))).toThrow();
});

test('a byte order mark is a character like any other', () => {
  const bytes = encodeCbor({ '\ufeff': '\ufeffname' });
  expect(decodeCbor(bytes)).toEqual({ '\ufeff': '\ufeffname' });
  expect(isTwinCanonical(bytes)).toBe(false);
});

test('encoding within a getter of a value being encoded disturbs neither', () => {
  const inner = { b: 1, c: 'text' };
  const nested = {
    get a(): Uint8Array {
      return encodeCbor(inner);
    },
    z: 5,
  };
  expect(encodeCbor(nested)).toEqual(encodeCbor({ a: encodeCbor(inner), z: 5 }));
});

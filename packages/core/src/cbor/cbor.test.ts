/** Deterministic CBOR: one encoding for one value; everything else is refused. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeCbor, decodeHex, encodeCbor, encodeHex } from '../index.ts';
import type { CborValue } from '../index.ts';

const value = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.maxSafeInteger().filter((number) => !Object.is(number, -0)),
    fc.string({ unit: 'grapheme' }),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array({ maxLength: 20 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string({ unit: 'grapheme' }), tie('value'), { maxKeys: 4 }),
  ),
})).value;

test('round trip, and the same bytes again', () => {
  fc.assert(
    fc.property(value, (input) => {
      const bytes = encodeCbor(input);
      expect(decodeCbor(bytes)).toEqual(input);
      expect(encodeCbor(decodeCbor(bytes))).toEqual(bytes);
    }),
  );
});

test('whatever decodes, re-encodes to the same bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 24 }), (bytes) => {
      let decoded: CborValue;
      try {
        decoded = decodeCbor(bytes);
      } catch (error) {
        expect((error as { code: string }).code).toMatch(/^(CBOR_INVALID|LIMIT_EXCEEDED)$/);
        return;
      }
      expect(encodeCbor(decoded)).toEqual(bytes);
    }),
    { numRuns: 3000 },
  );
});

describe('refused', () => {
  test.each([
    ['nothing', ''],
    ['a second value', '0000'],
    ['a cut value', '1900'],
    ['an integer in too many bytes', '1800'],
    ['a length in too many bytes', '580100'],
    ['an integer above 2^53', '1b0020000000000000'],
    ['an integer below -2^53', '3b0020000000000000'],
    ['a half float', 'f93c00'],
    ['a double', 'fb3ff199999999999a'],
    ['NaN', 'f97e00'],
    ['undefined', 'f7'],
    ['another simple value', 'f8ff'],
    ['a tag', 'c000'],
    ['a bignum', 'c249010000000000000000'],
    ['an indefinite array', '9fff'],
    ['an indefinite text', '7f6161ff'],
    ['a break', 'ff'],
    ['keys out of order', 'a2616201616101'],
    ['a key twice', 'a2616101616102'],
    ['a key that is no text', 'a10101'],
    ['malformed UTF-8', '61ff'],
    ['a surrogate in UTF-8', '63eda080'],
    ['an array longer than the input', '9a7fffffff'],
    ['a text longer than the input', '7a7fffffff'],
    ['a map longer than the input', 'ba7fffffff'],
  ])('%s', (_name, hex) => {
    expect(() => decodeCbor(decodeHex(hex))).toThrow(expect.objectContaining({ code: 'CBOR_INVALID' }));
  });

  test('too deep and too long', () => {
    const limit = expect.objectContaining({ code: 'LIMIT_EXCEEDED' });
    const deep = (depth: number): string => '81'.repeat(depth) + '80';
    expect(decodeCbor(decodeHex(deep(15)))).toBeDefined();
    expect(() => decodeCbor(decodeHex(deep(16)))).toThrow(limit);
    expect(() => decodeCbor(decodeHex(deep(100_000)))).toThrow(limit);
    expect(() => decodeCbor(new Uint8Array(1_048_577))).toThrow(limit);
    expect(() => encodeCbor(new Uint8Array(1_048_577))).toThrow(limit);
    let nested: CborValue = [];
    for (let depth = 0; depth < 16; depth++) nested = [nested];
    expect(() => encodeCbor(nested)).toThrow(limit);
  });

  test.each([
    undefined,
    1.5,
    Number.NaN,
    Infinity,
    -0,
    2 ** 53,
    1n,
    Symbol('x'),
    () => 1,
    new Date(0),
    new Map(),
    new Set(),
    /x/,
    'a\ud800',
    new Uint16Array(2),
    new ArrayBuffer(2),
    Object.create({ a: 1 }),
    { a: undefined },
    [undefined],
    { ['a\ud800']: 1 },
    { [Symbol('s')]: 1 },
    new (class Sneaky {
      a = 1;
    })(),
    Array.from({ length: 2 }),
    Promise.resolve(1),
    new WeakMap(),
    new Error('x'),
    new String('x'),
    new Number(1),
  ])('value %s', (wrong) => {
    expect(() => encodeCbor(wrong as never)).toThrow(expect.objectContaining({ code: 'CBOR_INVALID' }));
  });

  test.each([undefined, null, 'a0', 5, {}, [0], new ArrayBuffer(1), new Uint16Array(1)])(
    'input %s',
    (wrong) => {
      expect(() => decodeCbor(wrong as never)).toThrow(expect.objectContaining({ code: 'CBOR_INVALID' }));
    },
  );
});

test('a prototype key is a key like any other', () => {
  const decoded = decodeCbor(decodeHex('a1695f5f70726f746f5f5fa1616101')) as Record<string, unknown>;
  expect(Object.getPrototypeOf(decoded)).toBe(null);
  expect(Object.keys(decoded)).toEqual(['__proto__']);
  expect(encodeHex(encodeCbor(decoded as CborValue))).toBe('a1695f5f70726f746f5f5fa1616101');
  expect(({} as { a?: number }).a).toBeUndefined();
});

test('decoded byte strings are copies', () => {
  const input = decodeHex('4101');
  const decoded = decodeCbor(input) as Uint8Array;
  input.fill(9);
  expect([...decoded]).toEqual([1]);
  expect(decoded.constructor).toBe(Uint8Array);
});

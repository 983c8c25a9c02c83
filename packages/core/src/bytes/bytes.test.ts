/** Encodings are strict both ways: one text for one byte string. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as core from '../index.ts';

const bytes = fc.uint8Array({ maxLength: 100 });
const invalid = expect.objectContaining({ name: 'InputError', code: 'ENCODING_INVALID' });

const encodings: readonly (readonly [
  string,
  (value: Uint8Array) => string,
  (text: string) => Uint8Array,
  readonly string[],
])[] = [
  ['hex', core.encodeHex, core.decodeHex, ['A0', 'a', '0g', ' 00', '0x00', '00 ', '００']],
  [
    'base64url',
    core.encodeBase64url,
    core.decodeBase64url,
    ['A', 'AB', 'AA==', 'AA+A', 'AA/A', 'AA A', 'AAAAA', 'AAé'],
  ],
  [
    'base64',
    core.encodeBase64,
    core.decodeBase64,
    ['AA', 'A===', 'AB==', 'AA=', 'AA==\n', 'AA-A', '====', 'AAA==A=='],
  ],
  ['base32', core.encodeBase32, core.decodeBase32, ['A', 'a', 'ab', 'aa======', 'aaa', 'a1', 'AA', 'aaaaaa']],
];

describe.each(encodings)('%s', (_name, encode, decode, wrong) => {
  test('round trip', () => {
    fc.assert(
      fc.property(bytes, (value) => {
        expect(decode(encode(value))).toEqual(value);
      }),
    );
  });
  test('what decodes, re-encodes to the same text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), (text) => {
        let decoded: Uint8Array;
        try {
          decoded = decode(text);
        } catch {
          return;
        }
        expect(encode(decoded)).toBe(text);
      }),
    );
  });
  test.each(wrong)('%j is refused', (text) => expect(() => decode(text)).toThrow(invalid));
  test.each([undefined, null, 5, {}, [], new Uint8Array(2)])('%s is refused', (value) => {
    expect(() => decode(value as never)).toThrow(invalid);
  });
});

test('RFC 4648 test vectors', () => {
  const texts = ['', 'f', 'fo', 'foo', 'foob', 'fooba', 'foobar'].map((text) => core.encodeUtf8(text));
  expect(texts.map(core.encodeBase64)).toEqual([
    '',
    'Zg==',
    'Zm8=',
    'Zm9v',
    'Zm9vYg==',
    'Zm9vYmE=',
    'Zm9vYmFy',
  ]);
  expect(texts.map(core.encodeBase32)).toEqual([
    '',
    'my',
    'mzxq',
    'mzxw6',
    'mzxw6yq',
    'mzxw6ytb',
    'mzxw6ytboi',
  ]);
});

test('UTF-8 is strict', () => {
  expect(core.decodeUtf8(core.encodeUtf8('\ufeffzażółć 你好 😀'))).toBe('\ufeffzażółć 你好 😀');
  expect(() => core.encodeUtf8('a\ud800')).toThrow(invalid);
  for (const wrong of ['ff', 'c0af', 'eda080', 'f4908080', 'e4bd'])
    expect(() => core.decodeUtf8(core.decodeHex(wrong))).toThrow(invalid);
});

test('integers are big-endian, bounded and exact', () => {
  expect(core.encodeHex(core.encodeU48(2 ** 48 - 2))).toBe('fffffffffffe');
  expect(core.encodeHex(core.encodeU64(Number.MAX_SAFE_INTEGER))).toBe('001fffffffffffff');
  fc.assert(
    fc.property(fc.maxSafeNat(), (value) => {
      expect(core.decodeU64(core.encodeU64(value))).toBe(value);
    }),
  );
  for (const wrong of [-1, 0.5, Number.NaN, Infinity, 2 ** 53, '1', null, undefined, 1n]) {
    expect(() => core.encodeU64(wrong as never)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  }
  expect(() => core.encodeU8(256)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  expect(() => core.encodeU32(2 ** 32)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  expect(() => core.decodeU64(core.decodeHex('0020000000000000'))).toThrow(
    expect.objectContaining({ code: 'FORMAT_INVALID' }),
  );
  expect(() => core.decodeU32(new Uint8Array(3))).toThrow(
    expect.objectContaining({ code: 'FORMAT_INVALID' }),
  );
});

test('constant-time comparison compares', () => {
  fc.assert(
    fc.property(bytes, bytes, (left, right) => {
      expect(core.isEqualConstantTime(left, right)).toBe(core.encodeHex(left) === core.encodeHex(right));
    }),
  );
  expect(core.isEqualConstantTime(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
});

test('ids are typed and strict', () => {
  const engine = core.createWebEngine();
  const id = core.newId(engine, 'rec');
  expect(id).toMatch(/^rec_[a-z2-7]{26}$/);
  expect(core.formatId('rec', core.decodeId('rec', id))).toBe(id);
  expect(core.isId('vlt', core.officeId)).toBe(true);
  const wrongs = [
    id.toUpperCase(),
    id.replace('rec', 'rom'),
    `${id}a`,
    id.slice(0, -1),
    ` ${id}`,
    `${id}\n`,
    id.slice(0, -1) + 'b',
    '',
    'rec_',
    null,
    undefined,
    5,
    {},
    [id],
  ];
  for (const wrong of wrongs) {
    expect(core.isId('rec', wrong)).toBe(false);
    expect(() => core.parseId('rec', wrong)).toThrow(expect.objectContaining({ code: 'ID_INVALID' }));
  }
  expect(core.isId('toString' as never, 'toString_x')).toBe(false);
  expect(core.isClientCode(core.newClientCode(engine, 6))).toBe(true);
  for (const wrong of ['C-123', 'c-2345', 'C-2345678', 'C-23O5', 'C-23L5', 'D-2345', ''])
    expect(core.isClientCode(wrong)).toBe(false);
});

test('an error belongs to the class of its code, and says nothing else', () => {
  for (const { code, class: name } of core.errorCodes) {
    const error = core.createError(code, { index: 1 });
    expect(error).toBeInstanceOf(core.StrongroomError);
    expect([error.name, error.code, error.message]).toEqual([`${name}Error`, code, code]);
    expect(Object.isFrozen(error.details)).toBe(true);
  }
  expect(new Set(core.errorCodes.map((entry) => entry.code)).size).toBe(core.errorCodes.length);
});

/** Wrong values at every entry of both engines: a typed refusal, the same in both, never a crash or a silent answer. */
import { describe, expect, test } from 'vitest';
import { assertEngineWorks, createWebEngine, decodeHex } from '@strongroom/core';
import { ed25519EdgeCases } from './ed25519-edge-cases.ts';
import { createNodeEngine } from '@strongroom/core/node';

const wrongBytes: readonly unknown[] = [
  undefined,
  null,
  true,
  0,
  -1,
  Number.NaN,
  5n,
  '',
  'abc',
  'a'.repeat(32),
  Symbol('x'),
  () => 1,
  {},
  [],
  [1, 2, 3],
  { length: 32 },
  new Date(0),
  new Map(),
  new ArrayBuffer(32),
  new DataView(new ArrayBuffer(32)),
  new Uint16Array(16),
  new Int8Array(32),
  new Uint8ClampedArray(32),
  new Float64Array(4),
  new Uint8Array(0),
  new Uint8Array(31),
  new Uint8Array(33),
  new Uint8Array(64),
  Promise.resolve(new Uint8Array(32)),
  Object.create(Uint8Array.prototype),
];
const key = new Uint8Array(32);
const nonce = new Uint8Array(12);
const none = new Uint8Array(0);

describe.each([['node', createNodeEngine()] as const, ['web', createWebEngine()] as const])(
  '%s',
  (_name, engine) => {
    test.each(wrongBytes.map((value, index) => [index, value] as const))(
      'wrong value %i is refused everywhere',
      async (_index, value) => {
        const wrong = value as never;
        const calls: readonly (() => unknown)[] = [
          () => engine.sealAesGcm({ key: wrong, nonce, aad: none, plaintext: none }),
          () => engine.sealAesGcm({ key, nonce: wrong, aad: none, plaintext: none }),
          () => engine.openAesGcm({ key: wrong, nonce, aad: none, ciphertext: new Uint8Array(16) }),
          () => engine.createAesGcm(wrong),
          () => engine.ed25519PublicKey(wrong),
          () => engine.signEd25519(wrong, none),
          () => engine.hpkePublicKey(wrong),
          () => engine.hpkeSeal({ publicKey: wrong, info: none, aad: none, plaintext: none }),
          () => engine.hpkeOpen({ seed: wrong, info: none, aad: none, sealed: new Uint8Array(2000) }),
          () => engine.randomBytes(value === 0 ? -1 : wrong),
          () =>
            engine.argon2id({
              password: none,
              salt: new Uint8Array(4),
              memoryKib: wrong,
              iterations: 1,
              parallelism: 1,
              length: 32,
            }),
        ];
        for (const call of calls) {
          // oxlint-disable-next-line no-await-in-loop -- one call after the other
          await expect(Promise.resolve().then(call)).rejects.toMatchObject({
            name: 'InputError',
            code: 'INPUT_INVALID',
          });
        }
        expect(() => engine.assertEd25519PublicKey(wrong)).toThrow(
          expect.objectContaining({ code: 'KEY_INVALID' }),
        );
        expect(await engine.verifyEd25519(wrong, none, new Uint8Array(64))).toBe(false);
        expect(await engine.verifyEd25519Strict(wrong, none, new Uint8Array(64))).toBe(false);
      },
    );

    test.each(ed25519EdgeCases)('the key %s is refused at enrolment', (hex) => {
      expect(() => engine.assertEd25519PublicKey(decodeHex(hex))).toThrow(
        expect.objectContaining({ code: 'KEY_INVALID' }),
      );
    });

    test('the self-test passes, and notices an engine that does not sign', async () => {
      await assertEngineWorks(engine);
      const broken = { ...engine, signEd25519: async () => new Uint8Array(64) };
      await expect(assertEngineWorks(broken)).rejects.toMatchObject({
        code: 'SELF_TEST_FAILED',
        details: { step: 'ed25519' },
      });
      const lost = { ...engine, hpkeOpen: async () => new Uint8Array(1) };
      await expect(assertEngineWorks(lost)).rejects.toMatchObject({
        code: 'SELF_TEST_FAILED',
        details: { step: 'hpke' },
      });
    });
  },
);

/** The two engines and the two HPKE implementations give and take the same bytes. */
import { describe, expect, test } from 'vitest';
import { createWebEngine, encodeHex, encodeUtf8 } from '../index.ts';
import type { Engine } from '../index.ts';
import { createNodeEngine } from '../node/index.ts';

const engines: readonly (readonly [string, Engine])[] = [
  ['node', createNodeEngine()],
  ['web, native HPKE', createWebEngine({ hpke: 'native' })],
  ['web, noble HPKE', createWebEngine({ hpke: 'noble' })],
];
const pairs = engines.flatMap((left) =>
  engines.map((right) => [left[0], right[0], left[1], right[1]] as const),
);
const seed = Uint8Array.from({ length: 32 }, (_, index) => index);
const text = (value: string): Uint8Array => encodeUtf8(value);

describe.each(pairs)('%s to %s', (_left, _right, left, right) => {
  test('hashes, HMAC and HKDF are equal', () => {
    expect(right.sha256(text('a'), text('b'))).toEqual(left.sha256(text('ab')));
    for (const hash of ['sha256', 'sha384', 'sha512'] as const) {
      expect(right.hmac(hash, seed, text('a'), text('b'))).toEqual(left.hmac(hash, seed, text('ab')));
      const input = { ikm: seed, salt: text('salt'), info: text('info'), length: 77 };
      expect(right.hkdf(hash, input)).toEqual(left.hkdf(hash, input));
      expect(right.hkdfExpand(hash, { prk: seed, info: text('x'), length: 0 })).toEqual(new Uint8Array(0));
    }
  });

  test('a hash of pieces is the hash of the whole', async () => {
    const whole = Uint8Array.from({ length: 200_001 }, (_, index) => (index * 31) % 251);
    for (const ends of [[], [1], [63, 64, 65], [64, 128], [16_384, 16_385, 131_072], [200_000]]) {
      const stream = await right.createSha256();
      let start = 0;
      for (const end of [...ends, whole.length]) {
        stream.update(whole.subarray(start, end));
        start = end;
      }
      expect(stream.digest()).toEqual(left.sha256(whole));
    }
    const [one, other] = [await right.createSha256(), await right.createSha256()];
    one.update(text('a'));
    other.update(text('b'));
    one.update(text('c'));
    expect(one.digest()).toEqual(left.sha256(text('ac')));
    expect(other.digest()).toEqual(left.sha256(text('b')));
    expect((await right.createSha256()).digest()).toEqual(left.sha256());
  });

  test('AES-256-GCM sealed by one is opened by the other', async () => {
    const nonce = new Uint8Array(12);
    const ciphertext = await left.sealAesGcm({
      key: seed,
      nonce,
      aad: text('aad'),
      plaintext: text('plain'),
    });
    expect(await right.sealAesGcm({ key: seed, nonce, aad: text('aad'), plaintext: text('plain') })).toEqual(
      ciphertext,
    );
    expect(await right.openAesGcm({ key: seed, nonce, aad: text('aad'), ciphertext })).toEqual(text('plain'));
    await expect(
      right.openAesGcm({ key: seed, nonce, aad: text('other'), ciphertext }),
    ).rejects.toMatchObject({
      code: 'DECRYPT_FAILED',
    });
  });

  test('Ed25519 signed by one verifies with the other', async () => {
    const publicKey = await left.ed25519PublicKey(seed);
    expect(await right.ed25519PublicKey(seed)).toEqual(publicKey);
    const signature = await left.signEd25519(seed, text('message'));
    expect(await right.signEd25519(seed, text('message'))).toEqual(signature);
    expect(await right.verifyEd25519(publicKey, text('message'), signature)).toBe(true);
    expect(await right.verifyEd25519Strict(publicKey, text('message'), signature)).toBe(true);
    expect(await right.verifyEd25519(publicKey, text('other'), signature)).toBe(false);
    expect(await right.verifyEd25519(publicKey, text('message'), signature.subarray(1))).toBe(false);
    right.assertEd25519PublicKey(publicKey);
  });

  test('HPKE sealed by one is opened by the other', async () => {
    const publicKey = await left.hpkePublicKey(seed);
    expect(encodeHex(await right.hpkePublicKey(seed))).toBe(encodeHex(publicKey));
    expect(publicKey.length).toBe(1216);
    const sealed = await left.hpkeSeal({
      publicKey,
      info: text('info'),
      aad: text('aad'),
      plaintext: text('plain'),
    });
    expect(sealed.length).toBe(1120 + 5 + 16);
    expect(await right.hpkeOpen({ seed, info: text('info'), aad: text('aad'), sealed })).toEqual(
      text('plain'),
    );
    for (const wrong of [
      { seed: seed.toReversed(), info: text('info'), aad: text('aad'), sealed },
      { seed, info: text('other'), aad: text('aad'), sealed },
      { seed, info: text('info'), aad: text('other'), sealed },
      { seed, info: text('info'), aad: text('aad'), sealed: sealed.with(1110, (sealed[1110] ?? 0) ^ 1) },
      { seed, info: text('info'), aad: text('aad'), sealed: sealed.with(5, (sealed[5] ?? 0) ^ 1) },
      { seed, info: text('info'), aad: text('aad'), sealed: sealed.subarray(0, 1100) },
    ]) {
      await expect(right.hpkeOpen(wrong)).rejects.toMatchObject({
        name: 'CryptoError',
        code: 'DECRYPT_FAILED',
      });
    }
  });

  test('Argon2id is equal', async () => {
    const input = {
      password: text('pass'),
      salt: seed,
      memoryKib: 1024,
      iterations: 2,
      parallelism: 1,
      length: 32,
    };
    expect(await right.argon2id(input)).toEqual(await left.argon2id(input));
  });
});

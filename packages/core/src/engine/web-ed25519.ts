/**
 * Ed25519 over WebCrypto with imported keys kept. One engine fails at random with OperationError (about one in a hundred):
 * a failing call is made once more and then done by noble, which gives the same signatures.
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { concatBytes, encodeHex } from '../bytes/index.ts';
import { KeyCache } from './key-cache.ts';

const algorithm = { name: 'Ed25519' };
// RFC 8410 section 7: PrivateKeyInfo of an Ed25519 seed.
const pkcs8Prefix = Uint8Array.of(
  0x30,
  0x2e,
  0x02,
  0x01,
  0x00,
  0x30,
  0x05,
  0x06,
  0x03,
  0x2b,
  0x65,
  0x70,
  0x04,
  0x22,
  0x04,
  0x20,
);

export type WebEd25519 = {
  readonly publicKeyOf: (seed: Uint8Array) => Uint8Array;
  readonly sign: (seed: Uint8Array, message: Uint8Array) => Promise<Uint8Array>;
  readonly verify: (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => Promise<boolean>;
};

export function createWebEd25519(hash: (bytes: Uint8Array) => Uint8Array): WebEd25519 {
  const publicKeys = new KeyCache<Promise<CryptoKey>>(1024);
  const privateKeys = new KeyCache<Promise<CryptoKey>>(64);

  function importOnce(
    cache: KeyCache<Promise<CryptoKey>>,
    id: string,
    read: () => Promise<CryptoKey>,
  ): Promise<CryptoKey> {
    const found = cache.find(id);
    if (found !== undefined) return found;
    const key = read();
    cache.set(id, key);
    key.catch(() => cache.delete(id));
    return key;
  }

  async function sign(seed: Uint8Array, message: Uint8Array): Promise<Uint8Array> {
    const id = encodeHex(hash(seed));
    const attempt = async (): Promise<Uint8Array> => {
      const key = await importOnce(privateKeys, id, () =>
        crypto.subtle.importKey(
          'pkcs8',
          concatBytes(pkcs8Prefix, seed) as Uint8Array<ArrayBuffer>,
          algorithm,
          false,
          ['sign'],
        ),
      );
      return new Uint8Array(await crypto.subtle.sign(algorithm, key, message as Uint8Array<ArrayBuffer>));
    };
    return await withFallback(attempt, () => ed25519.sign(message, seed));
  }

  async function verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
    const attempt = async (): Promise<boolean> => {
      const key = await importOnce(publicKeys, encodeHex(publicKey), () =>
        crypto.subtle.importKey('raw', publicKey.slice(), algorithm, false, ['verify']),
      );
      return await crypto.subtle.verify(
        algorithm,
        key,
        signature as Uint8Array<ArrayBuffer>,
        message as Uint8Array<ArrayBuffer>,
      );
    };
    return await withFallback(attempt, () => verifyNoble(publicKey, message, signature));
  }

  return { publicKeyOf: (seed) => ed25519.getPublicKey(seed), sign, verify };
}

function verifyNoble(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: false });
  } catch {
    // noble throws on encodings that it refuses; that is a signature that does not verify.
    return false;
  }
}

async function withFallback<T>(attempt: () => Promise<T>, fallback: () => T): Promise<T> {
  for (let round = 0; round < 2; round++) {
    try {
      return await attempt();
    } catch {
      // Retried once, then answered by noble: see the head of this file.
    }
  }
  return fallback();
}

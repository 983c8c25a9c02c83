/** The engine of browsers and workers: WebCrypto, with noble for what must be synchronous and hash-wasm for Argon2id and long hashes. Runs in Node as well. */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { argon2id, createSHA256 } from 'hash-wasm';
import { assertBytes, concatBytes, emptyBytes, takeOutput } from '../bytes/index.ts';
import { CryptoError, DependencyError } from '../errors/index.ts';
import {
  assertArgon2id,
  assertHpkeOpen,
  assertHpkeSeal,
  assertOpenAesGcm,
  assertRandomLength,
  assertSealAesGcm,
} from './assert-input.ts';
import { engineSizes } from './engine.ts';
import type { AesGcm, Engine, HashName } from './engine.ts';
import { assertHash, deriveHkdf, expandHkdf } from './hkdf.ts';
import { hasNativeHpke } from './hpke-native.ts';
import { createHpkeSuite } from './hpke-suite.ts';
import type { HpkeSuite } from './hpke-suite.ts';
import { createSignatureEngine } from './signature-engine.ts';

const hashes = { sha256, sha384, sha512 } as const;
/** States under the empty key, which is HKDF's salt wherever there is none: two blocks fewer for each. */
const emptyKeyed = {
  sha256: hmac.create(sha256, emptyBytes),
  sha384: hmac.create(sha384, emptyBytes),
  sha512: hmac.create(sha512, emptyBytes),
} as const;

/** `hpke` forces one implementation of X-Wing; by default it is WebCrypto's own where there is one. */
export type WebEngineOptions = { readonly hpke?: 'native' | 'noble' };

/** Builds an engine over `globalThis.crypto`. */
export function createWebEngine(options: WebEngineOptions = {}): Engine {
  let suite: Promise<HpkeSuite> | undefined;

  function getSuite(): Promise<HpkeSuite> {
    suite ??= createHpkeSuite({
      kem: options.hpke ?? (hasNativeHpke() ? 'native' : 'noble'),
      hash: (bytes) => sha256(bytes),
    });
    return suite;
  }

  function hmacOf(hash: HashName, key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
    assertHash(hash);
    assertBytes(key, 'key');
    const state = key.length === 0 ? emptyKeyed[hash].clone() : hmac.create(hashes[hash], key);
    for (const part of parts) {
      assertBytes(part, 'part');
      state.update(part);
    }
    return state.digest();
  }

  return {
    ...createSignatureEngine(),
    name: 'web',
    randomBytes(length) {
      assertRandomLength(length);
      return crypto.getRandomValues(new Uint8Array(length));
    },
    async createSha256() {
      const state = (await createSHA256()).init();
      return {
        update(bytes) {
          assertBytes(bytes, 'bytes');
          state.update(bytes);
        },
        digest: () => state.digest('binary'),
      };
    },
    async sha256Async(...parts) {
      for (const part of parts) assertBytes(part, 'part');
      const joined = parts.length === 1 ? parts[0] : concatBytes(...parts);
      return new Uint8Array(await crypto.subtle.digest('SHA-256', joined as Uint8Array<ArrayBuffer>));
    },
    hmac: hmacOf,
    hkdf: (hash, input) => deriveHkdf(hmacOf, hash, input),
    hkdfExpand: (hash, input) => expandHkdf(hmacOf, hash, input),
    sealAesGcm: async (input) => await createAesGcm(input.key).seal(input),
    openAesGcm: async (input) => await createAesGcm(input.key).open(input),
    createAesGcm,
    async hpkePublicKey(seed) {
      assertBytes(seed, 'seed', engineSizes.hpkeSeed);
      return await (await getSuite()).publicKeyOf(seed);
    },
    async hpkeSeal(input) {
      assertHpkeSeal(input);
      return await (await getSuite()).seal(input);
    },
    async hpkeOpen(input) {
      assertHpkeOpen(input);
      return await (await getSuite()).open(input);
    },
    async argon2id(input) {
      assertArgon2id(input);
      return await argon2id({
        password: input.password,
        salt: input.salt,
        memorySize: input.memoryKib,
        iterations: input.iterations,
        parallelism: input.parallelism,
        hashLength: input.length,
        outputType: 'binary',
      });
    },
  };
}

function createAesGcm(key: Uint8Array): AesGcm {
  assertBytes(key, 'key', engineSizes.aesKey);
  // WebCrypto copies the bytes before the call returns.
  const imported = importAesKey(key);
  return {
    seal: async (input) => await sealAesGcm(input, imported),
    open: async (input) => await openAesGcm(input, imported),
  };
}

async function sealAesGcm(
  options: Parameters<AesGcm['seal']>[0],
  key: Promise<CryptoKey>,
): Promise<Uint8Array> {
  assertSealAesGcm(options);
  let sealed: ArrayBuffer;
  try {
    const plaintext = options.plaintext as Uint8Array<ArrayBuffer>;
    sealed = await crypto.subtle.encrypt(toGcmParameters(options), await key, plaintext);
  } catch (cause) {
    throw new DependencyError('ENGINE_FAILED', { operation: 'aesGcm.seal' }, { cause });
  }
  return moveToOutput(sealed, options.output);
}

async function openAesGcm(
  options: Parameters<AesGcm['open']>[0],
  key: Promise<CryptoKey>,
): Promise<Uint8Array> {
  assertOpenAesGcm(options);
  let opened: ArrayBuffer;
  try {
    const ciphertext = options.ciphertext as Uint8Array<ArrayBuffer>;
    opened = await crypto.subtle.decrypt(toGcmParameters(options), await key, ciphertext);
  } catch {
    // The cause is dropped on purpose: which step failed must tell nobody anything.
    throw new CryptoError('DECRYPT_FAILED');
  }
  return moveToOutput(opened, options.output);
}

function moveToOutput(answer: ArrayBuffer, output: Uint8Array | undefined): Uint8Array {
  const bytes = new Uint8Array(answer);
  if (output === undefined) return bytes;
  const target = takeOutput(output, bytes.length);
  target.set(bytes);
  return target;
}

async function importAesKey(key: Uint8Array): Promise<CryptoKey> {
  return await crypto.subtle.importKey('raw', key as Uint8Array<ArrayBuffer>, 'AES-GCM', false, [
    'encrypt',
    'decrypt',
  ]);
}

type GcmParameters = {
  readonly name: 'AES-GCM';
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly additionalData: Uint8Array<ArrayBuffer>;
};

function toGcmParameters(options: { readonly nonce: Uint8Array; readonly aad: Uint8Array }): GcmParameters {
  return {
    name: 'AES-GCM',
    iv: options.nonce as Uint8Array<ArrayBuffer>,
    additionalData: options.aad as Uint8Array<ArrayBuffer>,
  };
}

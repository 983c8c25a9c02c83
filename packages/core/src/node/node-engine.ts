/**
 * The node:crypto twin of the web engine: the same bytes, with synchronous variants where the warden needs speed. Key
 * objects are kept, because making one costs more than using it.
 */
import {
  argon2,
  createHash,
  createPrivateKey,
  createPublicKey,
  randomBytes,
  sign,
  verify,
} from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { assertBytes, concatBytes, encodeHex, isBytes } from '../bytes/index.ts';
import {
  assertArgon2id,
  assertHpkeOpen,
  assertHpkeSeal,
  assertRandomLength,
} from '../engine/assert-input.ts';
import { assertStrictPublicKey, isStrictSignature } from '../engine/ed25519-strict.ts';
import { engineSizes } from '../engine/engine.ts';
import type { Engine, OpenAesGcmOptions, SealAesGcmOptions } from '../engine/engine.ts';
import { deriveHkdf, expandHkdf } from '../engine/hkdf.ts';
import { createHpkeSuite } from '../engine/hpke-suite.ts';
import type { HpkeSuite } from '../engine/hpke-suite.ts';
import { KeyCache } from '../engine/key-cache.ts';
import { createNodeAesGcm, openAesGcmInto, sealAesGcmInto } from './node-aes-gcm.ts';
import { nodeAes256Gcm, nodeHkdfSha256 } from './node-hpke.ts';
import { hashSha256, hmacNode, toPlainBytes } from './node-hash.ts';

/** The engine with synchronous variants. */
export interface NodeEngine extends Engine {
  readonly name: 'node';
  /** Seals; the answer is a view of the front of `output` where that is given. */
  sealAesGcmSync(options: SealAesGcmOptions & { readonly output?: Uint8Array }): Uint8Array;
  /** @throws CryptoError DECRYPT_FAILED */
  openAesGcmSync(options: OpenAesGcmOptions): Uint8Array;
  ed25519PublicKeySync(seed: Uint8Array): Uint8Array;
  signEd25519Sync(seed: Uint8Array, message: Uint8Array): Uint8Array;
  verifyEd25519Sync(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
}

const argon2Async = promisify(argon2);
const verifyAsync = promisify(verify);
// RFC 8410: PrivateKeyInfo of an Ed25519 seed, SubjectPublicKeyInfo of an Ed25519 key.
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
const spkiPrefix = Uint8Array.of(0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00);

/** Builds an engine over node:crypto. */
export function createNodeEngine(): NodeEngine {
  const publicKeys = new KeyCache<KeyObject>(4096);
  const privateKeys = new KeyCache<KeyObject>(64);
  let suite: Promise<HpkeSuite> | undefined;

  function getSuite(): Promise<HpkeSuite> {
    suite ??= createHpkeSuite({
      kem: 'native',
      hash: (bytes) => hashSha256(bytes),
      kdf: nodeHkdfSha256,
      aead: nodeAes256Gcm,
    });
    return suite;
  }

  function getPrivateKey(seed: Uint8Array): KeyObject {
    assertBytes(seed, 'seed', engineSizes.ed25519Seed);
    const id = encodeHex(hashSha256(seed));
    let key = privateKeys.find(id);
    if (key === undefined) {
      key = createPrivateKey({
        key: Buffer.from(concatBytes(pkcs8Prefix, seed)),
        format: 'der',
        type: 'pkcs8',
      });
      privateKeys.set(id, key);
    }
    return key;
  }

  function getPublicKey(publicKey: Uint8Array): KeyObject {
    const id = Buffer.from(publicKey.buffer, publicKey.byteOffset, publicKey.byteLength).toString('latin1');
    let key = publicKeys.find(id);
    if (key === undefined) {
      key = createPublicKey({
        key: Buffer.from(concatBytes(spkiPrefix, publicKey)),
        format: 'der',
        type: 'spki',
      });
      publicKeys.set(id, key);
    }
    return key;
  }

  function ed25519PublicKeySync(seed: Uint8Array): Uint8Array {
    const exported = createPublicKey(getPrivateKey(seed)).export({ format: 'der', type: 'spki' });
    return toPlainBytes(exported).slice(spkiPrefix.length);
  }

  function signEd25519Sync(seed: Uint8Array, message: Uint8Array): Uint8Array {
    assertBytes(message, 'message');
    return toPlainBytes(sign(null, message, getPrivateKey(seed)));
  }

  function isVerifiable(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
    assertBytes(message, 'message');
    return (
      isBytes(publicKey) &&
      publicKey.length === engineSizes.ed25519PublicKey &&
      isBytes(signature) &&
      signature.length === engineSizes.ed25519Signature
    );
  }

  function verifyEd25519Sync(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
    if (!isVerifiable(publicKey, message, signature)) return false;
    return verify(null, message, getPublicKey(publicKey), signature);
  }

  /** On the thread pool: several at a time use all cores, and the thread that asked goes on meanwhile. */
  async function verifyEd25519(
    publicKey: Uint8Array,
    message: Uint8Array,
    signature: Uint8Array,
  ): Promise<boolean> {
    if (!isVerifiable(publicKey, message, signature)) return false;
    return await verifyAsync(null, message, getPublicKey(publicKey), signature);
  }

  return {
    name: 'node',
    randomBytes(length) {
      assertRandomLength(length);
      return toPlainBytes(randomBytes(length));
    },
    sha256: hashSha256,
    async createSha256() {
      const state = createHash('sha256');
      return {
        update(bytes) {
          assertBytes(bytes, 'bytes');
          state.update(bytes);
        },
        digest: () => toPlainBytes(state.digest()),
      };
    },
    sha256Async: async (...parts) => hashSha256(...parts),
    hmac: hmacNode,
    hkdf: (hash, input) => deriveHkdf(hmacNode, hash, input),
    hkdfExpand: (hash, input) => expandHkdf(hmacNode, hash, input),
    sealAesGcm: async ({ key, nonce, aad, plaintext }) => sealAesGcmInto({ key, nonce, aad, plaintext }),
    openAesGcm: async ({ key, nonce, aad, ciphertext }) => openAesGcmInto({ key, nonce, aad, ciphertext }),
    sealAesGcmSync: sealAesGcmInto,
    openAesGcmSync: ({ key, nonce, aad, ciphertext }) => openAesGcmInto({ key, nonce, aad, ciphertext }),
    createAesGcm: createNodeAesGcm,
    ed25519PublicKey: async (seed) => ed25519PublicKeySync(seed),
    signEd25519: async (seed, message) => signEd25519Sync(seed, message),
    verifyEd25519,
    ed25519PublicKeySync,
    signEd25519Sync,
    verifyEd25519Sync,
    async verifyEd25519Strict(publicKey, message, signature) {
      assertBytes(message, 'message');
      return isStrictSignature(publicKey, message, signature);
    },
    assertEd25519PublicKey: assertStrictPublicKey,
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
      const derived = await argon2Async('argon2id', {
        message: input.password,
        nonce: input.salt,
        parallelism: input.parallelism,
        tagLength: input.length,
        memory: input.memoryKib,
        passes: input.iterations,
      });
      return toPlainBytes(derived);
    },
  };
}

/**
 * The node:crypto twin of the web engine: the same bytes, with synchronous variants where the warden needs speed. Key
 * objects are kept, because making one costs more than using it.
 */
import {
  argon2,
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  randomBytes,
  sign,
  verify,
} from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { assertBytes, concatBytes, encodeHex, isBytes, takeOutput } from '../bytes/index.ts';
import {
  assertArgon2id,
  assertHpkeOpen,
  assertHpkeSeal,
  assertOpenAesGcm,
  assertRandomLength,
  assertSealAesGcm,
} from '../engine/assert-input.ts';
import { assertStrictPublicKey, isStrictSignature } from '../engine/ed25519-strict.ts';
import { engineSizes } from '../engine/engine.ts';
import type { Engine, OpenAesGcmOptions, SealAesGcmOptions } from '../engine/engine.ts';
import { deriveHkdf, expandHkdf } from '../engine/hkdf.ts';
import { createHpkeSuite } from '../engine/hpke-suite.ts';
import type { HpkeSuite } from '../engine/hpke-suite.ts';
import { KeyCache } from '../engine/key-cache.ts';
import { CryptoError } from '../errors/index.ts';
import { hashSha256, hmacNode, toPlainBytes } from './node-hash.ts';

/** The engine with synchronous variants. */
export interface NodeEngine extends Engine {
  readonly name: 'node';
  sealAesGcmSync(options: SealAesGcmOptions): Uint8Array;
  /** @throws CryptoError DECRYPT_FAILED */
  openAesGcmSync(options: OpenAesGcmOptions): Uint8Array;
  ed25519PublicKeySync(seed: Uint8Array): Uint8Array;
  signEd25519Sync(seed: Uint8Array, message: Uint8Array): Uint8Array;
  verifyEd25519Sync(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
}

const argon2Async = promisify(argon2);
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
    suite ??= createHpkeSuite({ kem: 'native', hash: (bytes) => hashSha256(bytes) });
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

  function verifyEd25519Sync(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
    assertBytes(message, 'message');
    if (!isBytes(publicKey) || publicKey.length !== engineSizes.ed25519PublicKey) return false;
    if (!isBytes(signature) || signature.length !== engineSizes.ed25519Signature) return false;
    return verify(null, message, getPublicKey(publicKey), signature);
  }

  return {
    name: 'node',
    randomBytes(length) {
      assertRandomLength(length);
      return toPlainBytes(randomBytes(length));
    },
    sha256: hashSha256,
    createSha256() {
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
    sealAesGcm: async ({ key, nonce, aad, plaintext }) => sealInto({ key, nonce, aad, plaintext }),
    openAesGcm: async ({ key, nonce, aad, ciphertext }) => openInto({ key, nonce, aad, ciphertext }),
    sealAesGcmSync: ({ key, nonce, aad, plaintext }) => sealInto({ key, nonce, aad, plaintext }),
    openAesGcmSync: ({ key, nonce, aad, ciphertext }) => openInto({ key, nonce, aad, ciphertext }),
    createAesGcm(key) {
      assertBytes(key, 'key', engineSizes.aesKey);
      const copy = key.slice();
      return {
        seal: async (input) => sealInto({ ...input, key: copy }),
        open: async (input) => openInto({ ...input, key: copy }),
      };
    },
    ed25519PublicKey: async (seed) => ed25519PublicKeySync(seed),
    signEd25519: async (seed, message) => signEd25519Sync(seed, message),
    verifyEd25519: async (publicKey, message, signature) => verifyEd25519Sync(publicKey, message, signature),
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

function sealInto(options: SealAesGcmOptions & { readonly output?: Uint8Array }): Uint8Array {
  assertBytes(options.key, 'key', engineSizes.aesKey);
  assertSealAesGcm(options);
  const { length } = options.plaintext;
  const sealed = takeOutput(options.output, length + engineSizes.gcmTag);
  const cipher = createCipheriv('aes-256-gcm', options.key, options.nonce);
  cipher.setAAD(options.aad);
  moveBytes(cipher.update(options.plaintext), sealed);
  cipher.final();
  sealed.set(cipher.getAuthTag(), length);
  return sealed;
}

function openInto(options: OpenAesGcmOptions & { readonly output?: Uint8Array }): Uint8Array {
  assertBytes(options.key, 'key', engineSizes.aesKey);
  assertOpenAesGcm(options);
  const end = options.ciphertext.length - engineSizes.gcmTag;
  const output = options.output === undefined ? undefined : takeOutput(options.output, end);
  const decipher = createDecipheriv('aes-256-gcm', options.key, options.nonce, {
    authTagLength: engineSizes.gcmTag,
  });
  decipher.setAAD(options.aad);
  decipher.setAuthTag(options.ciphertext.subarray(end));
  const opened = decipher.update(options.ciphertext.subarray(0, end));
  try {
    decipher.final();
  } catch {
    opened.fill(0);
    throw new CryptoError('DECRYPT_FAILED');
  }
  if (output === undefined) return toPlainBytes(opened);
  moveBytes(opened, output);
  return output;
}

/**
 * Copies a cipher's answer and gives its memory back at once: detaching frees it, where the collector would come only after
 * tens of megabytes, and memory used again is already mapped and in the processor's cache.
 */
function moveBytes(from: Buffer, to: Uint8Array): void {
  to.set(from);
  const { buffer } = from;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === from.byteLength) buffer.transfer(0);
}

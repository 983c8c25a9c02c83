/**
 * The part of the web engine that hashes and signs: SHA-256 by noble, which is synchronous, and Ed25519 by WebCrypto. It needs nothing
 * that a browser or Node 20 lacks, so that a verifier can be made of it alone.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { assertBytes, isBytes } from '../bytes/index.ts';
import { assertStrictPublicKey, isStrictSignature } from './ed25519-strict.ts';
import { engineSizes } from './engine.ts';
import type { Engine } from './engine.ts';
import { createWebEd25519 } from './web-ed25519.ts';

/** Hashing and signing. */
export type SignatureEngine = Pick<
  Engine,
  | 'sha256'
  | 'ed25519PublicKey'
  | 'signEd25519'
  | 'verifyEd25519'
  | 'verifyEd25519Strict'
  | 'assertEd25519PublicKey'
>;

/** Builds an engine for hashes and Ed25519 over `globalThis.crypto`. */
export function createSignatureEngine(): SignatureEngine {
  const ed25519 = createWebEd25519((bytes) => sha256(bytes));
  return {
    sha256(...parts) {
      const state = sha256.create();
      for (const part of parts) {
        assertBytes(part, 'part');
        state.update(part);
      }
      return state.digest();
    },
    async ed25519PublicKey(seed) {
      assertBytes(seed, 'seed', engineSizes.ed25519Seed);
      return ed25519.publicKeyOf(seed);
    },
    async signEd25519(seed, message) {
      assertBytes(seed, 'seed', engineSizes.ed25519Seed);
      assertBytes(message, 'message');
      return await ed25519.sign(seed, message);
    },
    async verifyEd25519(publicKey, message, signature) {
      assertBytes(message, 'message');
      if (!isBytes(publicKey) || publicKey.length !== engineSizes.ed25519PublicKey) return false;
      if (!isBytes(signature) || signature.length !== engineSizes.ed25519Signature) return false;
      return await ed25519.verify(publicKey, message, signature);
    },
    async verifyEd25519Strict(publicKey, message, signature) {
      assertBytes(message, 'message');
      return isStrictSignature(publicKey, message, signature);
    },
    assertEd25519PublicKey: assertStrictPublicKey,
  };
}

/**
 * HKDF-SHA-256 and AES-256-GCM for the `hpke` library, over node:crypto. One HPKE sealing makes six HKDF steps; over WebCrypto
 * each of them is two turns of the thread pool, which costs more than the KEM.
 */
import type { AEADFactory, KDFFactory } from 'hpke';
import { expandHkdf, hashSizes } from '../engine/hkdf.ts';
import { engineSizes } from '../engine/engine.ts';
import { openAesGcmInto, sealAesGcmInto } from './node-aes-gcm.ts';
import { hmacNode } from './node-hash.ts';

const zeroSalt: Uint8Array = new Uint8Array(hashSizes.sha256);

/** HKDF-SHA-256 (RFC 9180 table 3, 0x0001). */
export const nodeHkdfSha256: KDFFactory = () => ({
  id: 0x0001,
  type: 'KDF',
  name: 'HKDF-SHA256',
  Nh: hashSizes.sha256,
  stages: 2,
  Extract: async (salt, ikm) => hmacNode('sha256', salt.length === 0 ? zeroSalt : salt, ikm),
  Expand: async (prk, info, length) => expandHkdf(hmacNode, 'sha256', { prk, info, length }),
  Derive: async () => await Promise.reject(new Error('a KDF of two stages')),
});

/** AES-256-GCM (RFC 9180 table 5, 0x0002). */
export const nodeAes256Gcm: AEADFactory = () => ({
  id: 0x0002,
  type: 'AEAD',
  name: 'AES-256-GCM',
  Nk: engineSizes.aesKey,
  Nn: engineSizes.gcmNonce,
  Nt: engineSizes.gcmTag,
  Seal: async (key, nonce, aad, plaintext) => sealAesGcmInto({ key, nonce, aad, plaintext }),
  Open: async (key, nonce, aad, ciphertext) => openAesGcmInto({ key, nonce, aad, ciphertext }),
});

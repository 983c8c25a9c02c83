/** AES-256-GCM over node:crypto. Apart from the engine, so that a thread which only seals segments loads nothing else. */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { assertBytes, takeOutput } from '../bytes/index.ts';
import { assertOpenAesGcm, assertSealAesGcm } from '../engine/assert-input.ts';
import { engineSizes } from '../engine/engine.ts';
import type { AesGcm, OpenAesGcmOptions, SealAesGcmOptions } from '../engine/engine.ts';
import { CryptoError } from '../errors/index.ts';
import { toPlainBytes } from './node-hash.ts';

/** A key for many messages. */
export function createNodeAesGcm(key: Uint8Array): AesGcm {
  assertBytes(key, 'key', engineSizes.aesKey);
  const copy = key.slice();
  return {
    seal: async (input) => sealAesGcmInto({ ...input, key: copy }),
    open: async (input) => openAesGcmInto({ ...input, key: copy }),
  };
}

/** Seals; the answer is a view of the front of `output` where that is given. */
export function sealAesGcmInto(options: SealAesGcmOptions & { readonly output?: Uint8Array }): Uint8Array {
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

/** Opens likewise; where the tag fails nothing is written. @throws CryptoError DECRYPT_FAILED */
export function openAesGcmInto(options: OpenAesGcmOptions & { readonly output?: Uint8Array }): Uint8Array {
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

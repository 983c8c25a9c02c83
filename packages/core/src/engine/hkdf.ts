/** HKDF (RFC 5869) over an engine's HMAC; shared by both engines. */
import { assertBytes, concatBytes, emptyBytes } from '../bytes/index.ts';
import { InputError } from '../errors/index.ts';
import type { HashName, HkdfExpandOptions, HkdfOptions } from './engine.ts';

/** Output length of each hash, in bytes. */
export const hashSizes: Readonly<Record<HashName, number>> = { sha256: 32, sha384: 48, sha512: 64 };

const firstCounter = Uint8Array.of(1);

type Hmac = (hash: HashName, key: Uint8Array, ...parts: readonly Uint8Array[]) => Uint8Array;

export function deriveHkdf(hmac: Hmac, hash: HashName, options: HkdfOptions): Uint8Array {
  const { ikm, salt = emptyBytes, info, length } = options;
  assertBytes(ikm, 'ikm');
  assertBytes(salt, 'salt');
  return expandHkdf(hmac, hash, { prk: hmac(hash, salt, ikm), info, length });
}

export function expandHkdf(hmac: Hmac, hash: HashName, options: HkdfExpandOptions): Uint8Array {
  const { prk, info, length } = options;
  assertBytes(prk, 'prk');
  assertBytes(info, 'info');
  assertHash(hash);
  const size = hashSizes[hash];
  if (!Number.isSafeInteger(length) || length < 0 || length > 255 * size)
    throw new InputError('INPUT_INVALID', { name: 'length' });
  if (length <= size) {
    const only = hmac(hash, prk, info, firstCounter);
    return length === size ? only : only.slice(0, length);
  }
  let block: Uint8Array = emptyBytes;
  const blocks: Uint8Array[] = [];
  for (let counter = 1; (counter - 1) * size < length; counter++) {
    block = hmac(hash, prk, block, info, Uint8Array.of(counter));
    blocks.push(block);
  }
  return concatBytes(...blocks).slice(0, length);
}

/** @throws InputError INPUT_INVALID */
export function assertHash(hash: HashName): void {
  if (!Object.hasOwn(hashSizes, hash)) throw new InputError('INPUT_INVALID', { name: 'hash' });
}

/** Checks that both engines make before a primitive sees its input, so that both refuse the same values the same way. */
import { assertBytes } from '../bytes/index.ts';
import { CryptoError, InputError } from '../errors/index.ts';
import { engineSizes } from './engine.ts';
import type {
  Argon2idOptions,
  HpkeOpenOptions,
  HpkeSealOptions,
  OpenAesGcmOptions,
  SealAesGcmOptions,
} from './engine.ts';

/** The largest single AES-GCM message we make or read: a page of the release state is the longest. */
const aesGcmSizeBytesMax = 67_108_864;

export function assertSealAesGcm(options: Omit<SealAesGcmOptions, 'key'>): void {
  assertBytes(options.nonce, 'nonce', engineSizes.gcmNonce);
  assertBytes(options.aad, 'aad');
  assertBytes(options.plaintext, 'plaintext');
  if (options.plaintext.length > aesGcmSizeBytesMax)
    throw new InputError('INPUT_INVALID', { name: 'plaintext' });
}

export function assertOpenAesGcm(options: Omit<OpenAesGcmOptions, 'key'>): void {
  assertBytes(options.nonce, 'nonce', engineSizes.gcmNonce);
  assertBytes(options.aad, 'aad');
  assertBytes(options.ciphertext, 'ciphertext');
  if (
    options.ciphertext.length < engineSizes.gcmTag ||
    options.ciphertext.length > aesGcmSizeBytesMax + engineSizes.gcmTag
  ) {
    throw new CryptoError('DECRYPT_FAILED');
  }
}

export function assertHpkeSeal(options: HpkeSealOptions): void {
  assertBytes(options.publicKey, 'publicKey', engineSizes.hpkePublicKey);
  assertBytes(options.info, 'info');
  assertBytes(options.aad, 'aad');
  assertBytes(options.plaintext, 'plaintext');
  if (options.info.length > 65_535) throw new InputError('INPUT_INVALID', { name: 'info' });
}

export function assertHpkeOpen(options: HpkeOpenOptions): void {
  assertBytes(options.seed, 'seed', engineSizes.hpkeSeed);
  assertBytes(options.info, 'info');
  assertBytes(options.aad, 'aad');
  assertBytes(options.sealed, 'sealed');
  if (options.info.length > 65_535) throw new InputError('INPUT_INVALID', { name: 'info' });
  if (options.sealed.length < engineSizes.hpkeEncapsulation + engineSizes.gcmTag)
    throw new CryptoError('DECRYPT_FAILED');
}

/** What RFC 9106 and both libraries take; the policy is in `assertArgon2Parameters`. */
export function assertArgon2id(options: Argon2idOptions): void {
  assertBytes(options.password, 'password');
  assertBytes(options.salt, 'salt');
  const { memoryKib, iterations, parallelism, length } = options;
  for (const value of [memoryKib, iterations, parallelism, length]) {
    if (!Number.isSafeInteger(value) || value < 1)
      throw new InputError('INPUT_INVALID', { name: 'argon2id' });
  }
  if (
    options.salt.length < 8 ||
    length < 4 ||
    length > 1024 ||
    memoryKib < 8 * parallelism ||
    memoryKib > 4_194_304
  ) {
    throw new InputError('INPUT_INVALID', { name: 'argon2id' });
  }
}

export function assertRandomLength(length: number): void {
  if (!Number.isSafeInteger(length) || length < 0 || length > 65_536)
    throw new InputError('INPUT_INVALID', { name: 'length' });
}

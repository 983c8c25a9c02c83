/** AES-256-GCM with a random nonce in front of the ciphertext: nonce (12) ‖ ciphertext ‖ tag (NIST SP 800-38D, section 8.2.2). */
import { assertBytes, concatBytes } from '../bytes/index.ts';
import type { Engine } from '../engine/index.ts';
import { engineSizes } from '../engine/index.ts';
import { CryptoError } from '../errors/index.ts';

/** Seals under a fresh nonce. The key is 32 bytes. */
export async function sealWithNonce(
  engine: Pick<Engine, 'randomBytes' | 'sealAesGcm'>,
  options: { readonly key: Uint8Array; readonly aad: Uint8Array; readonly plaintext: Uint8Array },
): Promise<Uint8Array> {
  const nonce = engine.randomBytes(engineSizes.gcmNonce);
  return concatBytes(nonce, await engine.sealAesGcm({ ...options, nonce }));
}

/** Opens what `sealWithNonce` made. @throws CryptoError DECRYPT_FAILED */
export async function openWithNonce(
  engine: Pick<Engine, 'openAesGcm'>,
  options: { readonly key: Uint8Array; readonly aad: Uint8Array; readonly sealed: Uint8Array },
): Promise<Uint8Array> {
  assertBytes(options.sealed, 'sealed');
  if (options.sealed.length < engineSizes.gcmNonce + engineSizes.gcmTag)
    throw new CryptoError('DECRYPT_FAILED');
  const nonce = options.sealed.subarray(0, engineSizes.gcmNonce);
  const ciphertext = options.sealed.subarray(engineSizes.gcmNonce);
  return await engine.openAesGcm({ key: options.key, aad: options.aad, nonce, ciphertext });
}

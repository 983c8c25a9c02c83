/**
 * Wraps and the warden's seal over them (docs/spec/bytes.md section 7). A wrap binds a content key to header, part, room,
 * epoch, slot and grantor; the seal binds the wrap to a slot that can be punctured. Key and nonce of a wrap are derived
 * from its context, which holds the header's hash and so the commitments: one context never meets two content keys.
 */
import { assertBytes, concatBytes, encodeUtf8 } from '../bytes/index.ts';
import { encodeSealContext, hashSealContext, hashWrapContext } from '../contexts/index.ts';
import type { SealContext, WrapContext } from '../contexts/index.ts';
import type { Engine } from '../engine/index.ts';
import { engineSizes } from '../engine/index.ts';
import { CryptoError } from '../errors/index.ts';
import { assertKey } from '../keys/key-kinds.ts';
import type { ContentKey, EpochKey, LeafKey, SealedWrap, Wrap } from '../keys/key-kinds.ts';

/** Sizes in bytes. */
export const wrapSizes = { wrap: 48, sealedWrap: 76 } as const;

const wrapInfo = encodeUtf8('sr1/wrap');
const sealInfo = encodeUtf8('sr1/seal');
const intakeInfo = encodeUtf8('sr1/intake/v1');

/** Wraps a content key under an epoch key; answers 48 bytes. */
export async function wrapContentKey(
  engine: Pick<Engine, 'sha256' | 'hkdf' | 'sealAesGcm'>,
  options: { readonly epochKey: EpochKey; readonly context: WrapContext; readonly contentKey: ContentKey },
): Promise<Wrap> {
  assertKey(options.contentKey, 'contentKey');
  const { key, nonce, aad } = deriveWrapKey(engine, options);
  return await engine.sealAesGcm({ key, nonce, aad, plaintext: options.contentKey });
}

/** Unwraps a content key. The caller compares its commitment with the signed header before using it. @throws CryptoError DECRYPT_FAILED */
export async function unwrapContentKey(
  engine: Pick<Engine, 'sha256' | 'hkdf' | 'openAesGcm'>,
  options: { readonly epochKey: EpochKey; readonly context: WrapContext; readonly wrap: Wrap },
): Promise<ContentKey> {
  assertBytes(options.wrap, 'wrap');
  if (options.wrap.length !== wrapSizes.wrap) throw new CryptoError('DECRYPT_FAILED');
  const { key, nonce, aad } = deriveWrapKey(engine, options);
  return await engine.openAesGcm({ key, nonce, aad, ciphertext: options.wrap });
}

/** Seals a wrap for the warden: the server carries it without seeing it. */
export async function sealIntakeBox(
  engine: Pick<Engine, 'hpkeSeal'>,
  options: { readonly intakeKey: Uint8Array; readonly context: SealContext; readonly wrap: Wrap },
): Promise<Uint8Array> {
  assertBytes(options.wrap, 'wrap', wrapSizes.wrap);
  const aad = encodeSealContext(options.context);
  return await engine.hpkeSeal({
    publicKey: options.intakeKey,
    info: intakeInfo,
    aad,
    plaintext: options.wrap,
  });
}

/** Opens an intake box; in the warden. @throws CryptoError DECRYPT_FAILED */
export async function openIntakeBox(
  engine: Pick<Engine, 'hpkeOpen'>,
  options: { readonly intakeSeed: Uint8Array; readonly context: SealContext; readonly box: Uint8Array },
): Promise<Wrap> {
  const aad = encodeSealContext(options.context);
  const wrap = await engine.hpkeOpen({
    seed: options.intakeSeed,
    info: intakeInfo,
    aad,
    sealed: options.box,
  });
  if (wrap.length !== wrapSizes.wrap) throw new CryptoError('DECRYPT_FAILED');
  return wrap;
}

/** Seals a wrap at rest under the key of its slot; in the warden. Answers 76 bytes. */
export async function sealWrap(
  engine: Pick<Engine, 'randomBytes' | 'sha256' | 'hkdfExpand' | 'sealAesGcm'>,
  options: { readonly leafKey: LeafKey; readonly context: SealContext; readonly wrap: Wrap },
): Promise<SealedWrap> {
  assertBytes(options.wrap, 'wrap', wrapSizes.wrap);
  const { key, aad } = deriveSealKey(engine, options);
  const nonce = engine.randomBytes(engineSizes.gcmNonce);
  return concatBytes(nonce, await engine.sealAesGcm({ key, nonce, aad, plaintext: options.wrap }));
}

/** Opens a sealed wrap under the context built from the signed request; in the warden. @throws CryptoError DECRYPT_FAILED */
export async function openSealedWrap(
  engine: Pick<Engine, 'sha256' | 'hkdfExpand' | 'openAesGcm'>,
  options: { readonly leafKey: LeafKey; readonly context: SealContext; readonly sealed: SealedWrap },
): Promise<Wrap> {
  assertBytes(options.sealed, 'sealed');
  if (options.sealed.length !== wrapSizes.sealedWrap) throw new CryptoError('DECRYPT_FAILED');
  const { key, aad } = deriveSealKey(engine, options);
  const nonce = options.sealed.subarray(0, engineSizes.gcmNonce);
  return await engine.openAesGcm({
    key,
    nonce,
    aad,
    ciphertext: options.sealed.subarray(engineSizes.gcmNonce),
  });
}

function deriveWrapKey(
  engine: Pick<Engine, 'sha256' | 'hkdf'>,
  options: { readonly epochKey: EpochKey; readonly context: WrapContext },
): { readonly key: Uint8Array; readonly nonce: Uint8Array; readonly aad: Uint8Array } {
  assertKey(options.epochKey, 'epochKey');
  const aad = hashWrapContext(engine, options.context);
  const okm = engine.hkdf('sha256', { ikm: options.epochKey, info: concatBytes(wrapInfo, aad), length: 44 });
  return { key: okm.slice(0, 32), nonce: okm.slice(32), aad };
}

function deriveSealKey(
  engine: Pick<Engine, 'sha256' | 'hkdfExpand'>,
  options: { readonly leafKey: LeafKey; readonly context: SealContext },
): { readonly key: Uint8Array; readonly aad: Uint8Array } {
  assertKey(options.leafKey, 'leafKey');
  const aad = encodeSealContext(options.context);
  const info = concatBytes(sealInfo, hashSealContext(engine, aad));
  return { key: engine.hkdfExpand('sha256', { prk: options.leafKey, info, length: 32 }), aad };
}

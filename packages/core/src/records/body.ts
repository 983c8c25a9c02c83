/**
 * The body of a version: FLOE under the part's key, padded to a Padmé length with zeros (docs/spec/bytes.md section 6).
 * All lengths are known before the first byte; segments may be sealed and opened in any order, several at a time.
 */
import type { Engine } from '../engine/index.ts';
import { isBytes } from '../bytes/index.ts';
import { decodeRecordContext } from '../contexts/index.ts';
import { CryptoError, InputError } from '../errors/index.ts';
import {
  createFloeOpener,
  createFloeSealer,
  getFloeLayout,
  getFloeLayoutOfStored,
  getFloeSegmentPlace,
  getPadmeLength,
  resumeFloeSealer,
} from '../floe/index.ts';
import type { FloeLayout } from '../floe/index.ts';
import type { ContentKey } from '../keys/key-kinds.ts';
import { assertCommitment, derivePartKeys } from './content-keys.ts';

type BodyEngine = Pick<Engine, 'randomBytes' | 'sha256' | 'hkdf' | 'hkdfExpand' | 'createAesGcm'>;

/** Seals the body of one version. */
export type BodySealer = {
  readonly commitment: Uint8Array;
  /** The FLOE header, the first 74 stored bytes. */
  readonly header: Uint8Array;
  /** Of the padded plaintext. */
  readonly layout: FloeLayout;
  /**
   * Seals segment `index`. `content` is the true content that falls into the segment (see `getFloeSegmentPlace`), without
   * padding; what is missing up to the padded length is filled with zeros.
   */
  readonly sealSegment: (index: number, content: Uint8Array) => Promise<Uint8Array>;
};

/** Opens the body of one version. */
export type BodyOpener = {
  readonly layout: FloeLayout;
  /** Opens segment `index`, padding included: cut at the true length, which the card tells. @throws CryptoError DECRYPT_FAILED */
  readonly openSegment: (index: number, stored: Uint8Array) => Promise<Uint8Array>;
};

/**
 * Starts a body, or with `header` goes on with one that an interrupted upload left.
 * `context` is the encoded bctx of the body, `sizeBytes` the true length of the content.
 * @throws InputError INPUT_INVALID beyond 16 GiB; CryptoError DECRYPT_FAILED for a header of another body
 */
export function createBodySealer(
  engine: BodyEngine,
  options: {
    readonly contentKey: ContentKey;
    readonly context: Uint8Array;
    readonly sizeBytes: number;
    readonly header?: Uint8Array;
  },
): BodySealer {
  const { sizeBytes } = options;
  const layout = getFloeLayout(getPadmeLength(sizeBytes));
  const keys = deriveBodyKeys(engine, options);
  const floe = { fileKey: keys.encryptionKey, aad: keys.contextHash };
  const sealer =
    options.header === undefined
      ? createFloeSealer(engine, floe)
      : resumeFloeSealer(engine, { ...floe, header: options.header });

  async function sealSegment(index: number, content: Uint8Array): Promise<Uint8Array> {
    const place = getFloeSegmentPlace(layout, index);
    const contentLength = Math.max(0, Math.min(place.plaintextSizeBytes, sizeBytes - place.plaintextOffset));
    if (!isBytes(content) || content.length !== contentLength) {
      throw new InputError('INPUT_INVALID', { name: 'content', lengthExpected: contentLength });
    }
    let plaintext = content;
    if (contentLength < place.plaintextSizeBytes) {
      plaintext = new Uint8Array(place.plaintextSizeBytes);
      plaintext.set(content);
    }
    return await sealer.sealSegment({ index, plaintext, isLast: place.isLast });
  }

  return { commitment: keys.commitment, header: sealer.header, layout, sealSegment };
}

/**
 * Reads a body. `commitment` and `storedSizeBytes` come from the signed header; each segment must have been checked
 * against the signed root before it is handed in.
 * @throws CryptoError DECRYPT_FAILED
 */
export function createBodyOpener(
  engine: BodyEngine,
  options: {
    readonly contentKey: ContentKey;
    readonly context: Uint8Array;
    readonly commitment: Uint8Array;
    readonly header: Uint8Array;
    readonly storedSizeBytes: number;
  },
): BodyOpener {
  const layout = getFloeLayoutOfStored(options.storedSizeBytes);
  const keys = deriveBodyKeys(engine, options);
  assertCommitment(keys, options.commitment);
  const opener = createFloeOpener(engine, {
    fileKey: keys.encryptionKey,
    aad: keys.contextHash,
    header: options.header,
  });

  async function openSegment(index: number, stored: Uint8Array): Promise<Uint8Array> {
    const place = getFloeSegmentPlace(layout, index);
    if (!isBytes(stored) || stored.length !== place.storedSizeBytes) throw new CryptoError('DECRYPT_FAILED');
    return await opener.openSegment({ index, segment: stored, isLast: place.isLast });
  }

  return { layout, openSegment };
}

function deriveBodyKeys(
  engine: BodyEngine,
  options: { readonly contentKey: ContentKey; readonly context: Uint8Array },
): ReturnType<typeof derivePartKeys> {
  if (decodeRecordContext(options.context).part !== 'body')
    throw new InputError('INPUT_INVALID', { name: 'context' });
  return derivePartKeys(engine, { contentKey: options.contentKey, part: 'body', context: options.context });
}

/**
 * The body of a version: FLOE under the part's key, padded to a Padmé length with zeros (docs/spec/bytes.md section 6).
 * All lengths are known before the first byte; segments may be sealed and opened in any order, several at a time.
 */
import type { Engine } from '../engine/index.ts';
import { isBytes } from '../bytes/index.ts';
import { decodeRecordContext } from '../contexts/index.ts';
import { assert, CryptoError, InputError } from '../errors/index.ts';
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
import { createSegmentRunner } from './segment-task.ts';
import type { SegmentPool, SegmentResult, SegmentTask } from './segment-task.ts';

type BodyEngine = Pick<
  Engine,
  'randomBytes' | 'sha256' | 'sha256Async' | 'hkdf' | 'hkdfExpand' | 'createAesGcm'
>;

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
  /** The same with the segment's leaf in the signed tree; written to the front of `output` where that is given. */
  readonly sealSegmentWithLeaf: (
    index: number,
    content: Uint8Array,
    output?: Uint8Array,
  ) => Promise<{ readonly stored: Uint8Array; readonly leaf: Uint8Array }>;
};

/** Opens the body of one version. */
export type BodyOpener = {
  readonly layout: FloeLayout;
  /** Opens segment `index`, padding included: cut at the true length, which the card tells. @throws CryptoError DECRYPT_FAILED */
  readonly openSegment: (index: number, stored: Uint8Array) => Promise<Uint8Array>;
  /**
   * The same, after the stored bytes were found to be those of their leaf; written to the front of `output` where that is given.
   * @throws IntegrityError PROOF_INVALID; CryptoError DECRYPT_FAILED
   */
  readonly openSegmentUnderLeaf: (
    index: number,
    stored: Uint8Array,
    leaf: Uint8Array,
    output?: Uint8Array,
  ) => Promise<Uint8Array>;
};

/**
 * Starts a body, or with `header` goes on with one that an interrupted upload left.
 * `context` is the encoded bctx of the body, `sizeBytes` the true length of the content; `segments` does the work elsewhere.
 * @throws InputError INPUT_INVALID beyond 16 GiB; CryptoError DECRYPT_FAILED for a header of another body
 */
export function createBodySealer(
  engine: BodyEngine,
  options: {
    readonly contentKey: ContentKey;
    readonly context: Uint8Array;
    readonly sizeBytes: number;
    readonly header?: Uint8Array;
    readonly segments?: SegmentPool;
  },
): BodySealer {
  const { sizeBytes } = options;
  const layout = getFloeLayout(getPadmeLength(sizeBytes));
  const keys = deriveBodyKeys(engine, options);
  const floe = { fileKey: keys.encryptionKey, aad: keys.contextHash };
  const { header } =
    options.header === undefined
      ? createFloeSealer(engine, floe)
      : resumeFloeSealer(engine, { ...floe, header: options.header });
  const segments = options.segments ?? createSegmentRunner(engine);

  async function seal(
    kind: 'seal' | 'seal-with-leaf',
    index: number,
    content: Uint8Array,
    output: Uint8Array | undefined,
  ): Promise<SegmentResult> {
    const place = getFloeSegmentPlace(layout, index);
    const contentLength = Math.max(0, Math.min(place.plaintextSizeBytes, sizeBytes - place.plaintextOffset));
    if (!isBytes(content) || content.length !== contentLength) {
      throw new InputError('INPUT_INVALID', { name: 'content', lengthExpected: contentLength });
    }
    let input = content;
    if (contentLength < place.plaintextSizeBytes) {
      input = new Uint8Array(place.plaintextSizeBytes);
      input.set(content);
    }
    return await segments.run({
      kind,
      key: floe.fileKey,
      aad: floe.aad,
      header,
      index,
      isLast: place.isLast,
      input,
      ...(output && { output }),
    });
  }

  return {
    commitment: keys.commitment,
    header,
    layout,
    sealSegment: async (index, content) => (await seal('seal', index, content, undefined)).bytes,
    async sealSegmentWithLeaf(index, content, output) {
      const { bytes, leaf } = await seal('seal-with-leaf', index, content, output);
      assert(leaf !== undefined, 'a segment sealed with its leaf comes with it');
      return { stored: bytes, leaf };
    },
  };
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
    readonly segments?: SegmentPool;
  },
): BodyOpener {
  const layout = getFloeLayoutOfStored(options.storedSizeBytes);
  const keys = deriveBodyKeys(engine, options);
  assertCommitment(keys, options.commitment);
  const floe = { fileKey: keys.encryptionKey, aad: keys.contextHash, header: options.header.slice() };
  // A header of another body is refused here, not at the first segment.
  createFloeOpener(engine, floe);
  const segments = options.segments ?? createSegmentRunner(engine);

  async function open(
    index: number,
    stored: Uint8Array,
    more: Pick<SegmentTask, 'kind' | 'leaf' | 'output'>,
  ): Promise<Uint8Array> {
    const { isLast, storedSizeBytes } = getFloeSegmentPlace(layout, index);
    if (!isBytes(stored) || stored.length !== storedSizeBytes) throw new CryptoError('DECRYPT_FAILED');
    const { fileKey: key, aad, header } = floe;
    return (await segments.run({ key, aad, header, index, isLast, input: stored, ...more })).bytes;
  }

  return {
    layout,
    openSegment: async (index, stored) => await open(index, stored, { kind: 'open' }),
    openSegmentUnderLeaf: async (index, stored, leaf, output) =>
      await open(index, stored, { kind: 'open-under-leaf', leaf, ...(output && { output }) }),
  };
}

function deriveBodyKeys(
  engine: BodyEngine,
  options: { readonly contentKey: ContentKey; readonly context: Uint8Array },
): ReturnType<typeof derivePartKeys> {
  if (decodeRecordContext(options.context).part !== 'body')
    throw new InputError('INPUT_INVALID', { name: 'context' });
  return derivePartKeys(engine, { contentKey: options.contentKey, part: 'body', context: options.context });
}

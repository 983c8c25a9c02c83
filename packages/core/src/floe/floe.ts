/**
 * FLOE (c2sp.org/FLOE): segmented, committing, random-access encryption; docs/spec/floe.md restates it. AES-256-GCM,
 * HKDF-Expand-SHA-384. Each segment is sealed and opened by its index alone, in any order and several at a time.
 * A reader must know from elsewhere (the signed header) how many segments there are: FLOE itself only marks the last.
 */
import {
  assertBytes,
  concatBytes,
  decodeU32,
  encodeU32,
  encodeU64,
  isEqualConstantTime,
  takeOutput,
  wipeBytes,
} from '../bytes/index.ts';
import type { AesGcm, Engine } from '../engine/engine.ts';
import { engineSizes } from '../engine/engine.ts';
import { CryptoError, InputError } from '../errors/index.ts';
import { floeParameters } from './floe-parameters.ts';
import type { FloeParameters } from './floe-parameters.ts';

/** Sizes in bytes. */
export const floeSizes = { header: 74, iv: 32, tag: 32, segmentOverhead: 32 } as const;

/** The engine's part that FLOE needs. */
export type FloeEngine = Pick<Engine, 'randomBytes' | 'hkdfExpand' | 'createAesGcm'>;

/** Seals segments. Several calls may be in flight. */
export type FloeSealer = {
  /** The 74 bytes in front of the segments. */
  readonly header: Uint8Array;
  /**
   * Seals one segment. All but the last hold exactly `floeLayout`'s plaintext size; the last may be shorter or empty.
   * With `output` the answer is a view of its front; it must not overlap the plaintext.
   * @throws InputError INPUT_INVALID
   */
  readonly sealSegment: (input: {
    readonly index: number;
    readonly plaintext: Uint8Array;
    readonly isLast: boolean;
    readonly output?: Uint8Array;
  }) => Promise<Uint8Array>;
};

/** Opens segments. Several calls may be in flight. */
export type FloeOpener = {
  /**
   * Opens one segment that must be, or must not be, the last. With `output` the answer is a view of its front; it must not
   * overlap the segment.
   * @throws CryptoError DECRYPT_FAILED
   */
  readonly openSegment: (input: {
    readonly index: number;
    readonly segment: Uint8Array;
    readonly isLast: boolean;
    readonly output?: Uint8Array;
  }) => Promise<Uint8Array>;
};

/** A key of 32 bytes that seals one plaintext only, and what is authenticated beside it. */
export type FloeKeyOptions = { readonly fileKey: Uint8Array; readonly aad: Uint8Array };

/**
 * Starts a new ciphertext with a random iv.
 * `parameters` exists for the published known answers only; everything of ours uses the default.
 */
export function createFloeSealer(
  engine: FloeEngine,
  options: FloeKeyOptions,
  parameters: FloeParameters = floeParameters,
): FloeSealer {
  assertFloeKey(options);
  const iv = engine.randomBytes(floeSizes.iv);
  const keys = deriveKeys(engine, options, iv, parameters);
  const header = concatBytes(encodeParameters(parameters), iv, keys.headerTag);
  return { header, sealSegment: createSegmentSealer(engine, keys, parameters) };
}

/** Goes on with a ciphertext whose header is already stored, after an interrupted upload. @throws CryptoError DECRYPT_FAILED */
export function resumeFloeSealer(
  engine: FloeEngine,
  options: FloeKeyOptions & { readonly header: Uint8Array },
): FloeSealer {
  const keys = readHeader(engine, options, floeParameters);
  return { header: options.header.slice(), sealSegment: createSegmentSealer(engine, keys, floeParameters) };
}

/** Reads a header. @throws CryptoError DECRYPT_FAILED for another key, AAD, segment size or a header that was altered */
export function createFloeOpener(
  engine: FloeEngine,
  options: FloeKeyOptions & { readonly header: Uint8Array },
  parameters: FloeParameters = floeParameters,
): FloeOpener {
  const keys = readHeader(engine, options, parameters);
  const plaintextMax = parameters.segmentSizeBytes - floeSizes.segmentOverhead;

  async function openSegment(input: Parameters<FloeOpener['openSegment']>[0]): Promise<Uint8Array> {
    const { index, segment, isLast } = input;
    assertIndex(index);
    assertBytes(segment, 'segment');
    const isLengthRight = isLast
      ? segment.length >= floeSizes.segmentOverhead && segment.length <= parameters.segmentSizeBytes
      : segment.length === parameters.segmentSizeBytes;
    if (!isLengthRight || decodeU32(segment) !== (isLast ? segment.length : notLast))
      throw new CryptoError('DECRYPT_FAILED');
    const plaintext = await keys.cipherOf(index).open({
      nonce: segment.subarray(4, segmentPrefix),
      aad: encodeSegmentAad(index, isLast),
      ciphertext: segment.subarray(segmentPrefix),
      ...(input.output === undefined ? {} : { output: input.output }),
    });
    if (plaintext.length > plaintextMax) throw new CryptoError('DECRYPT_FAILED');
    return plaintext;
  }

  return { openSegment };
}

const notLast = 0xffffffff;
/** Marker and nonce. */
const segmentPrefix = 16;
const encoder = new TextEncoder();
const headerTagPurpose = encoder.encode('HEADER_TAG:');
const messageKeyPurpose = encoder.encode('MESSAGE_KEY:');
const segmentKeyPurpose = encoder.encode('DEK:');
const messageKeySize = 48;

type FloeKeys = { readonly headerTag: Uint8Array; readonly cipherOf: (index: number) => AesGcm };

function createSegmentSealer(
  engine: FloeEngine,
  keys: FloeKeys,
  parameters: FloeParameters,
): FloeSealer['sealSegment'] {
  const plaintextMax = parameters.segmentSizeBytes - floeSizes.segmentOverhead;
  return async ({ index, plaintext, isLast, output }) => {
    assertIndex(index);
    assertBytes(plaintext, 'plaintext');
    if (isLast ? plaintext.length > plaintextMax : plaintext.length !== plaintextMax) {
      throw new InputError('INPUT_INVALID', { name: 'plaintext', length: plaintext.length });
    }
    const nonce = engine.randomBytes(engineSizes.gcmNonce);
    const length = plaintext.length + floeSizes.segmentOverhead;
    const segment = takeOutput(output, length);
    segment.set(encodeU32(isLast ? length : notLast));
    segment.set(nonce, 4);
    await keys.cipherOf(index).seal({
      nonce,
      aad: encodeSegmentAad(index, isLast),
      plaintext,
      output: segment.subarray(segmentPrefix),
    });
    return segment;
  };
}

function readHeader(
  engine: FloeEngine,
  options: FloeKeyOptions & { readonly header: Uint8Array },
  parameters: FloeParameters,
): FloeKeys {
  assertFloeKey(options);
  assertBytes(options.header, 'header');
  const { header } = options;
  const encoded = encodeParameters(parameters);
  if (
    header.length !== floeSizes.header ||
    !isEqualConstantTime(header.subarray(0, encoded.length), encoded)
  ) {
    throw new CryptoError('DECRYPT_FAILED');
  }
  const ivEnd = encoded.length + floeSizes.iv;
  const keys = deriveKeys(engine, options, header.subarray(encoded.length, ivEnd), parameters);
  if (!isEqualConstantTime(keys.headerTag, header.subarray(ivEnd))) throw new CryptoError('DECRYPT_FAILED');
  return keys;
}

function deriveKeys(
  engine: FloeEngine,
  options: FloeKeyOptions,
  iv: Uint8Array,
  parameters: FloeParameters,
): FloeKeys {
  const encoded = encodeParameters(parameters);
  const { aad } = options;
  // FLOE's KDF is HKDF-Expand of at most one block, so that its counter byte is always 1.
  function derive(key: Uint8Array, purpose: Uint8Array, length: number): Uint8Array {
    return engine.hkdfExpand('sha384', { prk: key, info: concatBytes(encoded, iv, purpose, aad), length });
  }
  const headerTag = derive(options.fileKey, headerTagPurpose, floeSizes.tag);
  const messageKey = derive(options.fileKey, messageKeyPurpose, messageKeySize);
  const ciphers = new Map<number, AesGcm>();

  function cipherOf(index: number): AesGcm {
    const first = index - (index % 2 ** parameters.rotationBits);
    let cipher = ciphers.get(first);
    if (cipher === undefined) {
      const key = derive(messageKey, concatBytes(segmentKeyPurpose, encodeU64(first)), engineSizes.aesKey);
      cipher = engine.createAesGcm(key);
      wipeBytes(key);
      ciphers.set(first, cipher);
    }
    return cipher;
  }

  return { headerTag, cipherOf };
}

function encodeParameters(parameters: FloeParameters): Uint8Array {
  // AEAD 0 is AES-256-GCM, hash 0 is SHA-384.
  return concatBytes(Uint8Array.of(0, 0), encodeU32(parameters.segmentSizeBytes), encodeU32(floeSizes.iv));
}

function encodeSegmentAad(index: number, isLast: boolean): Uint8Array {
  return concatBytes(encodeU64(index), Uint8Array.of(isLast ? 1 : 0));
}

function assertFloeKey(options: FloeKeyOptions): void {
  assertBytes(options.fileKey, 'fileKey', engineSizes.aesKey);
  assertBytes(options.aad, 'aad');
}

/** FLOE allows 2^40 segments for GCM. */
function assertIndex(index: number): void {
  if (!Number.isSafeInteger(index) || index < 0 || index >= 2 ** 40)
    throw new InputError('INPUT_INVALID', { name: 'index' });
}

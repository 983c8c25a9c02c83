/** Where the segments of a plaintext of known length lie. All of it is known before the first byte is sealed. */
import { InputError } from '../errors/index.ts';
import { floeParameters } from './floe-parameters.ts';
import { floeSizes } from './floe.ts';

/** Plaintext bytes of every segment but the last. */
export const floeSegmentPlaintextSizeBytes: number =
  floeParameters.segmentSizeBytes - floeSizes.segmentOverhead;

/** Longest plaintext of a body: 16 GiB. */
export const bodyPlaintextSizeBytesMax = 17_179_869_184;

/** The segments of one plaintext. */
export type FloeLayout = {
  readonly plaintextSizeBytes: number;
  /** Header and segments. */
  readonly storedSizeBytes: number;
  readonly segmentCount: number;
};

/** Where one segment lies; offsets in the plaintext and in the stored bytes. */
export type FloeSegmentPlace = {
  readonly index: number;
  readonly isLast: boolean;
  readonly plaintextOffset: number;
  readonly plaintextSizeBytes: number;
  readonly storedOffset: number;
  readonly storedSizeBytes: number;
};

/** @throws InputError INPUT_INVALID beyond 16 GiB */
export function getFloeLayout(plaintextSizeBytes: number): FloeLayout {
  if (
    !Number.isSafeInteger(plaintextSizeBytes) ||
    plaintextSizeBytes < 0 ||
    plaintextSizeBytes > bodyPlaintextSizeBytesMax
  ) {
    throw new InputError('INPUT_INVALID', { name: 'plaintextSizeBytes' });
  }
  const segmentCount = Math.max(1, Math.ceil(plaintextSizeBytes / floeSegmentPlaintextSizeBytes));
  const storedSizeBytes = floeSizes.header + plaintextSizeBytes + segmentCount * floeSizes.segmentOverhead;
  return { plaintextSizeBytes, storedSizeBytes, segmentCount };
}

/** The layout of stored bytes; a length that no plaintext gives is refused. @throws InputError INPUT_INVALID */
export function getFloeLayoutOfStored(storedSizeBytes: number): FloeLayout {
  if (!Number.isSafeInteger(storedSizeBytes))
    throw new InputError('INPUT_INVALID', { name: 'storedSizeBytes' });
  const segments = Math.max(
    1,
    Math.ceil((storedSizeBytes - floeSizes.header) / floeParameters.segmentSizeBytes),
  );
  const layout = getFloeLayout(storedSizeBytes - floeSizes.header - segments * floeSizes.segmentOverhead);
  if (layout.storedSizeBytes !== storedSizeBytes)
    throw new InputError('INPUT_INVALID', { name: 'storedSizeBytes' });
  return layout;
}

/** @throws InputError INPUT_INVALID for an index that the layout does not have */
export function getFloeSegmentPlace(layout: FloeLayout, index: number): FloeSegmentPlace {
  if (!Number.isSafeInteger(index) || index < 0 || index >= layout.segmentCount)
    throw new InputError('INPUT_INVALID', { name: 'index' });
  const isLast = index === layout.segmentCount - 1;
  const plaintextOffset = index * floeSegmentPlaintextSizeBytes;
  const plaintextSizeBytes = isLast
    ? layout.plaintextSizeBytes - plaintextOffset
    : floeSegmentPlaintextSizeBytes;
  return {
    index,
    isLast,
    plaintextOffset,
    plaintextSizeBytes,
    storedOffset: floeSizes.header + index * floeParameters.segmentSizeBytes,
    storedSizeBytes: plaintextSizeBytes + floeSizes.segmentOverhead,
  };
}

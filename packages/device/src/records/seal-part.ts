/** A part of a body: reading its true content and sealing its segments. */
import { ConflictError, getFloeSegmentPlace } from '@strongroom/core';
import type { BodySealer } from '@strongroom/core';
import type { FileSource } from '../environment/index.ts';

/** Segments in a part. */
const segmentsPerPart = 16;

export function countParts(sealer: BodySealer): number {
  return Math.ceil(sealer.layout.segmentCount / segmentsPerPart);
}

/** The true content of each segment of a part; segments of padding alone are empty. @throws ConflictError SOURCE_CHANGED */
export async function readPart(sealer: BodySealer, source: FileSource, part: number): Promise<Uint8Array[]> {
  const contents: Uint8Array[] = [];
  const first = part * segmentsPerPart;
  const end = Math.min(first + segmentsPerPart, sealer.layout.segmentCount);
  const start = getFloeSegmentPlace(sealer.layout, first).plaintextOffset;
  const last = getFloeSegmentPlace(sealer.layout, end - 1);
  const length = Math.max(
    0,
    Math.min(last.plaintextOffset + last.plaintextSizeBytes, source.sizeBytes) - start,
  );
  const bytes = length === 0 ? new Uint8Array(0) : await source.read(start, length);
  if (bytes.length !== length) throw new ConflictError('SOURCE_CHANGED', { part });
  for (let index = first; index < end; index++) {
    const place = getFloeSegmentPlace(sealer.layout, index);
    const from = Math.min(place.plaintextOffset - start, length);
    contents.push(bytes.subarray(from, Math.min(from + place.plaintextSizeBytes, length)));
  }
  return contents;
}

/** How many bytes of true content a part holds. */
export function contentBytesOf(sealer: BodySealer, sizeBytes: number, part: number): number {
  const { layout } = sealer;
  const first = getFloeSegmentPlace(layout, part * segmentsPerPart);
  const last = getFloeSegmentPlace(layout, Math.min((part + 1) * segmentsPerPart, layout.segmentCount) - 1);
  const end = Math.min(last.plaintextOffset + last.plaintextSizeBytes, sizeBytes);
  return Math.max(0, end - first.plaintextOffset);
}

/** Seals the segments of a part, each into its place in what is sent. Part 0 begins with the FLOE header. */
export async function sealPart(
  sealer: BodySealer,
  part: number,
  contents: readonly Uint8Array[],
): Promise<{ readonly bytes: Uint8Array; readonly leaves: readonly Uint8Array[] }> {
  const first = part * segmentsPerPart;
  const start = part === 0 ? 0 : getFloeSegmentPlace(sealer.layout, first).storedOffset;
  const last = getFloeSegmentPlace(sealer.layout, first + contents.length - 1);
  const bytes = new Uint8Array(last.storedOffset + last.storedSizeBytes - start);
  if (part === 0) bytes.set(sealer.header);
  const sealed = await Promise.all(
    contents.map(async (content, position) => {
      const place = getFloeSegmentPlace(sealer.layout, first + position);
      return await sealer.sealSegmentWithLeaf(
        place.index,
        content,
        bytes.subarray(place.storedOffset - start),
      );
    }),
  );
  return { bytes, leaves: sealed.map(({ leaf }) => leaf) };
}

/** The stored segments of a part, the FLOE header of part 0 apart; undefined if the length is not the part's. */
export function splitPart(
  sealer: BodySealer,
  part: number,
  bytes: Uint8Array,
): { readonly header?: Uint8Array; readonly segments: readonly Uint8Array[] } | undefined {
  const { layout } = sealer;
  const first = part * segmentsPerPart;
  const end = Math.min(first + segmentsPerPart, layout.segmentCount);
  const start = part === 0 ? 0 : getFloeSegmentPlace(layout, first).storedOffset;
  const last = getFloeSegmentPlace(layout, end - 1);
  if (bytes.length !== last.storedOffset + last.storedSizeBytes - start) return undefined;
  const segments: Uint8Array[] = [];
  for (let index = first; index < end; index++) {
    const place = getFloeSegmentPlace(layout, index);
    const from = place.storedOffset - start;
    segments.push(bytes.subarray(from, from + place.storedSizeBytes));
  }
  return { ...(part === 0 ? { header: bytes.subarray(0, sealer.header.length) } : {}), segments };
}

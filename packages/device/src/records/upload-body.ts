/**
 * Sealing and sending a body: parts of 16 segments, the next ones sealed while the last are on their way. Progress counts only what
 * the server has acknowledged as durable. Memory is bounded by the parts in flight.
 */
import {
  ConflictError,
  createBodySealer,
  getFloeSegmentPlace,
  hashSegmentLeaf,
  isEqualConstantTime,
  StrongroomError,
} from '@strongroom/core';
import type { BodySealer } from '@strongroom/core';
import type { DeviceContext } from '../device/context.ts';
import type { OnProgress } from '../device/device.ts';
import type { FileSource } from '../environment/index.ts';
import type { SealedBody } from './commit-version.ts';
import type { UploadJournal, UploadJournals } from './upload-journal.ts';

/** Segments in a part. */
const segmentsPerPart = 16;
const partsInFlightMax = 3;

/** A body that is wholly at the server, and the hash of its content. */
export interface UploadedBody extends SealedBody {
  readonly contentHash: Uint8Array;
}

/**
 * Sends what the server does not have yet. Every segment is read again, also those sent before, and compared: a file that changed
 * is noticed whatever its times say.
 * @throws ConflictError SOURCE_CHANGED; the abort reason of the signal
 */
export async function uploadBody(
  context: DeviceContext,
  options: {
    readonly journals: UploadJournals;
    readonly journal: UploadJournal;
    /** bctx of the body. */
    readonly bodyContext: Uint8Array;
    readonly source: FileSource;
    readonly onProgress?: OnProgress;
    readonly signal?: AbortSignal;
  },
): Promise<UploadedBody> {
  const { journals, journal, source, signal } = options;
  const { engine } = context.env;
  const { upload, vault, room, sizeBytes } = journal;
  if (source.sizeBytes !== sizeBytes) throw new ConflictError('SOURCE_CHANGED', { upload });
  const sealer = createBodySealer(engine, {
    contentKey: journal.bodyKey,
    context: options.bodyContext,
    sizeBytes,
    header: journal.floeHeader,
    ...(context.env.segments && { segments: context.env.segments }),
  });
  const { layout } = sealer;
  const { acknowledged } = await context.api.call('startUpload', {
    params: { vault },
    body: { upload, room, storedBytes: layout.storedSizeBytes },
  });
  const isThere = new Set(acknowledged);
  const partCount = Math.ceil(layout.segmentCount / segmentsPerPart);
  const counted = new Set<number>();
  const content = engine.createSha256();
  const leaves: Uint8Array[] = [hashSegmentLeaf(engine, sealer.header)];
  const inFlight = new Set<Promise<void>>();
  let failure: unknown;
  let doneBytes = 0;
  const count = (part: number): boolean => {
    if (counted.has(part)) return false;
    counted.add(part);
    doneBytes += contentBytesOf(sealer, sizeBytes, part);
    return true;
  };
  const advance = (part: number): void => {
    if (count(part)) options.onProgress?.({ doneBytes, totalBytes: sizeBytes });
  };
  // What was sent before and lies there is done already, though it is read again below.
  for (const part of acknowledged) {
    if (part < partCount && (await journals.findPart(upload, part)) !== undefined) count(part);
  }
  options.onProgress?.({ doneBytes, totalBytes: sizeBytes });
  for (let part = 0; part < partCount; part++) {
    signal?.throwIfAborted();
    if (failure !== undefined) break;
    const contents = await readPart(sealer, source, part);
    for (const each of contents) content.update(each);
    const plaintexts = contents.map((each) => engine.sha256(each));
    const known = await journals.findPart(upload, part);
    if (known !== undefined && !isSame(known.plaintexts, plaintexts))
      throw new ConflictError('SOURCE_CHANGED', { upload, part });
    if (isThere.has(part) && known !== undefined) {
      leaves.push(...known.leaves);
      advance(part);
      continue;
    }
    const { bytes, leaves: partLeaves } = await sealPart(sealer, part, contents);
    leaves.push(...partLeaves);
    await journals.writePart(upload, part, { leaves: partLeaves, plaintexts });
    const sending: Promise<void> = context.api
      .call('putPart', {
        params: { vault, upload, part },
        body: bytes,
        attemptsMax: 6,
        ...(signal === undefined ? {} : { signal }),
      })
      .then(
        () => advance(part),
        (cause: unknown) => {
          failure ??= cause;
        },
      )
      .finally(() => inFlight.delete(sending));
    inFlight.add(sending);
    if (inFlight.size >= partsInFlightMax) await Promise.race(inFlight);
  }
  await Promise.all(inFlight);
  if (failure !== undefined) throw failure instanceof StrongroomError ? failure : (failure as Error);
  return {
    upload,
    contentKey: journal.bodyKey,
    commitment: sealer.commitment,
    storedSizeBytes: layout.storedSizeBytes,
    leaves,
    contentHash: content.digest(),
  };
}

/** The true content of each segment of a part; segments of padding alone are empty. */
async function readPart(sealer: BodySealer, source: FileSource, part: number): Promise<Uint8Array[]> {
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

function contentBytesOf(sealer: BodySealer, sizeBytes: number, part: number): number {
  const { layout } = sealer;
  const first = getFloeSegmentPlace(layout, part * segmentsPerPart);
  const last = getFloeSegmentPlace(layout, Math.min((part + 1) * segmentsPerPart, layout.segmentCount) - 1);
  const end = Math.min(last.plaintextOffset + last.plaintextSizeBytes, sizeBytes);
  return Math.max(0, end - first.plaintextOffset);
}

/** Seals the segments of a part, each into its place in what is sent. Part 0 begins with the FLOE header. */
async function sealPart(
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

function isSame(left: readonly Uint8Array[], right: readonly Uint8Array[]): boolean {
  return (
    left.length === right.length &&
    left.every((hash, index) => isEqualConstantTime(hash, right[index] ?? new Uint8Array(0)))
  );
}

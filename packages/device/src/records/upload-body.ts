/**
 * Sealing and sending a body: parts of 16 segments. With a stage the sealing runs ahead of the sending, so that soon nothing of the file
 * is needed any more; without one the next parts are sealed while the last are on their way. Progress counts only what the server has
 * acknowledged as durable. Memory is bounded by the parts in flight.
 */
import { ConflictError, createBodySealer, hashSegmentLeaf, isEqualConstantTime } from '@strongroom/core';
import type { BodySealer } from '@strongroom/core';
import type { DeviceContext } from '../device/context.ts';
import type { OnProgress } from '../device/device.ts';
import type { FileSource } from '../environment/index.ts';
import type { SealedBody } from './commit-version.ts';
import { PartSender } from './part-sender.ts';
import type { SealedPart } from './part-sender.ts';
import { PartStage } from './part-stage.ts';
import { contentBytesOf, countParts, readPart, sealPart } from './seal-part.ts';
import type { UploadJournal, UploadJournals } from './upload-journal.ts';

/** A body that is wholly at the server, and the hash of its content. */
export interface UploadedBody extends SealedBody {
  readonly contentHash: Uint8Array;
}

/** What is uploaded, and how far it is told. */
export interface UploadOptions {
  readonly journals: UploadJournals;
  readonly journal: UploadJournal;
  /** bctx of the body. */
  readonly bodyContext: Uint8Array;
  /** Without it only a body that was sealed whole can be sent. */
  readonly source?: FileSource;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

interface UnderWay {
  readonly sealer: BodySealer;
  readonly stage: PartStage;
  readonly sender: PartSender;
  readonly isThere: ReadonlySet<number>;
  readonly advance: (part: number) => void;
}

/**
 * Sends what the server does not have yet. With a source every segment is read again, also those sent before, and compared: a file that
 * changed is noticed whatever its times say. Without one the parts come from the stage.
 * @throws ConflictError SOURCE_CHANGED, SOURCE_NEEDED; the abort reason of the signal
 */
export async function uploadBody(context: DeviceContext, options: UploadOptions): Promise<UploadedBody> {
  const { journals, journal, source, signal } = options;
  const { engine } = context.env;
  const { upload, vault, room, sizeBytes } = journal;
  if (source !== undefined && source.sizeBytes !== sizeBytes)
    throw new ConflictError('SOURCE_CHANGED', { upload });
  const sealedBefore = await journals.findSealed(upload);
  if (source === undefined && sealedBefore === undefined)
    throw new ConflictError('SOURCE_NEEDED', { upload });
  const sealer = createBodySealer(engine, {
    contentKey: journal.bodyKey,
    context: options.bodyContext,
    sizeBytes,
    header: journal.floeHeader,
    ...(context.env.segments && { segments: context.env.segments }),
  });
  const { acknowledged } = await context.api.call('startUpload', {
    params: { vault },
    body: { upload, room, storedBytes: sealer.layout.storedSizeBytes },
  });
  const advance = await createCounter(options, sealer, acknowledged);
  const stage = await PartStage.open(context, upload, sealer);
  const sender = new PartSender(context, { journal, stage, onSent: advance, signal });
  const underWay = { sealer, stage, sender, isThere: new Set(acknowledged), advance };
  try {
    const { leaves, contentHash } =
      source === undefined
        ? await sendSealed(options, underWay, sealedBefore ?? new Uint8Array(0))
        : await sealAndSend(context, { ...options, source }, underWay);
    await sender.finish();
    await journals.markSealed(upload, contentHash);
    return {
      upload,
      contentKey: journal.bodyKey,
      commitment: sealer.commitment,
      storedSizeBytes: sealer.layout.storedSizeBytes,
      leaves: [hashSegmentLeaf(engine, sealer.header), ...leaves],
      contentHash,
    };
  } catch (cause) {
    await sender.stop();
    // What was sealed is not all there any more.
    if (cause instanceof ConflictError && cause.code === 'SOURCE_NEEDED') await journals.unmarkSealed(upload);
    throw cause;
  }
}

/** Counts content that is at the server, each part once, and tells. */
async function createCounter(
  options: UploadOptions,
  sealer: BodySealer,
  acknowledged: readonly number[],
): Promise<(part: number) => void> {
  const { journals, journal } = options;
  const totalBytes = journal.sizeBytes;
  const counted = new Set<number>();
  let doneBytes = 0;
  const count = (part: number): boolean => {
    if (counted.has(part)) return false;
    counted.add(part);
    doneBytes += contentBytesOf(sealer, totalBytes, part);
    return true;
  };
  // What was sent before and lies there is done already, though it may be read again.
  for (const part of acknowledged) {
    if (part < countParts(sealer) && (await journals.findPart(journal.upload, part)) !== undefined)
      count(part);
  }
  options.onProgress?.({ doneBytes, totalBytes });
  return (part) => {
    if (count(part)) options.onProgress?.({ doneBytes, totalBytes });
  };
}

interface Sealed {
  /** Leaf hashes of the segments, in order. */
  readonly leaves: readonly Uint8Array[];
  readonly contentHash: Uint8Array;
}

async function sealAndSend(
  context: DeviceContext,
  options: UploadOptions & { readonly source: FileSource },
  { sealer, stage, sender, isThere, advance }: UnderWay,
): Promise<Sealed> {
  const { journals, journal, source, signal } = options;
  const { engine } = context.env;
  const { upload } = journal;
  const content = await engine.createSha256();
  const leaves: Uint8Array[] = [];
  let isSafe = true;
  // A sealed part is written to the stage and given to the sender while the next one is read and sealed.
  let handing = Promise.resolve();
  const hand = async (part: SealedPart & { readonly bytes: Uint8Array }): Promise<void> => {
    const isStaged = part.isStaged || (await stage.keep(part.part, part.bytes));
    isSafe &&= isStaged;
    await sender.add({ ...part, isStaged });
  };
  try {
    for (let part = 0; part < countParts(sealer); part++) {
      signal?.throwIfAborted();
      if (sender.hasFailed) await sender.finish();
      const contents = await readPart(sealer, source, part);
      // The hashes of the segments are made elsewhere meanwhile.
      const hashing = Promise.all(contents.map(async (each) => await engine.sha256Async(each)));
      for (const each of contents) content.update(each);
      const plaintexts = await hashing;
      const known = await journals.findPart(upload, part);
      if (known !== undefined && !isSame(known.plaintexts, plaintexts))
        throw new ConflictError('SOURCE_CHANGED', { upload, part });
      if (isThere.has(part) && known !== undefined) {
        leaves.push(...known.leaves);
        advance(part);
        continue;
      }
      const staged = known === undefined ? undefined : await stage.find(part, known.leaves);
      if (known !== undefined && staged !== undefined) {
        leaves.push(...known.leaves);
        await handing;
        handing = hand({ part, leaves: known.leaves, bytes: staged, isStaged: true });
        continue;
      }
      const { bytes, leaves: partLeaves } = await sealPart(sealer, part, contents);
      leaves.push(...partLeaves);
      await journals.writePart(upload, part, { leaves: partLeaves, plaintexts });
      await handing;
      handing = hand({ part, leaves: partLeaves, bytes, isStaged: false });
    }
  } finally {
    // Nothing is given to a sender that was stopped.
    await handing;
  }
  const contentHash = content.digest();
  // From here on the file is not needed: what the server does not have yet waits in the stage.
  if (isSafe) await journals.markSealed(upload, contentHash);
  return { leaves, contentHash };
}

/** @throws ConflictError SOURCE_NEEDED where a part is neither at the server nor in the stage as it was sealed */
async function sendSealed(
  { journals, journal, signal }: UploadOptions,
  { sealer, sender, isThere, advance }: UnderWay,
  contentHash: Uint8Array,
): Promise<Sealed> {
  const { upload } = journal;
  const leaves: Uint8Array[] = [];
  for (let part = 0; part < countParts(sealer); part++) {
    signal?.throwIfAborted();
    if (sender.hasFailed) await sender.finish();
    const known = await journals.findPart(upload, part);
    if (known === undefined) throw new ConflictError('SOURCE_NEEDED', { upload, part });
    leaves.push(...known.leaves);
    if (isThere.has(part)) advance(part);
    else await sender.add({ part, leaves: known.leaves, isStaged: true });
  }
  return { leaves, contentHash };
}

function isSame(left: readonly Uint8Array[], right: readonly Uint8Array[]): boolean {
  return (
    left.length === right.length &&
    left.every((hash, index) => isEqualConstantTime(hash, right[index] ?? new Uint8Array(0)))
  );
}

/**
 * Sealed parts that wait on this device until the server has acknowledged them, so that an upload goes on without its file. Nothing
 * here is trusted: what comes back is compared with the hashes in the sealed journal before it is sent. A full disk, or a system
 * that throws, ends the staging of that upload and never the upload.
 */
import { compareBytes, hashSegmentLeaf, isEqualConstantTime } from '@strongroom/core';
import type { BodySealer, UploadId } from '@strongroom/core';
import type { DeviceContext } from '../device/context.ts';
import { splitPart } from './seal-part.ts';

/** Stored bytes of all uploads that may wait at once. */
const stagedBytesMax = 4_294_967_296;
/** Of what the system says is free, this much is left to others. */
const freeShareMax = 0.8;

export class PartStage {
  readonly #context: DeviceContext;
  readonly #upload: UploadId;
  readonly #sealer: BodySealer;
  #mayKeep: boolean;

  private constructor(context: DeviceContext, upload: UploadId, sealer: BodySealer, mayKeep: boolean) {
    this.#context = context;
    this.#upload = upload;
    this.#sealer = sealer;
    this.#mayKeep = mayKeep;
  }

  /** The stage of one upload; without room for all of it nothing of it is staged. */
  static async open(context: DeviceContext, upload: UploadId, sealer: BodySealer): Promise<PartStage> {
    return new PartStage(context, upload, sealer, await hasRoom(context, upload, sealer));
  }

  /** Keeps a part. False: it must be sent from memory, and the upload will need its file again. */
  async keep(part: number, bytes: Uint8Array): Promise<boolean> {
    const { staging } = this.#context.env;
    if (staging === undefined || !this.#mayKeep) return false;
    try {
      await staging.write(this.#upload, part, bytes);
      return true;
    } catch {
      // No room, or a system that gives none: the upload goes on from memory.
      this.#mayKeep = false;
      return false;
    }
  }

  /** A part that waits, if it is the one whose hashes the journal has. */
  async find(part: number, leaves: readonly Uint8Array[]): Promise<Uint8Array | undefined> {
    const { staging, engine } = this.#context.env;
    const bytes = await staging?.read(this.#upload, part).catch(() => undefined);
    const split = bytes === undefined ? undefined : splitPart(this.#sealer, part, bytes);
    const isRight =
      split !== undefined &&
      split.segments.length === leaves.length &&
      split.segments.every((segment, index) =>
        isEqualConstantTime(hashSegmentLeaf(engine, segment), leaves[index] ?? new Uint8Array(0)),
      ) &&
      (split.header === undefined || compareBytes(split.header, this.#sealer.header) === 0);
    return isRight ? bytes : undefined;
  }

  /** A part that the server has acknowledged needs to wait no more. */
  async drop(part: number): Promise<void> {
    // What stays behind is removed with the rest of the upload.
    await this.#context.env.staging?.remove(this.#upload, part).catch(() => undefined);
  }
}

async function hasRoom(context: DeviceContext, upload: UploadId, sealer: BodySealer): Promise<boolean> {
  const { staging } = context.env;
  if (staging === undefined) return false;
  try {
    const { freeBytes } = await staging.estimate();
    const waiting = (await staging.list()).filter((each) => each.upload !== upload);
    const usedBytes = waiting.reduce((sum, { bytes }) => sum + bytes, 0);
    const neededBytes = sealer.layout.storedSizeBytes;
    return usedBytes + neededBytes <= stagedBytesMax && neededBytes <= freeBytes * freeShareMax;
  } catch {
    // A stage that cannot even be looked at is none.
    return false;
  }
}

/** Removes all that waits of an upload. What cannot be removed now goes with the next look at the list. */
export async function removeStaged(context: DeviceContext, upload: string): Promise<void> {
  await context.env.staging?.remove(upload).catch(() => undefined);
}

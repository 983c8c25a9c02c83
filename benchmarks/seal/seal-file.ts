/**
 * Disk to disk with FLOE: what the device does with a body, without the network. Files are read and written by position into
 * memory that is used again, so a file of any length needs the memory of the segments in flight.
 */
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import {
  createFloeSealer,
  floeParameters,
  floeSizes,
  getFloeLayout,
  getFloeLayoutOfStored,
  getFloeSegmentPlace,
} from '@strongroom/core';
import type { Engine, FloeLayout, SegmentPool, SegmentTask } from '@strongroom/core';

/** A file key and what is authenticated beside it. */
export interface FileKey {
  readonly key: Uint8Array;
  readonly aad: Uint8Array;
}

/** Seals a file; answers the leaves of its segments if `hasLeaves`. */
export async function sealFile(
  engine: Engine,
  pool: SegmentPool,
  options: FileKey & {
    readonly from: string;
    readonly to: string;
    readonly sizeBytes: number;
    readonly hasLeaves: boolean;
  },
): Promise<readonly Uint8Array[]> {
  const { key, aad, hasLeaves } = options;
  const { header } = createFloeSealer(engine, { fileKey: key, aad });
  const leaves: Uint8Array[] = [];
  const input = openSync(options.from, 'r');
  const output = openSync(options.to, 'wx');
  try {
    writeSync(output, header, 0, header.length, 0);
    await eachSegment(pool, getFloeLayout(options.sizeBytes), async (place, memory) => {
      const plaintext = memory.input.subarray(0, place.plaintextSizeBytes);
      readSync(input, plaintext, 0, plaintext.length, place.plaintextOffset);
      const task = { key, aad, header, index: place.index, isLast: place.isLast, input: plaintext };
      const kind: SegmentTask['kind'] = hasLeaves ? 'seal-with-leaf' : 'seal';
      const { bytes, leaf } = await pool.run({ ...task, kind, output: memory.output });
      if (leaf !== undefined) leaves[place.index] = leaf;
      writeSync(output, bytes, 0, bytes.length, place.storedOffset);
    });
  } finally {
    closeSync(input);
    closeSync(output);
  }
  return leaves;
}

/** Opens a file; with `leaves` each segment is compared with its leaf first. */
export async function openFile(
  pool: SegmentPool,
  options: FileKey & {
    readonly from: string;
    readonly to: string;
    readonly storedSizeBytes: number;
    readonly leaves?: readonly Uint8Array[];
  },
): Promise<void> {
  const { key, aad, leaves } = options;
  const header = new Uint8Array(floeSizes.header);
  const input = openSync(options.from, 'r');
  const output = openSync(options.to, 'wx');
  try {
    readSync(input, header, 0, header.length, 0);
    await eachSegment(pool, getFloeLayoutOfStored(options.storedSizeBytes), async (place, memory) => {
      const stored = memory.input.subarray(0, place.storedSizeBytes);
      readSync(input, stored, 0, stored.length, place.storedOffset);
      const task = { key, aad, header, index: place.index, isLast: place.isLast, input: stored };
      const leaf = leaves?.[place.index];
      const { bytes } = await pool.run({
        ...task,
        ...(leaf === undefined ? { kind: 'open' } : { kind: 'open-under-leaf', leaf }),
        output: memory.output,
      });
      writeSync(output, bytes, 0, bytes.length, place.plaintextOffset);
    });
  } finally {
    closeSync(input);
    closeSync(output);
  }
}

interface LaneMemory {
  readonly input: Uint8Array;
  readonly output: Uint8Array;
}

async function eachSegment(
  pool: SegmentPool,
  layout: FloeLayout,
  work: (place: ReturnType<typeof getFloeSegmentPlace>, memory: LaneMemory) => Promise<void>,
): Promise<void> {
  let next = 0;
  async function runLane(): Promise<void> {
    const memory = { input: newSharedBytes(), output: newSharedBytes() };
    while (next < layout.segmentCount) await work(getFloeSegmentPlace(layout, next++), memory);
  }
  await Promise.all(Array.from({ length: pool.width }, runLane));
}

function newSharedBytes(): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(floeParameters.segmentSizeBytes));
}

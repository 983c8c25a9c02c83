/**
 * Frames of the warden's socket: u32 length ‖ cbor(map), at most 64 MiB (docs/spec/requests.md section 5). The reader holds
 * at most one frame and refuses a length before it allocates for it.
 */
import type { Socket } from 'node:net';
import {
  InputError,
  LimitError,
  concatBytes,
  decodeCbor,
  decodeU32,
  emptyBytes,
  encodeCbor,
  encodeU32,
} from '@strongroom/core';
import type { CborMap, CborValue } from '@strongroom/core';

/** The longest frame, without its length. */
export const frameBytesMax = 67_108_864;
/** The deepest nesting inside a frame. */
const frameDepthMax = 12;

const limits = { sizeBytesMax: frameBytesMax, depthMax: frameDepthMax } as const;

/** One frame with its length in front. @throws LimitError LIMIT_EXCEEDED; InputError CBOR_INVALID */
export function encodeFrame(message: CborMap): Uint8Array {
  const body = encodeCbor(message, limits);
  return concatBytes(encodeU32(body.length), body);
}

/** Writes a frame; those of one turn of the loop go out together, since every write wakes the other process. */
export function writeFrame(socket: Socket, frame: Uint8Array): void {
  socket.cork();
  socket.write(frame);
  process.nextTick(() => socket.uncork());
}

/** Whether a CBOR value is a map. */
export function isCborMap(value: CborValue | undefined): value is CborMap {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  );
}

/** Takes frames out of a stream of bytes that arrives in any pieces. After a throw the stream is to be closed. */
export class FrameReader {
  #chunks: Uint8Array[] = [];
  #heldBytes = 0;
  #neededBytes = 4;

  /**
   * Adds received bytes and answers the frames that are complete.
   * @throws LimitError LIMIT_EXCEEDED for a frame that is too long; InputError CBOR_INVALID for a frame that is no map
   */
  read(chunk: Uint8Array): CborMap[] {
    if (chunk.length > 0) this.#chunks.push(chunk);
    this.#heldBytes += chunk.length;
    const frames: CborMap[] = [];
    while (this.#heldBytes >= this.#neededBytes) {
      const held = this.#chunks.length === 1 ? (this.#chunks[0] ?? emptyBytes) : concatBytes(...this.#chunks);
      const length = decodeU32(held);
      if (length > frameBytesMax)
        throw new LimitError('LIMIT_EXCEEDED', { name: 'frame.bytes', max: frameBytesMax });
      this.#neededBytes = 4 + length;
      this.#chunks = [held];
      if (held.length < this.#neededBytes) break;
      const message = decodeCbor(held.subarray(4, this.#neededBytes), limits);
      if (!isCborMap(message)) throw new InputError('CBOR_INVALID', { reason: 'map' });
      frames.push(message);
      this.#chunks = [held.subarray(this.#neededBytes)];
      this.#heldBytes -= this.#neededBytes;
      this.#neededBytes = 4;
    }
    return frames;
  }
}

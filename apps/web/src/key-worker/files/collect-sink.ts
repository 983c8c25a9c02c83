/** Where an opened document is gathered in memory. Nothing is handed out before all of it was verified: see `take` (attack C15). */
import { assert, LimitError } from '@strongroom/core';
import type { ByteSink } from '@strongroom/device';

/** A sink whose bytes can be taken once they are committed. */
export interface CollectSink extends ByteSink {
  /** The pieces, after commit; before it a bug. */
  take(): readonly Uint8Array<ArrayBuffer>[];
}

/** Gathers up to `sizeBytesMax`. */
export function createCollectSink(sizeBytesMax: number): CollectSink {
  let pieces: Uint8Array<ArrayBuffer>[] = [];
  let sizeBytes = 0;
  let isWhole = false;
  return {
    async write(bytes) {
      sizeBytes += bytes.length;
      if (sizeBytes > sizeBytesMax)
        throw new LimitError('LIMIT_EXCEEDED', { name: 'openBytes', max: sizeBytesMax });
      pieces.push(bytes.slice());
    },
    async commit() {
      isWhole = true;
    },
    async abort() {
      pieces = [];
    },
    take() {
      assert(isWhole, 'taken before it was verified whole');
      return pieces;
    },
  };
}

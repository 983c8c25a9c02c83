/** Hashes the leaves of the segment tree (RFC 6962) as the bytes of a part go by, so that nothing is read twice. */
import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { concatBytes, floeParameters, floeSizes } from '@strongroom/core';

const leafPrefix = Uint8Array.of(0);

/** Hashes one part. */
export interface LeafHasher {
  /** The same chunks again, each hashed before it is passed on. */
  pass(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
  /** Leaf hashes in order, joined; after the source has ended. */
  finish(): Uint8Array;
}

/** @param hasHeader whether the FLOE header, a leaf of its own, comes first */
export function createLeafHasher(hasHeader: boolean): LeafHasher {
  const leaves: Uint8Array[] = [];
  let hash: Hash | undefined;
  let left = hasHeader ? floeSizes.header : floeParameters.segmentSizeBytes;
  let joined: Uint8Array | undefined;

  function update(chunk: Uint8Array): void {
    let rest = chunk;
    while (rest.length > 0) {
      hash ??= createHash('sha256').update(leafPrefix);
      const taken = rest.subarray(0, left);
      hash.update(taken);
      left -= taken.length;
      rest = rest.subarray(taken.length);
      if (left === 0) endLeaf();
    }
  }

  function endLeaf(): void {
    if (hash !== undefined) leaves.push(new Uint8Array(hash.digest()));
    hash = undefined;
    left = floeParameters.segmentSizeBytes;
  }

  return {
    async *pass(source) {
      for await (const chunk of source) {
        update(chunk);
        yield chunk;
      }
    },
    finish() {
      endLeaf();
      return (joined ??= concatBytes(...leaves));
    },
  };
}

/** The chunks of a request body. */
export async function* readExact(source: Readable): AsyncIterable<Uint8Array> {
  for await (const chunk of source as AsyncIterable<Buffer>)
    yield new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}

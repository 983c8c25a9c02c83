import { createHash } from 'node:crypto';
import { floeParameters, floeSizes } from '@strongroom/core';

/** Leaf hashes of a body's FLOE header and segments (RFC 6962), as its bytes go by. */
export class BodyLeaves {
  readonly #leaves: Buffer[] = [];
  #hash = createHash('sha256').update(Uint8Array.of(0));
  #held = 0;
  #left: number = floeSizes.header;

  update(bytes: Uint8Array): void {
    for (let rest = bytes; rest.length > 0;) {
      const taken = rest.subarray(0, this.#left);
      this.#hash.update(taken);
      this.#held += taken.length;
      this.#left -= taken.length;
      rest = rest.subarray(taken.length);
      if (this.#left === 0) this.#end();
    }
  }

  finish(): Uint8Array {
    if (this.#held > 0) this.#end();
    return new Uint8Array(Buffer.concat(this.#leaves));
  }

  #end(): void {
    this.#leaves.push(this.#hash.digest());
    this.#hash = createHash('sha256').update(Uint8Array.of(0));
    this.#held = 0;
    this.#left = floeParameters.segmentSizeBytes;
  }
}

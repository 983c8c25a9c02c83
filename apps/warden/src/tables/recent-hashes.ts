/** The hashes of the newest entries of a ledger, by index: a ring that grows to its limit. */
import { assert } from '@strongroom/core';
import { wardenLimits } from '../limits.ts';

const hashBytes = 32;

export class RecentHashes {
  #ring = new Uint8Array(256 * hashBytes);
  #end: number;
  #held = 0;

  /** `end` is the index after the newest entry; `hashes` are those of the entries before it, oldest first. */
  constructor(end = 0, hashes: Uint8Array = new Uint8Array(0)) {
    this.#end = end - hashes.length / hashBytes;
    for (let at = 0; at < hashes.length; at += hashBytes) this.append(hashes.subarray(at, at + hashBytes));
  }

  append(hash: Uint8Array): void {
    assert(hash.length === hashBytes, 'a leaf hash has 32 bytes');
    if (this.#held === this.#capacity && this.#held < wardenLimits.recentHashesMax) this.#grow();
    this.#ring.set(hash, (this.#end % this.#capacity) * hashBytes);
    this.#end += 1;
    this.#held = Math.min(this.#held + 1, this.#capacity);
  }

  /** The hash of an entry; undefined if it is older than what is kept, or not there yet. */
  find(index: number): Uint8Array | undefined {
    if (index >= this.#end || index < this.#end - this.#held) return undefined;
    const at = (index % this.#capacity) * hashBytes;
    return this.#ring.subarray(at, at + hashBytes);
  }

  /** The kept hashes joined, oldest first. */
  encode(): Uint8Array {
    const bytes = new Uint8Array(this.#held * hashBytes);
    for (let place = 0; place < this.#held; place++)
      bytes.set(this.find(this.#end - this.#held + place) ?? new Uint8Array(hashBytes), place * hashBytes);
    return bytes;
  }

  get #capacity(): number {
    return this.#ring.length / hashBytes;
  }

  #grow(): void {
    const kept = this.encode();
    const start = this.#end - this.#held;
    this.#ring = new Uint8Array(this.#ring.length * 2);
    for (let place = 0; place < this.#held; place++)
      this.#ring.set(
        kept.subarray(place * hashBytes, (place + 1) * hashBytes),
        ((start + place) % this.#capacity) * hashBytes,
      );
  }
}

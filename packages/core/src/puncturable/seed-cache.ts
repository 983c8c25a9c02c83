/**
 * Inner seeds that were derived on the way to leaf keys, at every fourth depth. They would undo a puncture, so they are
 * overwritten at every one. Bounded; the oldest is overwritten first.
 */
import { wipeBytes } from '../bytes/index.ts';
import { slotBits } from '../slots/index.ts';

const entriesMax = 16_384;
const step = 4;

export class SeedCache {
  readonly #entries = new Map<number, Uint8Array>();

  /** Copies the deepest cached seed above a slot and answers its depth, or -1. */
  read(slot: number, out: Uint8Array): number {
    if (this.#entries.size === 0) return -1;
    for (let depth = slotBits - step; depth > 0; depth -= step) {
      const seed = this.#entries.get(nodeOf(slot, depth));
      if (seed === undefined) continue;
      out.set(seed);
      return depth;
    }
    return -1;
  }

  /** Keeps a derived seed if its depth is one of those cached. */
  offer(slot: number, depth: number, seed: Uint8Array): void {
    if (depth % step !== 0 || depth === slotBits) return;
    if (this.#entries.size >= entriesMax) {
      const oldest = this.#entries.entries().next();
      if (oldest.done !== true) {
        wipeBytes(oldest.value[1]);
        this.#entries.delete(oldest.value[0]);
      }
    }
    this.#entries.set(nodeOf(slot, depth), seed.slice());
  }

  wipe(): void {
    for (const seed of this.#entries.values()) wipeBytes(seed);
    this.#entries.clear();
  }
}

function nodeOf(slot: number, depth: number): number {
  return 2 ** depth + Math.floor(slot / 2 ** (slotBits - depth));
}

/**
 * Inner seeds that were derived on the way to leaf keys, at every fourth depth. They would undo a puncture, so they are
 * overwritten at every one. Bounded; the oldest is overwritten first.
 */
import { slotBits } from '../slots/index.ts';
import { NodeTable } from './node-table.ts';

const entriesMax = 16_384;
const step = 4;

export class SeedCache {
  readonly #seeds = new NodeTable();
  /** The nodes held, in a ring: `#next` is the place of the one to come, and of the oldest once the ring is full. */
  #nodes: number[] = [];
  #next = 0;

  /** Copies the deepest cached seed above a slot and answers its depth, or -1. */
  read(slot: number, out: Uint8Array): number {
    if (this.#seeds.size === 0) return -1;
    for (let depth = slotBits - step; depth > 0; depth -= step)
      if (this.#seeds.read(nodeOf(slot, depth), out)) return depth;
    return -1;
  }

  /** Keeps a derived seed if its depth is one of those cached. */
  offer(slot: number, depth: number, seed: Uint8Array): void {
    if (depth % step !== 0 || depth === slotBits) return;
    const node = nodeOf(slot, depth);
    if (this.#seeds.has(node)) return;
    const oldest = this.#nodes[this.#next];
    if (oldest !== undefined) this.#seeds.delete(oldest);
    this.#nodes[this.#next] = node;
    this.#next = (this.#next + 1) % entriesMax;
    this.#seeds.set(node, seed);
  }

  wipe(): void {
    if (this.#nodes.length === 0) return;
    this.#seeds.clear();
    this.#nodes = [];
    this.#next = 0;
  }
}

function nodeOf(slot: number, depth: number): number {
  return 2 ** depth + Math.floor(slot / 2 ** (slotBits - depth));
}

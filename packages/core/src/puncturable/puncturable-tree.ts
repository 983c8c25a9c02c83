/**
 * The puncturable tree (GGM, docs/spec/bytes.md section 8): every slot has a key until the slot is punctured; then no
 * holder of the state can make the key again. The state is the set of seeds whose subtrees are wholly live, so that
 * puncturing removes the seeds on the path and keeps the siblings. The commitment is kept up to date with every change.
 *
 * Invariant: `#seeds` holds disjoint subtrees; `#inner` holds exactly the proper ancestors of the seeds, with their
 * commitments. Derived inner seeds live only in the cache, which is wiped at every puncture, before `puncture` returns.
 */
import { assertBytes, wipeBytes } from '../bytes/index.ts';
import { AccessError, InputError } from '../errors/index.ts';
import { assertSlot, slotBits, slotLimit } from '../slots/index.ts';
import type { DeadSlotProof } from './dead-slot-proof.ts';
import { NodeTable } from './node-table.ts';
import { toRanges } from './slot-ranges.ts';
import type { SlotRange } from './slot-ranges.ts';
import { SeedCache } from './seed-cache.ts';
import { commitInner, commitLive, deriveLeafKey, expandSeed } from './seed-steps.ts';
import type { TreeEngine } from './seed-steps.ts';
import { decodePage, encodePage } from './tree-page-format.ts';
import type { PageSeed } from './tree-page-format.ts';
import { TreePages } from './tree-pages.ts';
import type { NodeKind, PageChanges } from './tree-pages.ts';
import type { LeafKey } from '../keys/key-kinds.ts';

/** One range of slots to puncture; slots in `keep` stay. */
export type PunctureRange = {
  readonly first: number;
  readonly last: number;
  readonly keep?: readonly number[];
};

export class PuncturableTree {
  readonly #engine: TreeEngine;
  readonly #seeds = new NodeTable();
  readonly #inner = new NodeTable();
  readonly #cache = new SeedCache();
  readonly #pages: TreePages = new TreePages((node) => this.#kindOf(node));
  /** Commitments of the two children at each depth while a change walks the tree. */
  readonly #pairs: readonly Uint8Array[] = Array.from({ length: slotBits + 1 }, () => new Uint8Array(64));
  readonly #root = new Uint8Array(32);

  private constructor(engine: TreeEngine) {
    this.#engine = engine;
  }

  /** A tree in which every slot lives, from a random root seed. */
  static create(engine: TreeEngine): PuncturableTree {
    return PuncturableTree.fromRootSeed(engine, engine.randomBytes(32));
  }

  /** A tree in which every slot lives, from a given root seed, which is copied. For vectors and tests. */
  static fromRootSeed(engine: TreeEngine, rootSeed: Uint8Array): PuncturableTree {
    assertBytes(rootSeed, 'rootSeed', 32);
    const tree = new PuncturableTree(engine);
    tree.#seeds.set(1, rootSeed);
    tree.#root.set(commitLive(engine, rootSeed));
    tree.#pages.rebuild();
    return tree;
  }

  /**
   * The tree of a stored state: all its pages, in any order.
   * @throws InputError FORMAT_INVALID for pages that no tree would have written
   */
  static load(engine: TreeEngine, pages: ReadonlyMap<number, Uint8Array>): PuncturableTree {
    const tree = new PuncturableTree(engine);
    for (const [page, bytes] of pages) tree.#insertPage(decodePage(page, bytes));
    tree.#commit(1, 0, tree.#root);
    tree.#pages.rebuild();
    tree.#pages.markStored();
    const isCanonical =
      tree.#pages.ids().length === pages.size && tree.#pages.ids().every((page) => pages.has(page));
    if (!isCanonical) throw new InputError('FORMAT_INVALID', { format: 'tree' });
    return tree;
  }

  /** Seeds held: the size of the state. */
  get seedCount(): number {
    return this.#seeds.size;
  }

  /** The commitment to what lives: 32 bytes, zeros when nothing does. */
  get rootCommitment(): Uint8Array {
    return this.#root.slice();
  }

  /** The key of a slot. @throws AccessError SLOT_PUNCTURED; InputError INPUT_INVALID */
  leafKey(slot: number): LeafKey {
    assertSlot(slot);
    const seed = new Uint8Array(32);
    let depth = this.#cache.read(slot, seed);
    if (depth < 0) depth = this.#readCovering(slot, seed);
    if (depth < 0) throw new AccessError('SLOT_PUNCTURED', { slot });
    for (; depth < slotBits; depth++) {
      const pair = expandSeed(this.#engine, seed);
      const offset = bitAt(slot, depth) * 32;
      seed.set(pair.subarray(offset, offset + 32));
      wipeBytes(pair);
      this.#cache.offer(slot, depth + 1, seed);
    }
    const key = deriveLeafKey(this.#engine, seed);
    wipeBytes(seed);
    return key;
  }

  isPunctured(slot: number): boolean {
    assertSlot(slot);
    return this.#findDead(slot) >= 0;
  }

  /** Punctures slots, in one pass; those already punctured stay so. @throws InputError INPUT_INVALID */
  puncture(slots: readonly number[]): void {
    this.#apply(toRanges(slots.map((slot) => ({ first: slot, last: slot }))));
  }

  /** Punctures ranges of slots, such as an hour or a room's block. @throws InputError INPUT_INVALID */
  punctureRanges(ranges: readonly PunctureRange[]): void {
    this.#apply(toRanges(ranges));
  }

  /** Proof that a slot is dead under `rootCommitment`. @throws InputError INPUT_INVALID when it lives */
  proveDead(slot: number): DeadSlotProof {
    assertSlot(slot);
    const deadDepth = this.#findDead(slot);
    if (deadDepth < 0) throw new InputError('INPUT_INVALID', { name: 'slot' });
    const proof: Uint8Array[] = [];
    for (let depth = deadDepth; depth > 0; depth--) {
      const node = nodeAt(slot, depth);
      const sibling = new Uint8Array(32);
      this.#readCommitment(node % 2 === 0 ? node + 1 : node - 1, sibling, 0);
      proof.push(sibling);
    }
    return proof;
  }

  /** The ranges of slots that are dead, ascending, none beside another: what a replica is told to puncture. */
  deadRanges(): readonly SlotRange[] {
    const ranges: SlotRange[] = [];
    const visit = (node: number, first: number, count: number): void => {
      const kind = this.#kindOf(node);
      if (kind === 'inner') {
        visit(node * 2, first, count / 2);
        visit(node * 2 + 1, first + count / 2, count / 2);
      } else if (kind === 'dead') ranges.push({ first, last: first + count - 1 });
    };
    visit(1, 0, 2 ** slotBits);
    return toRanges(ranges);
  }

  /** The pages of the state, by the number that names each; see `tree-pages.ts`. */
  pageIds(): readonly number[] {
    return this.#pages.ids();
  }

  /** The bytes of one page. They are the secret itself: the caller seals them. @throws InputError INPUT_INVALID */
  encodePage(page: number): Uint8Array {
    if (!this.#pages.has(page)) throw new InputError('INPUT_INVALID', { name: 'page' });
    const seeds: PageSeed[] = [];
    this.#collect(page, seeds);
    const bytes = encodePage(page, seeds);
    for (const { seed } of seeds) wipeBytes(seed);
    return bytes;
  }

  /** Pages to write and to remove since this was last called. */
  takePageChanges(): PageChanges {
    return this.#pages.takeChanges();
  }

  /** Overwrites the cache of derived seeds. `puncture` has already done so; for an idle process. */
  wipeCache(): void {
    this.#cache.wipe();
  }

  /** Overwrites everything; the tree answers nothing afterwards. */
  wipe(): void {
    this.#cache.wipe();
    this.#seeds.clear();
    this.#inner.clear();
    this.#root.fill(0);
  }

  #apply(ranges: readonly SlotRange[]): void {
    if (ranges.length === 0) return;
    try {
      this.#walk(1, 0, { ranges, low: 0, high: ranges.length, page: 0 }, undefined, this.#root, 0);
      this.#pages.settle();
    } finally {
      this.#cache.wipe();
    }
  }

  /**
   * Applies the ranges to one subtree and writes its commitment to `out`. `seed` is given for a subtree whose seed was just
   * derived and is not in the table yet. Answers whether anything lives in the subtree.
   */
  #walk(
    node: number,
    depth: number,
    part: WalkPart,
    seed: Uint8Array | undefined,
    out: Uint8Array,
    offset: number,
  ): boolean {
    const { ranges } = part;
    const size = 2 ** (slotBits - depth);
    const start = node * size - slotLimit;
    const end = start + size - 1;
    const page = this.#pages.has(node) ? node : part.page;
    let { low, high } = part;
    while (low < high && (ranges[low] as SlotRange).last < start) low++;
    while (high > low && (ranges[high - 1] as SlotRange).first > end) high--;

    if (low === high) {
      if (seed === undefined) return this.#readCommitment(node, out, offset);
      this.#seeds.set(node, seed);
      this.#pages.add(page, 1);
      out.set(commitLive(this.#engine, seed), offset);
      return true;
    }
    const range = ranges[low] as SlotRange;
    if (range.first <= start && range.last >= end) {
      if (seed === undefined) this.#remove(node, page);
      out.fill(0, offset, offset + 32);
      return false;
    }

    let own = seed;
    if (own === undefined && !this.#inner.has(node)) {
      own = new Uint8Array(32);
      if (!this.#seeds.read(node, own)) {
        out.fill(0, offset, offset + 32);
        return false;
      }
      this.#seeds.delete(node);
      this.#pages.add(page, -1);
    }
    const children = own === undefined ? undefined : expandSeed(this.#engine, own);
    const pair = this.#pairs[depth] as Uint8Array;
    const below = { ranges, low, high, page };
    const isLeftLive = this.#walk(node * 2, depth + 1, below, children?.subarray(0, 32), pair, 0);
    const isRightLive = this.#walk(node * 2 + 1, depth + 1, below, children?.subarray(32), pair, 32);
    wipeBytes(children, seed === undefined ? own : undefined);
    if (!isLeftLive && !isRightLive) {
      this.#inner.delete(node);
      out.fill(0, offset, offset + 32);
      return false;
    }
    const commitment = commitInner(this.#engine, pair);
    this.#inner.set(node, commitment);
    out.set(commitment, offset);
    return true;
  }

  /** Removes all seeds of a subtree. */
  #remove(node: number, pageAbove: number): void {
    const page = this.#pages.has(node) ? node : pageAbove;
    if (this.#seeds.delete(node)) {
      this.#pages.add(page, -1);
    } else if (this.#inner.delete(node)) {
      this.#remove(node * 2, page);
      this.#remove(node * 2 + 1, page);
    }
  }

  /** Writes the commitment of an unchanged node; answers whether anything lives below. */
  #readCommitment(node: number, out: Uint8Array, offset: number): boolean {
    if (this.#inner.read(node, out, offset)) return true;
    const seed = new Uint8Array(32);
    const isLive = this.#seeds.read(node, seed);
    if (isLive) out.set(commitLive(this.#engine, seed), offset);
    else out.fill(0, offset, offset + 32);
    wipeBytes(seed);
    return isLive;
  }

  /** Computes all commitments from below: after loading. */
  #commit(node: number, depth: number, out: Uint8Array, offset = 0): boolean {
    if (!this.#inner.has(node)) return this.#readCommitment(node, out, offset);
    const pair = this.#pairs[depth] as Uint8Array;
    this.#commit(node * 2, depth + 1, pair, 0);
    this.#commit(node * 2 + 1, depth + 1, pair, 32);
    const commitment = commitInner(this.#engine, pair);
    this.#inner.set(node, commitment);
    out.set(commitment, offset);
    return true;
  }

  #kindOf(node: number): NodeKind {
    if (this.#inner.has(node)) return 'inner';
    return this.#seeds.has(node) ? 'seed' : 'dead';
  }

  /** Copies the seed that covers a slot and answers its depth, or -1. */
  #readCovering(slot: number, out: Uint8Array): number {
    for (let depth = 0; depth <= slotBits; depth++) {
      const node = nodeAt(slot, depth);
      if (this.#inner.has(node)) continue;
      return this.#seeds.read(node, out) ? depth : -1;
    }
    return -1;
  }

  /** The depth of the dead subtree that holds a slot, or -1 if it lives. */
  #findDead(slot: number): number {
    for (let depth = 0; depth <= slotBits; depth++) {
      const kind = this.#kindOf(nodeAt(slot, depth));
      if (kind !== 'inner') return kind === 'dead' ? depth : -1;
    }
    return -1;
  }

  #collect(node: number, seeds: PageSeed[]): void {
    if (this.#inner.has(node)) {
      this.#collect(node * 2, seeds);
      this.#collect(node * 2 + 1, seeds);
      return;
    }
    const seed = new Uint8Array(32);
    if (this.#seeds.read(node, seed)) seeds.push({ node, seed });
  }

  #insertPage(seeds: readonly PageSeed[]): void {
    const none = new Uint8Array(32);
    for (const { node, seed } of seeds) {
      if (this.#kindOf(node) !== 'dead') throw new InputError('FORMAT_INVALID', { format: 'tree' });
      this.#seeds.set(node, seed);
      wipeBytes(seed);
      for (
        let above = Math.floor(node / 2);
        above >= 1 && !this.#inner.has(above);
        above = Math.floor(above / 2)
      ) {
        if (this.#seeds.has(above)) throw new InputError('FORMAT_INVALID', { format: 'tree' });
        this.#inner.set(above, none);
      }
    }
  }
}

type WalkPart = {
  readonly ranges: readonly SlotRange[];
  /** The ranges from `low` up to, not including, `high` may touch the subtree. */
  readonly low: number;
  readonly high: number;
  readonly page: number;
};

/** The bit of a slot that chooses the child of its node at a depth. */
function bitAt(slot: number, depth: number): number {
  return Math.floor(slot / 2 ** (slotBits - 1 - depth)) % 2;
}

/** The node of a slot's path at a depth. */
function nodeAt(slot: number, depth: number): number {
  return 2 ** depth + Math.floor(slot / 2 ** (slotBits - depth));
}

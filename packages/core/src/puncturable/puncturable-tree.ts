/**
 * The puncturable tree (GGM, docs/spec/bytes.md section 8): every slot has a key until the slot is punctured; then no
 * holder of the state can make the key again. The state is the set of seeds whose subtrees are wholly live, so that
 * puncturing removes the seeds on the path and keeps the siblings. The commitment is kept up to date with every change.
 *
 * A stored page may stay unread: `#unread` holds its count and commitment until somebody comes to it, and what is read must
 * give that commitment.
 *
 * Invariant: `#seeds` and `#unread` hold disjoint subtrees; `#inner` holds exactly their proper ancestors, with their
 * commitments. Derived inner seeds live only in the cache, which is wiped at every puncture, before `puncture` returns.
 */
// long: seeds, inner commitments and pages change together in one walk; halves of it would hand each other the secrets.
import { assertBytes, compareBytes, wipeBytes } from '../bytes/index.ts';
import { AccessError, InputError, IntegrityError } from '../errors/index.ts';
import { assertSlot, slotBits } from '../slots/index.ts';
import type { DeadSlotProof } from './dead-slot-proof.ts';
import { NodeRegions, lowestRegionDepth } from './node-regions.ts';
import { toRanges } from './slot-ranges.ts';
import type { SlotRange } from './slot-ranges.ts';
import { SeedCache } from './seed-cache.ts';
import { commitInner, commitLive, deriveLeafKey, expandSeed } from './seed-steps.ts';
import type { TreeEngine } from './seed-steps.ts';
import { bitAt, depthOf, isCut, nodeAt, slotsBelow } from './tree-nodes.ts';
import { PageWriter, decodePage } from './tree-page-format.ts';
import type { PageSeed } from './tree-page-format.ts';
import { TreePages } from './tree-pages.ts';
import type { NodeKind, PageChanges } from './tree-pages.ts';
import type { LeafKey } from '../keys/key-kinds.ts';
import { UnreadPages, refuseTree } from './unread-pages.ts';
import type { ReadPage, StoredPage } from './unread-pages.ts';

/** One range of slots to puncture; slots in `keep` stay. */
export type PunctureRange = {
  readonly first: number;
  readonly last: number;
  readonly keep?: readonly number[];
};

export class PuncturableTree {
  readonly #engine: TreeEngine;
  readonly #seeds = new NodeRegions();
  readonly #inner = new NodeRegions();
  readonly #cache = new SeedCache();
  readonly #pages: TreePages = new TreePages(
    (node) => this.#kindOf(node),
    (page) => this.#readIn(page),
  );
  readonly #unread: UnreadPages;
  /** Commitments of the two children at each depth while a change walks the tree. */
  readonly #pairs: readonly Uint8Array[] = Array.from({ length: slotBits + 1 }, () => new Uint8Array(64));
  readonly #root = new Uint8Array(32);

  private constructor(engine: TreeEngine, readPage: ReadPage = refuseTree) {
    this.#engine = engine;
    this.#unread = new UnreadPages(readPage);
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
    for (const [page, bytes] of pages) tree.#insertSeeds(decodePage(page, bytes));
    tree.#commit(1, 0, tree.#root);
    tree.#pages.rebuild();
    tree.#pages.markStored();
    const isCanonical =
      tree.#pages.ids().length === pages.size && tree.#pages.ids().every((page) => pages.has(page));
    if (!isCanonical) refuseTree();
    return tree;
  }

  /**
   * The tree of a stored state, of which nothing is read yet: each page is when a slot in it is asked for or punctured, and is
   * refused (IntegrityError WARDEN_STATE_CORRUPT) if it is not the one that `commitment` was made of.
   * @throws InputError FORMAT_INVALID for pages that no tree would have written
   */
  static open(engine: TreeEngine, stored: readonly StoredPage[], readPage: ReadPage): PuncturableTree {
    const tree = new PuncturableTree(engine, readPage);
    for (const page of stored) tree.#insertUnread(page);
    tree.#unread.countBelow(1, (node) => tree.#inner.has(node));
    tree.#commit(1, 0, tree.#root);
    tree.#pages.adopt(stored);
    return tree;
  }

  /** Seeds held: the size of the state. */
  get seedCount(): number {
    return this.#seeds.size + this.#unread.seedCount;
  }

  /** Pages that nobody has come to since the tree was opened. */
  get unreadCount(): number {
    return this.#unread.size;
  }

  /** The commitment to what lives: 32 bytes, zeros when nothing does. */
  get rootCommitment(): Uint8Array {
    return this.#root.slice();
  }

  /**
   * Reads one page more and answers whether there was one: for idle time, so that damage is found before the page is needed.
   * @throws IntegrityError WARDEN_STATE_CORRUPT
   */
  readAhead(): boolean {
    const page = this.#unread.next();
    if (page === undefined) return false;
    this.#readIn(page);
    return true;
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
      this.#readIn(node);
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

  /**
   * The bytes of one page, as a view of the front of `room` (`pageBytesMax` bytes) where that is given and the page is not
   * still unread. They are the secret itself: the caller seals and overwrites them.
   * @throws InputError INPUT_INVALID
   */
  encodePage(page: number, room?: Uint8Array): Uint8Array {
    const count = this.#pages.countOf(page);
    if (count === undefined) throw new InputError('INPUT_INVALID', { name: 'page' });
    if (this.#unread.get(page) !== undefined) return this.#unread.readBytes(page);
    const writer = new PageWriter(page, count, room);
    this.#writeSeeds(page, depthOf(page), writer);
    return writer.finish();
  }

  /** What `open` is to be told of a page once it is stored. @throws InputError INPUT_INVALID */
  describePage(page: number): StoredPage {
    const count = this.#pages.countOf(page);
    if (count === undefined) throw new InputError('INPUT_INVALID', { name: 'page' });
    const commitment = new Uint8Array(32);
    this.#readCommitment(page, commitment, 0);
    return { page, count, commitment };
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
    this.#unread.clear();
    this.#root.fill(0);
  }

  #apply(ranges: readonly SlotRange[]): void {
    if (ranges.length === 0) return;
    // What cannot be read is found before anything is changed.
    for (const page of this.#unread.numbers()) if (isCut(page, ranges)) this.#readIn(page);
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
    const { first: start, last: end } = slotsBelow(node, depth);
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
    const unread = this.#unread.get(node);
    if (unread !== undefined) {
      this.#unread.remove(unread);
      this.#pages.add(page, -unread.count);
    } else if (this.#seeds.delete(node)) {
      this.#pages.add(page, -1);
    } else if (this.#inner.delete(node)) {
      this.#remove(node * 2, page);
      this.#remove(node * 2 + 1, page);
    }
  }

  /** Writes the commitment of an unchanged node; answers whether anything lives below. */
  #readCommitment(node: number, out: Uint8Array, offset: number): boolean {
    if (this.#inner.read(node, out, offset)) return true;
    const unread = this.#unread.get(node);
    if (unread !== undefined) {
      out.set(unread.commitment, offset);
      return true;
    }
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
    if (this.#inner.has(node) || this.#unread.get(node) !== undefined) return 'inner';
    return this.#seeds.has(node) ? 'seed' : 'dead';
  }

  /** Copies the seed that covers a slot and answers its depth, or -1. */
  #readCovering(slot: number, out: Uint8Array): number {
    for (let depth = 0; depth <= slotBits; depth++) {
      const node = nodeAt(slot, depth);
      this.#readIn(node);
      if (this.#inner.has(node)) continue;
      return this.#seeds.read(node, out) ? depth : -1;
    }
    return -1;
  }

  /** The depth of the dead subtree that holds a slot, or -1 if it lives. */
  #findDead(slot: number): number {
    for (let depth = 0; depth <= slotBits; depth++) {
      const node = nodeAt(slot, depth);
      this.#readIn(node);
      const kind = this.#kindOf(node);
      if (kind !== 'inner') return kind === 'dead' ? depth : -1;
    }
    return -1;
  }

  /** Reads a page that is not read yet, if one begins at this node. @throws IntegrityError WARDEN_STATE_CORRUPT */
  #readIn(node: number): void {
    const unread = this.#unread.get(node);
    if (unread === undefined) return;
    const bytes = this.#unread.readBytes(node);
    this.#unread.remove(unread);
    try {
      const seeds = decodePage(node, bytes);
      this.#insertSeeds(seeds);
      const commitment = new Uint8Array(32);
      this.#commit(node, depthOf(node), commitment);
      if (seeds.length !== unread.count || compareBytes(commitment, unread.commitment) !== 0) refuseTree();
    } catch (cause) {
      this.#discard(node);
      this.#unread.put(unread);
      throw new IntegrityError('WARDEN_STATE_CORRUPT', { file: 'page', page: node }, { cause });
    } finally {
      bytes.fill(0);
    }
  }

  /** Overwrites what was read of a page that is refused; no page's count changes. */
  #discard(node: number): void {
    if (this.#seeds.delete(node) || !this.#inner.delete(node)) return;
    this.#discard(node * 2);
    this.#discard(node * 2 + 1);
  }

  #insertUnread(stored: StoredPage): void {
    if (this.#kindOf(stored.page) !== 'dead') refuseTree();
    this.#unread.put(stored);
    this.#insertAbove(stored.page);
  }

  #writeSeeds(node: number, depth: number, writer: PageWriter): void {
    if (depth === lowestRegionDepth && writer.addLowest(node, this.#seeds)) return;
    if (depth < slotBits && this.#inner.has(node, depth)) {
      this.#writeSeeds(node * 2, depth + 1, writer);
      this.#writeSeeds(node * 2 + 1, depth + 1, writer);
    } else writer.add(node, depth, this.#seeds);
  }

  #insertSeeds(seeds: readonly PageSeed[]): void {
    for (const { node, seed } of seeds) {
      if (this.#kindOf(node) !== 'dead') refuseTree();
      this.#seeds.set(node, seed);
      wipeBytes(seed);
      this.#insertAbove(node);
    }
  }

  /** Makes inner nodes of all that are above a node, with commitments still to be computed. */
  #insertAbove(node: number): void {
    const none = new Uint8Array(32);
    for (
      let above = Math.floor(node / 2);
      above >= 1 && !this.#inner.has(above);
      above = Math.floor(above / 2)
    ) {
      if (this.#kindOf(above) !== 'dead') refuseTree();
      this.#inner.set(above, none);
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

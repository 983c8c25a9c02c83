/**
 * The right edge of a tree (a compact range from 0): its size and, for each bit set in the size, the hash of one complete
 * subtree. It is all that is needed to append and to know the root, at most 49 hashes for any ledger we allow.
 * Invariant: a subtree of level l is held exactly if bit l of the size is set.
 */
import { decodeU64, encodeU64, isBytes } from '@strongroom/core';
import { emptyRoot, foldHashes, nodeHash } from './hashing.ts';
import type { HashEngine } from './hashing.ts';
import { hashBytes, ledgerSizeMax } from './limits.ts';
import { invalidInput, isLedgerSize, limitExceeded, malformed } from './refusals.ts';

const sizeBytes = 8;

/** The levels of the complete subtrees of a tree of `size` entries, highest first. */
function levelsOfSize(size: number): number[] {
  const levels: number[] = [];
  for (let level = 0, rest = size; rest > 0; level++, rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) levels.unshift(level);
  }
  return levels;
}

/** The part of a tree that changes when an entry is appended. Not safe to share: `clone` one to try something. */
export class RightEdge {
  readonly #engine: HashEngine;
  #size: number;
  /** By level; stale below the size's bits, so read only where the bit is set. */
  readonly #hashes: Uint8Array[];

  private constructor(engine: HashEngine, size: number, hashes: Uint8Array[]) {
    this.#engine = engine;
    this.#size = size;
    this.#hashes = hashes;
  }

  /** The edge of an empty ledger. */
  static create(engine: HashEngine): RightEdge {
    return new RightEdge(engine, 0, []);
  }

  /**
   * Reads the canonical bytes of `encode`: u64 size, then the hashes of the complete subtrees, left to right.
   * @throws InputError FORMAT_INVALID
   */
  static decode(engine: HashEngine, bytes: Uint8Array): RightEdge {
    if (!isBytes(bytes) || bytes.length < sizeBytes) throw malformed('right-edge', 'short');
    const size = decodeU64(bytes);
    if (!isLedgerSize(size)) throw malformed('right-edge', 'size');
    const levels = levelsOfSize(size);
    if (bytes.length !== sizeBytes + levels.length * hashBytes) throw malformed('right-edge', 'length');
    const hashes: Uint8Array[] = [];
    for (const [place, level] of levels.entries()) {
      const offset = sizeBytes + place * hashBytes;
      hashes[level] = bytes.slice(offset, offset + hashBytes);
    }
    return new RightEdge(engine, size, hashes);
  }

  /** Entries in the ledger. */
  get size(): number {
    return this.#size;
  }

  /**
   * Appends a leaf hash (copied) and returns the hashes of the complete subtrees that end with it, by level: element 0 is the
   * leaf, element l the subtree over the last 2^l entries, whose index at its level is `size / 2^l - 1`.
   * @throws InputError INPUT_INVALID; LimitError LIMIT_EXCEEDED at 2^48 entries
   */
  append(leaf: Uint8Array): Uint8Array[] {
    if (!isBytes(leaf) || leaf.length !== hashBytes) throw invalidInput('leafHash');
    if (this.#size >= ledgerSizeMax) throw limitExceeded('ledgerSizeMax', ledgerSizeMax);
    let hash: Uint8Array = leaf.slice();
    const completed = [hash];
    let level = 0;
    for (let rest = this.#size; rest % 2 === 1; rest = (rest - 1) / 2, level++) {
      hash = nodeHash(this.#engine, this.#hashes[level] as Uint8Array, hash);
      completed.push(hash);
    }
    this.#hashes[level] = hash;
    this.#size += 1;
    return completed;
  }

  /** The root of the tree. */
  root(): Uint8Array {
    return foldHashes(this.#engine, this.hashes()) ?? emptyRoot(this.#engine);
  }

  /** The hashes of the complete subtrees, left to right. They are the edge's own: do not write to them. */
  hashes(): Uint8Array[] {
    return levelsOfSize(this.#size).map((level) => this.#hashes[level] as Uint8Array);
  }

  /** The canonical bytes, for durable storage. */
  encode(): Uint8Array {
    const hashes = this.hashes();
    const bytes = new Uint8Array(sizeBytes + hashes.length * hashBytes);
    bytes.set(encodeU64(this.#size));
    for (const [place, hash] of hashes.entries()) bytes.set(hash, sizeBytes + place * hashBytes);
    return bytes;
  }

  /** An independent copy. */
  clone(): RightEdge {
    return new RightEdge(this.#engine, this.#size, [...this.#hashes]);
  }
}

/**
 * Reads hashes of complete subtrees out of tiles and keeps a bounded number of tiles expanded (all inner nodes, 16 KiB each).
 * It trusts its reader: what it computes is only as good as the tiles, and the result is checked against a root by whoever
 * needs it.
 */
import { isBytes } from '@strongroom/core';
import { nodeHash } from './hashing.ts';
import type { HashEngine } from './hashing.ts';
import { hashBytes, tileWidthMax } from './limits.ts';
import { invalidInput, proofInvalid } from './refusals.ts';
import { tileWidthAt } from './tile-path.ts';
import type { TileStore } from './tile-store.ts';

/** Reads hash tiles from wherever they lie. */
export interface TileReader {
  /**
   * At least `width` hashes of the tile; a longer (later) tile may be given, its first `width` hashes are used.
   * The bytes are not changed.
   */
  readTile(level: number, index: number, width: number): Uint8Array | Promise<Uint8Array>;
}

/** A complete subtree: 2^level entries, the index-th of that size. */
export interface TreeNode {
  readonly level: number;
  readonly index: number;
}

/** A reader over a store. @throws IntegrityError PROOF_INVALID (when reading) for a tile that is not there */
export function readTilesFrom(store: TileStore): TileReader {
  return {
    readTile(level: number, index: number): Uint8Array {
      const bytes = store.readTile(level, index);
      if (bytes === undefined) throw proofInvalid('tile-missing', { level, index });
      return bytes;
    },
  };
}

interface ExpandedTile {
  readonly width: number;
  /** By inner level 0..7: the complete nodes of the tile, side by side. */
  readonly levels: readonly Uint8Array[];
}

const innerLevels = 8;

/** `shorter`: what the same tile was before it grew; its nodes are taken over if its hashes are still the first ones. */
function expandTile(engine: HashEngine, bytes: Uint8Array, shorter: ExpandedTile | undefined): ExpandedTile {
  const width = bytes.length / hashBytes;
  const levels: Uint8Array[] = [bytes];
  const known =
    shorter !== undefined && startsWith(bytes, shorter.levels[0] as Uint8Array) ? shorter : undefined;
  for (let level = 1; level < innerLevels; level++) {
    const below = levels[level - 1] as Uint8Array;
    const count = Math.floor(below.length / hashBytes / 2);
    const nodes = new Uint8Array(count * hashBytes);
    const taken = known?.levels[level] ?? new Uint8Array(0);
    nodes.set(taken);
    for (let index = taken.length / hashBytes; index < count; index++) {
      const offset = 2 * index * hashBytes;
      const left = below.subarray(offset, offset + hashBytes);
      const right = below.subarray(offset + hashBytes, offset + 2 * hashBytes);
      nodes.set(nodeHash(engine, left, right), index * hashBytes);
    }
    levels.push(nodes);
  }
  return { width, levels };
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  if (bytes.length < prefix.length) return false;
  for (let place = 0; place < prefix.length; place++) if (bytes[place] !== prefix[place]) return false;
  return true;
}

/** Tile coordinates as one map key: the level below 64 (6 bits) beside an index below 2^40. */
function keyOf(level: number, index: number): number {
  return index * 64 + level;
}

/** Complete subtree hashes by way of tiles. One for each ledger; keep it to keep its tiles warm. */
export class TileNodes {
  readonly #engine: HashEngine;
  readonly #reader: TileReader;
  readonly #tilesMax: number;
  readonly #tiles: Map<number, ExpandedTile> = new Map();

  /** @throws InputError INPUT_INVALID for a `tilesMax` below 1 (default 256 tiles, about 4 MiB) */
  constructor(engine: HashEngine, reader: TileReader, options: { readonly tilesMax?: number } = {}) {
    const tilesMax = options.tilesMax ?? 256;
    if (!Number.isSafeInteger(tilesMax) || tilesMax < 1) throw invalidInput('tilesMax');
    this.#engine = engine;
    this.#reader = reader;
    this.#tilesMax = tilesMax;
  }

  /** The engine the nodes are hashed with. */
  get engine(): HashEngine {
    return this.#engine;
  }

  /**
   * The hashes of complete subtrees of a tree of `size` entries, in the order asked. Each is a copy.
   * @throws IntegrityError PROOF_INVALID if a tile is missing or too short; whatever the reader throws
   */
  async read(size: number, nodes: readonly TreeNode[]): Promise<Uint8Array[]> {
    // Tiles already read for this call stay in reach however few the cache may keep.
    const needed = new Map<number, ExpandedTile>();
    const hashes: Uint8Array[] = [];
    for (const node of nodes) {
      // A node lies in the tile whose hashes are at most 7 levels below it; a full tile's top is a hash of the tile above.
      const innerLevel = node.level % innerLevels;
      const level = (node.level - innerLevel) / innerLevels;
      const index = Math.floor(node.index / 2 ** (innerLevels - innerLevel));
      const key = keyOf(level, index);
      let tile = needed.get(key);
      if (tile === undefined) {
        const width = tileWidthAt(size, level, index);
        // oxlint-disable-next-line no-await-in-loop -- a proof needs few tiles, and the next may be the same one
        tile = this.#findCached(key, width) ?? (await this.#load(level, index, width));
        needed.set(key, tile);
      }
      const offset = (node.index - index * 2 ** (innerLevels - innerLevel)) * hashBytes;
      const hash = (tile.levels[innerLevel] as Uint8Array).slice(offset, offset + hashBytes);
      if (hash.length !== hashBytes) throw proofInvalid('tile-short', { level, index });
      hashes.push(hash);
    }
    return hashes;
  }

  #findCached(key: number, width: number): ExpandedTile | undefined {
    const cached = this.#tiles.get(key);
    if (cached === undefined || cached.width < width) return undefined;
    // Put last: the first of the map is the one longest unused.
    this.#tiles.delete(key);
    this.#tiles.set(key, cached);
    return cached;
  }

  async #load(level: number, index: number, width: number): Promise<ExpandedTile> {
    const bytes = await this.#reader.readTile(level, index, width);
    if (!isBytes(bytes) || bytes.length % hashBytes !== 0 || bytes.length > tileWidthMax * hashBytes) {
      throw proofInvalid('tile-length', { level, index });
    }
    if (bytes.length < width * hashBytes) throw proofInvalid('tile-short', { level, index });
    const key = keyOf(level, index);
    const tile = expandTile(this.#engine, bytes.slice(), this.#tiles.get(key));
    this.#tiles.delete(key);
    this.#tiles.set(key, tile);
    if (this.#tiles.size > this.#tilesMax) {
      const oldest = this.#tiles.keys().next();
      if (oldest.done !== true) this.#tiles.delete(oldest.value);
    }
    return tile;
  }
}

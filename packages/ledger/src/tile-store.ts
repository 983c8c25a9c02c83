/**
 * Writes tiles as leaves are appended. Invariant: after `appendLeaves` returns, the store holds for every level exactly the
 * hashes of the edge's size; a hash once written is never changed, a partial tile only grows. The caller runs it in one
 * transaction with the edge, so that a failure leaves neither.
 */
import { isBytes } from '@strongroom/core';
import { hashBytes, ledgerSizeMax, tileWidthMax } from './limits.ts';
import { invalidInput, limitExceeded, proofInvalid } from './refusals.ts';
import type { RightEdge } from './right-edge.ts';
import { tileWidthAt } from './tile-path.ts';
import type { TileCoordinates } from './tile-path.ts';

/** Where tiles lie: one byte string, 32 to 8,192 bytes, for each level and index. Synchronous, so that it fits a transaction. */
export interface TileStore {
  /** The tile as last written, or undefined. */
  readTile(level: number, index: number): Uint8Array | undefined;
  /** Stores a tile in place of its shorter self. The bytes are the store's to keep. */
  writeTile(level: number, index: number, bytes: Uint8Array): void;
}

/** The tile of a level that is being filled. */
interface OpenTile {
  index: number;
  width: number;
  readonly bytes: Uint8Array;
}

function openTile(store: TileStore, size: number, level: number): OpenTile {
  const index = Math.floor(size / tileWidthMax ** (level + 1));
  const width = tileWidthAt(size, level, index);
  const bytes = new Uint8Array(tileWidthMax * hashBytes);
  if (width > 0) {
    const stored = store.readTile(level, index);
    if (stored === undefined || stored.length !== width * hashBytes) {
      throw proofInvalid('tile-width', { level, index, widthExpected: width });
    }
    bytes.set(stored);
  }
  return { index, width, bytes };
}

/** Opens the tiles of every level that grows from one size to the other, before any of them is changed. */
function openTiles(store: TileStore, sizeBefore: number, sizeAfter: number): OpenTile[] {
  const open: OpenTile[] = [];
  let [before, after] = [sizeBefore, sizeAfter];
  while (before < after) {
    open.push(openTile(store, sizeBefore, open.length));
    before = Math.floor(before / tileWidthMax);
    after = Math.floor(after / tileWidthMax);
  }
  return open;
}

/**
 * Appends leaf hashes to the edge and writes each tile they touch once per batch. All is checked first: if it throws, edge and
 * store are as before, unless the store itself failed.
 * @returns the hash tiles written, in the order of writing
 * @throws InputError INPUT_INVALID; LimitError LIMIT_EXCEEDED; IntegrityError PROOF_INVALID if the store does not hold what the
 * edge's size needs
 */
export function appendLeaves(
  store: TileStore,
  edge: RightEdge,
  leafHashes: readonly Uint8Array[],
): TileCoordinates[] {
  if (!leafHashes.every((leaf) => isBytes(leaf) && leaf.length === hashBytes))
    throw invalidInput('leafHashes');
  const sizeAfter = edge.size + leafHashes.length;
  if (sizeAfter > ledgerSizeMax) throw limitExceeded('ledgerSizeMax', ledgerSizeMax);
  const open = openTiles(store, edge.size, sizeAfter);
  const written: TileCoordinates[] = [];
  const write = (level: number, tile: OpenTile): void => {
    store.writeTile(level, tile.index, tile.bytes.slice(0, tile.width * hashBytes));
    written.push({ level, index: tile.index, width: tile.width });
  };
  for (const leaf of leafHashes) {
    const completed = edge.append(leaf);
    for (let level = 0; level * 8 < completed.length; level++) {
      const tile = open[level] as OpenTile;
      tile.bytes.set(completed[level * 8] as Uint8Array, tile.width * hashBytes);
      tile.width += 1;
      if (tile.width === tileWidthMax) {
        write(level, tile);
        tile.index += 1;
        tile.width = 0;
      }
    }
  }
  for (const [level, tile] of open.entries()) if (tile.width > 0) write(level, tile);
  return written;
}

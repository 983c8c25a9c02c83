/**
 * Writes tiles as leaves are appended. Invariant: after `appendLeaves` returns, the store holds for every level exactly the
 * hashes of the edge's size; a hash once written is never changed, a partial tile only grows. The caller runs it in one
 * transaction with the edge, so that a failure leaves neither.
 */
import { hashBytes, tileWidthMax } from './limits.ts';
import { proofInvalid } from './refusals.ts';
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

/**
 * Appends leaf hashes to the edge and writes each tile they touch once per batch.
 * @returns the hash tiles written, in the order of writing
 * @throws IntegrityError PROOF_INVALID if the store does not hold what the edge's size needs; errors of `RightEdge.append`
 */
export function appendLeaves(
  store: TileStore,
  edge: RightEdge,
  leafHashes: readonly Uint8Array[],
): TileCoordinates[] {
  const sizeBefore = edge.size;
  const open: OpenTile[] = [];
  const written: TileCoordinates[] = [];
  const write = (level: number, tile: OpenTile): void => {
    store.writeTile(level, tile.index, tile.bytes.slice(0, tile.width * hashBytes));
    written.push({ level, index: tile.index, width: tile.width });
  };
  for (const leaf of leafHashes) {
    const completed = edge.append(leaf);
    for (let level = 0; level * 8 < completed.length; level++) {
      const tile = (open[level] ??= openTile(store, sizeBefore, level));
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

/**
 * Coordinates and paths of tiles and entry bundles (C2SP tlog-tiles, tile height 8).
 * Invariant: `parseTilePath(formatTilePath(tile))` is the tile, and no other text is accepted for it.
 */
import { ledgerSizeMax, tileLevelMax, tileWidthMax } from './limits.ts';
import { assertLedgerSize, invalidInput, malformed } from './refusals.ts';

/** A tile of hashes at a level, or a bundle of entries. */
export interface TileCoordinates {
  /** 0 for leaf hashes, l for the hashes of full tiles of level l - 1, or `entries` for a bundle. */
  readonly level: number | 'entries';
  /** Which tile of that level, from 0. */
  readonly index: number;
  /** Hashes or entries in it, 1 to 256; 256 is a full tile. */
  readonly width: number;
}

const indexMax: number = Math.ceil(ledgerSizeMax / tileWidthMax);

function isTile(tile: TileCoordinates): boolean {
  const { level, index, width } = tile;
  if (level !== 'entries' && !(Number.isInteger(level) && level >= 0 && level <= tileLevelMax)) return false;
  if (!Number.isSafeInteger(index) || index < 0 || index >= indexMax) return false;
  return Number.isInteger(width) && width >= 1 && width <= tileWidthMax;
}

/**
 * The path below the ledger's prefix: `tile/<level>/<index>[.p/<width>]`, index in groups of three digits, all but the last
 * with an `x`: 1234067 is `x001/x234/067`.
 * @throws InputError INPUT_INVALID
 */
export function formatTilePath(tile: TileCoordinates): string {
  if (!isTile(tile)) throw invalidInput('tile');
  let path = String(tile.index % 1000).padStart(3, '0');
  for (let rest = Math.floor(tile.index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    path = `x${String(rest % 1000).padStart(3, '0')}/${path}`;
  }
  return `tile/${tile.level}/${path}${tile.width < tileWidthMax ? `.p/${tile.width}` : ''}`;
}

const pathPattern = /^tile\/(entries|[0-9]{1,2})\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([0-9]{1,3}))?$/;

/**
 * Reads a path below the ledger's prefix. Only the canonical path of a tile is accepted.
 * @throws InputError FORMAT_INVALID
 */
export function parseTilePath(path: string): TileCoordinates {
  const match = pathPattern.exec(path);
  if (match === null) throw malformed('tile-path', 'shape');
  const [, level = '', digits = '', width] = match;
  const tile: TileCoordinates = {
    level: level === 'entries' ? level : Number(level),
    index: Number(digits.replaceAll(/[x/]/g, '')),
    width: width === undefined ? tileWidthMax : Number(width),
  };
  if (!isTile(tile) || formatTilePath(tile) !== path) throw malformed('tile-path', 'not-canonical');
  return tile;
}

/** Full tiles and width of the partial tile (0: there is none) of each tile level of a ledger, level 0 first. */
export function countTiles(size: number): { full: number; partialWidth: number }[] {
  assertLedgerSize(size, 'size');
  const counts: { full: number; partialWidth: number }[] = [];
  for (let hashes = size; hashes > 0; hashes = Math.floor(hashes / tileWidthMax)) {
    counts.push({ full: Math.floor(hashes / tileWidthMax), partialWidth: hashes % tileWidthMax });
  }
  return counts;
}

/**
 * Every tile and bundle that a published checkpoint of this size needs: bundles first, then level 0 and up.
 * @throws InputError INPUT_INVALID
 */
export function* listTiles(size: number): Generator<TileCoordinates, void> {
  const counts = countTiles(size);
  for (const [place, { full, partialWidth }] of [...counts.slice(0, 1), ...counts].entries()) {
    const level = place === 0 ? 'entries' : place - 1;
    for (let index = 0; index < full; index++) yield { level, index, width: tileWidthMax };
    if (partialWidth > 0) yield { level, index: full, width: partialWidth };
  }
}

/**
 * The width of a tile in a ledger of `size` entries; 0 if it has none there.
 * @throws InputError INPUT_INVALID
 */
export function tileWidthAt(size: number, level: number, index: number): number {
  assertLedgerSize(size, 'size');
  const hashes = Math.floor(size / tileWidthMax ** level);
  return Math.max(0, Math.min(tileWidthMax, hashes - index * tileWidthMax));
}

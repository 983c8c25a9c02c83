/**
 * Verifies an exported ledger (a folder with `checkpoint`, `tile/<L>/...`, `tile/entries/...`) from its entries up: leaf hashes,
 * every tile, the root, the signatures. Memory is bounded: one bundle, one open tile a level, and one hash for each bundle
 * (32 bytes for 256 entries), so that entries read later are checked against what was verified, not against the folder.
 */
import { isBytes } from '@strongroom/core';
import type { Engine } from '@strongroom/core';
import type { VerifiedCheckpoint } from './checkpoint.ts';
import { decodeEntryBundle } from './entry-bundle.ts';
import { isSameHash, leafHash } from './hashing.ts';
import { hashBytes, tileWidthMax } from './limits.ts';
import { invalidInput, isLedgerSize, proofInvalid } from './refusals.ts';
import { RightEdge } from './right-edge.ts';
import { formatTilePath } from './tile-path.ts';
import type { TileCoordinates } from './tile-path.ts';
import { appendLeaves } from './tile-store.ts';
import type { TileStore } from './tile-store.ts';
import { verifyCheckpointByPolicy } from './tlog-proof.ts';
import type { TlogPolicy } from './tlog-policy.ts';

/** Reads a file of the export by its path in it, with `/` between parts; undefined if it is not there. */
export type ReadExportFile = (path: string) => Promise<Uint8Array | undefined>;

/** What to verify, and by whose keys. */
export interface ExportedLog {
  readonly policy: TlogPolicy;
  readonly readFile: ReadExportFile;
}

/** One entry of a verified export. */
export interface ExportedEntry {
  readonly index: number;
  readonly entry: Uint8Array;
}

/** An export that was verified whole. */
export interface VerifiedExport {
  readonly checkpoint: VerifiedCheckpoint;
  /** The tree's edge at the checkpoint, to go on from. */
  readonly edge: RightEdge;
  /**
   * The entries from an index on. Files are read again and checked again, so that an entry that comes out is the one that was
   * verified. @throws IntegrityError PROOF_INVALID if a file has changed since; InputError INPUT_INVALID
   */
  entries(from?: number): AsyncGenerator<ExportedEntry, void>;
}

type ExportEngine = Pick<Engine, 'sha256' | 'verifyEd25519' | 'verifyEd25519Strict'>;

/** A difference, named by file. */
function differs(
  reason: string,
  path: string,
  details: Readonly<Record<string, string | number>> = {},
): Error {
  return proofInvalid(reason, { path, ...details });
}

/** The file of a tile or bundle; for a partial one that is gone, the full one that has taken its place. */
async function readTileFile(
  readFile: ReadExportFile,
  tile: TileCoordinates,
): Promise<{ path: string; bytes: Uint8Array; isFull: boolean }> {
  const path = formatTilePath(tile);
  const bytes = await readFile(path);
  if (isBytes(bytes)) return { path, bytes, isFull: tile.width === tileWidthMax };
  const pathFull = formatTilePath({ ...tile, width: tileWidthMax });
  const bytesFull = pathFull === path ? undefined : await readFile(pathFull);
  if (!isBytes(bytesFull)) throw differs('file-missing', path);
  return { path: pathFull, bytes: bytesFull, isFull: true };
}

async function readEntries(readFile: ReadExportFile, index: number, width: number): Promise<Uint8Array[]> {
  const { path, bytes, isFull } = await readTileFile(readFile, { level: 'entries', index, width });
  let entries: Uint8Array[];
  try {
    entries = decodeEntryBundle(bytes);
  } catch {
    // What is wrong inside a bundle matters less than which one it is.
    throw differs('bundle-malformed', path, { entry: index * tileWidthMax });
  }
  if (entries.length !== (isFull ? tileWidthMax : width)) {
    throw differs('bundle-length', path, { entries: entries.length, entriesExpected: width });
  }
  return entries.slice(0, width);
}

/** Compares a tile made from entries with the file of the same coordinates. */
async function compareTile(readFile: ReadExportFile, tile: TileCoordinates, made: Uint8Array): Promise<void> {
  const { path, bytes, isFull } = await readTileFile(readFile, tile);
  const lengthExpected = (isFull ? tileWidthMax : tile.width) * hashBytes;
  if (bytes.length !== lengthExpected)
    throw differs('tile-length', path, { length: bytes.length, lengthExpected });
  for (let offset = 0; offset < made.length; offset++) {
    if (bytes[offset] === made[offset]) continue;
    const hash = Math.floor(offset / hashBytes);
    const level = tile.level as number;
    throw differs('tile-differs', path, {
      hash,
      entry: (tile.index * tileWidthMax + hash) * tileWidthMax ** level,
    });
  }
}

/** Holds the open tile of each level and the tiles of the batch just appended. */
class PendingTiles implements TileStore {
  readonly #open: Map<number, { index: number; bytes: Uint8Array }> = new Map();
  readonly #written: Map<string, { tile: TileCoordinates; bytes: Uint8Array }> = new Map();

  readTile(level: number, index: number): Uint8Array | undefined {
    const open = this.#open.get(level);
    return open?.index === index ? open.bytes : undefined;
  }

  writeTile(level: number, index: number, bytes: Uint8Array): void {
    this.#open.set(level, { index, bytes });
    this.#written.set(`${level}/${index}`, {
      tile: { level, index, width: bytes.length / hashBytes },
      bytes,
    });
  }

  /** Tiles that will not grow any more: full ones, and at the end of the ledger all. */
  takeFinished(isEnd: boolean): { tile: TileCoordinates; bytes: Uint8Array }[] {
    const finished = [...this.#written.values()].filter(({ tile }) => isEnd || tile.width === tileWidthMax);
    for (const { tile } of finished) this.#written.delete(`${tile.level}/${tile.index}`);
    return finished;
  }
}

/** The hash over one bundle's leaf hashes. */
function hashBundle(engine: ExportEngine, leaves: readonly Uint8Array[]): Uint8Array {
  const edge = RightEdge.create(engine);
  for (const leaf of leaves) edge.append(leaf);
  return edge.root();
}

/**
 * Verifies an export whole. The first difference is named in the error's details: `path` of the file, `entry` the first entry
 * it concerns.
 * @throws IntegrityError SIGNATURE_INVALID, PROOF_INVALID; InputError FORMAT_INVALID for a checkpoint that is none
 */
export async function verifyExportedLog(engine: ExportEngine, log: ExportedLog): Promise<VerifiedExport> {
  const { policy, readFile } = log;
  const note = await readFile('checkpoint');
  if (!isBytes(note)) throw differs('file-missing', 'checkpoint');
  const checkpoint = await verifyCheckpointByPolicy(engine, policy, note);
  const { size } = checkpoint;
  const edge = RightEdge.create(engine);
  const tiles = new PendingTiles();
  const bundleHashes: Uint8Array[] = [];
  while (edge.size < size) {
    const width = Math.min(tileWidthMax, size - edge.size);
    const entries = await readEntries(readFile, bundleHashes.length, width);
    const leaves = entries.map((entry) => leafHash(engine, entry));
    bundleHashes.push(hashBundle(engine, leaves));
    appendLeaves(tiles, edge, leaves);
    for (const { tile, bytes } of tiles.takeFinished(edge.size === size))
      await compareTile(readFile, tile, bytes);
  }
  if (!isSameHash(edge.root(), checkpoint.root)) throw differs('root-differs', 'checkpoint', { size });
  return {
    checkpoint,
    edge,
    entries: (from = 0) => readVerifiedEntries({ engine, readFile, size, bundleHashes }, from),
  };
}

async function* readVerifiedEntries(
  verified: {
    readonly engine: ExportEngine;
    readonly readFile: ReadExportFile;
    readonly size: number;
    readonly bundleHashes: readonly Uint8Array[];
  },
  from: number,
): AsyncGenerator<ExportedEntry, void> {
  const { engine, readFile, size, bundleHashes } = verified;
  if (!isLedgerSize(from)) throw invalidInput('from');
  for (let bundle = Math.floor(from / tileWidthMax); bundle < bundleHashes.length; bundle++) {
    const first = bundle * tileWidthMax;
    const entries = await readEntries(readFile, bundle, Math.min(tileWidthMax, size - first));
    const leaves = entries.map((entry) => leafHash(engine, entry));
    if (!isSameHash(hashBundle(engine, leaves), bundleHashes[bundle] as Uint8Array)) {
      throw differs(
        'bundle-changed',
        formatTilePath({ level: 'entries', index: bundle, width: entries.length }),
      );
    }
    for (const [place, entry] of entries.entries())
      if (first + place >= from) yield { index: first + place, entry };
  }
}

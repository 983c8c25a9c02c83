/** A ledger in memory over the real package: entries, edge and tiles; and as the files of an export. */
import { createNodeEngine } from '@strongroom/core/node';
import {
  appendLeaves,
  createNoteKey,
  createNoteSigner,
  encodeEntryBundle,
  formatTilePath,
  leafHash,
  listTiles,
  noteSignatureTypes,
  readTilesFrom,
  RightEdge,
  signCheckpoint,
  TileNodes,
} from '@strongroom/ledger';
import type { NoteSigner, NoteSignatureType, TileStore } from '@strongroom/ledger';

export const engine: ReturnType<typeof createNodeEngine> = createNodeEngine();

/** Tiles in a map. */
export class MemoryTiles implements TileStore {
  readonly tiles: Map<string, Uint8Array> = new Map();
  writes = 0;

  readTile(level: number, index: number): Uint8Array | undefined {
    return this.tiles.get(`${level}/${index}`);
  }

  writeTile(level: number, index: number, bytes: Uint8Array): void {
    this.tiles.set(`${level}/${index}`, bytes);
    this.writes += 1;
  }
}

/** Entry `index` of every test ledger: of uneven lengths, the first one empty. */
export function entryOf(index: number): Uint8Array {
  return new TextEncoder().encode('entry '.repeat(index % 4) + (index === 0 ? '' : String(index)));
}

/** The first `size` test entries. */
export function entriesOf(size: number): Uint8Array[] {
  return Array.from({ length: size }, (_, index) => entryOf(index));
}

/** A ledger of `size` test entries, appended in batches of `batch`. */
export function createMemoryLedger(
  size: number,
  batch = 100,
): { entries: Uint8Array[]; edge: RightEdge; store: MemoryTiles; nodes: TileNodes } {
  const entries = entriesOf(size);
  const edge = RightEdge.create(engine);
  const store = new MemoryTiles();
  for (let from = 0; from < size; from += batch) {
    const leaves = entries.slice(from, from + batch).map((entry) => leafHash(engine, entry));
    appendLeaves(store, edge, leaves);
  }
  return { entries, edge, store, nodes: new TileNodes(engine, readTilesFrom(store)) };
}

/** A signer with a key made from one byte. */
export async function createTestSigner(
  name: string,
  seedByte: number,
  type: NoteSignatureType = noteSignatureTypes.ed25519,
): Promise<NoteSigner> {
  const seed = new Uint8Array(32).fill(seedByte);
  const publicKey = await engine.ed25519PublicKey(seed);
  return createNoteSigner(engine, createNoteKey(engine, { name, type, publicKey }), seed);
}

/** The files of an export of a test ledger, with a checkpoint signed by `signer`. */
export async function createExport(size: number, signer: NoteSigner): Promise<Map<string, Uint8Array>> {
  const { entries, edge, store } = createMemoryLedger(size);
  const files = new Map<string, Uint8Array>();
  const note = await signCheckpoint({ origin: signer.key.name, size, root: edge.root() }, signer);
  files.set('checkpoint', new TextEncoder().encode(note));
  for (const tile of listTiles(size)) {
    const bytes =
      tile.level === 'entries'
        ? encodeEntryBundle(entries.slice(tile.index * 256, tile.index * 256 + tile.width))
        : (store.readTile(tile.level, tile.index) as Uint8Array);
    files.set(formatTilePath(tile), bytes);
  }
  return files;
}

/** A copy with one bit turned. */
export function flipBit(bytes: Uint8Array, bit: number): Uint8Array {
  const flipped = bytes.slice();
  const place = Math.floor(bit / 8) % Math.max(1, bytes.length);
  flipped[place] = (flipped[place] as number) ^ (1 << (bit % 8));
  return flipped;
}

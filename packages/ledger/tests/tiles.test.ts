import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  appendLeaves,
  computeRoot,
  countTiles,
  decodeEntryBundle,
  encodeEntryBundle,
  formatTilePath,
  leafHash,
  listTiles,
  makeInclusionProof,
  parseTilePath,
  readTilesFrom,
  RightEdge,
  TileNodes,
  tileWidthAt,
} from '@strongroom/ledger';
import { createMemoryLedger, engine, entriesOf, entryOf, MemoryTiles } from './memory-ledger.ts';
import { treeHash } from './reference-tree.ts';

const format = expect.objectContaining({ code: 'FORMAT_INVALID' });
const input = expect.objectContaining({ code: 'INPUT_INVALID' });

describe('tile paths', () => {
  const tiles = fc.record({
    level: fc.oneof(fc.constant('entries' as const), fc.integer({ min: 0, max: 63 })),
    index: fc.oneof(fc.nat(2000), fc.integer({ min: 0, max: 2 ** 40 - 1 })),
    width: fc.integer({ min: 1, max: 256 }),
  });

  it('a path is read back as what was written', () => {
    fc.assert(
      fc.property(tiles, (tile) => {
        expect(parseTilePath(formatTilePath(tile))).toEqual(tile);
      }),
    );
  });

  it('writes the examples of the specification', () => {
    expect(formatTilePath({ level: 0, index: 1_234_067, width: 256 })).toBe('tile/0/x001/x234/067');
    expect(formatTilePath({ level: 'entries', index: 0, width: 17 })).toBe('tile/entries/000.p/17');
    expect(formatTilePath({ level: 63, index: 999, width: 256 })).toBe('tile/63/999');
  });

  it('refuses every other text', () => {
    const wrong = [
      '',
      'tile/0',
      'tile/0/0',
      'tile/0/00',
      'tile/0/0000',
      'tile/64/000',
      'tile/00/000',
      'tile/-1/000',
      'tile/0/x000/001',
      'tile/0/001/x000',
      'tile/0/x001/1',
      'tile/0/000.p/0',
      'tile/0/000.p/256',
      'tile/0/000.p/01',
      'tile/0/000.p/',
      '/tile/0/000',
      'tile/0/000/',
      'tile/entries/000.p/257',
      'tile/data/000',
      'tile/0/000\n',
      'tile/0/../000',
      'tile/0/x999/x999/x999/x999/999',
      'tile/0/٠٠٠',
    ];
    for (const path of wrong) expect(() => parseTilePath(path), path).toThrow(format);
  });

  it('refuses coordinates that no tile has', () => {
    const tile = { level: 0, index: 0, width: 1 };
    for (const wrong of [
      { level: 64 },
      { level: -1 },
      { index: -1 },
      { index: 0.5 },
      { index: 2 ** 41 },
      { width: 0 },
      { width: 257 },
    ]) {
      expect(() => formatTilePath({ ...tile, ...wrong })).toThrow(input);
    }
  });

  it('a ledger of 70,000 entries has the tiles of the specification', () => {
    expect(countTiles(70_000)).toEqual([
      { full: 273, partialWidth: 112 },
      { full: 1, partialWidth: 17 },
      { full: 0, partialWidth: 1 },
    ]);
    expect(countTiles(0)).toEqual([]);
    expect([...listTiles(70_000)].length).toBe(274 + 274 + 2 + 1);
    expect([...listTiles(256)]).toEqual([
      { level: 'entries', index: 0, width: 256 },
      { level: 0, index: 0, width: 256 },
      { level: 1, index: 0, width: 1 },
    ]);
    expect(tileWidthAt(70_000, 0, 273)).toBe(112);
    expect(tileWidthAt(70_000, 0, 274)).toBe(0);
  });
});

describe('appending', () => {
  it('leaves the same tiles whatever the batches', () => {
    const expected = createMemoryLedger(1500, 1).store.tiles;
    for (const batch of [2, 255, 256, 257, 1500])
      expect(createMemoryLedger(1500, batch).store.tiles).toEqual(expected);
  });

  it('has exactly the tiles of the size, each with the hashes the definition gives', () => {
    const { entries, store } = createMemoryLedger(70_000, 5000);
    const keys: string[] = [];
    for (const { level, index, width } of listTiles(70_000)) {
      if (level === 'entries') continue;
      keys.push(`${level}/${index}`);
      expect(store.readTile(level, index)?.length).toBe(width * 32);
    }
    expect([...store.tiles.keys()].toSorted()).toEqual(keys.toSorted());
    const hash = (level: number, index: number, place: number): Uint8Array | undefined =>
      store.readTile(level, index)?.slice(place * 32, place * 32 + 32);
    expect(hash(0, 100, 7)).toEqual(leafHash(engine, entryOf(25_607)));
    expect(hash(1, 1, 3)).toEqual(treeHash(entries.slice(259 * 256, 260 * 256)));
    expect(hash(2, 0, 0)).toEqual(treeHash(entries.slice(0, 65_536)));
  });

  it('writes each touched tile once a batch, and says which', () => {
    const { edge, store } = createMemoryLedger(250);
    const writesBefore = store.writes;
    const leaves = [250, 251, 252, 253, 254, 255, 256, 257].map((index) => leafHash(engine, entryOf(index)));
    expect(appendLeaves(store, edge, leaves)).toEqual([
      { level: 0, index: 0, width: 256 },
      { level: 0, index: 1, width: 2 },
      { level: 1, index: 0, width: 1 },
    ]);
    expect(store.writes - writesBefore).toBe(3);
    expect(appendLeaves(store, edge, [])).toEqual([]);
  });

  it('stops if the store is behind or ahead of the edge', () => {
    for (const width of [undefined, 9, 11]) {
      const { edge, store } = createMemoryLedger(10);
      if (width === undefined) store.tiles.clear();
      else store.tiles.set('0/0', new Uint8Array(width * 32));
      const leaves = [leafHash(engine, entryOf(10))];
      expect(() => appendLeaves(store, edge, leaves)).toThrow(
        expect.objectContaining({ code: 'PROOF_INVALID' }),
      );
      expect(store.writes).toBe(1);
    }
  });
});

describe('an append that is refused', () => {
  it('has changed neither the edge nor the tiles', () => {
    const { edge, store } = createMemoryLedger(511);
    const [edgeBefore, writesBefore] = [edge.encode(), store.writes];
    const leaves = [leafHash(engine, entryOf(511)), leafHash(engine, entryOf(512))];
    const upper = store.readTile(1, 0) as Uint8Array;
    store.tiles.set('1/0', upper.slice(1));
    const damaged = expect.objectContaining({ code: 'PROOF_INVALID' });
    expect(() => appendLeaves(store, edge, leaves)).toThrow(damaged);
    store.tiles.set('1/0', upper);
    expect(() => appendLeaves(store, edge, [...leaves, new Uint8Array(31)])).toThrow(input);
    expect(edge.encode()).toEqual(edgeBefore);
    expect(store.writes).toBe(writesBefore);
    appendLeaves(store, edge, leaves);
    expect(edge.root()).toEqual(treeHash(entriesOf(513)));
  });
});

describe('the right edge', () => {
  it('survives encoding at every size, and goes on to the same root', () => {
    const edge = RightEdge.create(engine);
    for (let size = 0; size < 300; size++) {
      const copy = RightEdge.decode(engine, edge.encode());
      expect(copy.size).toBe(size);
      expect(copy.encode()).toEqual(edge.encode());
      const completed = copy.append(leafHash(engine, entryOf(size)));
      expect(edge.append(leafHash(engine, entryOf(size)))).toEqual(completed);
      expect(copy.root()).toEqual(edge.root());
    }
  });

  it('a copy goes its own way', () => {
    const { edge } = createMemoryLedger(7);
    const before = edge.encode();
    const copy = edge.clone();
    copy.append(leafHash(engine, entryOf(7)));
    expect(edge.encode()).toEqual(before);
    expect(copy.root()).toEqual(treeHash(entriesOf(8)));
  });

  it('keeps its own copy of a leaf', () => {
    const edge = RightEdge.create(engine);
    const leaf = leafHash(engine, entryOf(0));
    edge.append(leaf);
    leaf.fill(0);
    expect(edge.root()).toEqual(treeHash(entriesOf(1)));
  });

  it('goes on beyond 2^32 entries, up to 2^48', () => {
    const bytesOf = (size: bigint, hashes: number): Uint8Array => {
      const bytes = new Uint8Array(8 + hashes * 32).fill(3);
      new DataView(bytes.buffer).setBigUint64(0, size);
      return bytes;
    };
    const edge = RightEdge.decode(engine, bytesOf(2n ** 40n - 1n, 40));
    expect(edge.append(leafHash(engine, entryOf(0))).length).toBe(41);
    expect(edge.size).toBe(2 ** 40);
    expect(edge.encode().length).toBe(40);
    const full = RightEdge.decode(engine, bytesOf(2n ** 48n, 1));
    expect(() => full.append(leafHash(engine, entryOf(0)))).toThrow(
      expect.objectContaining({ code: 'LIMIT_EXCEEDED' }),
    );
  });

  it('refuses bytes that are no edge', () => {
    const good = createMemoryLedger(7).edge.encode();
    const big = good.slice();
    big[0] = 1;
    for (const bytes of [
      good.slice(1),
      new Uint8Array([...good, 0]),
      new Uint8Array(0),
      big,
      good.slice(0, 8),
    ]) {
      expect(() => RightEdge.decode(engine, bytes)).toThrow(format);
    }
    expect(() => RightEdge.create(engine).append(new Uint8Array(31))).toThrow(input);
  });
});

describe('reading tiles', () => {
  it('gives right proofs with room for one tile only, and reads each tile once with room for all', async () => {
    const { store, edge } = createMemoryLedger(3000);
    let reads = 0;
    const reader = readTilesFrom(store);
    const counting = {
      readTile: (level: number, index: number, width: number): Uint8Array | Promise<Uint8Array> => {
        reads += 1;
        return reader.readTile(level, index, width);
      },
    };
    const narrow = new TileNodes(engine, reader, { tilesMax: 1 });
    const wide = new TileNodes(engine, counting);
    for (let index = 0; index < 3000; index += 101) {
      expect(await makeInclusionProof(narrow, index, 3000)).toEqual(
        await makeInclusionProof(wide, index, 3000),
      );
    }
    expect(await computeRoot(narrow, 3000)).toEqual(edge.root());
    expect(reads).toBeLessThanOrEqual(store.tiles.size);
  });

  it('reads a partial tile again once the ledger has grown', async () => {
    const { store, edge, nodes } = createMemoryLedger(10);
    expect(await computeRoot(nodes, 10)).toEqual(treeHash(entriesOf(10)));
    appendLeaves(store, edge, [leafHash(engine, entryOf(10))]);
    expect(await computeRoot(nodes, 11)).toEqual(treeHash(entriesOf(11)));
    expect(await computeRoot(nodes, 10)).toEqual(treeHash(entriesOf(10)));
  });

  it('refuses tiles of impossible length', async () => {
    for (const length of [0, 31, 33, 9 * 32, 257 * 32]) {
      const store = new MemoryTiles();
      store.writeTile(0, 0, new Uint8Array(length));
      const nodes = new TileNodes(engine, readTilesFrom(store));
      await expect(computeRoot(nodes, 10)).rejects.toThrow(
        expect.objectContaining({ code: 'PROOF_INVALID' }),
      );
    }
  });
});

describe('entry bundles', () => {
  it('are read back as written', () => {
    const bundles = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 256 });
    fc.assert(
      fc.property(bundles, (entries) => {
        expect(decodeEntryBundle(encodeEntryBundle(entries))).toEqual(entries);
      }),
    );
  });

  it('hold entries up to 65,535 bytes, 1 to 256 of them', () => {
    const long = new Uint8Array(65_535).fill(1);
    expect(decodeEntryBundle(encodeEntryBundle([long, new Uint8Array(0)]))).toEqual([
      long,
      new Uint8Array(0),
    ]);
    expect(() => encodeEntryBundle([new Uint8Array(65_536)])).toThrow(
      expect.objectContaining({ code: 'LIMIT_EXCEEDED' }),
    );
    expect(() => encodeEntryBundle([])).toThrow(input);
    expect(() => encodeEntryBundle(entriesOf(257))).toThrow(input);
  });

  it('refuse what is cut short, left over, empty or too many', () => {
    const bundle = encodeEntryBundle(entriesOf(20));
    for (let length = 0; length < bundle.length; length++) {
      const cut = bundle.slice(0, length);
      const isWhole = entriesOf(20).some(
        (_, count) => count > 0 && encodeEntryBundle(entriesOf(count)).length === length,
      );
      if (!isWhole) expect(() => decodeEntryBundle(cut)).toThrow(format);
    }
    expect(() => decodeEntryBundle(new Uint8Array([...bundle, 0]))).toThrow(format);
    expect(() => decodeEntryBundle(new Uint8Array(2 * 257))).toThrow(format);
  });
});

describe('a tile that grows', () => {
  it('hashes only what is new of it, and gives the root of every size', async () => {
    const store = new MemoryTiles();
    const edge = RightEdge.create(engine);
    let hashed = 0;
    const counting = {
      sha256: (...parts: Uint8Array[]) => {
        hashed += 1;
        return engine.sha256(...parts);
      },
    };
    const nodes = new TileNodes(counting, readTilesFrom(store));
    const entries = entriesOf(300);
    for (const [index, entry] of entries.entries()) {
      appendLeaves(store, edge, [leafHash(engine, entry)]);
      expect(await computeRoot(nodes, index + 1)).toEqual(edge.root());
    }
    expect(edge.root()).toEqual(treeHash(entries));
    // Each node of the tile once, and the few of each root: not 250 for each of 300 sizes.
    expect(hashed).toBeLessThan(300 + 300 * 8);
  });

  it('takes nothing over from a tile that is another', async () => {
    const store = new MemoryTiles();
    appendLeaves(
      store,
      RightEdge.create(engine),
      [1, 2, 3, 4, 5].map((index) => leafHash(engine, entryOf(index))),
    );
    const nodes = new TileNodes(engine, readTilesFrom(store));
    await computeRoot(nodes, 5);
    const { store: other, edge } = createMemoryLedger(9);
    store.writeTile(0, 0, other.readTile(0, 0)!);
    expect(await computeRoot(nodes, 9)).toEqual(edge.root());
  });
});

/** Cost of the ledger at one million entries and at ten: appends, proofs, verifications, memory. */
import { createNodeEngine } from '@strongroom/core/node';
import {
  appendLeaves,
  computeRoot,
  createNoteKey,
  createNoteSigner,
  leafHash,
  makeConsistencyProof,
  makeInclusionProof,
  noteSignatureTypes,
  readTilesFrom,
  RightEdge,
  signCheckpoint,
  TileNodes,
  verifyCheckpoint,
  verifyConsistency,
  verifyInclusion,
} from '@strongroom/ledger';
import { finish, readOptions } from './report/result.ts';
import type { Cell } from './report/result.ts';
import { roundMeasured } from './report/statistics.ts';

const options = readOptions();
const scale = options.isTiny ? 0.01 : 1;
const entryCounts = [1_000_000, options.isTiny ? 2_000_000 : 10_000_000].map((count) => count * scale);
const entryBytes = 300;
const batchEntries = 1000;
const rounds = 20_000 * scale;
const fewRounds = 2_000 * scale;
const evidenceRounds = 200 * scale;

const engine = createNodeEngine();

/** A spread of numbers below `max` that is the same in every run. */
function spread(round: number, max: number): number {
  return (round * 7_919_137) % max;
}

/** What one size costs. */
interface Cost {
  /** Operation and how it was measured, to operations a second. */
  readonly rates: ReadonlyMap<string, number>;
  /** What, to how much of it. */
  readonly sizes: ReadonlyMap<string, number>;
}

async function measureAt(entryCount: number): Promise<Cost> {
  const tiles = new Map<string, Uint8Array>();
  const store = {
    readTile: (level: number, index: number): Uint8Array | undefined => tiles.get(`${level}/${index}`),
    writeTile(level: number, index: number, bytes: Uint8Array): void {
      tiles.set(`${level}/${index}`, bytes);
    },
  };
  const rates = new Map<string, number>();
  const measure = async (
    operation: string,
    count: number,
    note: string,
    run: () => Promise<void>,
  ): Promise<void> => {
    const startedAt = performance.now();
    await run();
    const rate = roundMeasured((count * 1000) / (performance.now() - startedAt));
    rates.set(note === '' ? operation : `${operation} (${note})`, rate);
  };

  const entry = new Uint8Array(entryBytes);
  const view = new DataView(entry.buffer);
  const edge = RightEdge.create(engine);
  await measure(
    'append',
    entryCount,
    `leaf hash, edge and tiles, ${entryBytes}-byte entries, batches of ${batchEntries}`,
    async () => {
      let leaves: Uint8Array[] = [];
      for (let index = 0; index < entryCount; index++) {
        view.setUint32(0, index);
        leaves.push(leafHash(engine, entry));
        if (leaves.length === batchEntries || index === entryCount - 1) {
          appendLeaves(store, edge, leaves);
          leaves = [];
        }
      }
    },
  );
  const size = edge.size;
  const root = edge.root();

  // Every tile of every level, and one for the road.
  const tilesMax = Math.ceil((size / 256) * (1 + 1 / 255)) + 3;
  const warm = new TileNodes(engine, readTilesFrom(store), { tilesMax });
  await measure('rebuild the root from level 0 to 2 tiles', 1, 'cold cache', async () => {
    await computeRoot(new TileNodes(engine, readTilesFrom(store)), size);
  });
  for (let index = 0; index < size; index += 256) await makeInclusionProof(warm, index, size);

  await measure('inclusion proof, make', rounds, 'all tiles warm', async () => {
    for (let round = 0; round < rounds; round++) await makeInclusionProof(warm, spread(round, size), size);
  });
  const cold = new TileNodes(engine, readTilesFrom(store), { tilesMax: 16 });
  await measure('inclusion proof, make', fewRounds, 'random entries, 16 tiles kept', async () => {
    for (let round = 0; round < fewRounds; round++) await makeInclusionProof(cold, spread(round, size), size);
  });
  const claims: { index: number; proof: Uint8Array[]; leafHash: Uint8Array }[] = [];
  for (let round = 0; round < rounds; round++) {
    const index = spread(round, size);
    const tile = tiles.get(`0/${Math.floor(index / 256)}`) as Uint8Array;
    const leaf = tile.slice((index % 256) * 32, (index % 256) * 32 + 32);
    claims.push({ index, leafHash: leaf, proof: await makeInclusionProof(warm, index, size) });
  }
  await measure('inclusion proof, verify', rounds, '', async () => {
    for (const claim of claims) verifyInclusion(engine, { ...claim, size, root });
  });
  const oldRoots: { sizeOld: number; rootOld: Uint8Array }[] = [];
  for (let round = 0; round < fewRounds; round++) {
    const sizeOld = 1 + spread(round, size - 1);
    oldRoots.push({ sizeOld, rootOld: await computeRoot(warm, sizeOld) });
  }
  const growths: { sizeOld: number; rootOld: Uint8Array; proof: Uint8Array[] }[] = [];
  await measure('consistency proof, make', fewRounds, 'all tiles warm', async () => {
    for (const old of oldRoots)
      growths.push({ ...old, proof: await makeConsistencyProof(warm, old.sizeOld, size) });
  });
  await measure('consistency proof, verify', fewRounds, '', async () => {
    for (const growth of growths) verifyConsistency(engine, { ...growth, sizeNew: size, rootNew: root });
  });

  const seed = new Uint8Array(32).fill(7);
  const key = createNoteKey(engine, {
    name: 'bench.example/ledger',
    type: noteSignatureTypes.ed25519,
    publicKey: await engine.ed25519PublicKey(seed),
  });
  const signer = createNoteSigner(engine, key, seed);
  let note = '';
  await measure('checkpoint, sign', fewRounds, '', async () => {
    for (let round = 0; round < fewRounds; round++)
      note = await signCheckpoint({ origin: key.name, size, root }, signer);
  });
  await measure('checkpoint, verify', fewRounds, '', async () => {
    for (let round = 0; round < fewRounds; round++) await verifyCheckpoint(engine, note, { logs: [key] });
  });
  await measure('checkpoint, verify as evidence', evidenceRounds, 'strictest signature rule', async () => {
    for (let round = 0; round < evidenceRounds; round++)
      await verifyCheckpoint(engine, note, { logs: [key] }, { isEvidence: true });
  });

  const tileBytes = [...tiles.values()].reduce((sum, bytes) => sum + bytes.length, 0);
  return {
    rates,
    sizes: new Map([
      ['process, with all tiles warm, MiB', Math.round(process.memoryUsage.rss() / 2 ** 20)],
      ['of which tiles of the in-memory store, MiB', Math.round(tileBytes / 2 ** 20)],
      ['right edge that a writer keeps, bytes', edge.encode().length],
    ]),
  };
}

/** One line a thing measured, one column a size. */
function compare(costs: readonly Cost[], of: 'rates' | 'sizes'): Cell[][] {
  return [...(costs[0]?.[of].keys() ?? [])].map((what) => [
    what,
    ...costs.map((cost) => cost[of].get(what) ?? ''),
  ]);
}

const costs: Cost[] = [];
for (const count of entryCounts) costs.push(await measureAt(count));
const columns = entryCounts.map((count) => `${count.toLocaleString('en')} entries`);
finish(
  {
    benchmark: 'ledger',
    title: 'The ledger, by its size',
    method:
      'One thread, tiles in memory; each line is one pass over the number of operations that its rate implies. The sizes follow one another in one process.',
    tables: [
      { title: 'Operations a second', columns: ['operation', ...columns], rows: compare(costs, 'rates') },
      { title: 'Memory', columns: ['what', ...columns], rows: compare(costs, 'sizes') },
    ],
    aims: [],
    notes: [],
  },
  options,
);

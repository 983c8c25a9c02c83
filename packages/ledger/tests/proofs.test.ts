import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  computeRoot,
  computeRootFromInclusion,
  emptyRoot,
  leafHash,
  makeConsistencyProof,
  makeInclusionProof,
  RightEdge,
  verifyConsistency,
  verifyInclusion,
} from '@strongroom/ledger';
import { createMemoryLedger, engine, entriesOf, entryOf, flipBit } from './memory-ledger.ts';
import { path, proof as referenceProof, treeHash } from './reference-tree.ts';

const invalid = expect.objectContaining({ code: 'PROOF_INVALID' });
const refused = (run: () => unknown): void => expect(run).toThrow(invalid);
const roots = Array.from({ length: 301 }, (_, size) => treeHash(entriesOf(size)));
const rootOf = (size: number): Uint8Array => roots[size] as Uint8Array;

describe('fast tree against the reference, sizes 0 to 300', () => {
  const { nodes } = createMemoryLedger(300);

  it('the edge and the tiles give the root of every size', async () => {
    const edge = RightEdge.create(engine);
    for (let size = 0; size <= 300; size++) {
      expect(edge.root()).toEqual(rootOf(size));
      expect(await computeRoot(nodes, size)).toEqual(rootOf(size));
      edge.append(leafHash(engine, entryOf(size)));
    }
    expect(emptyRoot(engine)).toEqual(rootOf(0));
  });

  it('makes the reference inclusion proofs, and verifies them', async () => {
    for (let size = 1; size <= 300; size += size < 40 ? 1 : 13) {
      const entries = entriesOf(size);
      for (let index = 0; index < size; index += size < 40 ? 1 : 7) {
        const proof = await makeInclusionProof(nodes, index, size);
        expect(proof).toEqual(path(index, entries));
        const leaf = leafHash(engine, entryOf(index));
        verifyInclusion(engine, { index, size, leafHash: leaf, root: rootOf(size), proof });
      }
    }
  });

  it('makes the reference consistency proofs, and verifies them', async () => {
    for (let sizeNew = 1; sizeNew <= 300; sizeNew += sizeNew < 40 ? 1 : 13) {
      const entries = entriesOf(sizeNew);
      for (let sizeOld = 1; sizeOld <= sizeNew; sizeOld += sizeNew < 40 ? 1 : 7) {
        const proof = await makeConsistencyProof(nodes, sizeOld, sizeNew);
        expect(proof).toEqual(referenceProof(sizeOld, entries));
        const claim = { sizeOld, sizeNew, rootOld: rootOf(sizeOld), rootNew: rootOf(sizeNew), proof };
        verifyConsistency(engine, claim);
      }
    }
  });
});

it('agrees with the reference for random sizes up to 5,000', async () => {
  const { entries, nodes } = createMemoryLedger(5000, 777);
  const sizes = fc.integer({ min: 1, max: 5000 }).chain((size) =>
    fc.record({
      size: fc.constant(size),
      index: fc.integer({ min: 0, max: size - 1 }),
      sizeOld: fc.integer({ min: 1, max: size }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(sizes, async ({ size, index, sizeOld }) => {
      const list = entries.slice(0, size);
      const root = treeHash(list);
      expect(await computeRoot(nodes, size)).toEqual(root);
      const inclusion = await makeInclusionProof(nodes, index, size);
      expect(inclusion).toEqual(path(index, list));
      const leaf = leafHash(engine, entries[index] as Uint8Array);
      verifyInclusion(engine, { index, size, leafHash: leaf, root, proof: inclusion });
      const consistency = await makeConsistencyProof(nodes, sizeOld, size);
      expect(consistency).toEqual(referenceProof(sizeOld, list));
      const rootOld = treeHash(entries.slice(0, sizeOld));
      verifyConsistency(engine, { sizeOld, sizeNew: size, rootOld, rootNew: root, proof: consistency });
    }),
    { numRuns: 25 },
  );
});

describe('tampering with an inclusion proof', () => {
  const { nodes } = createMemoryLedger(300);
  const places = fc
    .integer({ min: 1, max: 300 })
    .chain((size) =>
      fc.tuple(fc.constant(size), fc.integer({ min: 0, max: size - 1 }), fc.nat(255), fc.nat(20)),
    );

  it('refuses every flipped bit, wrong index or size, missing, extra or exchanged hash', async () => {
    await fc.assert(
      fc.asyncProperty(places, async ([size, index, bit, place]) => {
        const proof = await makeInclusionProof(nodes, index, size);
        const claim = { index, size, leafHash: leafHash(engine, entryOf(index)), root: rootOf(size), proof };
        verifyInclusion(engine, claim);
        refused(() => verifyInclusion(engine, { ...claim, leafHash: flipBit(claim.leafHash, bit) }));
        refused(() => verifyInclusion(engine, { ...claim, root: flipBit(claim.root, bit) }));
        refused(() => verifyInclusion(engine, { ...claim, proof: [...proof, rootOf(3)] }));
        refused(() => verifyInclusion(engine, { ...claim, proof: [rootOf(3), ...proof] }));
        if (proof.length > 0) {
          const at = place % proof.length;
          const flipped = proof.map((hash, number) => (number === at ? flipBit(hash, bit) : hash));
          refused(() => verifyInclusion(engine, { ...claim, proof: flipped }));
          refused(() =>
            verifyInclusion(engine, { ...claim, proof: proof.filter((_, number) => number !== at) }),
          );
          const short = proof.map((hash, number) => (number === at ? hash.slice(1) : hash));
          refused(() => verifyInclusion(engine, { ...claim, proof: short }));
        }
        for (const other of [index - 1, index + 1, index ^ 2, size, -1, 0.5, Number.NaN, 2 ** 53]) {
          if (other !== index) refused(() => verifyInclusion(engine, { ...claim, index: other }));
        }
        for (const other of [0, -1, index, Math.floor(size / 2), 2 ** 48 + 1, Number.POSITIVE_INFINITY]) {
          if (other !== size) refused(() => verifyInclusion(engine, { ...claim, size: other }));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('a size or index that leads the same way is caught by the size in the signed head, not by the path alone', async () => {
    // RFC 9162 paths do not always name size and index; what must never happen is that another leaf is accepted.
    for (let size = 2; size <= 40; size++) {
      for (let index = 0; index < size; index++) {
        const proof = await makeInclusionProof(nodes, index, size);
        for (let other = 0; other < size; other++) {
          if (other === index) continue;
          const wrong = {
            index,
            size,
            leafHash: leafHash(engine, entryOf(other)),
            root: rootOf(size),
            proof,
          };
          refused(() => verifyInclusion(engine, wrong));
          refused(() =>
            verifyInclusion(engine, { ...wrong, index: other, leafHash: leafHash(engine, entryOf(index)) }),
          );
        }
      }
    }
  });

  it('a node cannot be passed off as an entry', () => {
    const inner = new Uint8Array([...leafHash(engine, entryOf(0)), ...leafHash(engine, entryOf(1))]);
    const claim = { index: 0, size: 1, leafHash: leafHash(engine, inner), root: rootOf(2), proof: [] };
    refused(() => verifyInclusion(engine, claim));
  });

  it('refuses more hashes than any ledger needs before hashing them', () => {
    const proof = Array.from({ length: 65 }, () => rootOf(1));
    refused(() => computeRootFromInclusion(engine, { index: 0, size: 1, leafHash: rootOf(1), proof }));
  });
});

describe('tampering with a consistency proof', () => {
  const { nodes } = createMemoryLedger(300);
  const places = fc
    .integer({ min: 2, max: 300 })
    .chain((sizeNew) =>
      fc.tuple(fc.constant(sizeNew), fc.integer({ min: 1, max: sizeNew - 1 }), fc.nat(255), fc.nat(20)),
    );

  it('refuses every flipped bit, missing or extra hash, exchanged sizes', async () => {
    await fc.assert(
      fc.asyncProperty(places, async ([sizeNew, sizeOld, bit, place]) => {
        const proof = await makeConsistencyProof(nodes, sizeOld, sizeNew);
        const claim = { sizeOld, sizeNew, rootOld: rootOf(sizeOld), rootNew: rootOf(sizeNew), proof };
        verifyConsistency(engine, claim);
        refused(() => verifyConsistency(engine, { ...claim, rootOld: flipBit(claim.rootOld, bit) }));
        refused(() => verifyConsistency(engine, { ...claim, rootNew: flipBit(claim.rootNew, bit) }));
        refused(() => verifyConsistency(engine, { ...claim, proof: [...proof, rootOf(3)] }));
        refused(() => verifyConsistency(engine, { ...claim, proof: [rootOf(3), ...proof] }));
        refused(() => verifyConsistency(engine, { ...claim, proof: [] }));
        const at = place % proof.length;
        const flipped = proof.map((hash, number) => (number === at ? flipBit(hash, bit) : hash));
        refused(() => verifyConsistency(engine, { ...claim, proof: flipped }));
        refused(() =>
          verifyConsistency(engine, { ...claim, proof: proof.filter((_, number) => number !== at) }),
        );
        refused(() => verifyConsistency(engine, { ...claim, sizeOld: sizeNew, sizeNew: sizeOld }));
        for (const other of [0, -1, 0.5, Number.NaN, sizeNew + 1]) {
          refused(() => verifyConsistency(engine, { ...claim, sizeOld: other }));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('equal sizes: only equal roots and no hashes', () => {
    const claim = { sizeOld: 5, sizeNew: 5, rootOld: rootOf(5), rootNew: rootOf(5), proof: [] };
    verifyConsistency(engine, claim);
    refused(() => verifyConsistency(engine, { ...claim, rootNew: rootOf(6) }));
    refused(() => verifyConsistency(engine, { ...claim, proof: [rootOf(1)] }));
  });

  it('from size 0 there is nothing to verify, and nothing is accepted', async () => {
    const claim = { sizeOld: 0, sizeNew: 5, rootOld: rootOf(0), rootNew: rootOf(5) };
    expect(await makeConsistencyProof(nodes, 0, 5)).toEqual([]);
    refused(() => verifyConsistency(engine, { ...claim, proof: [] }));
    refused(() => verifyConsistency(engine, { ...claim, proof: [rootOf(5)] }));
  });

  it('J3: a rewritten, shortened or forked ledger is refused', async () => {
    const forked = createMemoryLedger(40);
    const entries = entriesOf(60);
    entries[20] = new TextEncoder().encode('rewritten');
    const proof = await makeConsistencyProof(nodes, 40, 60);
    const claim = {
      sizeOld: 40,
      sizeNew: 60,
      rootOld: forked.edge.root(),
      rootNew: treeHash(entries),
      proof,
    };
    refused(() => verifyConsistency(engine, claim));
    refused(() => verifyConsistency(engine, { ...claim, proof: referenceProof(40, entries) }));
    refused(() => verifyConsistency(engine, { ...claim, sizeNew: 30, rootNew: rootOf(30) }));
  });
});

it('refuses to make proofs for entries and sizes that are not there', async () => {
  const { nodes } = createMemoryLedger(10);
  const input = expect.objectContaining({ code: 'INPUT_INVALID' });
  for (const [index, size] of [
    [10, 10],
    [0, 0],
    [-1, 5],
    [0.5, 5],
    [0, 2 ** 49],
  ] as const) {
    await expect(makeInclusionProof(nodes, index, size)).rejects.toThrow(input);
  }
  await expect(makeConsistencyProof(nodes, 6, 5)).rejects.toThrow(input);
  await expect(makeInclusionProof(nodes, 3, 300)).rejects.toThrow(invalid);
  await expect(computeRoot(nodes, 300)).rejects.toThrow(invalid);
});

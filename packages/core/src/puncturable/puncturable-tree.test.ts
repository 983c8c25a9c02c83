/** The tree against a plain model: keys straight from the root seed, commitments from the definition. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareBytes, concatBytes, createWebEngine, encodeUtf8, formSlot, slotLimit } from '../index.ts';
import type { Engine } from '../index.ts';
import { createNodeEngine } from '../node/index.ts';
import { assertSlotDead } from './dead-slot-proof.ts';
import { PuncturableTree } from './puncturable-tree.ts';
import { pageBytesMax } from './tree-page-format.ts';

const engine = createNodeEngine();
const rootSeed = Uint8Array.from({ length: 32 }, (_, index) => index);

function modelSeed(depth: number, prefix: number): Uint8Array {
  let seed: Uint8Array = rootSeed;
  for (let level = depth - 1; level >= 0; level--) {
    const pair = engine.hmac('sha512', seed, encodeUtf8('sr1/ggm/node'));
    seed = Math.floor(prefix / 2 ** level) % 2 === 1 ? pair.slice(32) : pair.slice(0, 32);
  }
  return seed;
}

function modelLeafKey(slot: number): Uint8Array {
  return engine.hmac('sha256', modelSeed(48, slot), encodeUtf8('sr1/ggm/leaf'));
}

/** The commitment by the definition, over the set of dead slots. */
function modelCommitment(dead: readonly number[], depth = 0, prefix = 0): Uint8Array {
  const size = 2 ** (48 - depth);
  const below = dead.filter((slot) => Math.floor(slot / size) === prefix);
  if (below.length === 0) {
    return engine.sha256(
      Uint8Array.of(2),
      engine.hmac('sha256', modelSeed(depth, prefix), encodeUtf8('sr1/ggm/live')),
    );
  }
  if (below.length === size) return new Uint8Array(32);
  const left = modelCommitment(below, depth + 1, prefix * 2);
  const right = modelCommitment(below, depth + 1, prefix * 2 + 1);
  return engine.sha256(concatBytes(Uint8Array.of(3), left, right));
}

function pagesOf(tree: PuncturableTree): Map<number, Uint8Array> {
  return new Map(tree.pageIds().map((page) => [page, tree.encodePage(page)]));
}

test('leaf keys are those of the definition, whatever was asked before', () => {
  const tree = PuncturableTree.fromRootSeed(engine, rootSeed);
  for (const slot of [0, 1, 2, 5, slotLimit - 1, formSlot(17, 4), 0, 4, 3])
    expect(tree.leafKey(slot)).toEqual(modelLeafKey(slot));
});

test('the web engine gives the same tree', () => {
  const web: Engine = createWebEngine();
  const left = PuncturableTree.fromRootSeed(web, rootSeed);
  const right = PuncturableTree.fromRootSeed(engine, rootSeed);
  left.puncture([1, 2, 300]);
  right.puncture([300, 1, 2]);
  expect(left.rootCommitment).toEqual(right.rootCommitment);
  expect(left.leafKey(301)).toEqual(right.leafKey(301));
  expect(pagesOf(left)).toEqual(pagesOf(right));
});

test('any punctures: dead slots stay dead, live ones keep their keys, commitment and proofs are right', () => {
  const slots = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 30 });
  fc.assert(
    fc.property(fc.array(slots, { maxLength: 4 }), (batches) => {
      const tree = PuncturableTree.fromRootSeed(engine, rootSeed);
      for (const batch of batches) tree.puncture(batch);
      const dead = [...new Set(batches.flat())];
      expect(tree.rootCommitment).toEqual(modelCommitment(dead));
      for (let slot = 0; slot <= 41; slot++) {
        expect(tree.isPunctured(slot)).toBe(dead.includes(slot));
        if (dead.includes(slot)) {
          expect(() => tree.leafKey(slot)).toThrow(expect.objectContaining({ code: 'SLOT_PUNCTURED' }));
          assertSlotDead(engine, { slot, root: tree.rootCommitment, proof: tree.proveDead(slot) });
        } else {
          expect(tree.leafKey(slot)).toEqual(modelLeafKey(slot));
          expect(() => tree.proveDead(slot)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
        }
      }
      const loaded = PuncturableTree.load(engine, pagesOf(tree));
      expect(loaded.rootCommitment).toEqual(tree.rootCommitment);
      expect(loaded.seedCount).toBe(tree.seedCount);
    }),
    { numRuns: 25 },
  );
});

test('order and grouping of punctures do not matter, not even for the pages', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(slotLimit - 1), { minLength: 1, maxLength: 60 }), (slots) => {
      const together = PuncturableTree.fromRootSeed(engine, rootSeed);
      together.puncture(slots);
      const single = PuncturableTree.fromRootSeed(engine, rootSeed);
      for (const slot of slots.toReversed()) single.puncture([slot]);
      expect(single.rootCommitment).toEqual(together.rootCommitment);
      expect(pagesOf(single)).toEqual(pagesOf(together));
    }),
    { numRuns: 15 },
  );
});

test('pages follow the seeds: splitting, joining, and the changes that are reported', () => {
  const tree = PuncturableTree.fromRootSeed(engine, rootSeed);
  const stored = new Map<number, Uint8Array>();
  const store = (): number => {
    const { written, removed } = tree.takePageChanges();
    for (const page of removed) stored.delete(page);
    for (const page of written) stored.set(page, tree.encodePage(page));
    expect([...stored.keys()].toSorted((a, b) => a - b)).toEqual(
      [...tree.pageIds()].toSorted((a, b) => a - b),
    );
    const loaded = PuncturableTree.load(engine, stored);
    expect(loaded.rootCommitment).toEqual(tree.rootCommitment);
    expect(pagesOf(loaded)).toEqual(pagesOf(tree));
    const room = new Uint8Array(pageBytesMax).fill(255);
    for (const [page, bytes] of stored) expect(tree.encodePage(page, room)).toEqual(bytes);
    return written.length;
  };
  store();
  tree.puncture(Array.from({ length: 3000 }, (_, index) => index * 7));
  expect(tree.pageIds().length).toBeGreaterThan(1);
  store();
  tree.puncture([7 * 5000]);
  expect(store()).toBeLessThan(4);
  tree.punctureRanges([{ first: 0, last: 20_000 }]);
  store();
  tree.punctureRanges([{ first: 0, last: slotLimit - 1 }]);
  store();
  expect(tree.pageIds()).toEqual([]);
  expect(tree.rootCommitment).toEqual(new Uint8Array(32));
  assertSlotDead(engine, { slot: 12, root: tree.rootCommitment, proof: tree.proveDead(12) });
});

test('an hour is cut in one stroke and held slots stay', () => {
  const tree = PuncturableTree.fromRootSeed(engine, rootSeed);
  const held = [formSlot(9, 3), formSlot(9, 100_000)];
  tree.punctureRanges([{ first: formSlot(9, 0), last: formSlot(10, 0) - 1, keep: held }]);
  for (const slot of held) expect(tree.leafKey(slot)).toEqual(modelLeafKey(slot));
  expect(tree.isPunctured(formSlot(9, 4))).toBe(true);
  expect(tree.isPunctured(formSlot(8, 4))).toBe(false);
  expect(tree.isPunctured(formSlot(10, 0))).toBe(false);
  tree.puncture(held);
  // The hour's twenty siblings are all that remains.
  expect(tree.seedCount).toBe(20);
});

test('after a puncture no seed of the dead path is left in the pages', () => {
  const tree = PuncturableTree.fromRootSeed(engine, rootSeed);
  tree.leafKey(5);
  tree.puncture([5]);
  const state = concatBytes(...pagesOf(tree).values());
  for (let depth = 0; depth <= 48; depth++) {
    const seed = modelSeed(depth, Math.floor(5 / 2 ** (48 - depth)));
    for (let offset = 0; offset + 32 <= state.length; offset++) {
      expect(compareBytes(state.subarray(offset, offset + 32), seed)).not.toBe(0);
    }
  }
});

describe('refusals', () => {
  const tree = PuncturableTree.fromRootSeed(engine, rootSeed);
  tree.puncture([5, 6, 700]);
  const proof = tree.proveDead(5);
  const root = tree.rootCommitment;

  test('a proof is refused for a live slot, another root, and with any sibling altered, dropped or added', () => {
    const refuse = (options: Parameters<typeof assertSlotDead>[1]): void => {
      expect(() => assertSlotDead(engine, options)).toThrow(
        expect.objectContaining({ code: 'PROOF_INVALID' }),
      );
    };
    refuse({ slot: 4, root, proof });
    refuse({ slot: 5, root: root.toReversed(), proof });
    for (let index = 0; index < proof.length; index++) {
      refuse({ slot: 5, root, proof: proof.with(index, (proof[index] as Uint8Array).toReversed()) });
      refuse({ slot: 5, root, proof: proof.toSpliced(index, 1) });
    }
    refuse({ slot: 5, root, proof: [new Uint8Array(32), ...proof] });
    refuse({ slot: 5, root, proof: Array.from({ length: 49 }, () => new Uint8Array(32)) });
  });

  test.each([-1, 0.5, slotLimit, Number.NaN, Infinity, '5', null, undefined, 5n, {}, []])(
    'slot %s is refused',
    (slot) => {
      for (const call of [
        () => tree.leafKey(slot as never),
        () => tree.isPunctured(slot as never),
        () => tree.puncture([slot as never]),
      ]) {
        expect(call).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
      }
    },
  );

  test('pages that no tree wrote are refused', () => {
    const [[page, bytes]] = [...pagesOf(tree)] as [[number, Uint8Array]];
    const load = (pages: [number, Uint8Array][]) => () => PuncturableTree.load(engine, new Map(pages));
    expect(load([[page, bytes]])).not.toThrow();
    const invalid = expect.objectContaining({ code: 'FORMAT_INVALID' });
    expect(load([[2, bytes]])).toThrow(invalid);
    expect(load([[page, bytes.subarray(1)]])).toThrow(invalid);
    expect(load([[page, bytes.with(15, 255)]])).toThrow(invalid);
    expect(load([[page, concatBytes(bytes, new Uint8Array(39))]])).toThrow(invalid);
    expect(
      load([
        [page, bytes],
        [2, concatBytes(bytes.subarray(0, 11), Uint8Array.of(2), bytes.subarray(12))],
      ]),
    ).toThrow(invalid);
  });
});

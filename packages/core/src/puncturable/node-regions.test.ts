/** Nodes in regions against a plain map, and the arithmetic of nodes that it stands on. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { slotLimit } from '../slots/index.ts';
import { NodeRegions, lowestRegionDepth } from './node-regions.ts';
import { depthOf, nodeAt, slotsBelow } from './tree-nodes.ts';

/** The definition: how often a heap number is halved before it is the root's. */
function modelDepth(node: number): number {
  let depth = 0;
  for (let above = node; above > 1; above = Math.floor(above / 2)) depth++;
  return depth;
}

const slot = fc.oneof(fc.nat(60), fc.nat(slotLimit - 1), fc.constant(slotLimit - 1));
const node = fc.tuple(slot, fc.integer({ min: 0, max: 48 })).map(([below, depth]) => nodeAt(below, depth));
const value = fc.uint8Array({ minLength: 32, maxLength: 32 });

test('a depth is that of the definition, up to the largest safe number', () => {
  const edges = Array.from({ length: 53 }, (_, depth) => [2 ** depth, 2 ** (depth + 1) - 1]).flat();
  for (const edge of edges) expect(depthOf(edge)).toBe(modelDepth(edge));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (any) => {
      expect(depthOf(any)).toBe(modelDepth(any));
    }),
  );
});

test('the node of a slot at a depth is that of the definition', () => {
  fc.assert(
    fc.property(slot, fc.integer({ min: 0, max: 48 }), (below, depth) => {
      const expected = 2n ** BigInt(depth) + BigInt(below) / 2n ** BigInt(48 - depth);
      expect(nodeAt(below, depth)).toBe(Number(expected));
    }),
  );
});

test('any changes leave what a map would hold', () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ node, value: fc.option(value, { nil: undefined }) }) },
    { weight: 1, arbitrary: fc.record({ back: fc.nat(20) }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const regions = new NodeRegions();
      const model = new Map<number, Uint8Array>();
      const out = new Uint8Array(40);
      for (const one of steps) {
        const chosen = 'back' in one ? [...model.keys()].at(-1 - one.back) : one.node;
        if (chosen === undefined) continue;
        if ('back' in one || one.value === undefined)
          expect(regions.delete(chosen)).toBe(model.delete(chosen));
        else {
          regions.set(chosen, one.value);
          model.set(chosen, one.value);
        }
        expect(regions.has(chosen)).toBe(model.has(chosen));
        expect(regions.size).toBe(model.size);
      }
      for (const [held, bytes] of model) {
        expect(regions.read(held, out, 5)).toBe(true);
        expect(out.slice(5, 37)).toEqual(bytes);
        expect(regions.has(held * 2)).toBe(model.has(held * 2));
      }
      regions.clear();
      expect(regions.size).toBe(0);
      for (const held of model.keys()) expect(regions.read(held, out)).toBe(false);
    }),
  );
});

test('many nodes of one page, of its neighbours and of the path above them', () => {
  const regions = new NodeRegions();
  const nodes = new Set<number>();
  for (let below = 0; below < 20_000; below += 3)
    for (let depth = 0; depth <= 48; depth += 4) nodes.add(nodeAt(below, depth));
  const valueOf = (one: number): Uint8Array => {
    const bytes = new Uint8Array(32);
    new DataView(bytes.buffer).setFloat64(8, one);
    return bytes;
  };
  for (const one of nodes) regions.set(one, valueOf(one));
  expect(regions.size).toBe(nodes.size);
  const [gone, kept] = [[...nodes].filter((_, index) => index % 2 === 0), new Uint8Array(32)];
  for (const one of gone) expect(regions.delete(one)).toBe(true);
  for (const one of nodes) {
    const isGone = !regions.read(one, kept);
    if (!isGone) expect(kept).toEqual(valueOf(one));
  }
  expect(regions.size).toBe(nodes.size - gone.length);
  for (const one of gone) expect(regions.has(one)).toBe(false);
});

test('the nodes of a lowest region come in the order of slots, each with its value; those of few are left to be looked for', () => {
  // Cuts of the region's 2,048 slots: each node is as large as its place lets it be.
  const part = fc.integer({ min: 0, max: 11 });
  const region = fc.oneof(fc.nat(100), fc.nat(2 ** 37 - 1), fc.constant(2 ** 37 - 1));
  fc.assert(
    fc.property(
      region,
      fc.array(part, { minLength: 1, maxLength: 400 }),
      fc.nat(60),
      (index, parts, hole) => {
        const start = index * 2048;
        const regions = new NodeRegions();
        const expected: { node: number; value: Uint8Array }[] = [];
        for (let slot = start, turn = 0; slot < start + 2048; turn++) {
          let height = parts[turn % parts.length] as number;
          while ((slot - start) % 2 ** height !== 0) height--;
          const node = nodeAt(slot, 48 - height);
          const value = Uint8Array.from({ length: 32 }, (_, byte) => turn + byte);
          if (turn % 61 !== hole) expected.push({ node, value });
          slot = slotsBelow(node, 48 - height).last + 1;
        }
        for (const { node, value } of expected.toReversed()) regions.set(node, value);
        // A neighbour's node, and one of the region above, are not told.
        if (index > 0) regions.set(nodeAt(start - 1, 48), new Uint8Array(32).fill(255));
        regions.set(nodeAt(start, lowestRegionDepth - 1), new Uint8Array(32).fill(254));
        const told: { node: number; value: Uint8Array }[] = [];
        const isTold = regions.visitLowest(nodeAt(start, lowestRegionDepth), (node, table, place) => {
          const value = new Uint8Array(32);
          table.copyFrom(place, new DataView(value.buffer), 0);
          told.push({ node, value });
        });
        expect(isTold).toBe(expected.length >= 128);
        expect(told).toEqual(isTold ? expected : []);
      },
    ),
  );
});

import { createNodeEngine } from '@strongroom/core/node';
import { decodeCbor, encodeCbor, formSlot, newId } from '@strongroom/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wardenLimits } from '../limits.ts';
import { SlotTable } from './slot-table.ts';
import type { SlotToUse } from './slot-table.ts';

const engine = createNodeEngine();
const vault = newId(engine, 'vlt');
const rooms = [newId(engine, 'rom'), newId(engine, 'rom')];

const steps = fc.array(
  fc.oneof(
    fc.record({
      k: fc.constant('take' as const),
      hour: fc.nat(3),
      room: fc.nat(1),
      count: fc.integer({ min: 1, max: 1000 }),
    }),
    fc.record({ k: fc.constant('cut' as const), hour: fc.integer({ min: 1, max: 3 }), kept: fc.boolean() }),
    fc.record({ k: fc.constant('skip' as const), isCopy: fc.boolean() }),
    fc.record({ k: fc.constant('observe' as const), slot: fc.nat(2_000_000) }),
    fc.record({ k: fc.constant('store' as const) }),
  ),
  { maxLength: 40 },
);

test('no slot is given twice and none of a cut hour, whatever happens, stored or not', () => {
  fc.assert(
    fc.property(steps, (all) => {
      let table = new SlotTable();
      let cut = 0;
      const next = new Map<number, number>();
      const used: (SlotToUse & { nowMs: number })[] = [];
      for (const step of all) {
        if (step.k === 'skip') table.skip(step.isCopy);
        else if (step.k === 'observe') table.observe(vault, step.slot, rooms[0]!);
        else if (step.k === 'cut') {
          table.applyCut(vault, step.hour, new Set(step.kept ? [rooms[0]!] : []));
          cut = Math.max(cut, step.hour);
        } else if (step.k === 'store') {
          const stored = encodeCbor(table.encode(0), { sizeBytesMax: 1e7 });
          table = SlotTable.decode(decodeCbor(stored, { sizeBytesMax: 1e7 }));
          expect(encodeCbor(table.encode(0), { sizeBytesMax: 1e7 })).toEqual(stored);
        } else {
          const { hour, count } = step;
          const room = rooms[step.room]!;
          if (hour > 0 && hour <= cut) {
            expect(() => table.plan(vault, room, hour, count, 0)).toThrow(
              expect.objectContaining({ code: 'SLOTS_EXHAUSTED' }),
            );
            continue;
          }
          let block;
          try {
            block = table.plan(vault, room, hour, count, 0);
          } catch (error) {
            expect(error).toMatchObject({ code: 'SLOTS_EXHAUSTED' });
            continue;
          }
          expect(block.first).toBeGreaterThanOrEqual(next.get(hour) ?? formSlot(hour, 0));
          next.set(hour, block.first + count);
          table.applyBlock(block);
          const slot = block.first + count - 1;
          const hash = engine.randomBytes(32);
          const use = { vault, room, slot, hash, nowMs: 0 };
          expect(table.findUse(use)).toBe('free');
          expect(table.findUse({ ...use, room: rooms[1 - step.room]! })).toBe('SLOT_UNKNOWN');
          table.applyUse(use);
          table.applyUse({ ...use, hash: engine.randomBytes(32) });
          expect(table.findUse(use)).toBe('same');
          used.push(use);
        }
        // A used slot is never free again: it is known for what it holds, or its block is closed.
        for (const use of used) {
          expect(['same', 'SLOT_UNKNOWN']).toContain(table.findUse(use));
          const other = { ...use, hash: engine.randomBytes(32) };
          expect(['SLOT_TAKEN', 'SLOT_UNKNOWN']).toContain(table.findUse(other));
        }
      }
    }),
    { numRuns: 200 },
  );
});

test('an hour that runs over is refused, and only that', () => {
  const table = new SlotTable();
  const room = rooms[0]!;
  table.applyBlock({ vault, room, first: formSlot(5, 0), count: 1, atMs: 0 });
  for (let start = 0; start < 256; start++) table.skip(true);
  expect(() => table.plan(vault, room, 5, 1, 0)).toThrow(
    expect.objectContaining({ code: 'SLOTS_EXHAUSTED' }),
  );
  expect(table.plan(vault, room, 6, 1, 0).first).toBe(formSlot(6, 0));
});

test('a firm that is restored and moved many times still has slots', () => {
  const table = new SlotTable();
  const room = rooms[0]!;
  const given = new Set<number>();
  for (let copy = 0; copy < 255; copy++) {
    const block = table.plan(vault, room, 0, 1, 0);
    expect(given.has(block.first)).toBe(false);
    given.add(block.first);
    table.applyBlock(block);
    table.skip(true);
  }
  expect(table.plan(vault, room, 0, 1, 0).count).toBe(1);
});

test('the memory of uses is bounded: the oldest blocks are closed, and an old block too', () => {
  const table = new SlotTable();
  const room = rooms[0]!;
  const hash = engine.randomBytes(32);
  const count = wardenLimits.slotBlockMergeMax;
  const blocks = wardenLimits.slotMarksPerVaultMax / count + 1;
  for (let place = 0; place < blocks; place++)
    table.applyBlock({ vault, room, first: formSlot(0, place * count), count, atMs: 0 });
  const use = { vault, room, hash, nowMs: 0 };
  expect(table.findUse({ ...use, slot: formSlot(0, 0) })).toBe('SLOT_UNKNOWN');
  expect(table.findUse({ ...use, slot: formSlot(0, count) })).toBe('free');
  const nowMs = wardenLimits.blockAgeMsMax;
  expect(table.findUse({ ...use, slot: formSlot(0, count), nowMs })).toBe('SLOT_UNKNOWN');
});

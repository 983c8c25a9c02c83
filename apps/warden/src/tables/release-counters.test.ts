import { decodeCbor, encodeCbor } from '@strongroom/core';
import { expect, test } from 'vitest';
import { wardenLimits } from '../limits.ts';
import { RecentHashes } from './recent-hashes.ts';
import { ReleaseCounters } from './release-counters.ts';

const device = 'dev_a';
const use = (cards: number, bodies: number, mark: number, tMs = 0) => {
  return { device, nonce: new Uint8Array(16).fill(mark), cards, bodies, tMs };
};
const hourMs = 3_600_000;

test('counts to the ceiling, by clock hour, over a store, and never back', () => {
  let counters = new ReleaseCounters();
  counters.apply(use(wardenLimits.cardsPerHourMax - 1, 0, 1), { atMs: 5 * hourMs, index: 1 });
  counters = ReleaseCounters.decode(decodeCbor(encodeCbor(counters.encode())));
  expect(counters.isWithinCeiling(use(1, 0, 2), 5 * hourMs)).toBe(true);
  expect(counters.isWithinCeiling(use(2, 0, 2), 5 * hourMs)).toBe(false);
  expect(counters.isWithinCeiling(use(2, 0, 2), 4 * hourMs)).toBe(false);
  expect(counters.isWithinCeiling(use(0, wardenLimits.bodiesPerHourMax + 1, 2), 5 * hourMs)).toBe(false);
  expect(counters.isWithinCeiling({ ...use(2, 0, 2), device: 'dev_b' }, 5 * hourMs)).toBe(true);
  expect(counters.isWithinCeiling(use(2, 0, 2), 6 * hourMs)).toBe(true);
});

test('remembers a request for longer than it is good for', () => {
  const counters = new ReleaseCounters();
  const { nonce } = use(1, 0, 7, 1_000);
  counters.apply(use(1, 0, 7, 1_000), { atMs: 1_000, index: 42 });
  counters.prune(1_000 + wardenLimits.requestAgeMsMax);
  expect(counters.findIndex(device, nonce)).toBe(42);
  counters.prune(1_000 + wardenLimits.requestAgeMsMax + hourMs + 1);
  expect(counters.findIndex(device, nonce)).toBeUndefined();
});

test('keeps the newest hashes and knows which are too old', () => {
  const hashes = new RecentHashes();
  const hashOf = (index: number): Uint8Array => {
    const hash = new Uint8Array(32);
    new DataView(hash.buffer).setUint32(0, index);
    return hash;
  };
  const count = wardenLimits.recentHashesMax + 1_000;
  for (let index = 0; index < count; index++) hashes.append(hashOf(index));
  const copy = new RecentHashes(count, hashes.encode());
  for (const table of [hashes, copy]) {
    expect(table.find(999)).toBeUndefined();
    expect(table.find(count)).toBeUndefined();
    for (const index of [1_000, 1_001, 40_000, count - 1]) expect(table.find(index)).toEqual(hashOf(index));
  }
});

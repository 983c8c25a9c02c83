/** A tree of which no page is read before somebody comes to it, against one that is read whole. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formSlot, slotLimit } from '../index.ts';
import { createNodeEngine } from '../node/index.ts';
import { PuncturableTree } from './puncturable-tree.ts';
import type { StoredPage } from './unread-pages.ts';

const engine = createNodeEngine();
const rootSeed = Uint8Array.from({ length: 32 }, (_, index) => index);

type Stored = { readonly pages: readonly StoredPage[]; readonly bytes: ReadonlyMap<number, Uint8Array> };

function store(tree: PuncturableTree): Stored {
  const pages = tree.pageIds().map((page) => tree.describePage(page));
  return { pages, bytes: new Map(pages.map(({ page }) => [page, tree.encodePage(page)])) };
}

/** Opens a stored tree and notes which pages it reads. */
function open({ pages, bytes }: Stored): { readonly tree: PuncturableTree; readonly read: number[] } {
  const read: number[] = [];
  const tree = PuncturableTree.open(engine, pages, (page) => {
    read.push(page);
    return (bytes.get(page) as Uint8Array).slice();
  });
  return { tree, read };
}

/** A tree of several pages: every seventh of the first 56,000 slots is dead. */
function growTree(): PuncturableTree {
  const tree = PuncturableTree.fromRootSeed(engine, rootSeed);
  tree.puncture(Array.from({ length: 8_000 }, (_, index) => index * 7));
  return tree;
}

const grown = growTree();
const stored = store(grown);
const refused = expect.objectContaining({ code: 'WARDEN_STATE_CORRUPT' });

test('nothing is read to open; a slot reads its own page, once', () => {
  const { tree, read } = open(stored);
  expect(stored.pages.length).toBeGreaterThan(4);
  expect(tree.rootCommitment).toEqual(grown.rootCommitment);
  expect(tree.seedCount).toBe(grown.seedCount);
  expect(tree.unreadCount).toBe(stored.pages.length);
  expect(read).toEqual([]);
  expect(tree.leafKey(5)).toEqual(grown.leafKey(5));
  expect(tree.leafKey(6)).toEqual(grown.leafKey(6));
  expect(tree.isPunctured(7)).toBe(true);
  expect(read).toHaveLength(1);
  expect(tree.seedCount).toBe(grown.seedCount);
  expect(tree.deadRanges()).toEqual(grown.deadRanges());
  expect(tree.unreadCount).toBe(0);
  expect(store(tree)).toEqual(stored);
});

test('any punctures leave the same tree and report the same changes, whatever was read before', () => {
  const slot = fc.oneof(fc.integer({ min: 0, max: 60_000 }), fc.nat(slotLimit - 1));
  const range = fc.tuple(slot, fc.integer({ min: 0, max: 40_000 })).map(([first, length]) => {
    return { first, last: Math.min(first + length, slotLimit - 1) };
  });
  fc.assert(
    fc.property(
      fc.array(fc.array(range, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }),
      fc.array(slot, { maxLength: 3 }),
      (batches, asked) => {
        const whole = PuncturableTree.load(engine, stored.bytes);
        const { tree } = open(stored);
        for (const one of asked) expect(tree.isPunctured(one)).toBe(whole.isPunctured(one));
        for (const ranges of batches) {
          whole.punctureRanges(ranges);
          tree.punctureRanges(ranges);
          expect(tree.rootCommitment).toEqual(whole.rootCommitment);
          expect(tree.takePageChanges()).toEqual(whole.takePageChanges());
          expect(tree.seedCount).toBe(whole.seedCount);
        }
        const after = store(tree);
        expect(after.bytes).toEqual(store(whole).bytes);
        expect(open(after).tree.rootCommitment).toEqual(whole.rootCommitment);
      },
    ),
    { numRuns: process.env['STRONGROOM_LONG'] === '1' ? 100 : 4 },
  );
});

test('what is destroyed whole is not read', () => {
  const { tree, read } = open(stored);
  tree.punctureRanges([{ first: formSlot(9, 0), last: formSlot(10, 0) - 1 }]);
  const readForTheHour = read.length;
  expect(readForTheHour).toBeLessThan(2);
  tree.punctureRanges([{ first: 0, last: slotLimit - 1 }]);
  expect(read).toHaveLength(readForTheHour);
  expect(tree.seedCount).toBe(0);
  expect(tree.takePageChanges()).toEqual({
    written: [],
    removed: stored.pages.map(({ page }) => page).toSorted((left, right) => left - right),
  });
});

test('a page that is not what was stored is refused by its number and changes nothing; the others open', () => {
  const other = growTree();
  other.puncture([8]);
  const { page } = stored.pages.find(({ page }) => {
    const { tree, read } = open(stored);
    tree.isPunctured(8);
    return read[0] === page;
  }) as StoredPage;
  const flipped = (stored.bytes.get(page) as Uint8Array).slice();
  flipped[flipped.length - 1] = (flipped.at(-1) as number) ^ 1;
  const older = other.encodePage(page);
  for (const bytes of [flipped, older, older.subarray(1), new Uint8Array(0)]) {
    const { tree, read } = open({ ...stored, bytes: new Map(stored.bytes).set(page, bytes) });
    const calls = [
      () => tree.leafKey(8),
      () => tree.isPunctured(8),
      () => tree.puncture([8]),
      () => tree.punctureRanges([{ first: 8, last: 50_000 }]),
    ];
    for (const call of calls) expect(call).toThrow(refused);
    expect(read).toContain(page);
    try {
      tree.leafKey(8);
    } catch (error) {
      expect(error).toMatchObject({ details: { file: 'page', page } });
    }
    expect(tree.rootCommitment).toEqual(grown.rootCommitment);
    expect(tree.seedCount).toBe(grown.seedCount);
    expect(tree.takePageChanges()).toEqual({ written: [], removed: [] });
    expect(tree.leafKey(55_999)).toEqual(grown.leafKey(55_999));
    // A slot beside the damage is destroyed as ever.
    tree.puncture([55_999]);
    expect(() => tree.leafKey(55_999)).toThrow(expect.objectContaining({ code: 'SLOT_PUNCTURED' }));
  }
});

test('lists of pages that no tree has are refused', () => {
  const [first, ...rest] = stored.pages.toSorted((left, right) => right.count - left.count) as [
    StoredPage,
    ...StoredPage[],
  ];
  const openPages = (pages: readonly StoredPage[]) => () => open({ ...stored, pages });
  const invalid = expect.objectContaining({ code: 'FORMAT_INVALID' });
  expect(openPages([first, ...rest])).not.toThrow();
  const wrong: readonly Partial<StoredPage>[] = [
    { page: 0 },
    { page: 1 },
    { page: 2 * slotLimit },
    { page: first.page / 2 + 0.25 },
    { page: rest[0]!.page },
    { page: rest[0]!.page * 2 },
    { count: 0 },
    { count: 4097 },
    { count: 1.5 },
    { commitment: new Uint8Array(31) },
  ];
  for (const change of wrong) {
    expect(openPages([{ ...first, ...change }, ...rest]), JSON.stringify(change)).toThrow(invalid);
    expect(openPages([...rest, { ...first, ...change }]), JSON.stringify(change)).toThrow(invalid);
  }
  expect(openPages([first, first, ...rest])).toThrow(invalid);
  // Two pages that fit into one, as no tree leaves them.
  const small = stored.pages.map((page) => ({ ...page, count: 1 }));
  expect(openPages(small)).toThrow(invalid);
});

import { createNodeEngine } from '@strongroom/core/node';
import { expect, test } from 'vitest';
import type { PageKey } from '../storage/sealed-state.ts';
import { VaultTree } from './vault-tree.ts';

test('the key of a page that is replaced does not stay in memory', () => {
  const engine = createNodeEngine();
  let count = 0;
  const given: Uint8Array[] = [];
  const newPageKey = (): PageKey => {
    const key = engine.randomBytes(32);
    given.push(key);
    return { name: `page-${String(count++).padStart(32, '0')}`, key };
  };
  const tree = VaultTree.create(engine);
  tree.takeChange(newPageKey);
  const before = tree.pages();
  tree.puncture([{ first: 5, last: 5 }]);
  const { gone } = tree.takeChange(newPageKey);
  expect(gone).toEqual([`page-${'0'.repeat(32)}`]);
  expect(before.map(({ key }) => key.every((byte) => byte === 0))).toEqual([true]);
  expect(tree.pages().some(({ key }) => key.every((byte) => byte === 0))).toBe(false);
  // No second copy of a key stays with whoever made it.
  expect(given.every((key) => key.every((byte) => byte === 0))).toBe(true);
});

/**
 * Roots and proofs made from tiles only (RFC 6962 sections 2.1.1 and 2.1.2). A proof is first a list of entry ranges, each
 * range a run of complete subtrees; the subtrees are read, each range is folded to one hash.
 */
import { emptyRoot, foldHashes } from './hashing.ts';
import { assertLedgerSize, invalidInput } from './refusals.ts';
import type { TileNodes, TreeNode } from './tile-nodes.ts';

/** Entries `from` (included) to `to` (excluded). */
interface EntryRange {
  readonly from: number;
  readonly to: number;
}

/** The largest power of two smaller than `count`, for count > 1: where RFC 6962 splits a tree. */
function splitOf(count: number): number {
  let split = 1;
  while (split * 2 < count) split *= 2;
  return split;
}

/** The complete subtrees of a range that starts where RFC 6962 starts a subtree, left to right. */
function nodesOfRange(range: EntryRange): TreeNode[] {
  const nodes: TreeNode[] = [];
  let from = range.from;
  let count = range.to - range.from;
  for (let level = 48; level >= 0; level--) {
    const width = 2 ** level;
    if (count < width) continue;
    nodes.push({ level, index: from / width });
    from += width;
    count -= width;
  }
  return nodes;
}

async function hashRanges(
  tiles: TileNodes,
  size: number,
  ranges: readonly EntryRange[],
): Promise<Uint8Array[]> {
  const nodes = ranges.map(nodesOfRange);
  const hashes = await tiles.read(size, nodes.flat());
  let offset = 0;
  return nodes.map(({ length }) => {
    const folded = foldHashes(tiles.engine, hashes.slice(offset, offset + length));
    offset += length;
    return folded as Uint8Array;
  });
}

/**
 * The root of the ledger when it had `size` entries.
 * @throws InputError INPUT_INVALID; IntegrityError PROOF_INVALID for missing or short tiles
 */
export async function computeRoot(tiles: TileNodes, size: number): Promise<Uint8Array> {
  assertLedgerSize(size, 'size');
  if (size === 0) return emptyRoot(tiles.engine);
  const [root] = await hashRanges(tiles, size, [{ from: 0, to: size }]);
  return root as Uint8Array;
}

/**
 * PATH(index, D[size]): the hashes that lead from the entry's leaf to the root, the leaf's sibling first.
 * @throws InputError INPUT_INVALID unless index < size; IntegrityError PROOF_INVALID for missing or short tiles
 */
export async function makeInclusionProof(
  tiles: TileNodes,
  index: number,
  size: number,
): Promise<Uint8Array[]> {
  assertLedgerSize(size, 'size');
  assertLedgerSize(index, 'index');
  if (index >= size) throw invalidInput('index');
  const ranges: EntryRange[] = [];
  let from = 0;
  let to = size;
  while (to - from > 1) {
    const middle = from + splitOf(to - from);
    if (index < middle) {
      ranges.push({ from: middle, to });
      to = middle;
    } else {
      ranges.push({ from, to: middle });
      from = middle;
    }
  }
  return hashRanges(tiles, size, ranges.reverse());
}

/**
 * PROOF(sizeOld, D[sizeNew]): the hashes that show that the first `sizeOld` entries did not change. Empty for equal sizes, and
 * for `sizeOld` 0, of which there is nothing to prove.
 * @throws InputError INPUT_INVALID unless sizeOld <= sizeNew; IntegrityError PROOF_INVALID for missing or short tiles
 */
export async function makeConsistencyProof(
  tiles: TileNodes,
  sizeOld: number,
  sizeNew: number,
): Promise<Uint8Array[]> {
  assertLedgerSize(sizeOld, 'sizeOld');
  assertLedgerSize(sizeNew, 'sizeNew');
  if (sizeOld > sizeNew) throw invalidInput('sizeOld');
  if (sizeOld === 0 || sizeOld === sizeNew) return [];
  const ranges: EntryRange[] = [];
  let from = 0;
  let to = sizeNew;
  while (sizeOld !== to) {
    const middle = from + splitOf(to - from);
    if (sizeOld <= middle) {
      ranges.push({ from: middle, to });
      to = middle;
    } else {
      ranges.push({ from, to: middle });
      from = middle;
    }
  }
  // The old tree is a complete subtree of the new one exactly if nothing lies to its left: the verifier has that hash.
  if (from > 0) ranges.push({ from, to });
  return hashRanges(tiles, sizeNew, ranges.reverse());
}

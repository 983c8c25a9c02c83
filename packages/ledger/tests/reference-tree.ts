/**
 * The tree of RFC 6962 section 2.1, written down as it stands there: slow, recursive, the whole list in memory. What the package
 * does fast is compared with this.
 */
import { createHash } from 'node:crypto';

/** A hash of the tree. */
export type Hash = Uint8Array;

function sha256(...parts: readonly Uint8Array[]): Hash {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

/** "k is the largest power of two smaller than n" */
function largestPowerOfTwoBelow(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** MTH(D[n]) */
export function treeHash(entries: readonly Uint8Array[]): Hash {
  if (entries.length === 0) return sha256();
  if (entries.length === 1) return sha256(Uint8Array.of(0), entries[0] as Uint8Array);
  const k = largestPowerOfTwoBelow(entries.length);
  return sha256(Uint8Array.of(1), treeHash(entries.slice(0, k)), treeHash(entries.slice(k)));
}

/** PATH(m, D[n]) */
export function path(m: number, entries: readonly Uint8Array[]): Hash[] {
  const n = entries.length;
  if (n === 1) return [];
  const k = largestPowerOfTwoBelow(n);
  return m < k
    ? [...path(m, entries.slice(0, k)), treeHash(entries.slice(k))]
    : [...path(m - k, entries.slice(k)), treeHash(entries.slice(0, k))];
}

/** PROOF(m, D[n]) for 0 < m <= n */
export function proof(m: number, entries: readonly Uint8Array[]): Hash[] {
  return subproof(m, entries, true);
}

/** SUBPROOF(m, D[n], b) */
function subproof(m: number, entries: readonly Uint8Array[], b: boolean): Hash[] {
  const n = entries.length;
  if (m === n) return b ? [] : [treeHash(entries)];
  const k = largestPowerOfTwoBelow(n);
  return m <= k
    ? [...subproof(m, entries.slice(0, k), b), treeHash(entries.slice(k))]
    : [...subproof(m - k, entries.slice(k), false), treeHash(entries.slice(0, k))];
}

/**
 * RFC 6962 section 2.1 hashing: a leaf is H(0x00 || entry), a node is H(0x01 || left || right), the empty tree is H("").
 * The two prefixes keep a node from being passed off as an entry.
 */
import type { Engine } from '@strongroom/core';
import { hashBytes } from './limits.ts';

/** What hashing needs of an engine. */
export type HashEngine = Pick<Engine, 'sha256'>;

const leafPrefix = Uint8Array.of(0);

/** The leaf hash of an entry's bytes. */
export function leafHash(engine: HashEngine, entry: Uint8Array): Uint8Array {
  return engine.sha256(leafPrefix, entry);
}

// One buffer for all node hashes: hashing is synchronous, so it is never shared by two of them.
const nodeInput = new Uint8Array(1 + 2 * hashBytes);
nodeInput[0] = 1;

/** The hash of the node above two hashes. */
export function nodeHash(engine: HashEngine, left: Uint8Array, right: Uint8Array): Uint8Array {
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + hashBytes);
  return engine.sha256(nodeInput);
}

/** The root of a ledger without entries. */
export function emptyRoot(engine: HashEngine): Uint8Array {
  return engine.sha256(new Uint8Array(0));
}

/** Folds the hashes of a run of complete subtrees, given left to right, from the right; undefined for none. */
export function foldHashes(engine: HashEngine, hashes: readonly Uint8Array[]): Uint8Array | undefined {
  let folded: Uint8Array | undefined;
  for (let index = hashes.length - 1; index >= 0; index--) {
    const hash = hashes[index] as Uint8Array;
    folded = folded === undefined ? hash : nodeHash(engine, hash, folded);
  }
  return folded;
}

/** Whether two hashes are the same 32 bytes. */
export function isSameHash(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== hashBytes || right.length !== hashBytes) return false;
  for (let index = 0; index < hashBytes; index++) if (left[index] !== right[index]) return false;
  return true;
}

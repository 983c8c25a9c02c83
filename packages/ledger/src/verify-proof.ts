/**
 * Verification of proofs as RFC 9162 writes it (sections 2.1.3.2 and 2.1.4.2). Whatever is wrong, a size, an index, a hash, one
 * too many or one too few, gives the one answer PROOF_INVALID; nothing is half accepted.
 */
import { isBytes } from '@strongroom/core';
import { isSameHash, nodeHash } from './hashing.ts';
import type { HashEngine } from './hashing.ts';
import { hashBytes, proofHashesMax } from './limits.ts';
import { isLedgerSize, proofInvalid } from './refusals.ts';

/** What an inclusion proof claims. */
export interface InclusionClaim {
  readonly index: number;
  readonly size: number;
  readonly leafHash: Uint8Array;
  readonly root: Uint8Array;
  /** The leaf's sibling first. */
  readonly proof: readonly Uint8Array[];
}

/** What a consistency proof claims. */
export interface ConsistencyClaim {
  readonly sizeOld: number;
  readonly sizeNew: number;
  readonly rootOld: Uint8Array;
  readonly rootNew: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

function isHash(value: unknown): value is Uint8Array {
  return isBytes(value) && value.length === hashBytes;
}

function assertHashes(...hashes: readonly unknown[]): void {
  if (hashes.length > proofHashesMax + 2) throw proofInvalid('proof-length');
  if (!hashes.every(isHash)) throw proofInvalid('hash');
}

function half(value: number): number {
  return Math.floor(value / 2);
}

/**
 * The root that an inclusion proof leads to.
 * @throws IntegrityError PROOF_INVALID if the proof does not fit index and size
 */
export function computeRootFromInclusion(
  engine: HashEngine,
  claim: Omit<InclusionClaim, 'root'>,
): Uint8Array {
  const { index, size, leafHash, proof } = claim;
  if (!isLedgerSize(index) || !isLedgerSize(size) || index >= size) throw proofInvalid('index');
  assertHashes(leafHash, ...proof);
  let node = index;
  let last = size - 1;
  let hash = leafHash;
  for (const sibling of proof) {
    if (last === 0) throw proofInvalid('proof-long');
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(engine, sibling, hash);
      while (node % 2 === 0 && node !== 0) {
        node = half(node);
        last = half(last);
      }
    } else {
      hash = nodeHash(engine, hash, sibling);
    }
    node = half(node);
    last = half(last);
  }
  if (last !== 0) throw proofInvalid('proof-short');
  return hash;
}

/**
 * Checks that the entry with this leaf hash is entry `index` of the tree with this size and root.
 * @throws IntegrityError PROOF_INVALID
 */
export function verifyInclusion(engine: HashEngine, claim: InclusionClaim): void {
  assertHashes(claim.root);
  if (!isSameHash(computeRootFromInclusion(engine, claim), claim.root)) throw proofInvalid('root');
}

/**
 * Checks that the tree with `sizeOld` and `rootOld` is the beginning of the tree with `sizeNew` and `rootNew`. From size 0 there
 * is nothing to prove and every proof is refused: a caller without an earlier head must not ask.
 * @throws IntegrityError PROOF_INVALID
 */
export function verifyConsistency(engine: HashEngine, claim: ConsistencyClaim): void {
  const { sizeOld, sizeNew, rootOld, rootNew, proof } = claim;
  if (!isLedgerSize(sizeOld) || !isLedgerSize(sizeNew) || sizeOld > sizeNew) throw proofInvalid('size');
  assertHashes(rootOld, rootNew, ...proof);
  if (sizeOld === sizeNew) {
    if (proof.length > 0) throw proofInvalid('proof-long');
    if (!isSameHash(rootOld, rootNew)) throw proofInvalid('root');
    return;
  }
  if (sizeOld === 0) throw proofInvalid('size');
  let node = sizeOld - 1;
  let last = sizeNew - 1;
  while (node % 2 === 1) {
    node = half(node);
    last = half(last);
  }
  // Node 0 here: the old size is a power of two, so its root is itself the first hash and is left out of the proof.
  const path = node === 0 ? [rootOld, ...proof] : proof;
  const [first, ...rest] = path;
  if (first === undefined) throw proofInvalid('proof-short');
  let hashOld = first;
  let hashNew = first;
  for (const sibling of rest) {
    if (last === 0) throw proofInvalid('proof-long');
    if (node % 2 === 1 || node === last) {
      hashOld = nodeHash(engine, sibling, hashOld);
      hashNew = nodeHash(engine, sibling, hashNew);
      while (node % 2 === 0 && node !== 0) {
        node = half(node);
        last = half(last);
      }
    } else {
      hashNew = nodeHash(engine, hashNew, sibling);
    }
    node = half(node);
    last = half(last);
  }
  if (last !== 0) throw proofInvalid('proof-short');
  if (!isSameHash(hashOld, rootOld)) throw proofInvalid('root-old');
  if (!isSameHash(hashNew, rootNew)) throw proofInvalid('root-new');
}

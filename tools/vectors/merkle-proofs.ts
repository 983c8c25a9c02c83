/** Inclusion and consistency proofs in the JSON of transparency-dev/merkle (`testdata/inclusion`, `testdata/consistency`): one case a file. */
import { decodeBase64, StrongroomError } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import { verifyConsistency, verifyInclusion } from '@strongroom/ledger';
import type { VectorFormat } from './format.ts';
import { findJson } from './read-vectors.ts';

type Outcome = { readonly proof: readonly string[] | null; readonly wantErr: boolean };
type Inclusion = Outcome & {
  readonly leafIdx: number;
  readonly treeSize: number;
  readonly root: string | null;
  readonly leafHash: string | null;
};
type Consistency = Outcome & {
  readonly size1: number;
  readonly size2: number;
  readonly root1: string | null;
  readonly root2: string | null;
};

const engine = createNodeEngine();

export const merkleProofFormat: VectorFormat = {
  name: 'Merkle proofs',
  recognise(file) {
    const value = findJson(file);
    return isInclusion(value) || isConsistency(value);
  },
  run(file) {
    const value = findJson(file) as Inclusion | Consistency;
    const isRight = isAccepted(value) !== value.wantErr;
    const failures = isRight ? [] : [value.wantErr ? 'accepted a bad proof' : 'refused a good proof'];
    return Promise.resolve({ passed: isRight ? 1 : 0, skipped: 0, failures });
  },
};

function hasFields(value: unknown, ...fields: readonly string[]): boolean {
  return typeof value === 'object' && value !== null && [...fields, 'proof', 'wantErr'].every((field) => field in value);
}

function isInclusion(value: unknown): value is Inclusion {
  return hasFields(value, 'leafIdx', 'treeSize', 'root', 'leafHash');
}

function isConsistency(value: unknown): value is Consistency {
  return hasFields(value, 'size1', 'size2', 'root1', 'root2');
}

function isAccepted(value: Inclusion | Consistency): boolean {
  const bytes = (text: string | null): Uint8Array => decodeBase64(text ?? '');
  const proof = (value.proof ?? []).map(bytes);
  try {
    if (isInclusion(value)) {
      const { leafIdx: index, treeSize: size, root, leafHash } = value;
      verifyInclusion(engine, { index, size, root: bytes(root), leafHash: bytes(leafHash), proof });
    } else {
      const { size1: sizeOld, size2: sizeNew, root1, root2 } = value;
      verifyConsistency(engine, { sizeOld, sizeNew, rootOld: bytes(root1), rootNew: bytes(root2), proof });
    }
    return true;
  } catch (error) {
    if (error instanceof StrongroomError && error.code === 'PROOF_INVALID') return false;
    throw error;
  }
}

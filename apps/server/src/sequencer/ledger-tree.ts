/** Proofs over the tiles that lie in a ledger's database, and the newest checkpoint that the warden signed. */
import { DependencyError } from '@strongroom/core';
import { computeRoot, makeConsistencyProof, makeInclusionProof, TileNodes } from '@strongroom/ledger';
import type { HashEngine } from '@strongroom/ledger';
import type { VaultStore } from '../storage/index.ts';

/** A signed checkpoint. */
export type SignedCheckpoint = { readonly size: number; readonly root: Uint8Array; readonly note: string };

/** Makes proofs. All sizes are at most what the database holds. */
export interface LedgerTree {
  rootAt(size: number): Promise<Uint8Array>;
  inclusion(index: number, size: number): Promise<Uint8Array[]>;
  consistency(from: number, to: number): Promise<Uint8Array[]>;
  /** The complete subtrees of the tree at a size, left to right: what its right edge consists of. */
  edgeAt(size: number): Promise<Uint8Array[]>;
  /** Forgets kept tiles, after a transaction that failed half way. */
  forget(): void;
}

const tilesKeptMax = 64;

export function createLedgerTree(engine: HashEngine, store: VaultStore): LedgerTree {
  const reader = {
    async readTile(level: number, index: number): Promise<Uint8Array> {
      const row = await store.read((db) =>
        db
          .selectFrom('tiles')
          .select('hashes')
          .where('level', '=', level)
          .where('tile', '=', index)
          .executeTakeFirst(),
      );
      if (row === undefined) throw new DependencyError('DATABASE_FAILED', { level, index });
      return row.hashes;
    },
  };
  let nodes = new TileNodes(engine, reader, { tilesMax: tilesKeptMax });
  return {
    edgeAt: (size) => nodes.read(size, edgeNodes(size)),
    rootAt: (size) => computeRoot(nodes, size),
    inclusion: (index, size) => makeInclusionProof(nodes, index, size),
    consistency: (from, to) => makeConsistencyProof(nodes, from, to),
    forget() {
      nodes = new TileNodes(engine, reader, { tilesMax: tilesKeptMax });
    },
  };
}

/** Where the complete subtrees of a tree lie: one for each bit of its size, highest first. */
function edgeNodes(size: number): { level: number; index: number }[] {
  const found: { level: number; index: number }[] = [];
  for (let level = 0, rest = size; rest > 0; level++, rest = Math.floor(rest / 2))
    if (rest % 2 === 1) found.unshift({ level, index: rest - 1 });
  return found;
}

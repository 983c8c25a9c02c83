/** Chains: the numbered, hash-linked entries of the firm, of a person, of a room (docs/spec/statements.md section 1). */
import { hashLabelled } from '@strongroom/core';
import type { Engine } from '@strongroom/core';
import type { ChainHead } from '../bodies/index.ts';

/** The head of a chain without entries: 32 zero bytes. */
export const emptyChainHead: Uint8Array = new Uint8Array(32);

/** The head after one more entry. */
export function chainHead(
  engine: Pick<Engine, 'sha256'>,
  previousHead: Uint8Array,
  hashOfEntry: Uint8Array,
): Uint8Array {
  return hashLabelled(engine, 'chain', previousHead, hashOfEntry);
}

/** A chain with one more entry. */
export function extendChain(
  engine: Pick<Engine, 'sha256'>,
  chain: ChainHead,
  hashOfEntry: Uint8Array,
): ChainHead {
  return { n: chain.n + 1, head: chainHead(engine, chain.head, hashOfEntry) };
}

/** A chain without entries. */
export const emptyChain: ChainHead = Object.freeze({ n: 0, head: emptyChainHead });

import { encodeCbor, hashLabelled } from '@strongroom/core';
import type { Engine } from '@strongroom/core';
import type { DisposalItem } from '../bodies/index.ts';

/** The hash by which `destruction.intended` names the items of a proposal, in the proposal's order. */
export function itemsHash(engine: Pick<Engine, 'sha256'>, items: readonly DisposalItem[]): Uint8Array {
  return hashLabelled(engine, 'items', encodeCbor(items));
}

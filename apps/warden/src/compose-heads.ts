/** What the warden says about a ledger and its chains now; called inside the queue, and signed only when all of it is durable. */
import { chainHeadOf, editionOf } from '@strongroom/authority';
import type { ChainId, HeadPair, Heads } from '@strongroom/authority';
import { officeId } from '@strongroom/core';
import type { VaultId } from '@strongroom/core';
import type { WardenContext } from './context.ts';
import type { Tables } from './tables/tables.ts';

/**
 * The heads of these chains. Undefined with the ledger or the office forked: heads name both, and there is none to vouch for; and while one of
 * them is read in after a restore, because half of it is no ledger.
 */
export function composeHeads(
  { context, tables }: { readonly context: WardenContext; readonly tables: Tables },
  ledger: string,
  chains: readonly string[],
): Heads | undefined {
  const table = tables.ledger(ledger);
  const office = tables.ledger(officeId);
  if (table.isForked || office.isForked || tables.isReadingIn(ledger)) return undefined;
  const states = tables.states(ledger);
  const named = chains.map((chain): [string, HeadPair] => {
    const { n, head } = chainHeadOf(states, chain as ChainId);
    return [chain, [n, head]];
  });
  return {
    t: context.clock.nowMs(),
    l: ledger as VaultId,
    edition: editionOf(tables.office, ledger as VaultId),
    size: table.size,
    root: table.root(),
    o: [office.size, office.root()],
    chains: Object.fromEntries(named),
  };
}

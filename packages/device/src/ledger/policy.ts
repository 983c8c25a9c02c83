import type { VaultId } from '@strongroom/core';
import { witnessesInForce, witnessPolicyOf } from '@strongroom/authority';
import { formatPolicy } from '@strongroom/ledger';
import type { TlogPolicy } from '@strongroom/ledger';
import type { DeviceContext } from '../device/context.ts';

/**
 * The trust policy of a ledger: its key and the firm's witnesses, as statements name them. It counts their cosignatures and demands none: the
 * newest lines have none yet. Whoever wants them demanded writes `quorum firm` into the file.
 */
export function trustOf(context: DeviceContext, ledger: VaultId): TlogPolicy {
  const { book, env } = context;
  // Every warden's, for receipts from before a promotion; what a key may not sign any more is said by the ledger alone.
  const logs = book
    .anchor(ledger)
    .keys.toReversed()
    .map((key) => ({ key }));
  return { ...witnessPolicyOf(env.engine, witnessesInForce(book.office), logs), quorum: 'none' };
}

/** The same as C2SP tlog-policy text. */
export function policyOf(context: DeviceContext, ledger: VaultId): string {
  return formatPolicy(context.env.engine, trustOf(context, ledger));
}

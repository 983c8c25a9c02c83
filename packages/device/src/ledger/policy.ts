import type { VaultId } from '@strongroom/core';
import { formatPolicy } from '@strongroom/ledger';
import type { TlogPolicy } from '@strongroom/ledger';
import type { DeviceContext } from '../device/context.ts';

/** The trust policy of a ledger: its key, as statements name it. No witness is configured, and the policy says so. */
export function trustOf(context: DeviceContext, ledger: VaultId): TlogPolicy {
  return { logs: [{ key: context.book.anchor(ledger).key }], witnesses: [], groups: [], quorum: 'none' };
}

/** The same as C2SP tlog-policy text. */
export function policyOf(context: DeviceContext, ledger: VaultId): string {
  return formatPolicy(context.env.engine, trustOf(context, ledger));
}

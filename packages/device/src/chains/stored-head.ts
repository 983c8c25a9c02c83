/** The newest verified head of each ledger, with the note that it stood in, under this device's seal. */
import type { VaultId } from '@strongroom/core';
import type { SealedStore } from '../storage/sealed-store.ts';
import type { LedgerHead } from './ledger-anchor.ts';

/** A head with its note, where it was kept with one. */
export type StoredHead = { readonly head: LedgerHead; readonly note: string | undefined };

export async function readStoredHead(store: SealedStore, ledger: VaultId): Promise<StoredHead | undefined> {
  const value = await store.read(nameOf(ledger));
  if (value === undefined) return undefined;
  const [edition, size, root, note] = value as readonly [number, number, Uint8Array, string | undefined];
  return { head: { edition, size, root }, note };
}

export async function writeStoredHead(
  store: SealedStore,
  ledger: VaultId,
  { edition, size, root }: LedgerHead,
  note: string,
): Promise<void> {
  await store.write(nameOf(ledger), [edition, size, root, note]);
}

function nameOf(ledger: VaultId): string {
  return `heads/${ledger}`;
}

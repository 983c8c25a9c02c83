/** Opens the databases and blob folders of office and vaults once each, and owns them. `<data>/office`, `<data>/vaults/<id>`. */
import { join } from 'node:path';
import { officeId } from '@strongroom/core';
import type { VaultId } from '@strongroom/core';
import { createBlobs } from './blobs.ts';
import type { Blobs } from './blobs.ts';
import { openOfficeStore, openVaultStore } from './store.ts';
import type { OfficeStore, VaultStore } from './store.ts';

/** A vault's storage. */
export type VaultFolder = { readonly store: VaultStore; readonly blobs: Blobs };

/** All storage of a home. */
export interface VaultFolders {
  readonly office: OfficeStore;
  /** Opens or makes the folder. The caller has checked that the vault may exist. */
  open(vault: VaultId): VaultFolder;
  /** The open folders, the office's included. */
  all(): IterableIterator<[VaultId, VaultFolder]>;
  close(): Promise<void>;
}

export function openVaultFolders(data: string, hooks: { afterPartFsync(): Promise<void> }): VaultFolders {
  const office = openOfficeStore(join(data, 'office', 'office.sqlite'));
  const folders = new Map<VaultId, VaultFolder>([
    // The office's tables contain a vault's; the writer's type is narrower, which kysely cannot express.
    [officeId, { store: office, blobs: createBlobs(join(data, 'office'), hooks) }],
  ]);
  return {
    office,
    open(vault) {
      const found = folders.get(vault);
      if (found !== undefined) return found;
      const path = join(data, 'vaults', vault);
      const folder = { store: openVaultStore(join(path, 'vault.sqlite')), blobs: createBlobs(path, hooks) };
      folders.set(vault, folder);
      return folder;
    },
    all: () => folders.entries(),
    async close() {
      for (const { store } of folders.values()) await store.close();
    },
  };
}

export { officeColumnClasses, vaultColumnClasses } from './column-classes.ts';
export type { ColumnClass } from './column-classes.ts';
export type { Blobs } from './blobs.ts';
export type { OfficeStore, Reader, VaultStore, Writer } from './store.ts';
export type * from './tables.ts';
export { openVaultFolders } from './vault-folders.ts';
export type { VaultFolder, VaultFolders } from './vault-folders.ts';

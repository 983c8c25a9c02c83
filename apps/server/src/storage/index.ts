export type { EntryWriter } from './entry-writer.ts';
export type { Reader, VaultStore, Writer } from './store.ts';
export type * from './tables.ts';
export { openVaultFolders } from './vault-folders.ts';
export type { VaultFolders } from './vault-folders.ts';

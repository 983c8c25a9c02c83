export type { Appended } from './draft.ts';
export type { Ledger } from './ledger.ts';
export { listNames } from './ledger-rows.ts';
export type { SignedCheckpoint } from './ledger-tree.ts';
export { openLedgers } from './ledgers.ts';
export type { Ledgers } from './ledgers.ts';
export type { PendingStatement } from './finish-restore.ts';

/** Checking what leaves a ledger, with nothing but the files: for the page that is one file, and for the command line. */
export { checkEvidence } from './evidence/check-evidence.ts';
export { foldLedgers, isOwnCheckpoint, parseRoot, vaultNamePattern } from './evidence/fold-ledgers.ts';
export type { FoldedLedger, FoldedLedgers, FoldedOffice, LedgerSource } from './evidence/fold-ledgers.ts';
export type * from './evidence/findings.ts';

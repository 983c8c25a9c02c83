export { ChainBook } from './chain-book.ts';
export type { Appended, AppendOptions } from './chain-book.ts';
export { LedgerAnchor } from './ledger-anchor.ts';

export { ChainBook } from './chain-book.ts';
export type { Appended, AppendOptions, BodyStart, ReceivedReceipt, SentBody } from './chain-book.ts';
export { LedgerAnchor } from './ledger-anchor.ts';
export type { LedgerHead, VerifiedReceipt } from './ledger-anchor.ts';
export type { Follower } from './held-chains.ts';

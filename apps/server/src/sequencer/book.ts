/** What the sequencer needs of the authority: judging the entries of one ledger in order. */
import type { ChainStep } from '@strongroom/authority';

/** What became of an entry. */
export type Judgement =
  | { readonly kind: 'applied'; readonly chains: readonly ChainStep[] }
  | { readonly kind: 'void'; readonly code: string };

/** The fold of one ledger. Calls do not overlap. */
export interface LedgerBook {
  /** Judges an entry that wants this index. It is applied if it holds; if it is void, nothing changes and the index stays free. */
  propose(entry: Uint8Array, index: number): Promise<Judgement>;
  /** Judges the entry that has this index. `isRefused`: a refusal by the warden names it. */
  judge(entry: Uint8Array, place: { readonly index: number; readonly isRefused: boolean }): Promise<Judgement>;
  /** Forgets everything; the entries follow again from 0. */
  reset(): void;
}

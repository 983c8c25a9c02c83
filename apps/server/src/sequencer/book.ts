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
  /**
   * Folds all entries anew, aside from what is there, and takes the result when the last one is in: until then, and if it
   * fails, the state before stays.
   */
  refold(
    entries: AsyncIterable<FoldedEntry>,
    onJudged: (index: number, judgement: Judgement) => void,
  ): Promise<void>;
}

/** An entry that has its index. `isRefused`: a refusal by the warden names it. */
export type FoldedEntry = { readonly index: number; readonly entry: Uint8Array; readonly isRefused: boolean };

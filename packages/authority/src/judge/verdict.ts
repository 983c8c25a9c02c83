import type { ChainHead, ChainId } from '../bodies/index.ts';
import type { VaultId } from '@strongroom/core';

/** Why an entry is void (docs/spec/statements.md section 7). */
export type VoidCode =
  | 'VOID_FORM'
  | 'VOID_CHAIN'
  | 'VOID_SIGNER'
  | 'VOID_SIGNATURE'
  | 'VOID_RIGHT'
  | 'VOID_STATE'
  | 'VOID_LIMIT'
  | 'VOID_REFUSED'
  | 'STALE_RECIPIENT';

/** The place that an entry takes in a chain: `n` is how many entries the chain has with it, `head` its new head. */
export type ChainStep = ChainHead & { readonly id: ChainId };

/**
 * What an applied `written` or `shared` line does not do, where record rows are kept: it has its number in the chain, but no
 * version comes of it.
 */
export type RecordNote = 'VERSION_IGNORED' | 'RECORD_UNKNOWN';

/** What folding makes of an entry. A `shared` line takes a number in two chains: its home room's and, `also`, the receiving room's. */
export type Verdict =
  | {
      readonly kind: 'applied';
      readonly chain?: ChainStep;
      readonly also?: ChainStep;
      readonly note?: RecordNote;
    }
  | { readonly kind: 'void'; readonly code: VoidCode };

/** Where an entry lies. */
export type EntryPlace = {
  readonly index: number;
  readonly ledger: VaultId;
  /** Whether a `warden.refused` line names this index: then it is void. */
  readonly isRefused?: boolean;
};

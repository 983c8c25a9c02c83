/** Who has the server's certificate: files that somebody renews, or an authority of its own. */
import type { ErrorCode } from '@strongroom/core';
import type { OwnAuthority } from './own-authority.ts';
import type { TlsPair } from './tls-pair.ts';

/** What became of a change. */
export type TlsChange =
  | { readonly kind: 'taken' | 'renewed'; readonly pair: TlsPair }
  | { readonly kind: 'refused'; readonly code: ErrorCode };

/** Keeps the pair in use. */
export interface TlsKeeper {
  readonly pair: TlsPair;
  /** Code of the change that was not taken over, while the files are as they were then. */
  readonly refused: string | undefined;
  /** The file that holds the private key. */
  readonly keyFile: string;
  readonly authority: OwnAuthority | undefined;
  /** Tells of each change until the answer is called. */
  watch(onChange: (change: TlsChange) => void): () => void;
}

/** Who has the server's certificate: files that somebody renews, or an authority of its own. */
import type { ErrorCode } from '@strongroom/core';
import type { TlsPair } from './tls-pair.ts';

/** An own authority as people trust it. */
export type OwnAuthority = {
  readonly hostName: string;
  /** PEM, without the key. */
  readonly certificate: string;
  /** SHA-256, in pairs of hex digits. */
  readonly fingerprint: string;
  readonly endsMs: number;
  /** Where the certificate lies for whoever hands it on. */
  readonly certificateFile: string;
  /** Whether it was made by this start. */
  readonly isNew: boolean;
};

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

/** What is handed to a ledger for appending. */
import type { EntrySignature } from '@strongroom/authority';
import type { VaultTables, Writer } from '../storage/index.ts';

/** An entry to be: the signed body, its payload, and what else must be written with it or not at all. */
export type Draft = {
  readonly body: Uint8Array;
  readonly sigs: readonly EntrySignature[];
  /** Lies beside the entry under a salted commitment. */
  readonly payload?: { readonly salt: Uint8Array; readonly bytes: Uint8Array };
  /**
   * Statements and records: the same body and signatures again are the same entry. Lines made from a request are told apart by
   * their (device, nonce) instead.
   */
  readonly isOnce: boolean;
  /** Chains whose heads the caller wants with the answer. */
  readonly chains?: readonly string[];
  /** Runs in the transaction, after the entry's row is there. A throw refuses this entry alone. */
  readonly write?: (writer: Writer<VaultTables>, index: number) => Promise<void>;
};

/** What became of a draft that is in the ledger and that the warden has seen. */
export type Appended = {
  readonly index: number;
  /** It was there already. */
  readonly isRepeated: boolean;
  /** What stands in the ledger, where this answer is of its own append. */
  readonly stored?: { readonly entry: Uint8Array; readonly salt: Uint8Array | undefined };
  /** Sealed to the request's key, where it released something. */
  readonly release?: Uint8Array;
  /** The line stands, but the warden released nothing, with its reason. */
  readonly withheld?: string;
  /** Signed heads of the chains that were wanted, with this entry in the ledger. Where they are missing the warden is to be asked for them. */
  readonly heads?: Uint8Array;
};

/** What travels between a warden and its standby, one type per operation and direction (docs/spec/warden.md section 10). */
import type { StateKeyLevel } from '../protocol/messages.ts';
import type { SlotRange } from '../state/vault-tree.ts';
import type { Position } from './position.ts';

/** The operations a standby answers beside `hello` and `status`. */
export const standbyOps = [
  'standby-join',
  'standby-tables',
  'standby-ledger',
  'standby-records',
  'standby-puncture',
] as const;

/** The name of one. */
export type StandbyOp = (typeof standbyOps)[number];

/** Where a standby is. Whoever joined last is listened to; `session` is a number of that joining. */
export type JoinAnswer = {
  readonly session: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly position: Position;
  /** Size of each ledger in its tables, and the newest leaf hash. */
  readonly heads: readonly { readonly ledger: string; readonly size: number; readonly leaf: Uint8Array }[];
  /** Commitment of each tree. */
  readonly trees: readonly { readonly ledger: string; readonly commitment: Uint8Array }[];
};

/** A piece of a snapshot of the tables; the last one puts it in place. */
export type TablesRequest = {
  readonly session: Uint8Array;
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly isLast: boolean;
};

/** A piece of a tree that the standby has not; the last one makes it durable. */
export type LedgerRequest = {
  readonly session: Uint8Array;
  readonly ledger: string;
  readonly firm: string;
  readonly pages: readonly (readonly [number: number, bytes: Uint8Array])[];
  readonly isLast: boolean;
};

/** Records in their order, the first being number `from`. */
export type RecordsRequest = {
  readonly session: Uint8Array;
  readonly from: number;
  readonly records: readonly Uint8Array[];
};

export type PunctureRequest = {
  readonly session: Uint8Array;
  readonly ledger: string;
  readonly name: string;
  readonly ranges: readonly SlotRange[];
};

/** What a standby says of a puncture that is durable there. */
export type PunctureAnswer = {
  readonly commitment: Uint8Array;
  readonly generation: number;
  readonly level: StateKeyLevel;
};

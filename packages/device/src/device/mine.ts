/** What a person can learn about himself: his openings against the ledgers, what the firm records about him, his kit. Types only. */
import type { DeviceId, PersonId, RecordId, RoomId, UnlockId, VaultId } from '@strongroom/core';
import type { FirmRole, LineNames, LineReference, LineRow, Purpose } from './device.ts';

/** How a line of a ledger and the receipts of this device fit together. */
export type OpeningMatch =
  /** The line is the one whose receipt this device keeps. */
  | 'matched'
  /** This device asked and never saw the answer; the line is what came of it. */
  | 'answerLost'
  /** Another device of this person. */
  | 'otherDevice'
  /** From before the oldest receipt that this device keeps. */
  | 'beforeReceipts'
  /** The line names this device, which never asked: alarming. */
  | 'lineWithoutReceipt'
  /** This device has a receipt and the ledger does not show the line: alarming. */
  | 'receiptWithoutLine';

/** One opening, listing or lease by this person's devices. */
export interface MyOpening {
  readonly match: OpeningMatch;
  readonly ledger: VaultId;
  readonly index: number;
  readonly atMs: number;
  readonly kind: 'released' | 'listed' | 'leased';
  readonly device: DeviceId;
  readonly room?: RoomId;
  readonly records: readonly RecordId[];
  /** Of a `listed` line: how many names. */
  readonly count?: number;
  /** Of a `released` line: how many of the keys were of content. None: names alone were read. */
  readonly bodies?: number;
  readonly purpose?: Purpose;
  readonly names?: LineNames;
  /** Where this person stated, in the firm's chain, that it does not fit. */
  readonly disputed?: { readonly index: number; readonly atMs: number; readonly isClosed: boolean };
}

export interface MyOpenings {
  /** Newest first. */
  readonly openings: readonly MyOpening[];
  readonly total: number;
  /** Of all, not of this page. */
  readonly alarming: number;
  /** The oldest moment for which this device keeps receipts. */
  readonly receiptsSinceMs?: number;
}

/** What was stated about openings that do not fit. */
export interface Reconciled {
  /** Openings that do not fit, whether stated now or before. */
  readonly alarming: number;
  /** Stated now. */
  readonly raised: readonly LineReference[];
}

/** A disagreement between a device and a ledger that waits for an administrator. */
export interface DisputeRow {
  /** Names it: the hash of its statement, in hexadecimal. */
  readonly dispute: string;
  readonly what: 'no-receipt' | 'no-line';
  readonly person: PersonId;
  readonly name?: string;
  readonly device: DeviceId;
  readonly ledger: VaultId;
  readonly index: number;
  readonly atMs: number;
  /** Whether this person may end the alarm. */
  readonly mayClose: boolean;
}

/** What the firm records about this person. */
export interface MyRecords {
  readonly roles: readonly FirmRole[];
  readonly enrolledAtMs?: number;
  readonly invitedAtMs?: number;
  readonly devices: readonly {
    readonly device: DeviceId;
    readonly sinceMs: number;
    readonly endedAtMs?: number;
    readonly isThisDevice: boolean;
  }[];
  /** Statements in the chain of this person and of the firm that name him, newest first. */
  readonly statements: readonly LineRow[];
  /** Absent where this person may not read the office's lines. */
  readonly signIns?: { readonly count: number; readonly failed: number; readonly lastAtMs?: number };
  /** Lines about his openings, by month (`YYYY-MM`), newest first. */
  readonly openingsByMonth: readonly { readonly month: string; readonly openings: number }[];
  /** What the sealed profile in the staff room says. */
  readonly profile?: { readonly name: string };
}

/** The facts of this person's kit and unlocks, as far as the chain tells. */
export interface MyKit {
  readonly notedAtMs?: number;
  readonly unlocks: readonly {
    readonly unlock: UnlockId;
    readonly type: 'password' | 'kit' | 'passkey';
    readonly sinceMs: number;
  }[];
  readonly devices: number;
  readonly generation: number;
}

export interface MineModule {
  openings(options?: { readonly from?: number; readonly count?: number }): Promise<MyOpenings>;
  /**
   * Compares, and states in the firm's chain what does not fit and was not stated before, at most 16 at once. `quick` leaves out ledgers that would have to
   * be asked for room by room, for too many rooms.
   */
  reconcile(options?: { readonly quick?: boolean }): Promise<Reconciled>;
  /** Open disputes of everybody. */
  disputes(): Promise<readonly DisputeRow[]>;
  /** Ends the alarm, once it was looked into. */
  closeDispute(dispute: string): Promise<LineReference>;
  records(): Promise<MyRecords>;
  kit(): Promise<MyKit>;
}

/** What the journal holds: each change of the tables, complete enough to be made again. */
import { IntegrityError, StrongroomError, decodeCbor, encodeCbor } from '@strongroom/core';
import { recordBytesMax } from '../storage/journal.ts';
import type { RequestUse } from './release-counters.ts';
import type { SlotBlock, SlotToUse } from './slot-table.ts';

/** One appended entry with what the warden judged that nobody else could. */
export type BatchItem = {
  readonly entry: Uint8Array;
  /** Void, for this reason. */
  readonly void?: string;
  /** For a line made from a request. */
  readonly use?: RequestUse;
  /** Rooms leased by it. */
  readonly leases?: readonly string[];
  /** For an approval: why it must stop; empty if all wraps opened. */
  readonly stop?: string;
  readonly dueAtMs?: number;
  /** Read in after a restore: void then as it was before. */
  readonly isHistory?: boolean;
};

/** A body of the warden; `kept` are the rooms that a hold kept out of a cut. */
export type OwnRecord = {
  readonly body: Uint8Array;
  readonly signature: Uint8Array;
  readonly kept?: readonly string[];
};

export type JournalRecord =
  | { readonly k: 'start'; readonly place: string; readonly isCopy: boolean }
  | { readonly k: 'slots'; readonly block: SlotBlock }
  | {
      readonly k: 'batch';
      readonly ledger: string;
      readonly from: number;
      readonly atMs: number;
      readonly items: readonly BatchItem[];
      readonly own: readonly OwnRecord[];
    }
  | { readonly k: 'own'; readonly ledger: string; readonly own: readonly OwnRecord[] }
  | { readonly k: 'used'; readonly uses: readonly SlotToUse[] }
  | { readonly k: 'fork'; readonly ledger: string };

const limits = { sizeBytesMax: recordBytesMax, depthMax: 12 } as const;

export function encodeRecord(record: JournalRecord): Uint8Array {
  return encodeCbor(record, limits);
}

/** @throws IntegrityError WARDEN_STATE_CORRUPT */
export function decodeRecord(bytes: Uint8Array): JournalRecord {
  try {
    return decodeCbor(bytes, limits) as unknown as JournalRecord;
  } catch (cause) {
    if (!(cause instanceof StrongroomError)) throw cause;
    throw new IntegrityError('WARDEN_STATE_CORRUPT', { file: 'journal' }, { cause });
  }
}

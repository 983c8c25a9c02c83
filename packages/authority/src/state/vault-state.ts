/**
 * What a vault's ledger has established about its rooms; the office's own rooms are kept alike. Record rows are an option:
 * the warden keeps none, so that its table does not grow with the records.
 */
import type {
  ClientCode,
  DeviceId,
  DisposalId,
  HoldId,
  PersonId,
  RecordId,
  RoomId,
  VaultId,
} from '@strongroom/core';
import type {
  ChainHead,
  DisposalItem,
  Hash,
  RecordKind,
  RecordPart,
  RoomClass,
  RoomRole,
  RoomType,
} from '../bodies/index.ts';

/** A person's grant in a room. Suspension, wall and end are looked at when it is used. */
export type Grant = {
  readonly person: PersonId;
  readonly role: RoomRole;
  readonly endsAt?: number;
  /** Index of the grant. */
  readonly from: number;
  /** First epoch of the present membership. */
  readonly sinceEpoch: number;
  /** Older epochs that the person was given since. */
  readonly history: (readonly [from: number, to: number])[];
};

/** Who holds the newest epoch key, under which generation it was first boxed, and since which office size. */
export type EpochHolder = { readonly person: PersonId; readonly generation: number; readonly at: number };

/** The newest epoch of a room. */
export type Epoch = {
  readonly n: number;
  readonly commitment: Hash;
  readonly bundle: Hash;
  /** Index of the rotation in this ledger. */
  readonly index: number;
  /** Office size the rotation was judged at. */
  readonly at: number;
  readonly atMs: number;
  readonly author: PersonId;
  readonly recovery: number;
  readonly holders: Map<PersonId, EpochHolder>;
};

/** A hold on records, or on the whole room when it names none. */
export type Hold = {
  readonly id: HoldId;
  readonly records: readonly RecordId[];
  readonly reason?: Hash;
  readonly placedBy: PersonId;
  readonly index: number;
};

/** How far a disposal has come. */
export type DisposalStage = 'proposed' | 'approved' | 'intended' | 'destroyed' | 'stopped';

/** A disposal. Items are kept while it is open. */
export type Disposal = {
  readonly id: DisposalId;
  readonly room: RoomId;
  readonly proposal: {
    readonly index: number;
    readonly hash: Hash;
    readonly atMs: number;
    readonly by: PersonId;
  };
  readonly reason?: Hash;
  readonly count: number;
  items: readonly DisposalItem[];
  stage: DisposalStage;
  approval?: { readonly index: number; readonly atMs: number; readonly by: PersonId };
  intent?: { readonly index: number; readonly atMs: number; readonly root: Hash };
  end?: { readonly index: number; readonly atMs: number };
};

/** The payload key of one month. */
export type PayloadKey = { readonly month: string; readonly kem: Uint8Array; readonly record: RecordId };

/** One wrap of a record version. */
export type RecordWrap = {
  readonly part: RecordPart;
  readonly epoch: number;
  readonly slot: number;
  readonly hw: Hash;
  /** The disposal that destroyed it; `found` where the warden said so after a restore. */
  destroyed?: DisposalId | 'found';
};

/** One version of a record as one room can read it. */
export type RecordRow = {
  readonly record: RecordId;
  readonly version: number;
  /** The record's home room; another than the row's when it was shared. */
  readonly home: RoomId;
  readonly kind: RecordKind;
  /** The class when written. */
  readonly class: RoomClass;
  readonly header: Hash;
  readonly device: DeviceId;
  readonly person: PersonId;
  readonly index: number;
  readonly atMs: number;
  readonly wraps: RecordWrap[];
  readonly conflictOf?: readonly [record: RecordId, version: number];
};

/** A room. */
export type Room = {
  readonly id: RoomId;
  readonly type: RoomType;
  readonly client?: ClientCode;
  readonly suite: number;
  /** Index of its creation, and the server's clock. */
  readonly index: number;
  readonly atMs: number;
  chain: ChainHead;
  class: RoomClass;
  isFrozen: boolean;
  readonly grants: Map<PersonId, Grant>;
  /** Everybody who ever was a member or signed in its chain. */
  readonly seen: Set<PersonId>;
  epoch?: Epoch;
  /** Commitments of all epochs: `commitments[n - 1]`. */
  readonly commitments: Hash[];
  /** Since when the chain itself (a removal, a dispute) makes a rotation due, milliseconds. */
  dueSinceMs?: number;
  readonly holds: Map<HoldId, Hold>;
  readonly payloadKeys: Map<string, PayloadKey>;
  /** By record id, in order of versions; empty without record rows. */
  readonly records: Map<RecordId, RecordRow[]>;
};

/** A vault, or the office's own rooms. */
export type VaultState = {
  readonly id: VaultId;
  readonly hasRecords: boolean;
  /** One above the newest index folded. */
  size: number;
  /** The server's clock of the newest applied entry, milliseconds. */
  atMs: number;
  /** Office size of the newest applied entry. */
  officeSize: number;
  readonly rooms: Map<RoomId, Room>;
  readonly disposals: Map<DisposalId, Disposal>;
  /** All hold ids ever used. */
  readonly holds: Set<string>;
};

/** A vault without entries. `records` (default false) keeps a row for each record version. */
export function createVaultState(vaultId: VaultId, options: { readonly records?: boolean } = {}): VaultState {
  return {
    id: vaultId,
    hasRecords: options.records === true,
    size: 0,
    atMs: 0,
    officeSize: 0,
    rooms: new Map(),
    disposals: new Map(),
    holds: new Set(),
  };
}

/** Bodies of a room's chain that devices sign: statements and the lines `written` and `shared` (docs/spec/statements.md section 5). */
import type { ClientCode } from '@strongroom/core';
import type {
  DisposalId,
  DisposalItem,
  Hash,
  HeadPair,
  HoldId,
  PersonId,
  RecordId,
  RecordKind,
  RoomClass,
  RoomId,
  RoomRole,
  RoomType,
  SignedBase,
  WrapRow,
} from './body-parts.ts';

type RoomBase<K extends string> = SignedBase<K, RoomId>;

export type RoomCreated = RoomBase<'room.created'> & {
  readonly room: RoomId;
  readonly type: RoomType;
  readonly client?: ClientCode;
  readonly class: RoomClass;
  readonly suite: number;
};

export type AccessGranted = RoomBase<'access.granted'> & {
  readonly room: RoomId;
  readonly person: PersonId;
  readonly role: RoomRole;
  /** Milliseconds; absent: no end. */
  readonly endsAt?: number;
  readonly generation: number;
  /** The head of the person's chain. */
  readonly head: HeadPair;
  readonly fingerprint: Uint8Array;
  /** The newest epoch. */
  readonly epoch: number;
  /** Hash of the bundle with the newest epoch boxed to the person. */
  readonly bundle: Hash;
};

export type HistoryGranted = RoomBase<'history.granted'> & {
  readonly room: RoomId;
  readonly person: PersonId;
  readonly epochs: readonly [from: number, to: number];
  readonly bundle: Hash;
};

export type AccessRevoked = RoomBase<'access.revoked'> & {
  readonly room: RoomId;
  readonly person: PersonId;
};

/** One recipient of an epoch: person, newest generation, head of the person's chain. */
export type EpochRecipient = readonly [person: PersonId, generation: number, head: HeadPair];

export type EpochRotated = RoomBase<'epoch.rotated'> & {
  readonly room: RoomId;
  readonly n: number;
  readonly commitment: Hash;
  readonly bundle: Hash;
  /** In ascending order of the person's id. */
  readonly recipients: readonly EpochRecipient[];
  /** Number of the firm's recovery key. */
  readonly recovery: number;
  /** Older epochs boxed to a new recovery key. */
  readonly olderBundle?: Hash;
};

export type EpochDisputed = RoomBase<'epoch.disputed'> & { readonly room: RoomId; readonly n: number };

export type ClassSet = RoomBase<'class.set'> & { readonly room: RoomId; readonly class: RoomClass };
export type RoomFrozen = RoomBase<'room.frozen'> & { readonly room: RoomId };
export type RoomThawed = RoomBase<'room.thawed'> & { readonly room: RoomId };

export type HoldPlaced = RoomBase<'hold.placed'> & {
  readonly hold: HoldId;
  /** Empty: the whole room. */
  readonly records: readonly RecordId[];
  /** Hash of the header of the record that holds the reason. */
  readonly reason?: Hash;
};
export type HoldLifted = RoomBase<'hold.lifted'> & { readonly hold: HoldId };

export type PayloadKeyMade = RoomBase<'payload-key.made'> & {
  readonly room: RoomId;
  /** `YYYY-MM`. */
  readonly month: string;
  readonly kem: Uint8Array;
  readonly record: RecordId;
};

export type DisposalProposed = RoomBase<'disposal.proposed'> & {
  readonly disposal: DisposalId;
  readonly items: readonly DisposalItem[];
  readonly reason?: Hash;
};
export type DisposalApproved = RoomBase<'disposal.approved'> & {
  readonly disposal: DisposalId;
  /** Entry hash of the proposal. */
  readonly proposal: Hash;
};
export type DisposalStopped = RoomBase<'disposal.stopped'> & { readonly disposal: DisposalId };

/** A record version was written. */
export type Written = RoomBase<'written'> & {
  readonly room: RoomId;
  readonly record: RecordId;
  readonly version: number;
  readonly header: Hash;
  readonly kind: RecordKind;
  readonly class: RoomClass;
  readonly wraps: readonly WrapRow[];
  readonly conflictOf?: readonly [record: RecordId, version: number];
};

/** A record version was made readable in another room. `c` is in the chain of `from`, the record's home room. */
export type Shared = RoomBase<'shared'> & {
  /** The receiving room. */
  readonly room: RoomId;
  /** The record's home room. */
  readonly from: RoomId;
  readonly record: RecordId;
  readonly version: number;
  readonly wraps: readonly WrapRow[];
};

/** A body of a room's chain that a device signs. */
export type RoomBody =
  | RoomCreated
  | AccessGranted
  | HistoryGranted
  | AccessRevoked
  | EpochRotated
  | EpochDisputed
  | ClassSet
  | RoomFrozen
  | RoomThawed
  | HoldPlaced
  | HoldLifted
  | PayloadKeyMade
  | DisposalProposed
  | DisposalApproved
  | DisposalStopped
  | Written
  | Shared;

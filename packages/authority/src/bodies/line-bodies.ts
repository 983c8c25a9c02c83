/** Bodies of lines without a device's signature: the server's and the warden's (docs/spec/statements.md section 6). */
import type {
  BodyBase,
  DestroyedItem,
  DeviceId,
  DisposalId,
  Hash,
  HoldId,
  PersonId,
  RecordId,
  ReleasedPart,
  RoomClass,
  RoomId,
  RoomRole,
  WardenBase,
} from './body-parts.ts';

export type Released = BodyBase<'released'> & {
  readonly d: DeviceId;
  readonly person: PersonId;
  readonly parts: readonly ReleasedPart[];
};

export type Listed = BodyBase<'listed'> & {
  readonly d: DeviceId;
  readonly person: PersonId;
  readonly room: RoomId;
  readonly lo: number;
  readonly hi: number;
  readonly count: number;
  readonly hash: Hash;
};

export type Leased = BodyBase<'leased'> & {
  readonly d: DeviceId;
  readonly person: PersonId;
  readonly rooms: readonly (readonly [room: RoomId, slot: number])[];
  readonly kept: number;
};

export type Refused = BodyBase<'refused'> & {
  readonly d?: DeviceId;
  /** An error code. */
  readonly code: string;
  /** What was asked: `open`, `list`, `lease` or the kind of an entry. */
  readonly of: string;
  readonly count: number;
};

export type SignedIn = BodyBase<'signed-in'> & {
  readonly d: DeviceId;
  readonly person: PersonId;
  readonly ok: boolean;
};

export type WardenRefused = WardenBase<'warden.refused'> & {
  /** The refused entry, in this ledger. */
  readonly index: number;
  readonly code: string;
};

export type DestructionIntended = WardenBase<'destruction.intended'> & {
  readonly c: readonly [room: RoomId];
  readonly disposal: DisposalId;
  readonly count: number;
  /** `itemsHash` of the proposal's items. */
  readonly hash: Hash;
  /** Commitment root before. */
  readonly root: Hash;
};

export type Destroyed = WardenBase<'destroyed'> & {
  readonly c: readonly [room: RoomId];
  readonly disposal: DisposalId;
  readonly items: readonly DestroyedItem[];
  /** Generation of the warden's state after. */
  readonly generation: number;
  readonly roots: readonly [before: Hash, after: Hash];
  /** Level of the state key: `L0`, `L1`, `L2`. */
  readonly level: string;
  /** Whether the second warden had destroyed them too when this was written. Nothing: there was none, or the line is older than this field. */
  readonly second?: 'current' | 'absent';
};

export type DestructionStopped = WardenBase<'destruction.stopped'> & {
  readonly c: readonly [room: RoomId];
  readonly disposal: DisposalId;
  readonly code: string;
};

/** Found after a restore: these wraps had been destroyed before it. */
export type DestructionFound = WardenBase<'destruction.found'> & {
  readonly c: readonly [room: RoomId];
  readonly items: readonly DestroyedItem[];
};

/** After a restore: what this room had been restricted to since the backup. It gives nobody anything. */
export type RoomRestored = WardenBase<'room.restored'> & {
  readonly c: readonly [room: RoomId];
  /** The class in force, where it was higher. */
  readonly class?: RoomClass;
  readonly isFrozen: boolean;
  /** Grants that had become less; the end is 0 for none. */
  readonly grants: readonly (readonly [person: PersonId, role: RoomRole, endsAt: number])[];
  readonly hold?: {
    readonly hold: HoldId;
    readonly by: PersonId;
    readonly records: readonly RecordId[];
    readonly reason?: Hash;
  };
  /** Disposals that had been stopped. */
  readonly stopped: readonly DisposalId[];
};

export type HourCut = WardenBase<'hour.cut'> & {
  /** Hours since 2026-01-01T00:00Z. */
  readonly hour: number;
  readonly roots: readonly [before: Hash, after: Hash];
};

/** A line that the server makes. */
export type ServerBody = Released | Listed | Leased | Refused | SignedIn;

/** A line that the warden makes and signs. */
export type WardenBody =
  | WardenRefused
  | DestructionIntended
  | Destroyed
  | DestructionStopped
  | DestructionFound
  | RoomRestored
  | HourCut;

/** What several bodies have in common. Every type here is exactly the CBOR structure that is signed (docs/spec/statements.md). */
import type {
  DeviceId,
  DisposalId,
  FirmId,
  HoldId,
  InvitationId,
  PersonId,
  RecordId,
  RoomId,
  UnlockId,
  VaultId,
  WallId,
} from '@strongroom/core';

/** A hash, 32 bytes. */
export type Hash = Uint8Array;

/** A place in a ledger as it stands in a body: edition, size, root. */
export type PositionRow = readonly [edition: number, size: number, root: Hash];

/** The ledgers as the signer last verified them; `v` is absent in office entries. */
export type PositionRows = { readonly o: PositionRow; readonly v?: PositionRow };

/** A chain: the firm's, a person's or a room's. */
export type ChainId = 'firm' | PersonId | RoomId;

/** The head of a chain: how many entries it has, and the hash over them. */
export type ChainHead = { readonly n: number; readonly head: Hash };

/** A chain head as it stands in a body. */
export type HeadPair = readonly [n: number, head: Hash];

/** Roles that hold in the whole firm. */
export type FirmRole = 'owner' | 'administrator' | 'officer' | 'auditor' | 'opener' | 'namer';

/** Roles in one room. */
export type RoomRole = 'manager' | 'member';

/** Types of rooms; `firm` lies in the office. */
export type RoomType = 'main' | 'matter' | 'portal' | 'firm';

/** 0 Open, 1 Standard, 2 Confidential, 3 Secret. */
export type RoomClass = 0 | 1 | 2 | 3;

/** The kinds of records (docs/spec/bytes.md section 6). */
export type RecordKind = 'document' | 'note' | 'message' | 'profile' | 'identifier' | 'firm' | 'payload-key';

/** The parts of a record version that have a key of their own. */
export type RecordPart = 'card' | 'body';

/** The parts that a wrap can be of; `cache` is a device's own (docs/spec/bytes.md section 7). */
export type WrapPart = RecordPart | 'cache';

/** A device's public keys. */
export type DeviceKeys = { readonly id: DeviceId; readonly sign: Uint8Array; readonly kem: Uint8Array };

/** What an unlock's seed comes from. */
export type UnlockType = 'password' | 'kit' | 'passkey';

/** An unlock's public keys. */
export type UnlockKeys = {
  readonly id: UnlockId;
  readonly type: UnlockType;
  readonly sign: Uint8Array;
  readonly kem: Uint8Array;
};

/** A person's first generation. */
export type FirstGeneration = { readonly n: number; readonly kem: Uint8Array; readonly boxesHash: Hash };

/** One wrap that a line brings: part, epoch it is made under, slot, and hash of its context. */
export type WrapRow = {
  readonly part: RecordPart;
  readonly epoch: number;
  readonly slot: number;
  readonly hw: Hash;
};

/** One wrap to be destroyed. */
export type DisposalItem = readonly [
  record: RecordId,
  version: number,
  part: RecordPart,
  slot: number,
  hw: Hash,
];

/** One wrap that is destroyed. */
export type DestroyedItem = readonly [record: RecordId, version: number, part: RecordPart, slot: number];

/** One wrap named in a `released` line. */
export type ReleasedPart = readonly [
  room: RoomId,
  record: RecordId,
  version: number,
  part: WrapPart,
  slot: number,
];

/** The `c` of a device's entry: chain, number in it, head before it. */
export type ChainPlace<C extends ChainId = ChainId> = readonly [chain: C, n: number, prev: Hash];

/** What every body has: its kind and its ledger. */
export type BodyBase<K extends string> = { readonly k: K; readonly l: VaultId };

/** What every body signed by a device or an unlock has. */
export type SignedBase<K extends string, C extends ChainId> = BodyBase<K> & {
  readonly d: DeviceId | UnlockId;
  readonly t: number;
  readonly pos: PositionRows;
  readonly c: ChainPlace<C>;
};

/** What every body signed by the warden has. */
export type WardenBase<K extends string> = BodyBase<K> & {
  readonly d: 'warden';
  readonly t: number;
  readonly pos: PositionRows;
};

export type {
  DeviceId,
  DisposalId,
  FirmId,
  HoldId,
  InvitationId,
  PersonId,
  RecordId,
  RoomId,
  UnlockId,
  VaultId,
  WallId,
};

/** Bodies of the office's statements (docs/spec/statements.md section 4). */
import type {
  DeviceId,
  DeviceKeys,
  FirmId,
  FirmRole,
  FirstGeneration,
  Hash,
  InvitationId,
  PersonId,
  RoomId,
  SignedBase,
  UnlockId,
  UnlockKeys,
  VaultId,
  WallId,
} from './body-parts.ts';

/** Genesis: entry 0 of the office's ledger. Its entry hash is the firm's root. */
export type FirmCreated = SignedBase<'firm.created', 'firm'> & {
  readonly firm: FirmId;
  readonly suite: number;
  /** `ledger` is the vkey (name and key) of the office's ledger. */
  readonly warden: { readonly number: number; readonly sign: Uint8Array; readonly ledger: string };
  readonly edition: number;
  readonly person: PersonId;
  readonly device: DeviceKeys;
  readonly unlocks: readonly UnlockKeys[];
  readonly generation: FirstGeneration;
  /** `paperBoxHash`: the same key, sealed to the printed kit alone; what a backup opens with. */
  readonly recovery: { readonly kem: Uint8Array; readonly boxHash: Hash; readonly paperBoxHash?: Hash };
  readonly staffRoom: RoomId;
  readonly officersRoom: RoomId;
  readonly nonce: Uint8Array;
};

/** The person knows that a lost kit means a reset, and may write with one way in. */
export type KitNoted = SignedBase<'kit.noted', PersonId> & { readonly text: 'lost-kit-means-reset' };

export type PersonInvited = SignedBase<'person.invited', 'firm'> & {
  readonly invitation: InvitationId;
  readonly person: PersonId;
  /** Public half of the one-time signing key. */
  readonly key: Uint8Array;
  readonly roles: readonly FirmRole[];
  /** Milliseconds. */
  readonly endsAt: number;
};

export type InvitationWithdrawn = SignedBase<'invitation.withdrawn', 'firm'> & {
  readonly invitation: InvitationId;
};

export type PersonEnrolled = SignedBase<'person.enrolled', PersonId> & {
  readonly invitation: InvitationId;
  readonly person: PersonId;
  readonly device: DeviceKeys;
  readonly unlocks: readonly UnlockKeys[];
  readonly generation: FirstGeneration;
};

export type DeviceAdded = SignedBase<'device.added', PersonId> & {
  readonly device: DeviceKeys;
  readonly boxesHash: Hash;
};

/** Why a device is revoked. */
export type RevocationReason = 'lost' | 'stolen' | 'replaced' | 'left' | 'other';

export type DeviceRevoked = SignedBase<'device.revoked', PersonId> & {
  readonly device: DeviceId;
  readonly reason: RevocationReason;
};

export type DeviceFrozen = SignedBase<'device.frozen', 'firm'> & { readonly device: DeviceId };
export type DeviceThawed = SignedBase<'device.thawed', 'firm'> & { readonly device: DeviceId };

export type UnlockAdded = SignedBase<'unlock.added', PersonId> & {
  readonly unlock: UnlockKeys;
  readonly boxesHash: Hash;
};
export type UnlockRemoved = SignedBase<'unlock.removed', PersonId> & { readonly unlock: UnlockId };

export type GenerationMade = SignedBase<'generation.made', PersonId> & {
  readonly n: number;
  readonly kem: Uint8Array;
  readonly boxesHash: Hash;
  /** Hash of the seed before, sealed under this one. */
  readonly previousHash: Hash;
};

export type PersonSuspended = SignedBase<'person.suspended', 'firm'> & { readonly person: PersonId };
export type PersonReinstated = SignedBase<'person.reinstated', 'firm'> & { readonly person: PersonId };

export type RoleGranted = SignedBase<'role.granted', 'firm'> & {
  readonly person: PersonId;
  readonly role: FirmRole;
};
export type RoleRevoked = SignedBase<'role.revoked', 'firm'> & {
  readonly person: PersonId;
  readonly role: FirmRole;
};

export type VaultCreated = SignedBase<'vault.created', 'firm'> & {
  readonly vault: VaultId;
  readonly edition: number;
  /** Number of the warden that holds the ledger. */
  readonly warden: number;
  /** The ledger's verifier key: name and key. */
  readonly vkey: string;
  /** Hash of the header of the record that holds the vault's name. */
  readonly name?: Hash;
};

export type WallRaised = SignedBase<'wall.raised', 'firm'> & {
  readonly wall: WallId;
  readonly person: PersonId;
  readonly rooms: readonly RoomId[];
};
export type WallLifted = SignedBase<'wall.lifted', 'firm'> & { readonly wall: WallId };

/** Which code browsers are to be given, and from which number on it may unlock. */
export type BundlePublished = SignedBase<'bundle.published', 'firm'> & {
  /** Grows with every release. */
  readonly number: number;
  /** SHA-256 of the canonical list of the bundle's files (docs/spec/server.md). */
  readonly hash: Hash;
  /** The smallest number that may still unlock. */
  readonly minimum: number;
};

/** Who witnesses the firm's ledgers from here on, and how many of them make a head witnessed. */
export type WitnessesNamed = SignedBase<'witnesses.named', 'firm'> & {
  /** Verifier keys of the witnesses, all that there are; none: nobody but the operator. */
  readonly vkeys: readonly string[];
  /** How many of them; 0 exactly where there are none. */
  readonly quorum: number;
  /** How long the newest head may lack the quorum before devices stop. */
  readonly waitHours: number;
};

/** How long the words of lines are kept: requests with purpose and reason (docs/spec/ledger.md section 12). */
export type RetentionSet = SignedBase<'retention.set', 'firm'> & { readonly years: number };

/** Names are set in for the ids of a list of lines that is taken away. */
export type NamesExported = SignedBase<'names.exported', 'firm'> & {
  /** The ledger that the lines lie in. */
  readonly vault: VaultId;
  /** Only lines about it. */
  readonly room?: RoomId;
  /** Only lines by this person. */
  readonly person?: PersonId;
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
  /** How many lines the list has. */
  readonly lines: number;
};

/** `no-receipt`: a line names the signing device, which never asked. `no-line`: a receipt's line is not shown. */
export type DisputedWhat = 'no-receipt' | 'no-line';

/** A device and the ledger disagree about an opening (docs/spec/ledger.md section 11). */
export type OpeningDisputed = SignedBase<'opening.disputed', 'firm'> & {
  readonly what: DisputedWhat;
  /** The ledger that the line lies in, or should lie in. */
  readonly vault: VaultId;
  readonly index: number;
  /** Entry hash of the line that nobody asked for, or of the line that the receipt proves. */
  readonly hash: Hash;
};
export type DisputeClosed = SignedBase<'dispute.closed', 'firm'> & {
  /** Entry hash of the statement that it answers. */
  readonly dispute: Hash;
};

/** A vault's ledger in a restore: where it goes on from, and the newest head of the edition that ends, as far as anybody knows. */
export type RestoredLedger = readonly [
  vault: VaultId,
  size: number,
  root: Hash,
  lostSize: number,
  lostRoot: Hash,
];

/**
 * The ledgers go on from a backup (docs/spec/statements.md section 4.3). What is not named among `persons` and `devices` is
 * suspended or frozen; what `unlocks`, `roles` and `walls` name was ended or raised after the backup; `bundle`, `witnesses` and
 * `retention` are those of the newest statement where the backup has another.
 */
export type FirmRestored = SignedBase<'firm.restored', 'firm'> & {
  /** Of the office's ledger from here on. */
  readonly edition: number;
  /** Newest head of the office's ledger in the edition that ends. */
  readonly lost: readonly [size: number, root: Hash];
  readonly vaults: readonly RestoredLedger[];
  readonly persons: readonly PersonId[];
  readonly devices: readonly DeviceId[];
  readonly bundle?: { readonly number: number; readonly hash: Hash; readonly minimum: number };
  readonly witnesses?: {
    readonly vkeys: readonly string[];
    readonly quorum: number;
    readonly waitHours: number;
  };
  readonly retention?: number;
  readonly unlocks: readonly UnlockId[];
  readonly roles: readonly (readonly [person: PersonId, role: FirmRole])[];
  readonly walls: readonly {
    readonly wall: WallId;
    readonly person: PersonId;
    readonly rooms: readonly RoomId[];
  }[];
};

/** From where another warden's Ed25519 key signs the heads of a vault's ledger. */
export type TakenOverLedger = readonly [vault: VaultId, size: number, root: Hash, key: Uint8Array];

/** Another warden takes the place of the one before, whose keys end here. */
export type WardenPromoted = SignedBase<'warden.promoted', 'firm'> & {
  readonly number: number;
  /** Ed25519 key of heads, intake keys and the warden's own entries. */
  readonly sign: Uint8Array;
  /** Ed25519 key that signs the heads of the office's ledger. */
  readonly ledger: Uint8Array;
  readonly vaults: readonly TakenOverLedger[];
};

/** A statement of the office alone. */
export type OfficeBody =
  | FirmCreated
  | KitNoted
  | PersonInvited
  | InvitationWithdrawn
  | PersonEnrolled
  | DeviceAdded
  | DeviceRevoked
  | DeviceFrozen
  | DeviceThawed
  | UnlockAdded
  | UnlockRemoved
  | GenerationMade
  | PersonSuspended
  | PersonReinstated
  | RoleGranted
  | RoleRevoked
  | VaultCreated
  | WallRaised
  | WallLifted
  | BundlePublished
  | WitnessesNamed
  | RetentionSet
  | NamesExported
  | OpeningDisputed
  | DisputeClosed
  | FirmRestored
  | WardenPromoted;

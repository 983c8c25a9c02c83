/**
 * What the office's ledger has established. Whatever can end keeps its interval of office indexes, because a vault entry is
 * judged at the office size it carries (docs/spec/statements.md section 2). Only `judge/` changes a state.
 */
import { officeId } from '@strongroom/core';
import type {
  DeviceId,
  FirmId,
  InvitationId,
  PersonId,
  RoomId,
  UnlockId,
  VaultId,
  WallId,
} from '@strongroom/core';
import type { ChainHead, DisputedWhat, FirmRole, Hash, UnlockType } from '../bodies/index.ts';
import { createVaultState } from './vault-state.ts';
import type { VaultState } from './vault-state.ts';

/** From when to when something holds: office indexes, with the server's clock of those entries. */
export type Interval = { readonly from: number; readonly fromMs: number; to?: number; toMs?: number };

/** A device. `life` ends when it is revoked; it is not valid while a freeze is open. */
export type Device = {
  readonly id: DeviceId;
  readonly person: PersonId;
  readonly sign: Uint8Array;
  readonly kem: Uint8Array;
  readonly life: Interval;
  readonly freezes: Interval[];
};

/** An unlock. `life` ends when it is removed. */
export type Unlock = {
  readonly id: UnlockId;
  readonly person: PersonId;
  readonly type: UnlockType;
  readonly sign: Uint8Array;
  readonly kem: Uint8Array;
  readonly life: Interval;
};

/** One generation of a person's identity. */
export type Generation = {
  readonly n: number;
  readonly kem: Uint8Array;
  readonly boxesHash: Hash;
  readonly from: number;
  readonly fromMs: number;
};

/** One span of a firm-wide role. */
export type RoleSpan = { readonly role: FirmRole; readonly span: Interval };

/** Where a person's chain stood after the office entry at `from`. */
export type HeadSpan = { readonly from: number; readonly n: number; readonly head: Hash };

/** A person with an account. */
export type Person = {
  readonly id: PersonId;
  readonly from: number;
  readonly suspensions: Interval[];
  readonly generations: Generation[];
  readonly roles: RoleSpan[];
  readonly heads: HeadSpan[];
  readonly devices: DeviceId[];
  readonly unlocks: UnlockId[];
  /** Office index of `kit.noted`. */
  kitNotedFrom?: number;
};

/** An invitation; closed by enrolment or withdrawal. */
export type Invitation = {
  readonly id: InvitationId;
  readonly person: PersonId;
  readonly key: Uint8Array;
  readonly roles: readonly FirmRole[];
  readonly endsAt: number;
  readonly invitedBy: PersonId;
  isOpen: boolean;
};

/** A wall between a person and rooms. */
export type Wall = {
  readonly id: WallId;
  readonly person: PersonId;
  readonly rooms: readonly RoomId[];
  readonly life: Interval;
};

/** A vault as the office knows it. */
export type Vault = {
  readonly id: VaultId;
  readonly edition: number;
  readonly warden: number;
  readonly vkey: string;
  readonly name?: Hash;
  readonly from: number;
  /** Restores since it was created, oldest first: office index of the statement, and from where the vault's ledger went on. */
  readonly restores?: readonly RestoredVault[];
};

/** A restore, as it cut one vault's ledger. */
export type RestoredVault = {
  readonly edition: number;
  readonly from: number;
  readonly size: number;
  readonly root: Hash;
};

/** A restore, as the office knows it. */
export type Restore = {
  /** Edition of the office's ledger from here on. */
  readonly edition: number;
  /** Office index of the statement: entries below it are those of the backup. */
  readonly from: number;
  readonly fromMs: number;
  /** When the newest entry before it was written, and when the statement was signed: the time that is lost lies between. */
  readonly sinceMs: number;
  readonly signedMs: number;
  readonly person: PersonId;
  /** Newest head of the office's ledger in the edition that ended. */
  readonly lost: readonly [size: number, root: Hash];
};

/** A ledger's key that ended. */
export type EndedKey = {
  readonly vault: VaultId;
  readonly vkey: string;
  /** The ledger's size from which the next key signs, and the root there. */
  readonly size: number;
  readonly root: Hash;
};

/** A warden that took another's place. */
export type Promotion = {
  readonly number: number;
  /** Office index of the statement: entries below it are of the warden before. */
  readonly from: number;
  readonly fromMs: number;
  readonly person: PersonId;
  /** The keys that ended; `ledger` is the office's. */
  readonly before: WardenKeys;
  readonly vaults: readonly EndedKey[];
};

/** The firm, from genesis. */
export type Firm = {
  readonly id: FirmId;
  /** Entry hash of genesis. */
  readonly root: Hash;
  readonly suite: number;
  readonly person: PersonId;
  readonly staffRoom: RoomId;
  readonly officersRoom: RoomId;
  readonly recovery: { readonly n: number; readonly kem: Uint8Array; readonly boxHash: Hash };
};

/** The public key of the warden in force and the office ledger's verifier key. */
export type WardenKeys = { readonly number: number; readonly sign: Uint8Array; readonly ledger: string };

/** One statement about the web application's code. */
export type PublishedBundle = {
  readonly number: number;
  readonly hash: Hash;
  readonly minimum: number;
  /** Office index of the statement. */
  readonly from: number;
  readonly fromMs: number;
  readonly person: PersonId;
};

/** The newest statements about the web application's code, oldest first; never empty. The last one is in force. */
export type WebBundles = readonly PublishedBundle[];

/** A witness of the firm. */
export type NamedWitness = {
  readonly vkey: string;
  /** Office index and time of the statement that first named it, without a break since. */
  readonly from: number;
  readonly fromMs: number;
};

/** One statement about who witnesses. */
export type NamedWitnesses = {
  /** As many as there are; none: nobody but the operator. */
  readonly witnesses: readonly NamedWitness[];
  readonly quorum: number;
  readonly waitHours: number;
  /** Office index of the statement. */
  readonly from: number;
  readonly fromMs: number;
  readonly person: PersonId;
};

/** How long the words of lines are kept, as the firm's officers stated it. */
export type Retention = { readonly years: number; readonly from: number; readonly fromMs: number };

/** A disagreement between a device and a ledger, as its person has stated it. */
export type Dispute = {
  readonly what: DisputedWhat;
  readonly person: PersonId;
  readonly device: DeviceId;
  readonly vault: VaultId;
  readonly index: number;
  readonly hash: Hash;
  /** Until an administrator has looked into it. */
  readonly life: Interval;
};

/** The office. */
export type OfficeState = {
  /** One above the newest office index that is taken into account. */
  size: number;
  /** The firm's chain. */
  chain: ChainHead;
  firm?: Firm;
  warden?: WardenKeys;
  readonly persons: Map<PersonId, Person>;
  readonly devices: Map<DeviceId, Device>;
  readonly unlocks: Map<UnlockId, Unlock>;
  readonly invitations: Map<InvitationId, Invitation>;
  readonly walls: Map<WallId, Wall>;
  readonly vaults: Map<VaultId, Vault>;
  /** Absent until the firm is restored; oldest first. */
  restores?: readonly Restore[];
  /** Absent until a warden takes another's place; oldest first. */
  promotions?: readonly Promotion[];
  /** Absent until a bundle is published. */
  webBundles?: WebBundles;
  /** The newest statement about who witnesses. Absent until there is one. */
  witnessing?: NamedWitnesses;
  /** How long the words of lines are kept. Absent until it is stated. */
  retention?: Retention;
  /** By entry hash of the statement, in hexadecimal. Absent until something is disputed. */
  disputes?: Map<string, Dispute>;
  /** Hashes of all public keys ever named, so that none is named twice. */
  readonly keys: Set<string>;
  /** The office's own rooms. */
  readonly own: VaultState;
};

/** The office before its genesis. */
export function createOfficeState(options: { readonly records?: boolean } = {}): OfficeState {
  return {
    size: 0,
    chain: { n: 0, head: new Uint8Array(32) },
    persons: new Map(),
    devices: new Map(),
    unlocks: new Map(),
    invitations: new Map(),
    walls: new Map(),
    vaults: new Map(),
    keys: new Set(),
    own: createVaultState(officeId, options),
  };
}

/**
 * Says that every office entry below `size` that concerns this state has been folded, where the newest of them were left
 * out: a device folds only the chains it may read.
 */
export function advanceOffice(office: OfficeState, size: number): void {
  if (size > office.size) office.size = size;
}

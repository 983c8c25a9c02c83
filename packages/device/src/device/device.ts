// long: the whole facade on one page, types only
/**
 * The facade: everything a member's software asks of a device. Screens and commands are built on this and nothing below it.
 * Every method may throw StrongroomError; the codes are in core's list.
 */
import type {
  DeviceId,
  DisposalId,
  FirmId,
  HoldId,
  InvitationId,
  PersonId,
  RecordId,
  RoomId,
  VaultId,
} from '@strongroom/core';
import type { ByteSink, FileSource } from '../environment/index.ts';

/** Roles of the whole firm. */
export type FirmRole = 'owner' | 'administrator' | 'officer' | 'auditor' | 'opener';
/** Roles in one room. */
export type RoomRole = 'manager' | 'member';
/** 0 Open, 1 Standard, 2 Confidential, 3 Secret. */
export type RecordClass = 0 | 1 | 2 | 3;
/** Why a record is opened. */
export type Purpose =
  | 'work'
  | 'review'
  | 'conflict-check'
  | 'handover'
  | 'audit'
  | 'request-of-client'
  | 'legal-duty'
  | 'sync';

/** Called with how much of the total the server has acknowledged (writing) or this device has verified (opening). */
export type OnProgress = (progress: { readonly doneBytes: number; readonly totalBytes: number }) => void;

/** What a start waits for before it is written: the person has to hold the kit in hand. */
export interface PendingStart {
  /** The printed kit: 8 groups of 7 characters joined by `-`. */
  readonly kitText: string;
  readonly groups: readonly string[];
  /** The note the person accepts with `noteSigned`. */
  readonly note: 'lost-kit-means-reset';
  /** The fingerprint of the new person, shown to whoever admits him. */
  readonly fingerprint: string;
  readonly firm: FirmId;
  readonly person: PersonId;
  /** The firm’s root in hexadecimal; absent in a first run, where it is known when the server has taken the first entry. */
  readonly root?: string;
  /** Which two groups, counted from 1, the person types from the paper. */
  readonly askGroups: readonly [number, number];
  /** @throws InputError KIT_INVALID if a typed group is not the kit's */
  complete(answer: {
    readonly typedGroups: readonly [string, string];
    readonly noteSigned: true;
  }): Promise<Unlocked>;
  /** Forgets everything; nothing was written. */
  discard(): void;
}

/** What an agent holds while the device is unlocked. */
export interface Unlocked {
  /** 32 bytes; seals what the device keeps at rest. Wipe when locking. */
  readonly deviceFileKey: Uint8Array;
  readonly session: string;
  readonly expiresAtMs: number;
}

/** First run. */
export interface BeginFirmOptions {
  readonly code: string;
  readonly firm: {
    readonly name: string;
    readonly language: 'en' | 'fr' | 'zh' | 'pl';
    readonly countries: readonly string[];
    readonly profession: string;
  };
  readonly person: { readonly name: string; readonly address?: string };
  readonly password: string;
}

/** Taking up an invitation. */
export interface BeginEnrolmentOptions {
  readonly code: string;
  readonly password: string;
}

/** A further device, with password and printed kit. */
export interface AddDeviceOptions {
  readonly person: PersonId;
  readonly password: string;
  /** The eight groups of the kit; spaces, dashes and case do not count. */
  readonly kit: string;
  /** The firm's root, 32 bytes, from the printed kit and from nowhere else. */
  readonly root: Uint8Array;
}

/** Who this device is. */
export interface Me {
  readonly person: PersonId;
  readonly device: DeviceId;
  readonly roles: readonly FirmRole[];
}

/** What one sync found and did. */
export interface SyncReport {
  readonly isFresh: boolean;
  readonly entries: number;
  /** Rotations that were due and that this device made. */
  readonly rotated: readonly { readonly room: RoomId; readonly epoch: number }[];
  /** Rotations that are due and could not be made now, with the code. */
  readonly stillDue: readonly { readonly room: RoomId; readonly code: string }[];
  /** Cached records removed because they were destroyed or are no longer readable. */
  readonly purged: number;
  /** Devices added to this person's account since this device last looked: news to whoever did not add them. */
  readonly newDevices: readonly DeviceId[];
  /** The person's generation that this device made, because a device or an unlock was cut off. */
  readonly generation?: number;
}

export interface FirmDescription {
  readonly firm: FirmId;
  readonly name: string;
  readonly root: string;
  readonly language?: string;
  readonly profession?: string;
  readonly countries?: readonly string[];
  readonly office: { readonly origin: string; readonly size: number; readonly edition: number };
  readonly persons: number;
  readonly vaults: number;
}

export interface PersonRow {
  readonly person: PersonId;
  /** Absent where no name was written in a room this device reads. */
  readonly name?: string;
  readonly roles: readonly FirmRole[];
  readonly state: 'invited' | 'active' | 'suspended' | 'withdrawn';
  readonly endsAtMs?: number;
  readonly fingerprint?: string;
  readonly isAdmitted: boolean;
  readonly isMe: boolean;
}

export interface PersonDetails extends PersonRow {
  readonly devices: readonly DeviceRow[];
  readonly generation?: number;
}

export interface DeviceRow {
  readonly device: DeviceId;
  readonly person: PersonId;
  readonly state: 'valid' | 'frozen' | 'revoked';
  readonly isThisDevice: boolean;
}

export interface PeopleModule {
  /** Invites; the code goes to the invited person over a channel of the inviter's choice. */
  invite(options: {
    readonly name: string;
    readonly roles?: readonly ('opener' | 'auditor' | 'officer' | 'administrator')[];
    readonly endsAtMs?: number;
  }): Promise<{ readonly code: string; readonly person: PersonId; readonly invitation: InvitationId }>;
  withdraw(invitation: InvitationId): Promise<void>;
  list(): Promise<PersonRow[]>;
  show(person: PersonId): Promise<PersonDetails>;
  /** Admits an enrolled person to the staff room. @throws AccessError FINGERPRINT_MISMATCH if the fingerprint typed is not the person's */
  admit(options: { readonly person: PersonId; readonly fingerprint: string }): Promise<void>;
  suspend(person: PersonId): Promise<void>;
  reinstate(person: PersonId): Promise<void>;
  grantRole(person: PersonId, role: FirmRole): Promise<void>;
  revokeRole(person: PersonId, role: FirmRole): Promise<void>;
}

export interface VaultRow {
  readonly vault: VaultId;
  readonly name?: string;
  readonly origin: string;
}

export interface VaultsModule {
  add(options: { readonly name: string }): Promise<{ readonly vault: VaultId }>;
  list(): Promise<VaultRow[]>;
}

export interface ClientRow {
  readonly code: string;
  readonly room: RoomId;
  readonly vault: VaultId;
  readonly name?: string;
  readonly aliases: readonly string[];
  readonly class: RecordClass;
}

export interface ClientsModule {
  add(options: {
    readonly vault: VaultId;
    readonly name: string;
    readonly aliases?: readonly string[];
    readonly class?: RecordClass;
  }): Promise<{ readonly code: string; readonly room: RoomId }>;
  list(options?: { readonly vault?: VaultId }): Promise<ClientRow[]>;
  /** The clients whose code, name or alias is this text, code first. */
  find(codeOrName: string): Promise<ClientRow[]>;
}

export interface AddRecordOptions {
  readonly room: RoomId;
  readonly source: FileSource;
  readonly folder?: readonly string[];
  readonly type?: string;
  readonly class?: RecordClass;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

export interface AddedRecord {
  readonly record: RecordId;
  readonly version: number;
  /** Whether an unfinished upload of the same file was taken up again. */
  readonly resumed: boolean;
  /** Present if somebody saved first: this is a copy beside it, nothing was overwritten. */
  readonly conflictOf?: RecordId;
  /** Where the `written` line lies. */
  readonly line: { readonly ledger: VaultId; readonly index: number };
}

export interface RecordRow {
  readonly record: RecordId;
  readonly version: number;
  readonly room: RoomId;
  readonly name: string;
  readonly type: string;
  readonly folder: readonly string[];
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
  readonly writtenAtMs: number;
  readonly author: PersonId;
  readonly class: RecordClass;
  readonly isOnHold: boolean;
  readonly conflictOf?: RecordId;
  readonly state: 'present' | 'destroyed';
}

/** An unfinished upload. */
export interface PendingUpload {
  readonly upload: string;
  readonly room: RoomId;
  readonly name: string;
  readonly path?: string;
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly startedAtMs: number;
}

/** A line and the proof that it is in its ledger. */
export interface LineReference {
  readonly ledger: VaultId;
  readonly index: number;
  /** The entry's leaf hash in hexadecimal. */
  readonly hash: string;
  readonly atMs: number;
}

export interface OpenedRecord {
  readonly name: string;
  readonly type: string;
  readonly sizeBytes: number;
  readonly version: number;
  readonly author: PersonId;
  readonly line: LineReference;
  /** C2SP tlog-proof text of the line. */
  readonly receipt: string;
}

export interface RecordsModule {
  add(options: AddRecordOptions): Promise<AddedRecord>;
  /** Adds a version after `base`, the version the caller saw; if a newer one exists, a conflict copy is made. */
  addVersion(
    options: Omit<AddRecordOptions, 'room'> & { readonly record: RecordId; readonly base: number },
  ): Promise<AddedRecord>;
  /** Newest versions. `refresh` asks for a release of the cards not yet cached; without it only what is cached is read. Default true. */
  list(options: { readonly room: RoomId; readonly refresh?: boolean }): Promise<RecordRow[]>;
  open(options: {
    readonly record: RecordId;
    readonly version?: number;
    readonly sink: ByteSink;
    readonly purpose: Purpose;
    readonly reason?: string;
    readonly onProgress?: OnProgress;
  }): Promise<OpenedRecord>;
  pending(): Promise<PendingUpload[]>;
  /** Takes up an unfinished upload. @throws ConflictError SOURCE_CHANGED if the file is not the one that was begun */
  resume(options: {
    readonly upload: string;
    readonly source: FileSource;
    readonly onProgress?: OnProgress;
    readonly signal?: AbortSignal;
  }): Promise<AddedRecord>;
  abandon(upload: string): Promise<void>;
}

export interface MemberRow {
  readonly person: PersonId;
  readonly name?: string;
  readonly role: RoomRole;
  readonly endsAtMs?: number;
  readonly isWalled: boolean;
  readonly isActive: boolean;
  readonly fingerprint: string;
}

export interface AccessModule {
  list(room: RoomId): Promise<{
    readonly members: MemberRow[];
    readonly epoch: number;
    readonly rotationDue: boolean;
    readonly isFrozen: boolean;
  }>;
  /** Grants from the newest epoch on, and with `withHistory` the older ones too. */
  grant(options: {
    readonly room: RoomId;
    readonly person: PersonId;
    readonly role?: RoomRole;
    /** If given, compared with the person's before anything is sealed. */
    readonly fingerprint?: string;
    readonly endsAtMs?: number;
    readonly withHistory?: boolean;
  }): Promise<{ readonly line: LineReference }>;
  /** Sessions and releases stop at the receipt, that is when this resolves. */
  revoke(options: { readonly room: RoomId; readonly person: PersonId }): Promise<{
    readonly line: LineReference;
    readonly rotationDue: boolean;
  }>;
  freeze(room: RoomId): Promise<void>;
  thaw(room: RoomId): Promise<void>;
}

export interface HoldRow {
  readonly hold: HoldId;
  readonly room: RoomId;
  /** Empty: the whole room. */
  readonly records: readonly RecordId[];
  readonly placedBy: PersonId;
  readonly placedAtMs: number;
  readonly state: 'open' | 'lifted';
}

export interface HoldsModule {
  place(options: {
    readonly room: RoomId;
    readonly records?: readonly RecordId[];
    readonly reason?: string;
  }): Promise<{ readonly hold: HoldId; readonly line: LineReference }>;
  lift(options: { readonly hold: HoldId }): Promise<{ readonly line: LineReference }>;
  list(options?: { readonly room?: RoomId }): Promise<HoldRow[]>;
}

export interface DisposalRow {
  readonly disposal: DisposalId;
  readonly room: RoomId;
  readonly records: readonly RecordId[];
  readonly state: 'proposed' | 'approved' | 'intended' | 'stopped' | 'destroyed';
  readonly proposedBy: PersonId;
  readonly proposedAtMs: number;
  readonly approvedBy?: PersonId;
  readonly approvedAtMs?: number;
  /** The earliest moment the warden acts, as far as the chain tells (approval plus the default grace). */
  readonly dueAtMs?: number;
  readonly destroyedAtMs?: number;
}

/** The facts of a certificate of destruction; every one is taken from a verified entry. */
export interface CertificateFacts {
  readonly firm: FirmId;
  readonly root: string;
  readonly vault: VaultId;
  readonly room: RoomId;
  readonly client?: string;
  readonly disposal: DisposalId;
  readonly items: readonly {
    readonly record: RecordId;
    readonly version: number;
    readonly part: string;
    readonly slot: number;
  }[];
  readonly proposed: {
    readonly person: PersonId;
    readonly device: DeviceId;
    readonly atMs: number;
    readonly index: number;
  };
  readonly approved: {
    readonly person: PersonId;
    readonly device: DeviceId;
    readonly atMs: number;
    readonly index: number;
  };
  readonly intended: { readonly atMs: number; readonly index: number };
  readonly destroyed: { readonly atMs: number; readonly index: number; readonly level: string };
  readonly stateGeneration: number;
  readonly roots: { readonly before: string; readonly after: string };
  readonly horizonDays: number;
  readonly residuals: readonly string[];
}

export interface Certificate {
  readonly facts: CertificateFacts;
  /** The facts, the entries they come from and their proofs. */
  readonly json: string;
  /** C2SP tlog-proof of the `destroyed` line. */
  readonly tlogProof: string;
}

export interface DisposalsModule {
  /** Proposes to destroy every version and part of these records, which all lie in one room. */
  propose(options: {
    readonly records: readonly RecordId[];
    readonly reason?: string;
  }): Promise<{ readonly disposal: DisposalId; readonly line: LineReference }>;
  /** Checks the proposal's list against the room's chain, then signs. @throws IntegrityError DISPOSAL_INCOMPLETE */
  approve(options: { readonly disposal: DisposalId }): Promise<{ readonly line: LineReference }>;
  stop(options: { readonly disposal: DisposalId }): Promise<{ readonly line: LineReference }>;
  list(options?: { readonly room?: RoomId }): Promise<DisposalRow[]>;
  /** @throws AccessError DISPOSAL_UNFINISHED until the `destroyed` line is there */
  certificate(options: { readonly disposal: DisposalId }): Promise<Certificate>;
}

/** One entry of a ledger in typed facts: ids, numbers, times and, for members, an opened reason. */
export interface LineRow {
  readonly ledger: VaultId;
  readonly index: number;
  readonly atMs: number;
  readonly kind: string;
  readonly hash: string;
  readonly person?: PersonId;
  readonly device?: DeviceId | 'warden';
  readonly room?: RoomId;
  readonly records: readonly RecordId[];
  /** What the kind adds, by name: ids, numbers and codes. */
  readonly facts: Readonly<Record<string, string | number>>;
  readonly purpose?: Purpose;
  /** The reason, where it was given, is kept and could be opened. */
  readonly reason?: string;
  /** A reason was given and does not open: its month's key was destroyed, cannot be read, or it is none. */
  readonly isReasonUnreadable?: true;
  readonly isVoid?: boolean;
}

export interface LedgerVerification {
  readonly ledger: VaultId;
  readonly origin: string;
  readonly size: number;
  readonly root: string;
  readonly entries: number;
  readonly voids: number;
  /** Statements that the warden applied and this replay does not, or the other way round: must be empty. */
  readonly disagreements: readonly { readonly index: number; readonly code: string }[];
}

export interface LedgerModule {
  lines(options: {
    readonly ledger: VaultId;
    readonly from?: number;
    readonly count?: number;
    readonly room?: RoomId;
    readonly record?: RecordId;
    /** Open the reasons of rooms this device is a member of (one release a month key). Default false. */
    readonly withReasons?: boolean;
  }): Promise<LineRow[]>;
  /** Fetches every entry, recomputes the root and judges each entry anew. */
  verify(options: {
    readonly ledger: VaultId;
    readonly onProgress?: OnProgress;
  }): Promise<LedgerVerification>;
  receipt(options: { readonly ledger: VaultId; readonly index: number }): Promise<{
    readonly proof: string;
    readonly entry: Uint8Array;
    readonly line: LineReference;
  }>;
  /** Writes the ledger in the tlog-tiles layout, with checkpoint and policy. */
  exportTo(options: {
    readonly ledger: VaultId;
    write(path: string, bytes: Uint8Array): Promise<void>;
  }): Promise<{ readonly files: number; readonly size: number }>;
  /** C2SP tlog-policy text. */
  policy(ledger: VaultId): Promise<string>;
}

/** Why a device is cut off. */
export type RevocationReason = 'lost' | 'stolen' | 'replaced' | 'left' | 'other';

/** A device that was cut off, and what that brought about. */
export interface RevokedDevice extends Pick<SyncReport, 'rotated' | 'stillDue' | 'generation'> {
  readonly line: LineReference;
}

export interface DevicesModule {
  list(): Promise<DeviceRow[]>;
  /**
   * Cuts a device off for good. One's own: the next generation is made at once, and the epochs of the rooms that this makes due.
   */
  revoke(device: DeviceId, reason?: RevocationReason): Promise<RevokedDevice>;
}

/** One thing that is not as it should be, or worth knowing. */
export interface Finding {
  readonly code: string;
  readonly severity: 'ok' | 'notice' | 'warning' | 'failure';
  readonly source: 'device' | 'server' | 'warden';
  readonly details: Readonly<Record<string, string | number>>;
}

export interface Device {
  readonly me: Me;
  sync(): Promise<SyncReport>;
  readonly firm: { describe(): Promise<FirmDescription> };
  readonly people: PeopleModule;
  readonly vaults: VaultsModule;
  readonly clients: ClientsModule;
  readonly records: RecordsModule;
  readonly access: AccessModule;
  readonly holds: HoldsModule;
  readonly disposals: DisposalsModule;
  readonly ledger: LedgerModule;
  readonly devices: DevicesModule;
  doctor(): Promise<Finding[]>;
  /** Wipes what can be wiped. The session stays good until `endSession`. */
  close(): Promise<void>;
  /** Ends the session at the server and closes. */
  endSession(): Promise<void>;
}

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
  WallId,
} from '@strongroom/core';
import type { ByteSink, FileSource } from '../environment/index.ts';

/** Roles of the whole firm. */
export type FirmRole = 'owner' | 'administrator' | 'officer' | 'auditor' | 'opener' | 'namer';
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

/** A new device that waits for one of the person's own to adopt it. Its keys are in memory only. */
export interface PendingAdoption {
  /** Shown, as a QR code and to be typed: six groups of four characters. */
  readonly code: string;
  /** Shown, to be compared with what the adopter shows. */
  readonly fingerprint: string;
  readonly endsAtMs: number;
  /**
   * Asks the server. An answer that was checked says whose device this would be.
   * @throws AccessError ADOPTION_ENDED; IntegrityError ADOPTION_REFUSED
   */
  check(): Promise<AdoptionState>;
  /**
   * After the answer: signs in, follows the chains, and becomes the device if they name it. Unlocks. May be called again after a wrong password.
   * @throws ConflictError STATE_CHANGED before the answer; AccessError SIGN_IN_REFUSED; IntegrityError GENESIS_MISMATCH, CHAIN_INVALID, ADOPTION_REFUSED, IDENTITY_REFUSED
   */
  complete(options: { readonly password: string }): Promise<Unlocked>;
  /** Forgets keys and code. */
  discard(): void;
}

/** Where an adoption stands, as the new device sees it. */
export type AdoptionState =
  | { readonly kind: 'waiting' | 'taken'; readonly endsAtMs: number }
  | { readonly kind: 'answered'; readonly person: PersonId; readonly personName?: string };

/** A device that asks to be adopted, as the adopter found it behind a code. */
export interface AdoptionPreview {
  readonly device: DeviceId;
  /** What it calls itself. */
  readonly name: string;
  /** To be compared with what the new device shows. */
  readonly fingerprint: string;
  readonly endsAtMs: number;
}

/** Who this device is. */
export interface Me {
  readonly person: PersonId;
  readonly device: DeviceId;
  readonly roles: readonly FirmRole[];
}

/** What one sync found and did. */
export interface SyncReport {
  /** Whether what the warden signed last is younger than ten minutes. */
  readonly isFresh: boolean;
  /** When, by the warden's clock, it signed the newest that this device was given of the firm. */
  readonly seenAtMs?: number;
  /** Entries of others that came since the sync before, with this one or with a call in between: what was shown may be out of date. */
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
  /** Devices in force. */
  readonly deviceCount: number;
  /** Only where this device may read the office's lines. */
  readonly lastSignInAtMs?: number;
  /** Rooms of clients that this device follows and the person is a member of. */
  readonly rooms: number;
  /** The invitation, while it is open. */
  readonly invitation?: { readonly invitation: InvitationId; readonly endsAtMs: number };
}

/** What a person can open, over the rooms that this device follows. */
export interface PersonPreview {
  readonly person: PersonId;
  readonly rooms: number;
  readonly documents: number;
  readonly byClass: GrantPreview['byClass'];
}

/** Letting a person in: who compared the fingerprint and signed that it is this person's. */
export interface Admission {
  readonly by: PersonId;
  readonly byName?: string;
  readonly atMs: number;
  /** Line of the office's ledger. */
  readonly index: number;
}

export interface PersonDetails extends PersonRow {
  /** Absent for the founder and for who is not let in yet. */
  readonly admission?: Admission;
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
    readonly roles?: readonly ('opener' | 'auditor' | 'officer' | 'administrator' | 'namer')[];
    readonly endsAtMs?: number;
  }): Promise<{ readonly code: string; readonly person: PersonId; readonly invitation: InvitationId }>;
  withdraw(invitation: InvitationId): Promise<void>;
  list(): Promise<PersonRow[]>;
  show(person: PersonId): Promise<PersonDetails>;
  preview(person: PersonId): Promise<PersonPreview>;
  /** Whether the fingerprint read out is the person's. @throws AccessError NOT_FOUND */
  compareFingerprint(options: { readonly person: PersonId; readonly fingerprint: string }): Promise<boolean>;
  /** Writes another display name of this device's own person. */
  rename(name: string): Promise<void>;
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
  /** Another name; owners and administrators. @throws AccessError ACCESS_DENIED, NOT_FOUND; InputError INPUT_INVALID */
  rename(options: {
    readonly vault: VaultId;
    readonly name: string;
  }): Promise<{ readonly line: LineReference }>;
  list(): Promise<VaultRow[]>;
}

/** Somebody to speak to at a client. */
export interface ClientContact {
  readonly name: string;
  readonly role?: string;
  readonly email?: string;
  readonly phone?: string;
}

/** What the sealed profile of a client says. */
export interface ClientProfile {
  readonly name: string;
  readonly aliases: readonly string[];
  /** Who leads the work for this client. */
  readonly lead?: PersonId;
  /** When the client is to be looked at again. */
  readonly reviewAtMs?: number;
  /** ISO 3166-1 codes of two letters. */
  readonly countries: readonly string[];
  readonly contacts: readonly ClientContact[];
  readonly note?: string;
}

export interface ClientRow {
  readonly code: string;
  readonly room: RoomId;
  readonly vault: VaultId;
  /** Absent where the profile is not decrypted, or not written yet. */
  readonly name?: string;
  readonly aliases: readonly string[];
  readonly class: RecordClass;
  readonly lead?: PersonId;
  readonly reviewAtMs?: number;
  readonly countries: readonly string[];
  readonly isOnHold: boolean;
  readonly isFrozen: boolean;
  /** The newest line in the room's chain that this device knows of. */
  readonly lastActivityAtMs?: number;
  readonly memberCount: number;
  /** What this person is in the room. */
  readonly mine?: RoomRole;
}

/** Rows as they become known. A row that comes again, by its room, is a newer one. */
export interface ClientPart {
  readonly rows: readonly ClientRow[];
  /** Rows whose name is known, or never will be, of all. */
  readonly doneCount: number;
  readonly totalCount: number;
}

export interface ClientSearchResult {
  readonly rows: readonly ClientRow[];
  /** How many match in all. */
  readonly totalCount: number;
  /** False: not everything was decrypted yet, so there may be more. */
  readonly isComplete: boolean;
}

/** A client to add. */
export interface NewClient {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly class?: RecordClass;
  readonly lead?: PersonId;
  readonly reviewAtMs?: number;
  readonly countries?: readonly string[];
  readonly contacts?: readonly ClientContact[];
  readonly note?: string;
}

/** What became of a row of an import. */
export type ImportedClient =
  | { readonly state: 'added' | 'was-added'; readonly code: string; readonly room: RoomId }
  | { readonly state: 'failed'; readonly error: string }
  | { readonly state: 'not-begun' };

export interface ClientsModule {
  add(
    options: NewClient & { readonly vault: VaultId },
  ): Promise<{ readonly code: string; readonly room: RoomId }>;
  /**
   * Adds many, several at a time. Taken up again where it was cut off if the same rows are given again; a row that failed is tried
   * again then. Stops between rows when `signal` is aborted. Answers one result a row, in their order.
   */
  addMany(
    rows: readonly NewClient[],
    options: {
      readonly vault: VaultId;
      readonly onProgress?: (progress: {
        readonly doneCount: number;
        readonly failedCount: number;
        readonly totalCount: number;
      }) => void;
      readonly signal?: AbortSignal;
    },
  ): Promise<ImportedClient[]>;
  /**
   * Writes a new version of the profile; what is not given stays. `null` takes a value away.
   * @throws ConflictError STATE_CHANGED if the profile is no longer the one that `seen` names: read it again, then decide
   */
  update(options: {
    readonly client: { readonly code: string } | { readonly room: RoomId };
    readonly name?: string;
    readonly aliases?: readonly string[];
    readonly lead?: PersonId | null;
    readonly reviewAtMs?: number | null;
    readonly countries?: readonly string[];
    readonly contacts?: readonly ClientContact[];
    readonly note?: string | null;
    /** The version that the caller saw, from `profile`. Default: the newest. */
    readonly seen?: number;
  }): Promise<{ readonly version: number; readonly line: LineReference }>;
  /** The whole profile of one client. @throws AccessError NOT_FOUND where there is none that may be read */
  profile(
    client: { readonly code: string } | { readonly room: RoomId },
  ): Promise<ClientProfile & { readonly code: string; readonly room: RoomId; readonly version: number }>;
  /**
   * All clients whose rooms this person is in, by code. With `refresh` false nothing is asked of the server: what the day's lease opens
   * is decrypted, the rest has no name: for a screen that is to show something at once. `onPart` is given rows as they become known,
   * those used last first.
   */
  list(options?: {
    readonly vault?: VaultId;
    readonly refresh?: boolean;
    /** A sync that ended within this time, or is under way, is not repeated. Default: the list waits for one of its own. */
    readonly recentMs?: number;
    readonly onPart?: (part: ClientPart) => void;
    /**
     * The device was given as much as one hour allows: what is known is answered, the rest has no name, and is to be asked for
     * again at this time.
     */
    readonly onHeld?: (untilMs: number) => void;
  }): Promise<ClientRow[]>;
  /** The clients whose code, name or alias is this text, code first. */
  find(codeOrName: string): Promise<ClientRow[]>;
  /**
   * Clients by code, name, alias, country and lead, in what is decrypted, without asking the server. Accents and case do not count;
   * every word of the query must be found. Codes first, then beginnings of names, of words, then the rest.
   */
  search(query: string, options?: { readonly limit?: number }): Promise<ClientSearchResult>;
}

export interface AddRecordOptions {
  readonly room: RoomId;
  readonly source: FileSource;
  readonly folder?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly type?: string;
  readonly class?: RecordClass;
  readonly onProgress?: OnProgress;
  readonly onWritten?: OnWritten;
  readonly signal?: AbortSignal;
}

/** Told that a version is in its ledger before the device forgets its upload: a caller that is killed before it took note finds it pending, and is told again. */
export type OnWritten = (added: Omit<AddedRecord, 'resumed'>) => Promise<void>;

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
  /** The version that its content came with: versions after it are of the card alone. */
  readonly contentVersion: number;
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
  /** Labels that its author gave it. */
  readonly labels: Readonly<Record<string, string>>;
  /** How many versions the room's chain has. */
  readonly versions: number;
  readonly authorName?: string;
  /** The newest opening of any version that the lines seen by this device tell. */
  readonly lastOpened?: RecordOpening;
  /** Openings of all versions that the lines seen by this device tell. */
  readonly openings: number;
  /** A disposal that names it and is neither stopped nor over; or, of a destroyed record, the one that destroyed it. */
  readonly disposal?: { readonly disposal: DisposalId; readonly state: DisposalRow['state'] };
  readonly destroyedAtMs?: number;
}

/** Somebody opened a record. */
export interface RecordOpening {
  readonly person: PersonId;
  readonly personName?: string;
  readonly device?: DeviceId;
  readonly atMs: number;
  readonly line: { readonly ledger: VaultId; readonly index: number };
  readonly purpose?: Purpose;
  /** Only where it was asked for with `withReasons`. */
  readonly reason?: string;
  readonly isReasonUnreadable?: true;
  /** A reason was given and not asked for here. */
  readonly givenReason?: GivenReason;
}

/** Who may read a reason that was given: this person as one of the room, or only others. */
export type GivenReason = 'readable' | 'closed';

/** One version of a record. */
export interface RecordVersionRow {
  readonly version: number;
  readonly author: PersonId;
  readonly authorName?: string;
  readonly writtenAtMs: number;
  readonly class: RecordClass;
  /** Absent where it was destroyed or cannot be read. */
  readonly name?: string;
  readonly folder?: readonly string[];
  readonly sizeBytes?: number;
  /** Whether it brought content; false: it moved, renamed or relabelled what was there. */
  readonly hasBody: boolean;
  readonly state: 'present' | 'destroyed';
  readonly line: { readonly ledger: VaultId; readonly index: number };
}

/** What of a record can be changed without sending its content again. */
export interface RecordFacts {
  readonly name: string;
  readonly folder: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** A move, a new name or other labels. What is left out stays. */
export interface UpdateRecordOptions extends Partial<RecordFacts> {
  readonly record: RecordId;
  /** The version the caller saw. */
  readonly base: number;
}

export interface UpdatedRecord {
  readonly record: RecordId;
  readonly version: number;
  /** What was there before: hand it to another update, with the new version as base, to undo. */
  readonly before: RecordFacts;
  readonly line: { readonly ledger: VaultId; readonly index: number };
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
  readonly record: RecordId;
  readonly version: number;
  readonly folder: readonly string[];
  readonly class: RecordClass;
  /** All of it is sealed on this device or at the server: `resume` needs no file. */
  readonly isStaged: boolean;
  /** `resume` needs the file again. */
  readonly needsSource: boolean;
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
  /** Adds a version after `base`, the version the caller saw; if a newer one exists, a conflict copy is made. Default folder and labels: the document's. */
  addVersion(
    options: Omit<AddRecordOptions, 'room'> & { readonly record: RecordId; readonly base: number },
  ): Promise<AddedRecord>;
  /**
   * Writes a version of a card alone: another name, folder or labels over the content that is there.
   * @throws ConflictError VERSION_CONFLICT if there is a newer version than `base`
   */
  update(options: UpdateRecordOptions): Promise<UpdatedRecord>;
  /** The same for many; what cannot be done has its code and stops none of the others. */
  updateMany(
    options: readonly UpdateRecordOptions[],
  ): Promise<(UpdatedRecord | { readonly record: RecordId; readonly code: string })[]>;
  /** The versions, oldest first. */
  history(options: { readonly record: RecordId }): Promise<RecordVersionRow[]>;
  /** Who opened it, newest first. Default 100. */
  openings(options: {
    readonly record: RecordId;
    readonly count?: number;
    readonly withReasons?: boolean;
  }): Promise<RecordOpening[]>;
  /** Newest versions, by folder, then name. Destroyed records stay as rows without a name. `refresh` asks for a release of the cards not yet cached; without it only what is cached is read. Default true. */
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
  /**
   * Takes up an unfinished upload; without a source only where it is staged.
   * @throws ConflictError SOURCE_CHANGED if the file is not the one that was begun; SOURCE_NEEDED if it must be chosen again
   */
  resume(options: {
    readonly upload: string;
    readonly source?: FileSource;
    readonly onProgress?: OnProgress;
    readonly onWritten?: OnWritten;
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

/** What a grant would allow, before it is made. Facts of the chains alone. */
export interface GrantPreview {
  readonly room: RoomId;
  /** Documents with a readable newest version. */
  readonly documents: number;
  readonly byClass: readonly [open: number, standard: number, confidential: number, secret: number];
  /** Documents that open only with `withHistory`: their keys are of epochs before the newest. */
  readonly documentsWithHistoryOnly: number;
  readonly roomClass: RecordClass;
  readonly hasHistory: boolean;
  readonly isFrozen: boolean;
  readonly isOnHold: boolean;
  readonly person?: {
    readonly person: PersonId;
    readonly name?: string;
    readonly state: PersonRow['state'];
    readonly isAdmitted: boolean;
    readonly isWalled: boolean;
    readonly role?: RoomRole;
    readonly endsAtMs?: number;
    readonly fingerprint?: string;
    /** Absent for the founder and for who is not let in yet. */
    readonly admission?: Admission;
  };
  /** Whether this device's person may grant here. */
  readonly mayGrant: boolean;
}

/** What a revocation would leave. */
export interface RevokePreview {
  readonly room: RoomId;
  readonly person: PersonId;
  readonly name?: string;
  readonly role?: RoomRole;
  /** Different documents whose keys were released to this person's devices in this room, as far as the lines tell. */
  readonly releasedDocuments: number;
  readonly openings: number;
  readonly firstOpenedAtMs?: number;
  readonly lastOpenedAtMs?: number;
  /** Devices of the person in force, which are refused from the receipt on. */
  readonly devices: number;
  /** A rotation is due already. */
  readonly rotationDue: boolean;
  /** The last manager, whom only an owner may remove. */
  readonly isLastManager: boolean;
  readonly mayRevoke: boolean;
}

export interface AccessModule {
  /** The facts for the sentence before a grant; without a person those of the room alone. */
  preview(options: { readonly room: RoomId; readonly person?: PersonId }): Promise<GrantPreview>;
  /** The facts for the sentence before a revocation. */
  previewRevoke(options: { readonly room: RoomId; readonly person: PersonId }): Promise<RevokePreview>;
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
  /**
   * The room's classification level from now on: managers raise it, officers and owners lower it. It holds for documents that are
   * there too, but one that was added under a higher level keeps that. Nothing is encrypted anew.
   * @throws AccessError CLASS_REFUSED; ConflictError STATE_CHANGED, with the room's `class`, if it has that level, or another than `from`
   */
  setClass(options: {
    readonly room: RoomId;
    readonly class: RecordClass;
    /** The level that is to be changed; absent: whatever it is. */
    readonly from?: RecordClass;
  }): Promise<{ readonly line: LineReference }>;
}

export interface HoldRow {
  readonly hold: HoldId;
  readonly room: RoomId;
  /** Empty: the whole room. */
  readonly records: readonly RecordId[];
  readonly placedBy: PersonId;
  readonly placedAtMs: number;
  /** Whether it was placed with a reason, sealed in the room. */
  readonly hasReason: boolean;
  /** Where this device has the reason, or was told to ask for it. */
  readonly reason?: string;
  readonly state: 'open' | 'lifted';
  /** This person placed it and is not alone in the firm: somebody else has to lift it. */
  readonly needsOther: boolean;
}

/** A wall that stands. */
export interface WallRow {
  readonly wall: WallId;
  /** Whom it keeps out. */
  readonly person: PersonId;
  readonly rooms: readonly RoomId[];
  /** Those of them that still name the person among their members: they open again as soon as the wall is lifted. */
  readonly memberOf: readonly RoomId[];
  /** The line of the office ledger that raised it. */
  readonly raisedLine: number;
  readonly raisedAtMs: number;
  /** The line is the statement of a restore; else an officer or the owner raised it. */
  readonly isOfRestore: boolean;
  /** Whether this person may take it down: an officer or owner whom it does not keep out. */
  readonly mayLift: boolean;
}

export interface WallsModule {
  /** Those that stand; of one room or of all. */
  list(options?: { readonly room?: RoomId }): Promise<WallRow[]>;
  /** @throws AccessError NOT_FOUND where none of that number stands, ENTRY_REFUSED for whoever may not lift it */
  lift(options: { readonly wall: WallId }): Promise<{ readonly line: LineReference }>;
}

export interface HoldsModule {
  place(options: {
    readonly room: RoomId;
    readonly records?: readonly RecordId[];
    readonly reason?: string;
  }): Promise<{ readonly hold: HoldId; readonly line: LineReference }>;
  /** @throws AccessError HOLD_NEEDS_OTHER for one's own hold, unless the firm has one person */
  lift(options: { readonly hold: HoldId }): Promise<{ readonly line: LineReference }>;
  /** With `withReasons` reasons that this device does not keep are asked for, which is a line. */
  list(options?: { readonly room?: RoomId; readonly withReasons?: boolean }): Promise<HoldRow[]>;
}

/** Lines of a disposal's own ledger, by step. */
export interface DisposalLines {
  readonly proposed: number;
  readonly approved?: number;
  readonly intended?: number;
  readonly stopped?: number;
  readonly destroyed?: number;
}

export interface DisposalRow {
  readonly disposal: DisposalId;
  readonly ledger: VaultId;
  readonly room: RoomId;
  readonly records: readonly RecordId[];
  /** Of these records, those that hold a month's key for the words of lines: `YYYY-MM`. */
  readonly months: readonly { readonly record: RecordId; readonly month: string }[];
  readonly state: 'proposed' | 'approved' | 'intended' | 'stopped' | 'destroyed';
  readonly proposedBy: PersonId;
  readonly proposedAtMs: number;
  readonly approvedBy?: PersonId;
  readonly approvedAtMs?: number;
  /** The earliest moment the warden acts, as far as the chain tells (approval plus the default grace). */
  readonly dueAtMs?: number;
  readonly stoppedAtMs?: number;
  /** Absent where the warden stopped it: a hold came, or a key of the list did not open. */
  readonly stoppedBy?: PersonId;
  readonly destroyedAtMs?: number;
  readonly lines: DisposalLines;
  /** Whether this person may stop it, and approve what somebody else proposed: manager of the room, officer or owner. */
  readonly mayDecide: boolean;
  /** A hold lies on the room or on one of the records: it cannot be approved. */
  readonly isHeld: boolean;
  /** Of a proposal of this person's own, in a firm of one person: from when on they may approve it themselves. */
  readonly ownApprovalFromMs?: number;
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
  readonly destroyed: {
    readonly atMs: number;
    readonly index: number;
    readonly level: string;
    /** Whether a second warden had destroyed them too by then; nothing where the line says nothing of one. */
    readonly second?: 'current' | 'absent';
  };
  readonly stateGeneration: number;
  readonly roots: { readonly before: string; readonly after: string };
  /** The wardens that held the state, by number and public signing key in hexadecimal. */
  readonly wardens: readonly { readonly number: number; readonly sign: string }[];
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
  /** How many wait for this person's approval, by what this device knows; nobody is asked. */
  waiting(): Promise<number>;
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
  /** A reason was given and not asked for here; of pages only. */
  readonly givenReason?: GivenReason;
  readonly isVoid?: boolean;
  /** The words of its month, reason and purpose, were erased by rule: when. */
  readonly erasedAtMs?: number;
  /** Names that this device can read; never in anything that leaves it. */
  readonly names?: LineNames;
}

/** Names for the ids of a line. */
export interface LineNames {
  readonly person?: string;
  readonly clientCode?: string;
  readonly client?: string;
  /** In the order of `records`; empty text where it is not known. */
  readonly records?: readonly string[];
}

/** What lines of a ledger are wanted. */
export interface LineFilter {
  readonly ledger: VaultId;
  readonly person?: PersonId;
  readonly kinds?: readonly string[];
  readonly room?: RoomId;
  readonly record?: RecordId;
  readonly fromMs?: number;
  /** Exclusive. */
  readonly toMs?: number;
}

/** A page of lines, newest first. */
export interface LinePage {
  readonly lines: readonly LineRow[];
  /** Lines that fit the filter, of those that this device may read. */
  readonly total: number;
  /** Hand it in as `before` for the next page; absent at the end. */
  readonly before?: number;
}

/** Where a ledger stands. */
export interface LedgerStatus {
  readonly ledger: VaultId;
  readonly name?: string;
  readonly origin: string;
  readonly size: number;
  readonly root: string;
  /** Time of the newest entry that this device has folded; 0 if there is none. */
  readonly atMs: number;
  readonly isFresh: boolean;
  /** Names of the firm's witnesses that have signed `witnessedSize`; none: nobody but the operator vouches. */
  readonly witnesses: readonly string[];
  /** The newest head that enough of them have signed; 0: none yet. */
  readonly witnessedSize: number;
  /** Whether this person may read all lines, or only those of own rooms. */
  readonly readsAll: boolean;
}

/** A witness that a statement of the firm names. */
export interface WitnessRow {
  readonly name: string;
  readonly vkey: string;
  /** Since when the firm's statements name it, by the ledger's clock. */
  readonly sinceMs: number;
  /** When it signed the newest witnessed head, by its own clock; absent if it did not. */
  readonly signedAtMs?: number;
}

/** How the operator's server gets on with a witness, by its own word. */
export type WitnessState = 'unasked' | 'no-address' | 'cosigns' | 'unreachable' | 'refuses' | 'other-history';

/**
 * Who besides the operator vouches for a ledger's heads. `told`: what the server says, verified by the keys that the server names; no
 * statement of the firm names them, so it is no reason to say less than "nobody but the operator". `named`: by the firm's statement, verified here.
 */
export type Witnessing =
  | { readonly kind: 'operator-only' }
  | {
      readonly kind: 'told' | 'named';
      /** The newest head that enough witnesses cosigned; 0: none yet. */
      readonly size: number;
      /** When the last of them did, by its clock. */
      readonly atMs: number;
      /** The newest head of all has waited for them for over a minute, by the server's word. */
      readonly isLate: boolean;
      readonly witnesses: readonly {
        readonly name: string;
        readonly vkey: string;
        readonly atMs: number;
      }[];
    };

/** The firm's witnesses by its newest statement. */
export interface FirmWitnesses {
  readonly witnesses: readonly WitnessRow[];
  /** How many of them make a head witnessed; 0: none are named. */
  readonly quorum: number;
  /** How long this device goes on while heads lack them. */
  readonly waitHours: number;
  /** Whether this person may change them. */
  readonly mayName: boolean;
  readonly line?: LineReference;
  /** Key names of the witnesses that may read the entries of all ledgers, by the server's word; absent where it does not say. */
  readonly readers?: readonly string[];
  /** Where each ledger stands that this device follows, the office first. */
  readonly ledgers: readonly {
    readonly ledger: VaultId;
    readonly name?: string;
    readonly size: number;
    readonly witnessedSize: number;
    /** When the last of the quorum signed, by its clock; 0: never. */
    readonly atMs: number;
    /** Since when heads have waited, by this device's clock. */
    readonly waitingSinceMs?: number;
    /** Longer than `waitHours`: nothing is signed any more. */
    readonly isMissing: boolean;
    /** How far an authority stamped the time, by the server's word; absent where it keeps no stamp. */
    readonly stamped?: { readonly size: number; readonly atMs: number };
    /** How the server gets on with each; absent where it does not say. */
    readonly states?: readonly { readonly name: string; readonly state: WitnessState }[];
  }[];
}

export interface WitnessesModule {
  /** Who witnesses, and how far; brought up to date first. */
  list(): Promise<FirmWitnesses>;
  /** Key names of the witnesses that may read the entries of all ledgers, by the server's word. @throws the server's refusals */
  readers(): Promise<readonly string[]>;
  /**
   * States the whole list anew; an empty one ends all. `quorum` is by default more than half; `waitHours` as before, else 24.
   * @throws InputError INPUT_INVALID (vkeys, quorum, waitHours)
   */
  name(options: {
    readonly vkeys: readonly string[];
    readonly quorum?: number;
    readonly waitHours?: number;
  }): Promise<{ readonly line: LineReference; readonly isNew: boolean }>;
}

/** What showed this device that a ledger is not what it was. */
export interface HistoryAlarmRow {
  readonly id: string;
  readonly kind: 'forked' | 'went-back' | 'withheld' | 'unwitnessed';
  readonly ledger: VaultId;
  readonly atMs: number;
  readonly knownSize: number;
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
  /** Lines by filter, newest first, from this device's sealed copy, which is brought up to date first. */
  page(
    options: LineFilter & {
      /** Only lines before this index. */
      readonly before?: number;
      /** Default 100. */
      readonly count?: number;
      readonly withReasons?: boolean;
    },
  ): Promise<LinePage>;
  status(): Promise<LedgerStatus[]>;
  /** Who cosigns the heads of a ledger. @throws IntegrityError ANSWER_INVALID, LEDGER_FORKED */
  witnessing(options: { readonly ledger: VaultId }): Promise<Witnessing>;
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
  /** Writes the ledger in the tlog-tiles layout, with checkpoint, policy and what time stamps there are. */
  exportTo(options: {
    readonly ledger: VaultId;
    write(path: string, bytes: Uint8Array): Promise<void>;
  }): Promise<{ readonly files: number; readonly size: number }>;
  /**
   * A list of lines to take away, oldest first. With names it is a statement first, which needs the role `namer`.
   * @throws AccessError ENTRY_REFUSED without the role; LimitError LIMIT_EXCEEDED for more than 100,000 lines
   */
  report(options: LineFilter & { readonly withNames?: boolean }): Promise<LineReport>;
  /** C2SP tlog-policy text. */
  policy(ledger: VaultId): Promise<string>;
  /** How long the words of lines are kept, and the months whose time is over. */
  retention(): Promise<Retention>;
  /** @throws InputError INPUT_INVALID for less than the profession's minimum */
  setRetention(years: number): Promise<LineReference>;
  /** Proposes to erase all due months of these rooms, one disposal a room; without `rooms` wherever this person may. */
  proposeErasing(options?: { readonly rooms?: readonly RoomId[] }): Promise<readonly ProposedErasing[]>;
  /** Alarms that this device has saved, newest first. */
  alarms(): Promise<readonly HistoryAlarmRow[]>;
  /** One of them with the signed words that show it, as JSON text for others. @throws AccessError NOT_FOUND */
  alarmFile(id: string): Promise<string>;
}

/** A list of lines to take away. */
export interface LineReport {
  /** Without names and reasons unless a statement says that they are in it. */
  readonly lines: readonly LineRow[];
  /** Where the ledger stood. */
  readonly origin: string;
  readonly size: number;
  readonly root: string;
  readonly madeAtMs: number;
  readonly statement?: LineReference;
}

/** How long the words of lines are kept. */
export interface Retention {
  readonly years: number;
  /** Fewest years that this firm's profession allows. */
  readonly yearsMin: number;
  /** When it was stated; absent while the default of the profession holds. */
  readonly sinceMs?: number;
  /** Whether this person may state another time. */
  readonly maySet: boolean;
  /** Oldest first. */
  readonly due: readonly DueMonth[];
}

/** The words of a month whose time is over. */
export interface DueMonth {
  readonly ledger: VaultId;
  readonly room: RoomId;
  /** `YYYY-MM`. */
  readonly month: string;
  readonly record: RecordId;
  readonly state: 'due' | 'proposed' | 'held';
  /** Whether this person may propose it. */
  readonly mayPropose: boolean;
}

/** A disposal that erases months. */
export interface ProposedErasing {
  readonly disposal: DisposalId;
  readonly room: RoomId;
  readonly months: readonly string[];
  readonly line: LineReference;
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
  /**
   * What waits behind the code that a new device shows. Changes nothing in the firm; the request is this device's from now on.
   * @throws InputError ADOPTION_CODE_INVALID; AccessError ADOPTION_ENDED; IntegrityError ADOPTION_REFUSED; LimitError LIMIT_EXCEEDED
   */
  previewAdoption(code: string): Promise<AdoptionPreview>;
  /**
   * Signs the new device as one of this person's and hands it what it needs beside the password. `fingerprint` is the one that was
   * shown and compared. May be repeated after a cut.
   * @throws as previewAdoption; AccessError FINGERPRINT_MISMATCH
   */
  adopt(options: {
    readonly code: string;
    readonly fingerprint: string;
  }): Promise<{ readonly device: DeviceId }>;
  /** The person knows of a device that today told of. */
  acknowledge(device: DeviceId): Promise<void>;
}

/** A statement about the web application's code. */
export interface BundleRow {
  readonly number: number;
  /** SHA-256 of the canonical list of its files, in hexadecimal. */
  readonly hash: string;
  /** The smallest number that may still unlock. */
  readonly minimum: number;
  /** Who signed. */
  readonly person: PersonId;
  readonly line: LineReference;
}

/** What a bundle is by the firm's statements. `unknown`: no statement names it, or it has another hash than the one signed. */
export type BundleState = 'current' | 'known-older' | 'below-minimum' | 'unknown';

export interface BundlesModule {
  /**
   * States which code browsers are to be given. `number` grows with every release; `minimum` (default: as before) is the smallest
   * that may still unlock and never falls. The same number and hash again can only raise the minimum; with nothing to raise,
   * nothing is signed.
   * @throws ConflictError BUNDLE_NUMBER_TAKEN; AccessError BUNDLE_TOO_OLD if this device's own code would be locked out
   */
  publish(options: {
    readonly number: number;
    readonly hash: string;
    readonly minimum?: number;
  }): Promise<{ readonly line: LineReference; readonly isNew: boolean }>;
  /** The newest 16 statements, the one in force first. @throws AccessError HEADS_STALE */
  list(): Promise<BundleRow[]>;
  /** The statement in force. @throws AccessError HEADS_STALE */
  newest(): Promise<BundleRow | undefined>;
  /** @throws AccessError HEADS_STALE */
  check(bundle: { readonly number: number; readonly hash?: string }): Promise<BundleState>;
}

/** One thing that is not as it should be, or worth knowing. */
export interface Finding {
  readonly code: string;
  readonly severity: 'ok' | 'notice' | 'warning' | 'failure';
  readonly source: 'device' | 'server' | 'warden';
  readonly details: Readonly<Record<string, string | number>>;
}

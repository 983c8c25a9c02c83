// long: the whole contract between pages and the worker on one page, types only
/**
 * What pages may ask of the worker that holds the keys, and what it tells them. Keys, tokens and the device's storage stay in the
 * worker; a page gets what it shows and nothing else. Every call is a message with its path and arguments, so all arguments and
 * results are structured-cloneable: no functions, no signals. Progress arrives as events.
 * Failures arrive as StrongroomError with code and details; texts are in the catalogues (`error.<code>.title`, `.next`).
 */
import type {
  AdoptionState,
  ClientRow,
  Device,
  FirmRole,
  LedgerVerification,
  Purpose,
  RecordClass,
  RecordRow,
} from '@strongroom/device';
import type { DeviceId, PersonId, RecordId, RoomId, VaultId } from '@strongroom/core';
import type { Locale } from '@strongroom/texts';

/** Every function of T whose arguments and results can cross to a page, each answering a promise. */
export type Remote<T> = {
  readonly [K in keyof T]: T[K] extends (...args: infer A) => infer R
    ? (...args: A) => Promise<Awaited<R>>
    : T[K] extends object
      ? Remote<T[K]>
      : T[K];
};

/** Why a browser may be locked. */
export const lockReasons = ['asked', 'idle', 'closed', 'session-ended', 'cut-off'] as const;
/** Why this browser is locked. `closed`: it was closed, or lost its keys, while it was unlocked. */
export type LockReason = (typeof lockReasons)[number];

/** Where this browser stands. */
export type SessionState =
  /** The worker is reading what it has. */
  | { readonly kind: 'starting' }
  /** No device is enrolled in this browser. `isFirmThere` is false at a server's first run; absent while the server does not answer. */
  | { readonly kind: 'blank'; readonly isFirmThere?: boolean }
  | {
      readonly kind: 'locked';
      readonly reason: LockReason;
      readonly person: string;
      readonly personName?: string;
      readonly firmName?: string;
    }
  | {
      readonly kind: 'unlocked';
      readonly person: string;
      readonly device: string;
      readonly personName?: string;
      readonly firmName?: string;
      readonly roles: readonly FirmRole[];
      /** When this browser locks by itself if nobody touches it; milliseconds since 1970. */
      readonly locksAtMs: number;
      readonly idleLimitMs: number;
    };

/** A start that waits for the kit to be in the person's hands; see PendingStart of packages/device. */
export interface StartView {
  readonly kitText: string;
  readonly groups: readonly string[];
  readonly fingerprint: string;
  readonly person: string;
  readonly firm: string;
  /** Hexadecimal; absent in a first run until it is completed. */
  readonly root?: string;
  readonly askGroups: readonly [number, number];
}

/** What a browser shows that waits to be adopted. */
export interface AdoptionView {
  readonly code: string;
  readonly fingerprint: string;
  readonly endsAtMs: number;
}

/** First run, sign-in, locking. */
export interface SessionContract {
  state(): Promise<SessionState>;
  beginFirm(options: {
    readonly code: string;
    readonly firm: {
      readonly name: string;
      readonly language: Locale;
      readonly countries: readonly string[];
      readonly profession: string;
    };
    readonly person: { readonly name: string; readonly address?: string };
    readonly password: string;
  }): Promise<StartView>;
  beginEnrolment(options: { readonly code: string; readonly password: string }): Promise<StartView>;
  /** @throws InputError KIT_INVALID if a typed group is not the kit's. Unlocks; answers the firm's root in hexadecimal. */
  completeStart(answer: {
    readonly typedGroups: readonly [string, string];
  }): Promise<{ readonly root: string }>;
  discardStart(): Promise<void>;
  /** A further device, with password and printed kit; `root` in hexadecimal, from the kit. Unlocks. */
  addDevice(options: {
    readonly person: string;
    readonly password: string;
    readonly kit: string;
    readonly root: string;
  }): Promise<void>;
  /** Makes keys for this browser and a code for one of the person's devices to take; the one before is forgotten. */
  beginAdoption(options: { readonly name: string }): Promise<AdoptionView>;
  checkAdoption(): Promise<AdoptionState>;
  /** After the answer. Unlocks. */
  completeAdoption(options: { readonly password: string }): Promise<void>;
  discardAdoption(): Promise<void>;
  unlock(options: { readonly password: string }): Promise<void>;
  lock(): Promise<void>;
  /** Somebody is here: the idle clock begins anew. Cheap; pages call it at most every few seconds. */
  touch(): Promise<void>;
  /** Ends the session at the server and locks. */
  signOut(): Promise<void>;
  /** Removes everything of this device from this browser. The device stays named in the chain until it is cut off. */
  forgetDevice(): Promise<void>;
  setIdleLimit(minutes: number): Promise<void>;
  /** A page hands back, at its start, the sealed ticket it kept in its tab; see docs/spec/web.md. Answers whether it unlocked. */
  offerTicket(ticket: Uint8Array): Promise<boolean>;
}

/** Where one file of the upload queue stands. */
export type UploadState =
  | 'waiting'
  | 'sealing'
  | 'sending'
  | 'writing-line'
  | 'done'
  | 'paused'
  | 'offline'
  | 'failed'
  | 'needs-source';

/** One file of the upload queue. */
export interface UploadItem {
  readonly id: string;
  readonly room: RoomId;
  readonly name: string;
  readonly folder: readonly string[];
  readonly state: UploadState;
  /** Acknowledged by the server as durable. */
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly record?: RecordId;
  readonly line?: { readonly ledger: VaultId; readonly index: number };
  /** Set when this became a copy beside a newer version. */
  readonly conflictOf?: RecordId;
  readonly error?: { readonly code: string; readonly details: Readonly<Record<string, string | number>> };
}

/** A file to add, with the folders it lay in. */
export interface FileToAdd {
  readonly file: File;
  readonly folder: readonly string[];
}

/** An opened document in memory, verified whole before it is handed over. */
export interface OpenedFile {
  readonly name: string;
  readonly type: string;
  readonly sizeBytes: number;
  readonly version: number;
  readonly author: string;
  readonly bytes: Blob;
  readonly line: {
    readonly ledger: VaultId;
    readonly index: number;
    readonly hash: string;
    readonly atMs: number;
  };
  readonly receipt: string;
}

/** The label of a conflict copy whose content became the newest version of its original: nobody has to compare them any more. */
export const settledLabel = 'settled-as';

/** Documents in one zip file. */
export interface ZippedFiles {
  readonly bytes: Blob;
  readonly files: number;
  /** What could not be opened; the rest is in the file. */
  readonly refused: readonly { readonly record: RecordId; readonly code: string }[];
}

/** Adding and opening files. */
export interface FilesContract {
  add(options: {
    readonly room: RoomId;
    readonly files: readonly FileToAdd[];
    readonly class?: RecordClass;
  }): Promise<readonly string[]>;
  addVersion(options: {
    readonly room: RoomId;
    readonly record: RecordId;
    readonly base: number;
    readonly file: File;
  }): Promise<string>;
  queue(): Promise<readonly UploadItem[]>;
  /** Without an id: all of them. */
  pause(id?: string): Promise<void>;
  resume(id?: string): Promise<void>;
  /** Gives up and removes what was sent. */
  abandon(id: string): Promise<void>;
  /** Takes finished and abandoned files off the list. */
  clearDone(): Promise<void>;
  /** The same file again, for one that `needs-source`. @throws ConflictError SOURCE_CHANGED */
  provide(id: string, file: File): Promise<void>;
  open(options: {
    readonly record: RecordId;
    readonly version?: number;
    readonly purpose: Purpose;
    readonly reason?: string;
  }): Promise<OpenedFile>;
  /** A conflict copy's content becomes the next version of its original; two lines. @throws ConflictError VERSION_CONFLICT */
  makeNewest(options: {
    readonly copy: Pick<RecordRow, 'record' | 'version' | 'labels'>;
    readonly original: Pick<RecordRow, 'record' | 'version' | 'name'>;
  }): Promise<{ readonly version: number }>;
  /** Opens all and packs them, folders kept; one line for each. */
  zip(options: {
    /** Documents of rooms that this device follows, as the lists showed them. */
    readonly documents: readonly Pick<RecordRow, 'record' | 'folder' | 'modifiedAtMs'>[];
    readonly purpose: Purpose;
    readonly reason?: string;
  }): Promise<ZippedFiles>;
  /** A ledger, and the office's with it, each in a folder in the tlog-tiles layout with checkpoint and policy, packed. */
  exportLedger(options: { readonly ledger: VaultId }): Promise<Blob>;
}

/** What a column of a client list can hold. */
export type ImportField = 'name' | 'alias' | 'class' | 'country' | 'lead';

/** What is wrong with a line of a client list. The first three leave the line out; of the others the value alone is left out. */
export type ImportProblem =
  | 'name-missing'
  | 'name-too-long'
  | 'quote-broken'
  | 'alias-too-long'
  | 'class-unknown'
  | 'country-unknown'
  | 'lead-unknown';

/** Importing a client list. At most 10,000,000 bytes, 20,000 rows, 256 characters a name. */
export interface ImportContract {
  /**
   * Reads a CSV (UTF-8, UTF-16, Windows-1250/1252, GB18030), finds columns, checks rows; writes nothing. What is given (one of
   * `encodings`, a separator, a field or null for each column) is taken instead of the guess.
   * @throws InputError INPUT_INVALID for bytes that are no text in that encoding; LimitError LIMIT_EXCEEDED (`fileBytes`, `rows`)
   */
  readClients(options: {
    readonly bytes: Uint8Array;
    readonly encoding?: string;
    readonly separator?: string;
    readonly columns?: readonly (ImportField | null)[];
  }): Promise<ClientsFile>;
  /** Starts the import; progress arrives as `job` events under the answered id. A killed import goes on by itself, without doubles. */
  startClients(options: {
    readonly vault: VaultId;
    readonly rows: readonly ImportRow[];
  }): Promise<{ readonly job: string }>;
  /** What is added stays. */
  stop(job: string): Promise<void>;
}

/** A row to import. */
export interface ImportRow {
  readonly line: number;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly class?: RecordClass;
  /** Two letters each (ISO 3166). */
  readonly countries?: readonly string[];
  readonly lead?: PersonId;
  /** The lead as the file names him. */
  readonly leadName?: string;
}

/** What a client list holds, before anything is written. */
export interface ClientsFile {
  readonly encoding: string;
  /** What `encoding` may be given. */
  readonly encodings: readonly string[];
  readonly separator: string;
  readonly columns: readonly { readonly title: string; readonly field?: ImportField }[];
  readonly rows: readonly ImportRow[];
  readonly problems: readonly {
    readonly line: number;
    readonly code: ImportProblem;
    readonly value?: string;
  }[];
  /** Lines whose name is a client's already (`code`), or of a line before. */
  readonly doubles: readonly { readonly line: number; readonly code?: string }[];
}

/** The list of clients that a page holds: which one, and up to which change. */
export interface ClientsHad {
  readonly list: string;
  readonly change: number;
}

/** What differs between two states of the list of clients. Each row has a place, which stays its own as long as the list lives. */
export interface ClientChanges {
  /** Names the list of this unlock. */
  readonly list: string;
  /** These changes come after that one; after 0: all there is. */
  readonly from: number;
  readonly to: number;
  /** New rows, and those that are others now. */
  readonly rows: readonly ClientRow[];
  /** Of each of these rows. */
  readonly places: Uint32Array;
  /** Places whose rows are gone. */
  readonly gone: Uint32Array;
  /** Rows of the whole list whose name is known. */
  readonly namedCount: number;
  /** Rows of the whole list, those to come counted. */
  readonly totalCount: number;
  /** Every client is here that this browser knows of, with every name that it may have without asking. */
  readonly isWhole: boolean;
}

/** What a search among clients found. */
export interface ClientMatches {
  readonly list: string;
  /** Places in that list, best first. */
  readonly places: Uint32Array;
  /** False: not everything was decrypted yet, so there may be more. */
  readonly isComplete: boolean;
}

/** The device's own interface less what holds a stream or is the worker's business. Who this is, is in the session's state. */
type PageDevice = Omit<Device, 'me' | 'close' | 'endSession' | 'records' | 'ledger' | 'clients'> & {
  readonly clients: Omit<Device['clients'], 'addMany' | 'list'> & {
    /** `refresh` false answers at once what today's lease opens. */
    list(options?: { readonly vault?: VaultId; readonly refresh?: boolean }): Promise<ClientRow[]>;
    /**
     * What differs from the list that a page has, and all of it for one that has none. `refresh` false answers at once what today's
     * lease opens; then ask again without it. Rows that become known meanwhile arrive as `clients` events.
     */
    follow(options?: { readonly have?: ClientsHad; readonly refresh?: boolean }): Promise<ClientChanges>;
    /** All clients that `search` finds, best first: for lists that hold the rows already. */
    match(query: string): Promise<ClientMatches>;
  };
  readonly records: Omit<Device['records'], 'add' | 'addVersion' | 'open' | 'resume' | 'abandon' | 'pending'>;
  readonly ledger: Omit<Device['ledger'], 'verify' | 'exportTo'> & {
    /** Replays a ledger on this device; `progress` events of `verify` tell how far it is. */
    verify(options: { readonly ledger: VaultId }): Promise<LedgerVerification>;
  };
};

/** Everything a page may ask. */
export interface KeysContract {
  readonly session: SessionContract;
  readonly device: PageDevice;
  readonly files: FilesContract;
  readonly import: ImportContract;
  /** A stable id for a text that must not stand in an address, such as a folder's path; means nothing without this device's keys. */
  readonly opaque: { idOf(text: string): Promise<string>; textOf(id: string): Promise<string | undefined> };
  readonly connection: {
    state(): Promise<ConnectionState>;
    syncNow(): Promise<void>;
    /** The person knows of the new devices. */
    devicesSeen(): Promise<void>;
  };
}

/** The keys as pages see them. */
export type Keys = Remote<KeysContract>;

/** How fresh what is shown is. */
export interface ConnectionState {
  readonly kind: 'online' | 'offline';
  readonly sinceMs: number;
  /** The ledgers were verified at this time, with what the warden had signed lately; absent before the first sync. */
  readonly syncedAtMs?: number;
  /** Uploads and writing wait while offline. */
  readonly isWardenSeparate?: boolean;
  readonly wardenState?: 'ready' | 'waiting' | 'gone';
  /** The firm no longer lets code of this number unlock: the page is to be loaded anew. */
  readonly isCodeOld?: true;
  /** Devices that were added to this person's account and that nobody here has owned up to. */
  readonly newDevices?: readonly DeviceId[];
}

/** What the worker says without being asked. */
export type KeysEvent =
  | { readonly event: 'session'; readonly state: SessionState }
  /** Ask again for what is shown: of this device's own writes the areas are named; without them anything may have changed. */
  | { readonly event: 'changed'; readonly areas?: readonly string[] }
  | { readonly event: 'uploads'; readonly items: readonly UploadItem[] }
  | { readonly event: 'connection'; readonly state: ConnectionState }
  | {
      readonly event: 'job';
      readonly job: string;
      readonly done: number;
      readonly total: number;
      readonly state: 'running' | 'done' | 'failed' | 'stopped';
      readonly rows?: readonly {
        readonly line: number;
        readonly name: string;
        readonly code?: string;
        readonly error?: string;
      }[];
      readonly error?: string;
    }
  /** Clients as they become known; see `clients.follow`. */
  | { readonly event: 'clients'; readonly changes: ClientChanges }
  /** Names that are missing are not to be had before this time; absent: no longer held. The worker asks for them by itself. */
  | { readonly event: 'clients-held'; readonly untilMs?: number }
  /** How far a call under way is: bytes, or entries of a ledger. `id` is the record or the ledger. */
  | {
      readonly event: 'progress';
      readonly of: 'open' | 'zip' | 'verify';
      readonly id: string;
      readonly done: number;
      readonly total: number;
    }
  /** A newer build of this app has taken the keys over: load the page anew. */
  | { readonly event: 'replaced' }
  /** A ticket for the tab to keep, so that a reload stays unlocked; empty: forget it. */
  | { readonly event: 'ticket'; readonly ticket: Uint8Array };

export type { FirmRole, Purpose, RecordClass };

/** What travels over the warden's socket, one type per operation and direction (docs/spec/requests.md section 5). */

/** The version `hello` must name. */
export const wardenProtocol = 1;

/** The operations, as they are named in a frame. */
export const wardenOps = [
  'hello',
  'prepare-ledger',
  'append',
  'slots',
  'intake',
  'seal',
  'heads',
  'tick',
  'sweep',
  'status',
  'confirm-clock',
  'promote',
] as const;

/** The name of an operation. */
export type WardenOp = (typeof wardenOps)[number];

/** Where a ledger stands. */
export type LedgerPosition = {
  /** The vault's id; the office's reserved id for the office. */
  readonly ledger: string;
  readonly edition: number;
  readonly size: number;
  /** The root at that size, 32 bytes. */
  readonly root: Uint8Array;
  /** Other bytes were offered for an index that was appended before; nothing is released until a restore. */
  readonly isForked: boolean;
};

/** Under which key a ledger's heads are signed. */
export type HeadKey = { readonly ledger: string; readonly key: Uint8Array };

/** A standby answers no server; a fenced one nobody: another warden has taken its place. */
export type WardenPlace = 'active' | 'standby' | 'fenced';

/** How well an erased state key is gone: file, hardware, split (warden.md). */
export type StateKeyLevel = 'L0' | 'L1' | 'L2';

export type HelloAnswer = {
  /** The warden's number in the firm. */
  readonly warden: number;
  readonly role: WardenPlace;
  /** Ed25519 key of heads, intake keys and the warden's own entries, 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly ledgers: readonly LedgerPosition[];
  /** Ed25519 keys under which this warden signs the heads of each ledger, 32 bytes. */
  readonly headKeys: readonly HeadKey[];
  readonly level: StateKeyLevel;
  /** The warden's clock. */
  readonly timeMs: number;
  /** No ledger holds an entry. */
  readonly isFresh: boolean;
};

export type PrepareLedgerRequest = {
  readonly ledger: string;
  /** Needed when `ledger` is the office, else not given. */
  readonly firm?: string;
  /** A first run begins: while nothing is written, this firm takes the place of one that was prepared and left. */
  readonly isAnew?: boolean;
};
export type PrepareLedgerAnswer = {
  readonly vkey: string;
  readonly origin: string;
  /** Of a vault: the office's ledger key introduces this one to witnesses (docs/spec/witness.md section 2). */
  readonly introduction?: string;
};

/** A row of a list request: record, version, slot, Hw. */
export type ListRow = readonly [record: string, version: number, slot: number, wrapContextHash: Uint8Array];

/** An entry with what the warden needs to act on it. */
export type AppendItem = {
  readonly entry: Uint8Array;
  /** salt (32) ‖ payload bytes; needed for lines made from a signed request. */
  readonly payload?: Uint8Array;
  /** Sealed wraps in the order of the parts; for a list in the order of `rows`. */
  readonly wraps?: readonly Uint8Array[];
  readonly rows?: readonly ListRow[];
  /** For `disposal.approved`: the sealed wrap of each item of the proposal, in its order. */
  readonly sealed?: readonly Uint8Array[];
};
export type AppendRequest = {
  readonly ledger: string;
  /** Index of the first item. */
  readonly from: number;
  readonly items: readonly AppendItem[];
  /** Sets of chains whose heads are to come with the answer. */
  readonly heads?: readonly (readonly string[])[];
  /** A head of this ledger that the firm's witnesses cosigned: what is held back for it is given where it reaches. */
  readonly witnessed?: CosignedNote;
};

/** A signed note with cosignatures, and the proof that the ledger, as it is with the last item, begins with it. */
export type CosignedNote = { readonly note: string; readonly proof: readonly Uint8Array[] };

export type AppendResult = {
  readonly index: number;
  /** The entry is void, with the reason. It keeps its index. */
  readonly void?: string;
  /** The entry holds, but nothing was released, with the reason; the same request may be sent again. */
  readonly withheld?: string;
  /** HPKE sealed to the request's key (bytes.md section 9). */
  readonly release?: Uint8Array;
};

/** An entry of the warden that waits for an index. */
export type OwnEntry = { readonly ledger: string; readonly body: Uint8Array; readonly signature: Uint8Array };

export type AppendAnswer = {
  readonly size: number;
  readonly root: Uint8Array;
  /** Signed note. */
  readonly checkpoint: string;
  readonly origin: string;
  readonly results: readonly AppendResult[];
  /** Own entries of this ledger that have not come back. */
  readonly own: readonly OwnEntry[];
  /**
   * Signed heads of each set that was asked for (requests.md section 3), with the last item in the ledger. Not there when none
   * were asked for, or the office is forked: then `heads` says so.
   */
  readonly heads?: readonly Uint8Array[];
};

export type SlotsRequest = {
  readonly vault: string;
  readonly room: string;
  /** Expiry hour since 2026-01-01T00:00Z; 0 is permanent. */
  readonly hour: number;
  readonly count: number;
};
export type SlotsAnswer = { readonly first: number; readonly count: number };

export type IntakeKey = {
  /** X-Wing public key, 1,216 bytes. */
  readonly pk: Uint8Array;
  readonly from: number;
  readonly until: number;
  /** Label `intake` over cbor([vault, pk, from, until]). */
  readonly signature: Uint8Array;
};
export type IntakeAnswer = { readonly keys: readonly IntakeKey[] };

/** The fields of sctx beside the vault (bytes.md section 7), and the intake box. */
export type SealItem = {
  readonly slot: number;
  readonly record: string;
  readonly version: number;
  readonly part: string;
  readonly room: string;
  readonly wrapContextHash: Uint8Array;
  readonly box: Uint8Array;
};
export type SealRequest = { readonly vault: string; readonly items: readonly SealItem[] };
/** A sealed wrap (76 bytes), or why there is none. */
export type SealResult = { readonly sealed: Uint8Array } | { readonly code: string };
export type SealAnswer = { readonly results: readonly SealResult[] };

export type HeadsRequest = { readonly ledger: string; readonly chains: readonly string[] };
/** requests.md section 3. */
export type HeadsAnswer = { readonly heads: Uint8Array };

export type TickAnswer = {
  /** Own entries of all ledgers that have not come back, oldest first. */
  readonly own: readonly OwnEntry[];
  /** When the warden next has something to do by its own clock; null for nothing. */
  readonly nextDueAtMs: number | null;
};

export type DisposalState = 'waiting' | 'intending' | 'intended' | 'destroyed' | 'stopping';
export type DisposalStatus = {
  readonly vault: string;
  readonly disposal: string;
  readonly state: DisposalState;
  readonly itemCount: number;
  readonly dueAtMs: number;
};

/** Where wraps lie by a restored database. */
export type SweepItem = readonly [room: string, record: string, version: number, part: string, slot: number];
export type SweepRequest = { readonly vault: string; readonly items: readonly SweepItem[] };
/** How many of them are said to be destroyed by entries that are on their way. */
export type SweepAnswer = { readonly found: number };

/** How the disaster copy is. */
export type CopyStatus = {
  /** The newest; null before the first. */
  readonly madeAtMs: number | null;
  readonly sizeBytes: number;
  /** Its key lies in a folder of its own. */
  readonly isKeyApart: boolean;
  /** Since when something that was destroyed is still in it. */
  readonly waitingSinceMs: number | null;
  /** Code of the last attempt, where it failed. */
  readonly failure: string | null;
};

export type StatusAnswer = {
  readonly warden: number;
  readonly role: WardenPlace;
  /** How the standby is, as this warden knows it. */
  readonly standby: 'none' | 'joining' | 'current' | 'gone' | 'refused';
  /** It refused this warden, or listened to another one, and no joining has ended well since: nobody is answered, over restarts. */
  readonly isRefusalKept: boolean;
  /** Null: none is set. */
  readonly copy: CopyStatus | null;
  readonly level: StateKeyLevel;
  readonly timeMs: number;
  readonly isClockTrusted: boolean;
  readonly isTestControlled: boolean;
  readonly generation: number;
  readonly fileSystem: string;
  readonly ownOutstanding: number;
  readonly journalBytes: number;
  readonly seeds: number;
  readonly pages: number;
  readonly disposals: readonly DisposalStatus[];
  readonly counters: Readonly<Record<string, number>>;
};

/** The statement of a promotion, as it was signed (docs/spec/warden.md section 11). */
export type PromoteRequest = {
  readonly body: Uint8Array;
  readonly signer: string;
  readonly signature: Uint8Array;
  /** Of what the standby has not seen, the entries that its warden found void, by lines of that warden. */
  readonly voids: readonly { readonly ledger: string; readonly indexes: readonly number[] }[];
};
export type PromoteAnswer = { readonly warden: number };

/** Request and answer of each operation. */
export type WardenContract = {
  readonly hello: { readonly request: { readonly protocol: number }; readonly answer: HelloAnswer };
  readonly 'prepare-ledger': { readonly request: PrepareLedgerRequest; readonly answer: PrepareLedgerAnswer };
  readonly append: { readonly request: AppendRequest; readonly answer: AppendAnswer };
  readonly slots: { readonly request: SlotsRequest; readonly answer: SlotsAnswer };
  readonly intake: { readonly request: { readonly vault: string }; readonly answer: IntakeAnswer };
  readonly seal: { readonly request: SealRequest; readonly answer: SealAnswer };
  readonly heads: { readonly request: HeadsRequest; readonly answer: HeadsAnswer };
  readonly tick: { readonly request: Record<string, never>; readonly answer: TickAnswer };
  readonly sweep: { readonly request: SweepRequest; readonly answer: SweepAnswer };
  readonly status: { readonly request: Record<string, never>; readonly answer: StatusAnswer };
  readonly 'confirm-clock': {
    readonly request: { readonly timeMs: number };
    readonly answer: Record<string, never>;
  };
  readonly promote: { readonly request: PromoteRequest; readonly answer: PromoteAnswer };
};

export type RequestOf<O extends WardenOp> = WardenContract[O]['request'];
export type AnswerOf<O extends WardenOp> = WardenContract[O]['answer'];

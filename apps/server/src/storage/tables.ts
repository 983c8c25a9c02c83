/**
 * The tables as kysely sees them. Integers, text and blobs only; instants are milliseconds; ids are text. The office database
 * has all tables of a vault and its own, because the office has rooms, slots and records like a vault.
 * What each column may hold is in `column-classes.ts`, printed into docs/spec/server.md.
 */

/** One row an entry of the ledger, in the order that the sequencer gave. */
export interface EntriesTable {
  position: number;
  at_ms: number;
  kind: string;
  entry: Uint8Array;
  entry_hash: Uint8Array;
  body_hash: Uint8Array;
  void_code: string | null;
}

/** The numbers that applied entries have in chains; a `shared` line has two. */
export interface ChainPlacesTable {
  chain: string;
  number: number;
  position: number;
}

/** Which rooms an entry names, for the lines of a room. */
export interface EntryRoomsTable {
  room: string;
  position: number;
}

/** Which records an entry names. */
export interface EntryRecordsTable {
  record: string;
  position: number;
}

/** Salted payloads, erasable apart from the entry. */
export interface PayloadsTable {
  position: number;
  salt: Uint8Array;
  payload: Uint8Array;
}

/** Hash tiles of the ledger (C2SP tlog-tiles). */
export interface TilesTable {
  level: number;
  tile: number;
  hashes: Uint8Array;
}

/** Sealed bundles that statements name by hash. */
export interface AttachmentsTable {
  hash: Uint8Array;
  bytes: Uint8Array;
  position: number;
}

/** Which signed request became which line; a pair is answered once. */
export interface RequestsTable {
  device: string;
  nonce: Uint8Array;
  request_hash: Uint8Array;
  position: number;
  is_released: number;
  at_ms: number;
}

export interface ClientsTable {
  code: string;
  room: string;
}

export interface SlotBlocksTable {
  first: number;
  count: number;
  room: string;
  device: string;
  at_ms: number;
}

export interface UploadsTable {
  upload: string;
  room: string;
  person: string;
  size_bytes: number;
  created_ms: number;
}

export interface UploadPartsTable {
  upload: string;
  part: number;
  size_bytes: number;
  leaf_hashes: Uint8Array;
}

export interface VersionsTable {
  record: string;
  version: number;
  room: string;
  position: number;
  header_hash: Uint8Array;
  header: Uint8Array;
  card: Uint8Array;
  card_proof: Uint8Array;
  leaf_hashes: Uint8Array;
  /** The upload that became the body, which also names its file. */
  upload: string | null;
  body_bytes: number | null;
}

export interface WrapsTable {
  slot: number;
  room: string;
  record: string;
  version: number;
  part: string;
  wctx_hash: Uint8Array;
  sealed: Uint8Array;
}

/** The newest head that a witness (its vkey) cosigned; `quorum`: the newest that enough of them have. */
export interface CosignedHeadsTable {
  witness: string;
  size: number;
  /** With the cosignatures. */
  note: string;
  at_ms: number;
}

/** Checkpoints that a time-stamp authority stamped. */
export interface TimeStampsTable {
  size: number;
  /** As the warden signed it. */
  note: string;
  /** The authority's answer. */
  answer: Uint8Array;
  at_ms: number;
}

/** A device's cache key of a room, sealed by the warden. */
export interface CacheKeysTable {
  device: string;
  room: string;
  slot: number;
  wctx_hash: Uint8Array;
  sealed: Uint8Array;
  /** When it was last released; kept when another key takes its place. */
  leased_ms: number | null;
}

export interface KeyringsTable {
  person: string;
  number: number;
  bytes: Uint8Array;
}

/** How many refusals of a device in an hour were only counted, not yet a line. */
export interface RefusalCountsTable {
  device: string;
  hour: number;
  lines: number;
  counted: number;
  flushed: number;
}

/** The tables of every vault, the office's included. */
export interface VaultTables {
  entries: EntriesTable;
  chain_places: ChainPlacesTable;
  entry_rooms: EntryRoomsTable;
  entry_records: EntryRecordsTable;
  payloads: PayloadsTable;
  tiles: TilesTable;
  attachments: AttachmentsTable;
  requests: RequestsTable;
  clients: ClientsTable;
  slot_blocks: SlotBlocksTable;
  uploads: UploadsTable;
  upload_parts: UploadPartsTable;
  versions: VersionsTable;
  wraps: WrapsTable;
  cache_keys: CacheKeysTable;
  keyrings: KeyringsTable;
  refusal_counts: RefusalCountsTable;
  cosigned_heads: CosignedHeadsTable;
  time_stamps: TimeStampsTable;
}

/** The firm's few facts that are not in a ledger: origin and key of the office, kept as text by name. */
export interface FactsTable {
  name: string;
  bytes: Uint8Array;
}

export interface FirstRunCodesTable {
  code_hash: Uint8Array;
  expires_ms: number;
}

export interface PasswordsTable {
  person: string;
  unlock: string;
  record: string;
}

export interface KitHalvesTable {
  person: string;
  unlock: string;
  half: Uint8Array;
}

export interface SessionsTable {
  token_hash: Uint8Array;
  device: string;
  person: string;
  created_ms: number;
  used_ms: number;
}

export interface VaultsTable {
  vault: string;
  origin: string;
  vkey: string;
  is_open: number;
  created_ms: number;
}

/** The tables of the office. */
export interface OfficeTables extends VaultTables {
  facts: FactsTable;
  first_run_codes: FirstRunCodesTable;
  passwords: PasswordsTable;
  kit_halves: KitHalvesTable;
  sessions: SessionsTable;
  vaults: VaultsTable;
}

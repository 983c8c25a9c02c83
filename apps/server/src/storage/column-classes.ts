/**
 * What each column may hold: the normative table "what the server knows". `public` says nothing about a person,
 * `pseudonymous` is a random id, a role, a size or a time, `sealed` is ciphertext that the server cannot open, `secret` is
 * material that only the server uses. A column without a class fails the test that prints docs/spec/server.md.
 */

/** The class of a column. */
export type ColumnClass = 'public' | 'pseudonymous' | 'sealed' | 'secret';

const ledgerColumns = {
  schema_versions: { name: 'public', version: 'public' },
  entries: {
    position: 'public',
    at_ms: 'pseudonymous',
    kind: 'pseudonymous',
    entry: 'pseudonymous',
    entry_hash: 'public',
    body_hash: 'public',
    void_code: 'public',
  },
  chain_places: { chain: 'pseudonymous', number: 'public', position: 'public' },
  entry_rooms: { room: 'pseudonymous', position: 'public' },
  entry_records: { record: 'pseudonymous', position: 'public' },
  payloads: { position: 'public', salt: 'public', payload: 'pseudonymous' },
  tiles: { level: 'public', tile: 'public', hashes: 'public' },
  attachments: { hash: 'public', bytes: 'sealed', position: 'public' },
  requests: {
    device: 'pseudonymous',
    nonce: 'public',
    request_hash: 'public',
    position: 'public',
    is_released: 'pseudonymous',
    at_ms: 'pseudonymous',
  },
  clients: { code: 'pseudonymous', room: 'pseudonymous' },
  slot_blocks: {
    first: 'public',
    count: 'public',
    room: 'pseudonymous',
    device: 'pseudonymous',
    at_ms: 'pseudonymous',
  },
  uploads: {
    upload: 'pseudonymous',
    room: 'pseudonymous',
    person: 'pseudonymous',
    size_bytes: 'pseudonymous',
    created_ms: 'pseudonymous',
  },
  upload_parts: {
    upload: 'pseudonymous',
    part: 'public',
    size_bytes: 'pseudonymous',
    leaf_hashes: 'public',
  },
  versions: {
    record: 'pseudonymous',
    version: 'public',
    room: 'pseudonymous',
    position: 'public',
    header_hash: 'public',
    header: 'pseudonymous',
    card: 'sealed',
    card_proof: 'public',
    leaf_hashes: 'public',
    upload: 'pseudonymous',
    body_bytes: 'pseudonymous',
  },
  wraps: {
    slot: 'public',
    room: 'pseudonymous',
    record: 'pseudonymous',
    version: 'public',
    part: 'public',
    wctx_hash: 'public',
    sealed: 'sealed',
  },
  cache_keys: {
    device: 'pseudonymous',
    room: 'pseudonymous',
    slot: 'public',
    wctx_hash: 'public',
    sealed: 'sealed',
    leased_ms: 'pseudonymous',
  },
  keyrings: { person: 'pseudonymous', number: 'public', bytes: 'sealed' },
  refusal_counts: {
    device: 'pseudonymous',
    hour: 'pseudonymous',
    lines: 'pseudonymous',
    counted: 'pseudonymous',
    flushed: 'pseudonymous',
  },
  cosigned_heads: { witness: 'public', size: 'public', note: 'public', at_ms: 'pseudonymous' },
  time_stamps: { size: 'public', note: 'public', answer: 'public', at_ms: 'pseudonymous' },
} as const;

/** Classes of the columns of a vault database. */
export const vaultColumnClasses: Readonly<Record<string, Readonly<Record<string, ColumnClass>>>> =
  ledgerColumns;

/** Classes of the columns of the office database. */
export const officeColumnClasses: Readonly<Record<string, Readonly<Record<string, ColumnClass>>>> = {
  ...ledgerColumns,
  facts: { name: 'public', bytes: 'public' },
  first_run_codes: { code_hash: 'secret', expires_ms: 'public' },
  passwords: { person: 'pseudonymous', unlock: 'pseudonymous', record: 'secret' },
  kit_halves: { person: 'pseudonymous', unlock: 'pseudonymous', half: 'secret' },
  sessions: {
    token_hash: 'secret',
    device: 'pseudonymous',
    person: 'pseudonymous',
    created_ms: 'pseudonymous',
    used_ms: 'pseudonymous',
  },
  vaults: {
    vault: 'pseudonymous',
    origin: 'public',
    vkey: 'public',
    is_open: 'public',
    created_ms: 'pseudonymous',
  },
};

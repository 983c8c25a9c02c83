/**
 * Forward-only migrations, one set per kind of database. The office database takes both sets. A migration is SQL text and
 * never changes once released: the next change is the next number. They import nothing that moves.
 */
import type { DatabaseSync } from 'node:sqlite';
import { DependencyError } from '@strongroom/core';

/** A set of migrations; element 0 leads from nothing to version 1. */
export type MigrationSet = { readonly name: 'vault' | 'office'; readonly steps: readonly string[] };

/** What every vault has, the office included. */
export const vaultMigrations: MigrationSet = {
  name: 'vault',
  steps: [
    `
    create table entries (
      position integer primary key,
      at_ms integer not null,
      kind text not null,
      entry blob not null,
      entry_hash blob not null,
      body_hash blob not null,
      void_code text
    ) strict;
    create index entries_body on entries (body_hash);
    create index entries_hash on entries (entry_hash);
    create index entries_kind on entries (kind, position);
    create table chain_places (chain text not null, number integer not null,
      position integer not null references entries (position),
      primary key (chain, number)) strict, without rowid;
    create index chain_places_position on chain_places (position);
    create table entry_rooms (room text not null, position integer not null references entries (position),
      primary key (room, position)) strict, without rowid;
    create table entry_records (record text not null, position integer not null references entries (position),
      primary key (record, position)) strict, without rowid;
    create table payloads (
      position integer primary key references entries (position),
      salt blob not null,
      payload blob not null
    ) strict;
    create table tiles (level integer not null, tile integer not null, hashes blob not null,
      primary key (level, tile)) strict, without rowid;
    create table attachments (hash blob primary key, bytes blob not null,
      position integer not null references entries (position)) strict;
    create table requests (
      device text not null,
      nonce blob not null,
      request_hash blob not null,
      position integer not null references entries (position),
      is_released integer not null,
      at_ms integer not null,
      primary key (device, nonce)
    ) strict, without rowid;
    create table clients (code text primary key, room text not null unique) strict, without rowid;
    create table slot_blocks (first integer primary key, count integer not null, room text not null,
      device text not null, at_ms integer not null) strict;
    create index slot_blocks_room on slot_blocks (room);
    create table uploads (upload text primary key, room text not null, person text not null,
      size_bytes integer not null, created_ms integer not null) strict, without rowid;
    create table upload_parts (
      upload text not null references uploads (upload) on delete cascade,
      part integer not null,
      size_bytes integer not null,
      leaf_hashes blob not null,
      primary key (upload, part)
    ) strict, without rowid;
    create table versions (
      record text not null,
      version integer not null,
      room text not null,
      position integer not null references entries (position),
      header_hash blob not null,
      header blob not null,
      card blob not null,
      card_proof blob not null,
      leaf_hashes blob not null,
      upload text unique,
      body_bytes integer,
      primary key (record, version)
    ) strict;
    create index versions_room on versions (room, position);
    create table wraps (
      slot integer primary key,
      room text not null,
      record text not null,
      version integer not null,
      part text not null,
      wctx_hash blob not null,
      sealed blob not null
    ) strict;
    create index wraps_record on wraps (record, version);
    create index wraps_room on wraps (room, part, slot);
    create table keyrings (person text primary key, number integer not null, bytes blob not null) strict, without rowid;
    create table refusal_counts (device text not null, hour integer not null, lines integer not null,
      counted integer not null, flushed integer not null, primary key (device, hour)) strict, without rowid;
    `,
    `
    create table cache_keys (
      device text not null,
      room text not null,
      slot integer not null unique,
      wctx_hash blob not null,
      sealed blob not null,
      leased_ms integer,
      primary key (device, room)
    ) strict;
    `,
    `
    create table cosigned_heads (witness text primary key, size integer not null, note text not null,
      at_ms integer not null) strict, without rowid;
    `,
    // An entry is written after the rows that name it: without these each of them is gone through for every entry.
    `
    create index entry_rooms_position on entry_rooms (position);
    create index entry_records_position on entry_records (position);
    create index attachments_position on attachments (position);
    create index requests_position on requests (position);
    create index versions_position on versions (position);
    `,
    `
    create table time_stamps (size integer primary key, note text not null, answer blob not null,
      at_ms integer not null) strict;
    `,
  ],
};

/** What the office has besides. */
export const officeMigrations: MigrationSet = {
  name: 'office',
  steps: [
    `
    create table facts (name text primary key, bytes blob not null) strict, without rowid;
    create table first_run_codes (code_hash blob primary key, expires_ms integer not null) strict, without rowid;
    create table passwords (person text primary key, unlock text not null, record text not null) strict, without rowid;
    create table kit_halves (person text primary key, unlock text not null, half blob not null) strict, without rowid;
    create table sessions (token_hash blob primary key, device text not null, person text not null,
      created_ms integer not null, used_ms integer not null) strict, without rowid;
    create index sessions_person on sessions (person);
    create table vaults (vault text primary key, origin text not null, vkey text not null,
      is_open integer not null, created_ms integer not null) strict, without rowid;
    `,
  ],
};

/**
 * Brings a database to the newest version of the given sets, each step in a transaction of its own.
 * @param versionsMax stops earlier; for tests that start from an earlier version
 * @throws DependencyError DATABASE_NEWER when the file was written by a later Strongroom
 */
export function migrate(
  handle: DatabaseSync,
  sets: readonly MigrationSet[],
  versionsMax: Readonly<Record<string, number>> = {},
): void {
  handle.exec(
    'create table if not exists schema_versions (name text primary key, version integer not null) strict',
  );
  for (const set of sets) {
    const row = handle.prepare('select version from schema_versions where name = ?').get(set.name);
    let version = Number(row?.['version'] ?? 0);
    if (version > set.steps.length) throw new DependencyError('DATABASE_NEWER', { version });
    const last = Math.min(versionsMax[set.name] ?? set.steps.length, set.steps.length);
    while (version < last) {
      handle.exec('begin immediate');
      try {
        handle.exec(set.steps[version] ?? '');
        version += 1;
        handle
          .prepare(
            'insert into schema_versions (name, version) values (?, ?) on conflict (name) do update set version = excluded.version',
          )
          .run(set.name, version);
        handle.exec('commit');
      } catch (cause) {
        handle.exec('rollback');
        throw cause;
      }
    }
  }
}

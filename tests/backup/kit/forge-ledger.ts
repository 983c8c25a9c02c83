/** What whoever writes to a backup's target can do to a ledger in it: entries exchanged or left out, everything made to fit again. */
import { DatabaseSync } from 'node:sqlite';
import { decodeEntry, encodeBody, encodeEntry } from '@strongroom/authority';
import { officeId } from '@strongroom/core';
import type { DeviceId, PersonId, VaultId } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import { appendLeaves, leafHash, RightEdge } from '@strongroom/ledger';

const engine = createNodeEngine();

/** Changes the entries of a database; hashes, rows and tiles follow. */
export function forgeLedger(path: string, change: (entries: Uint8Array[]) => Uint8Array[]): void {
  const database = new DatabaseSync(path);
  try {
    const before = listEntries(database);
    const entries = change([...before]);
    database.exec('pragma foreign_keys = off');
    database.prepare('delete from entries where position >= ?').run(entries.length);
    for (const [position, entry] of entries.entries()) {
      const hash = leafHash(engine, entry);
      if (Buffer.compare(before[position] ?? new Uint8Array(0), entry) === 0) continue;
      const { body } = decodeEntry(entry);
      database
        .prepare(
          'update entries set kind = ?, entry = ?, entry_hash = ?, void_code = null where position = ?',
        )
        .run(body.k, entry, hash, position);
      for (const table of ['chain_places', 'entry_rooms', 'payloads'])
        database.prepare(`delete from ${table} where position = ?`).run(position);
    }
    for (const table of ['chain_places', 'entry_rooms', 'payloads'])
      database.prepare(`delete from ${table} where position >= ?`).run(entries.length);
    database.exec('delete from tiles');
    const select = database.prepare('select hashes from tiles where level = ? and tile = ?');
    const insert = database.prepare('insert or replace into tiles (level, tile, hashes) values (?, ?, ?)');
    const tiles = {
      readTile: (level: number, index: number) =>
        select.get(level, index)?.['hashes'] as Uint8Array | undefined,
      writeTile: (level: number, index: number, bytes: Uint8Array) => void insert.run(level, index, bytes),
    };
    appendLeaves(
      tiles,
      RightEdge.create(engine),
      entries.map((entry) => leafHash(engine, entry)),
    );
  } finally {
    database.close();
  }
}

/** The entries of a database. */
export function readLedger(path: string): Uint8Array[] {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return listEntries(database);
  } finally {
    database.close();
  }
}

function listEntries(database: DatabaseSync): Uint8Array[] {
  return database
    .prepare('select entry from entries order by position')
    .all()
    .map((row) => new Uint8Array(row['entry'] as Uint8Array));
}

/** A line that nobody signs, as old as an entry that it stands for. */
export function signedInLike(entry: Uint8Array, device: DeviceId, person: PersonId): Uint8Array {
  const { officeSize, atMs } = decodeEntry(entry);
  const body = encodeBody({ k: 'signed-in', l: officeId, d: device, person, ok: true });
  return encodeEntry({ officeSize, atMs, body, sigs: [], payload: null });
}

/** The same for a vault. */
export function refusedLike(entry: Uint8Array, vault: VaultId): Uint8Array {
  const { officeSize, atMs } = decodeEntry(entry);
  const body = encodeBody({ k: 'refused', l: vault, code: 'ACCESS_DENIED', of: 'open', count: 1 });
  return encodeEntry({ officeSize, atMs, body, sigs: [], payload: null });
}

/** Where the newest entry of a kind lies. */
export function findKind(entries: readonly Uint8Array[], kind: string): number {
  return entries.findLastIndex((entry) => decodeEntry(entry).body.k === kind);
}

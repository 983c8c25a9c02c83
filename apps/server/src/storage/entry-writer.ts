/**
 * The rows that every entry gets, through statements prepared once: they are most of what an opening writes. Synchronous, on
 * the handle of the transaction that it is handed out with.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Insertable } from 'kysely';
import type { VaultTables } from './tables.ts';

/** Inserts rows of entries. Valid within the transaction only. */
export interface EntryWriter {
  insertEntry(row: Insertable<VaultTables['entries']>): void;
  insertPayload(row: Insertable<VaultTables['payloads']>): void;
  insertPlace(row: Insertable<VaultTables['chain_places']>): void;
  insertRoom(row: Insertable<VaultTables['entry_rooms']>): void;
  insertRecord(row: Insertable<VaultTables['entry_records']>): void;
}

export function createEntryWriter(handle: DatabaseSync): EntryWriter {
  const entry = handle.prepare(
    'insert into entries (position, at_ms, kind, entry, entry_hash, body_hash, void_code) values (?, ?, ?, ?, ?, ?, ?)',
  );
  const payload = handle.prepare('insert into payloads (position, salt, payload) values (?, ?, ?)');
  const place = handle.prepare('insert into chain_places (chain, number, position) values (?, ?, ?)');
  const room = handle.prepare('insert into entry_rooms (room, position) values (?, ?)');
  const record = handle.prepare('insert into entry_records (record, position) values (?, ?)');
  return {
    insertEntry(row) {
      const { position, at_ms, kind, entry_hash, body_hash, void_code } = row;
      entry.run(position, at_ms, kind, row.entry, entry_hash, body_hash, void_code ?? null);
    },
    insertPayload: ({ position, salt, payload: bytes }) => void payload.run(position, salt, bytes),
    insertPlace: ({ chain, number, position }) => void place.run(chain, number, position),
    insertRoom: ({ room: name, position }) => void room.run(name, position),
    insertRecord: ({ record: name, position }) => void record.run(name, position),
  };
}

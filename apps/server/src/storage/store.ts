/**
 * One database behind `read` and `transact`. A reader cannot write by type (and its handle refuses it); a writer is alone.
 * Every failure of the database itself becomes one typed error, so that callers fail closed without knowing SQLite.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { AssertionError, DependencyError, StrongroomError } from '@strongroom/core';
import type { TileStore } from '@strongroom/ledger';
import { Kysely } from 'kysely';
import type { Transaction } from 'kysely';
import { createEntryWriter } from './entry-writer.ts';
import type { EntryWriter } from './entry-writer.ts';
import { migrate, officeMigrations, vaultMigrations } from './migrations.ts';
import type { MigrationSet } from './migrations.ts';
import { createSqliteDialect, openSqlite } from './sqlite-dialect.ts';
import type { OfficeTables, VaultTables } from './tables.ts';

/** What a reader may do. */
export type Reader<T> = Pick<Kysely<T>, 'selectFrom' | 'fn'>;
/** What a writer may do, within one transaction. */
export type Writer<T> = Transaction<T>;

/** What a ledger writes with every entry, in the same transaction. */
export type LedgerWriter = {
  readonly tiles: TileStore;
  readonly entries: EntryWriter;
  /**
   * A part of the transaction that is taken back alone when it throws; answers what it threw. Rows may name entries that come later in the
   * transaction. Parts do not overlap. Throws where the database itself failed: then the whole transaction is lost.
   */
  readonly attempt: (part: () => Promise<void>) => Promise<{ readonly cause: unknown } | undefined>;
};

/** A database of ours. */
export interface Store<T> {
  /** @throws DependencyError DATABASE_FAILED */
  read<R>(fn: (reader: Reader<T>) => Promise<R>): Promise<R>;
  /** All or nothing, durable when it returns. `ledger` is valid inside only. @throws DependencyError DATABASE_FAILED */
  transact<R>(fn: (writer: Writer<T>, ledger: LedgerWriter) => Promise<R>): Promise<R>;
  close(): Promise<void>;
}

export type VaultStore = Store<VaultTables>;
export type OfficeStore = Store<OfficeTables>;

/** Opens (makes, migrates) the database of a vault. */
export function openVaultStore(path: string): VaultStore {
  return openStore<VaultTables>(path, [vaultMigrations]);
}

/** Opens (makes, migrates) the office's database. */
export function openOfficeStore(path: string): OfficeStore {
  return openStore<OfficeTables>(path, [vaultMigrations, officeMigrations]);
}

function openStore<T>(path: string, sets: readonly MigrationSet[]): Store<T> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  let writeHandle: DatabaseSync;
  let readHandle: DatabaseSync;
  try {
    writeHandle = openSqlite(path, 'write');
    migrate(writeHandle, sets);
    readHandle = openSqlite(path, 'read');
  } catch (cause) {
    throw toDatabaseError(cause);
  }
  const writer = new Kysely<T>({ dialect: createSqliteDialect(writeHandle) });
  const reader = new Kysely<T>({ dialect: createSqliteDialect(readHandle) });
  const ledger = {
    tiles: createTileStore(writeHandle),
    entries: createEntryWriter(writeHandle),
    attempt: createAttempt(writeHandle),
  };
  return {
    async read(fn) {
      try {
        return await fn(reader);
      } catch (cause) {
        throw toDatabaseError(cause);
      }
    },
    async transact(fn) {
      try {
        return await writer.transaction().execute((transaction) => fn(transaction, ledger));
      } catch (cause) {
        throw toDatabaseError(cause);
      }
    },
    async close() {
      await reader.destroy();
      await writer.destroy();
    },
  };
}

/** The ledger package writes tiles synchronously; between two awaits of a transaction that is the same transaction. */
function createTileStore(handle: DatabaseSync): TileStore {
  const select = handle.prepare('select hashes from tiles where level = ? and tile = ?');
  const upsert = handle.prepare(
    'insert into tiles (level, tile, hashes) values (?, ?, ?) on conflict (level, tile) do update set hashes = excluded.hashes',
  );
  return {
    readTile(level, index) {
      return select.get(level, index)?.['hashes'] as Uint8Array | undefined;
    },
    writeTile(level, index, bytes) {
      upsert.run(level, index, bytes);
    },
  };
}

function createAttempt(handle: DatabaseSync): LedgerWriter['attempt'] {
  return async (part) => {
    handle.exec('pragma defer_foreign_keys = ON');
    handle.exec('savepoint part');
    try {
      await part();
    } catch (cause) {
      // Disk full, input or output: SQLite may have ended the transaction by itself.
      if (isSqliteError(cause) && !isConstraintError(cause)) throw cause;
      handle.exec('rollback to part');
      handle.exec('release part');
      return { cause: toDatabaseError(cause) };
    }
    handle.exec('release part');
    return undefined;
  };
}

function toDatabaseError(cause: unknown): unknown {
  const isOurs = cause instanceof StrongroomError || cause instanceof AssertionError || !isSqliteError(cause);
  return isOurs ? cause : new DependencyError('DATABASE_FAILED', {}, { cause });
}

function isSqliteError(cause: unknown): cause is Error {
  return cause instanceof Error && 'code' in cause && cause.code === 'ERR_SQLITE_ERROR';
}

/** SQLITE_CONSTRAINT and its extended codes (https://sqlite.org/rescode.html). */
function isConstraintError(cause: Error): boolean {
  return 'errcode' in cause && (Number(cause.errcode) & 0xff) === 19;
}

/**
 * node:sqlite for kysely. One handle for writing, one for reading: readers see the last commit and never wait for the writer.
 * Invariant: a handle that this file opens is durable (`synchronous=FULL`: a commit survives a power cut), checks foreign
 * keys, trusts no function in a schema, and overwrites what is deleted.
 */
import { DatabaseSync } from 'node:sqlite';
import type { SQLInputValue, StatementSync } from 'node:sqlite';
import { SqliteDialect } from 'kysely';
import type { SqliteDatabase, SqliteStatement } from 'kysely';

/** How a database file is opened. */
export type SqliteMode = 'read' | 'write';

const statementsKeptMax = 256;
const busyTimeoutMs = 2000;

/** Opens a database file with the pragmas that every database of ours has. */
export function openSqlite(path: string, mode: SqliteMode): DatabaseSync {
  const handle = new DatabaseSync(path, {
    enableForeignKeyConstraints: true,
    enableDoubleQuotedStringLiterals: false,
    timeout: busyTimeoutMs,
  });
  try {
    if (mode === 'write') handle.exec('pragma journal_mode = WAL');
    handle.exec('pragma synchronous = FULL');
    handle.exec('pragma trusted_schema = OFF');
    handle.exec('pragma secure_delete = ON');
    handle.exec('pragma temp_store = MEMORY');
    if (mode === 'read') handle.exec('pragma query_only = ON');
  } catch (cause) {
    handle.close();
    throw cause;
  }
  return handle;
}

/** A kysely dialect over an open handle; closing the kysely instance closes the handle. */
export function createSqliteDialect(handle: DatabaseSync): SqliteDialect {
  return new SqliteDialect({ database: wrapHandle(handle) });
}

function wrapHandle(handle: DatabaseSync): SqliteDatabase {
  const kept = new Map<string, SqliteStatement>();
  return {
    close: () => handle.close(),
    prepare(sql: string): SqliteStatement {
      const found = kept.get(sql);
      if (found !== undefined) return found;
      const statement = wrapStatement(handle.prepare(sql));
      if (kept.size >= statementsKeptMax) kept.delete(kept.keys().next().value ?? '');
      kept.set(sql, statement);
      return statement;
    },
  };
}

function wrapStatement(statement: StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...(parameters as SQLInputValue[])),
    run: (parameters) => statement.run(...(parameters as SQLInputValue[])),
    iterate: (parameters) => statement.iterate(...(parameters as SQLInputValue[])),
  };
}

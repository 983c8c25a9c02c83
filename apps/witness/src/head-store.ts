/**
 * The heads that the witness cosigned, one for each log it trusts. Invariant: a head is replaced only by a statement that names the head
 * it replaces, and `replaceHead` returns after the commit is on the disk. Sizes never fall.
 */
import { chmodSync, existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { ConflictError, DependencyError, IntegrityError, LimitError } from '@strongroom/core';
import type { WitnessedHead } from '@strongroom/ledger';
import { logsMax } from './limits.ts';

/** A log that is trusted. */
export interface TrustedLog {
  readonly origin: string;
  readonly vkey: string;
  /** Size 0 before the first cosignature. */
  readonly head: WitnessedHead;
  /** The newest cosigned note and when it was cosigned. */
  readonly cosigned: { readonly note: string; readonly atSeconds: number } | undefined;
}

/** The heads. */
export interface HeadStore {
  find(origin: string): TrustedLog | undefined;
  /** By the SHA-256 of the origin, in hexadecimal. */
  findByHash(originHash: string): TrustedLog | undefined;
  list(): TrustedLog[];
  /**
   * Trusts a log from now on. @returns whether it is new
   * @throws ConflictError TARGET_EXISTS where the origin has another key; LimitError LIMIT_EXCEEDED
   */
  trust(log: {
    readonly origin: string;
    readonly originHash: string;
    readonly vkey: string;
    readonly emptyRoot: Uint8Array;
  }): boolean;
  /** Replaces exactly the head `from`. False: another is there by now. */
  replaceHead(change: {
    readonly origin: string;
    readonly from: WitnessedHead;
    readonly to: WitnessedHead;
    readonly note: string;
    readonly atSeconds: number;
  }): boolean;
  /** Another key signs an origin from its head on; false for one that is not known. */
  replaceKey(change: {
    readonly origin: string;
    readonly vkey: string;
    /** Not on another ledger's word: that ledger's firm may then name new keys for its others. */
    readonly isByHand: boolean;
  }): boolean;
  /** Whether the firm's ledger may name another key for this one. */
  awaitsKey(origin: string): boolean;
  close(): void;
}

const version = 1;
const sizesNeverFall = `
  create trigger sizes_never_fall before update on logs when new.size < old.size or new.origin <> old.origin or new.vkey <> old.vkey
    begin select raise(abort, 'a head goes back'); end;
`;
const schema = `
  create table witness (version integer not null, key_id text not null) strict;
  create table logs (
    origin text primary key,
    origin_hash text not null unique,
    vkey text not null,
    size integer not null check (size >= 0),
    root blob not null check (length(root) = 32),
    note text,
    at_seconds integer
  ) strict;
  ${sizesNeverFall}
  create trigger logs_stay before delete on logs begin select raise(abort, 'a log is forgotten'); end;
`;

/** Makes the database of a new witness. */
export function createHeadStore(path: string, keyId: string): void {
  const database = openDatabase(path);
  try {
    database.exec('begin immediate');
    database.exec(schema);
    database.prepare('insert into witness (version, key_id) values (?, ?)').run(version, keyId);
    database.exec('commit');
  } finally {
    database.close();
  }
  chmodSync(path, 0o600);
}

/** @throws IntegrityError HOME_DAMAGED; DependencyError HOME_IN_USE, DATABASE_NEWER, DATABASE_FAILED */
export function openHeadStore(
  path: string,
  options: { readonly keyId: string; readonly access: 'run' | 'look' },
): HeadStore {
  const release = options.access === 'run' ? takeLock(`${path}-lock`) : (): void => undefined;
  let database: DatabaseSync | undefined;
  try {
    database = openDatabase(path);
    assertOurs(database, options.keyId);
    return createStore(database, release);
  } catch (cause) {
    database?.close();
    release();
    throw toDatabaseError(cause);
  }
}

function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 5_000, enableDoubleQuotedStringLiterals: false });
  database.exec('pragma journal_mode = WAL');
  // A commit is on the disk when it returns.
  database.exec('pragma synchronous = FULL');
  database.exec('pragma trusted_schema = OFF');
  return database;
}

/** The operating system's lock on an empty SQLite file: it goes with the process, however that ends. */
function takeLock(path: string): () => void {
  const lock = new DatabaseSync(path, { timeout: 0 });
  try {
    if (existsSync(path)) chmodSync(path, 0o600);
    lock.exec('pragma journal_mode = MEMORY; begin exclusive');
  } catch (cause) {
    lock.close();
    throw new DependencyError('HOME_IN_USE', {}, { cause });
  }
  return () => lock.close();
}

function assertOurs(database: DatabaseSync, keyId: string): void {
  let row: Record<string, unknown> | undefined;
  try {
    row = database.prepare('select version, key_id from witness').get();
  } catch (cause) {
    throw new IntegrityError('HOME_DAMAGED', { file: 'witness.sqlite' }, { cause });
  }
  if (Number(row?.['version'] ?? 0) > version) throw new DependencyError('DATABASE_NEWER');
  if (row?.['key_id'] !== keyId) throw new IntegrityError('HOME_DAMAGED', { file: 'witness.sqlite' });
}

function createStore(database: DatabaseSync, release: () => void): HeadStore {
  const find = database.prepare('select * from logs where origin = ?');
  const findHash = database.prepare('select * from logs where origin_hash = ?');
  const list = database.prepare('select * from logs order by origin');
  const count = database.prepare('select count(*) as logs from logs');
  const insert = database.prepare(
    'insert into logs (origin, origin_hash, vkey, size, root) values (?, ?, ?, 0, ?) on conflict (origin) do nothing',
  );
  database.exec('create table if not exists awaiting_keys (origin text primary key) strict');
  const findAwaiting = database.prepare('select 1 from awaiting_keys where origin = ?');
  const awaitKey = database.prepare('insert into awaiting_keys (origin) values (?) on conflict do nothing');
  const forgetAwaiting = database.prepare('delete from awaiting_keys where origin = ?');
  const replaceKey = database.prepare('update logs set vkey = ? where origin = ?');
  const replace = database.prepare(
    'update logs set size = ?, root = ?, note = ?, at_seconds = ? where origin = ? and size = ? and root = ?',
  );
  return {
    find: (origin) => guard(() => toLog(find.get(origin))),
    findByHash: (originHash) => guard(() => toLog(findHash.get(originHash))),
    list: () => guard(() => list.all().flatMap((row) => toLog(row) ?? [])),
    trust: ({ origin, originHash, vkey, emptyRoot }) =>
      guard(() => {
        if (Number(count.get()?.['logs'] ?? 0) >= logsMax)
          throw new LimitError('LIMIT_EXCEEDED', { limit: 'logsMax', max: logsMax });
        const { changes } = insert.run(origin, originHash, vkey, emptyRoot);
        if (toLog(find.get(origin))?.vkey !== vkey) throw new ConflictError('TARGET_EXISTS');
        return Number(changes) === 1;
      }),
    awaitsKey: (origin) => guard(() => findAwaiting.get(origin) !== undefined),
    replaceKey: ({ origin, vkey, isByHand }) =>
      guard(() => {
        // The head stays: whoever signs next goes on from it.
        database.exec('begin immediate');
        try {
          database.exec('drop trigger sizes_never_fall');
          const { changes } = replaceKey.run(vkey, origin);
          database.exec(sizesNeverFall);
          forgetAwaiting.run(origin);
          // Whose key was given by hand may then say which are its firm's other ledgers' now, each once.
          if (isByHand)
            for (const other of list.all().map((row) => String(row['origin'])))
              if (other !== origin && firmOf(other) === firmOf(origin)) awaitKey.run(other);
          database.exec('commit');
          return Number(changes) === 1;
        } catch (cause) {
          database.exec('rollback');
          throw cause;
        }
      }),
    replaceHead: ({ origin, from, to, note, atSeconds }) =>
      guard(() => {
        const { changes } = replace.run(to.size, to.root, note, atSeconds, origin, from.size, from.root);
        return Number(changes) === 1;
      }),
    close() {
      database.close();
      release();
    },
  };
}

/** What the origins of a firm's ledgers have in common. */
function firmOf(origin: string): string {
  return origin.split('/').slice(0, -2).join('/');
}

function toLog(row: Record<string, unknown> | undefined): TrustedLog | undefined {
  if (row === undefined) return undefined;
  const { origin, vkey, size, root, note, at_seconds: atSeconds } = row;
  return {
    origin: String(origin),
    vkey: String(vkey),
    head: { size: Number(size), root: new Uint8Array(root as Uint8Array) },
    cosigned: typeof note === 'string' ? { note, atSeconds: Number(atSeconds) } : undefined,
  };
}

function guard<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw toDatabaseError(cause);
  }
}

/** SQLite's codes for a file that is damaged or no database at all. */
const damageCodes: ReadonlySet<unknown> = new Set([11, 26]);

function toDatabaseError(cause: unknown): unknown {
  const isSqlite = cause instanceof Error && 'code' in cause && cause.code === 'ERR_SQLITE_ERROR';
  if (!isSqlite) return cause;
  return 'errcode' in cause && damageCodes.has(cause.errcode)
    ? new IntegrityError('HOME_DAMAGED', { file: 'witness.sqlite' }, { cause })
    : new DependencyError('DATABASE_FAILED', {}, { cause });
}

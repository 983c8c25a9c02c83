/** What a backup asks of a database of the server: a consistent copy, and a few rows. It opens them for reading only. */
import { chmodSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { computeRoot, readTilesFrom, TileNodes } from '@strongroom/ledger';
import type { HashEngine } from '@strongroom/ledger';

const busyTimeoutMs = 10_000;
const entriesAtOnce = 1000;
/** Leaf 0 of a version is its card, which lies in the database. */
const cardLeafBytes = 32;

/** Opens a database of the server, or a copy, for reading. The caller closes it. */
export function openForReading(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: true, timeout: busyTimeoutMs });
  database.exec('pragma trusted_schema = OFF');
  return database;
}

/** Takes back what a process that was killed had begun to change. Nobody else has the database open. */
export function rollBack(path: string): void {
  const database = new DatabaseSync(path);
  try {
    // Whoever reads and may write applies the journal that lies beside it.
    database.prepare('select count(*) from sqlite_master').get();
  } finally {
    database.close();
  }
}

/** Writes the last committed state into a new file, while others read and write. */
export function copyDatabase(from: string, to: string): void {
  const database = openForReading(from);
  try {
    database.prepare('vacuum into ?').run(to);
  } finally {
    database.close();
  }
  chmodSync(to, 0o600);
}

/** A body that a version names, with the leaf hashes of its header and segments, joined. */
export type NamedBody = {
  readonly upload: string;
  readonly sizeBytes: number;
  readonly leafHashes: Uint8Array;
};

/** The bodies that versions name. */
export function* listBodies(database: DatabaseSync): Generator<NamedBody> {
  const rows = database
    .prepare('select upload, body_bytes, leaf_hashes from versions where upload is not null order by upload')
    .iterate();
  for (const row of rows)
    yield {
      upload: row['upload'] as string,
      sizeBytes: row['body_bytes'] as number,
      leafHashes: (row['leaf_hashes'] as Uint8Array).subarray(cardLeafBytes),
    };
}

/** Whether a version names a body now. */
export function isBodyNamed(path: string, upload: string): boolean {
  const database = openForReading(path);
  try {
    return database.prepare('select 1 from versions where upload = ?').get(upload) !== undefined;
  } finally {
    database.close();
  }
}

/** The vaults that the office has opened. */
export function listVaults(office: DatabaseSync): string[] {
  return office
    .prepare('select vault from vaults order by vault')
    .all()
    .map((row) => row['vault'] as string);
}

/** Size and root of the ledger as its tiles give them; with `then`, as it was at that size. */
export async function readLedgerHead(
  engine: HashEngine,
  database: DatabaseSync,
  then?: number,
): Promise<{ readonly size: number; readonly root: Uint8Array }> {
  const size = then ?? (database.prepare('select count(*) as size from entries').get()?.['size'] as number);
  const select = database.prepare('select hashes from tiles where level = ? and tile = ?');
  const reader = readTilesFrom({
    readTile: (level, index) => select.get(level, index)?.['hashes'] as Uint8Array | undefined,
    writeTile: () => undefined,
  });
  return { size, root: await computeRoot(new TileNodes(engine, reader), size) };
}

/** All entries in order. */
export function* listEntries(
  database: DatabaseSync,
): Generator<{ readonly index: number; readonly entry: Uint8Array }> {
  const select = database.prepare(
    'select position, entry from entries where position >= ? order by position limit ?',
  );
  for (let from = 0; ;) {
    const rows = select.all(from, entriesAtOnce);
    for (const row of rows) {
      const index = row['position'] as number;
      yield { index, entry: row['entry'] as Uint8Array };
      from = index + 1;
    }
    if (rows.length < entriesAtOnce) return;
  }
}

/** The entries of the firm's chain in order. */
export function listFirmChain(office: DatabaseSync): Uint8Array[] {
  return office
    .prepare(
      `select entries.entry from chain_places join entries on entries.position = chain_places.position
       where chain_places.chain = 'firm' order by chain_places.number`,
    )
    .all()
    .map((row) => row['entry'] as Uint8Array);
}

/** An attachment by its hash. */
export function findAttachment(office: DatabaseSync, hash: Uint8Array): Uint8Array | undefined {
  return office.prepare('select bytes from attachments where hash = ?').get(hash)?.['bytes'] as
    | Uint8Array
    | undefined;
}

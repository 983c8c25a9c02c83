/** Checking an installation's ledgers while its server stands still: `strongroom ledger fsck`. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createOfficeState, createVaultState, decodeEntry } from '@strongroom/authority';
import type { Entry } from '@strongroom/authority';
import { ConflictError, DependencyError, InputError, officeId, StrongroomError } from '@strongroom/core';
import type { VaultId } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import { lockHome } from '@strongroom/warden';
import { checkLedger, citedHeads } from './check-ledger.ts';
import type { CheckedLedger, LedgerOutcome } from './check-ledger.ts';

export { defaultHome } from '../home.ts';
export type { CheckedLedger } from './check-ledger.ts';
export type { Difference } from './difference.ts';

/** What was found in a home. */
export interface HomeCheck {
  readonly ledgers: readonly CheckedLedger[];
  /** Hexadecimal hash of the office's first entry. */
  readonly firmRoot: string | undefined;
}

/**
 * Checks the office's ledger and every vault's. Reads only.
 * @throws InputError FILE_UNREADABLE where there is no home; DependencyError HOME_IN_USE while a server runs there, DATABASE_FAILED where it cannot be read
 */
export async function checkHome(home: string): Promise<HomeCheck> {
  const officePath = join(home, 'data', 'office', 'office.sqlite');
  if (!existsSync(officePath)) throw new InputError('FILE_UNREADABLE');
  const release = lock(join(home, 'server-lock'));
  try {
    return await checkData(join(home, 'data'));
  } catch (cause) {
    throw cause instanceof StrongroomError ? cause : new DependencyError('DATABASE_FAILED', {}, { cause });
  } finally {
    release();
  }
}

async function checkData(data: string): Promise<HomeCheck> {
  const engine = createNodeEngine();
  const paths = listVaults(data);
  const office = createOfficeState({ records: true });
  const officePath = join(data, 'office', 'office.sqlite');
  const first = await withDatabaseAsync(
    officePath,
    async (database): Promise<LedgerOutcome> =>
      await checkLedger(engine, database, {
        ledger: officeId,
        office,
        states: { office },
        officeRoots: new Map(),
        sizes: paths.flatMap(({ path }) => listOfficeSizes(path)),
      }),
  );
  const ledgers = [first.checked];
  // Without a good office nobody can say who may write in a vault.
  if (first.checked.difference !== undefined) return { ledgers, firmRoot: first.firstHash };
  for (const { ledger, path } of paths) {
    const { checked } = await withDatabaseAsync(
      path,
      async (database) =>
        await checkLedger(engine, database, {
          ledger,
          office,
          states: { office, vault: createVaultState(ledger, { records: true }) },
          officeRoots: first.roots,
          sizes: [],
        }),
    );
    ledgers.push(checked);
  }
  return { ledgers, firmRoot: first.firstHash };
}

function listVaults(data: string): readonly { readonly ledger: VaultId; readonly path: string }[] {
  const folder = join(data, 'vaults');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^vlt_[a-z2-7]{26}$/u.test(name))
    .toSorted()
    .map((name) => ({ ledger: name as VaultId, path: join(folder, name, 'vault.sqlite') }))
    .filter(({ path }) => existsSync(path));
}

/** The office's sizes whose roots a vault's entries cite. */
function listOfficeSizes(path: string): readonly number[] {
  return withDatabase(path, (database) => {
    const sizes = new Set<number>();
    for (const row of database.prepare('select entry from entries').iterate()) {
      const entry = row['entry'] instanceof Uint8Array ? findEntry(row['entry']) : undefined;
      for (const { ledger, size } of entry === undefined ? [] : citedHeads('' as VaultId, entry))
        if (ledger === officeId) sizes.add(size);
    }
    return [...sizes];
  });
}

function findEntry(bytes: Uint8Array): Entry | undefined {
  try {
    return decodeEntry(bytes);
  } catch (cause) {
    if (cause instanceof StrongroomError) return undefined; // the check of its ledger names it
    throw cause;
  }
}

function open(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: true, enableDoubleQuotedStringLiterals: false });
  database.exec('pragma trusted_schema = OFF');
  return database;
}

function withDatabase<R>(path: string, use: (database: DatabaseSync) => R): R {
  const database = open(path);
  try {
    return use(database);
  } finally {
    database.close();
  }
}

async function withDatabaseAsync<R>(path: string, use: (database: DatabaseSync) => Promise<R>): Promise<R> {
  const database = open(path);
  try {
    return await use(database);
  } finally {
    database.close();
  }
}

/** @throws DependencyError HOME_IN_USE */
function lock(path: string): () => void {
  try {
    const held = lockHome(path);
    return () => held.close();
  } catch (cause) {
    if (cause instanceof ConflictError) throw new DependencyError('HOME_IN_USE', {}, { cause });
    throw cause;
  }
}

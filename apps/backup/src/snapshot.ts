/**
 * Copies of all databases of a home that belong together. The office is copied last: it is never older than what an entry of a
 * copied vault cites.
 */
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ConflictError, DependencyError, officeId } from '@strongroom/core';
import type { VaultId } from '@strongroom/core';
import { copyDatabase, listVaults, openForReading } from './database.ts';

/** One copied database. */
export type CopiedDatabase = {
  readonly ledger: VaultId;
  /** The copy. */
  readonly path: string;
  /** The database itself, and the folder of its bodies. */
  readonly livePath: string;
  readonly bodies: string;
};

/** How often the vaults are copied anew because another was opened meanwhile. */
const triesMax = 5;

/** Copies into `work`, which is emptied first. The office comes first in the answer. @throws ConflictError BACKUP_NO_FIRM */
export function copyDatabases(home: string, work: string): CopiedDatabase[] {
  const office = describe(home, work, officeId);
  if (!existsSync(office.livePath)) throw new ConflictError('BACKUP_NO_FIRM');
  for (let tries = 0; tries < triesMax; tries += 1) {
    clearWork(work);
    mkdirSync(work, { recursive: true, mode: 0o700 });
    chmodSync(work, 0o700);
    const vaults = listVaultFolders(home).map((vault) => describe(home, work, vault));
    for (const { livePath, path } of vaults) copyDatabase(livePath, path);
    copyDatabase(office.livePath, office.path);
    const copied = new Set<string>(vaults.map(({ ledger }) => ledger));
    const database = openForReading(office.path);
    try {
      if (listVaults(database).every((vault) => copied.has(vault))) return [office, ...vaults];
    } finally {
      database.close();
    }
  }
  throw new DependencyError('DATABASE_FAILED');
}

/** Removes the plain copies. */
export function clearWork(work: string): void {
  rmSync(work, { recursive: true, force: true });
}

function describe(home: string, work: string, ledger: VaultId): CopiedDatabase {
  const isOffice = ledger === officeId;
  const folder = isOffice ? join(home, 'data', 'office') : join(home, 'data', 'vaults', ledger);
  return {
    ledger,
    path: join(work, `${ledger}.sqlite`),
    livePath: join(folder, isOffice ? 'office.sqlite' : 'vault.sqlite'),
    bodies: join(folder, 'bodies'),
  };
}

function listVaultFolders(home: string): VaultId[] {
  const folder = join(home, 'data', 'vaults');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => existsSync(join(folder, name, 'vault.sqlite'))) as VaultId[];
}

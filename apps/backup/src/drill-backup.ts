/** A restore that is tried: a backup is brought into a folder of its own, looked at there, and the folder is gone again (docs/spec/backup.md section 11). */
import { existsSync } from 'node:fs';
import { lstat, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createOfficeState, createVaultState } from '@strongroom/authority';
import { encodeHex, InputError, IntegrityError, officeId, wipeBytes } from '@strongroom/core';
import type { Engine, VaultId } from '@strongroom/core';
import { lockHome } from '@strongroom/warden';
import { parseContents } from './contents.ts';
import { openForReading, readLedgerHead } from './database.ts';
import { openRecoveryKey } from './head.ts';
import { writeNote } from './home-note.ts';
import { backupsFolder, inTarget, sumsName } from './layout.ts';
import { listBackupIds, readHeadOf } from './list-backups.ts';
import { nameFailure } from './name-failure.ts';
import { databasePath, restoreFiles } from './restore-files.ts';
import { readSealedFile } from './sealed-file.ts';
import { readSums } from './sums.ts';
import { judgeLedger } from './verify-contents.ts';

const folderPrefix = 'strongroom-drill-';

/** How a ledger of a backup stands to the one that the home has now. */
export type LedgerDrill = {
  readonly ledger: string;
  readonly entries: number;
  readonly root: string;
  /** `part`: the home's ledger had this root at this size. `absent`: there is no home, or it does not have this ledger. */
  readonly ofHome: 'part' | 'other' | 'shorter' | 'absent';
};

/** The evidence of a drill. */
export type DrillReport = {
  readonly kind: 'strongroom/restore-drill/v1';
  readonly backup: string;
  readonly firm: string;
  readonly madeAtMs: number;
  readonly drilledAtMs: number;
  readonly tookMs: number;
  readonly bytes: number;
  readonly databases: number;
  /** Document bodies that were opened and compared, each with the leaf hashes that its signed header is about. */
  readonly bodies: number;
  /** Bodies that a database names and the backup never had. */
  readonly missing: readonly string[];
  readonly ledgers: readonly LedgerDrill[];
  /** Without the warden's folder no document opens: it was not part of the drill. */
  readonly hasWarden: false;
  readonly problem?: { readonly code: string; readonly path: string };
};

/** Which backup, and what it is compared with. */
export type DrillOptions = {
  readonly engine: Engine;
  readonly target: string;
  readonly id?: string;
  readonly kit: string;
  /** The home that was backed up, where it is here. */
  readonly home?: string;
  readonly temporaryFolder: string;
  readonly clock: { nowMs(): number };
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: { readonly doneBytes: number; readonly totalBytes: number }) => void;
};

/**
 * Does it. What is wrong with the backup is in the report; nothing that was restored is left.
 * @throws InputError BACKUP_UNKNOWN, FILE_UNREADABLE, KIT_INVALID, KIT_OTHER; IntegrityError BACKUP_DAMAGED for a head that cannot be read;
 * DependencyError DISK_FULL, FILE_UNWRITABLE
 */
export async function drillBackup(options: DrillOptions): Promise<DrillReport> {
  const { engine, target, kit, home, temporaryFolder, clock } = options;
  const ids = await listBackupIds(target);
  const id = options.id ?? ids.at(-1);
  if (id === undefined || !ids.includes(id)) throw new InputError('BACKUP_UNKNOWN');
  const head = await readHeadOf(target, id);
  const recoverySeed = await openRecoveryKey(engine, head, kit);
  await removeDead(temporaryFolder);
  const folder = await mkdtemp(join(temporaryFolder, folderPrefix));
  const lock = lockHome(join(folder, 'lock'));
  const drilledAtMs = clock.nowMs();
  const found = {
    bytes: 0,
    databases: 0,
    bodies: 0,
    missing: [] as readonly string[],
    ledgers: [] as LedgerDrill[],
  };
  let problem: DrillReport['problem'];
  try {
    const place = { firm: head.firm, path: `${backupsFolder}/${id}/contents` };
    const contents = parseContents(await readSealedFile(engine, { target, place, recoverySeed }), id);
    const sums = await readSums(inTarget(target, `${backupsFolder}/${id}/${sumsName}`));
    const data = join(folder, 'data');
    await mkdir(data, { mode: 0o700 });
    const { signal, onProgress } = options;
    const files = await restoreFiles({
      engine,
      target,
      head,
      contents,
      sums,
      recoverySeed,
      data,
      signal,
      onBytes(bytes) {
        found.bytes += bytes;
        onProgress?.({ doneBytes: found.bytes, totalBytes: Math.max(found.bytes, head.sizeBytes) });
      },
    });
    Object.assign(found, { databases: files.databases, bodies: files.bodies, missing: files.missing });
    const office = createOfficeState();
    for (const database of contents.databases.toSorted((left) => (left.ledger === officeId ? -1 : 1))) {
      const ledger = database.ledger as VaultId;
      const opened = openForReading(databasePath(data, ledger));
      try {
        const states = ledger === officeId ? { office } : { office, vault: createVaultState(ledger) };
        const { problem: wrong } = await judgeLedger(engine, { opened, database, states });
        if (wrong !== undefined) throw new IntegrityError('BACKUP_DAMAGED', { path: database.path });
      } finally {
        opened.close();
      }
      const { entries, root } = database;
      found.ledgers.push({ ledger, entries, root, ofHome: await compareWithHome(engine, home, database) });
    }
    if (found.ledgers.some(({ ofHome }) => ofHome === 'other'))
      problem = {
        code: 'LEDGER_FORKED',
        path: found.ledgers.find(({ ofHome }) => ofHome === 'other')?.ledger ?? '',
      };
  } catch (cause) {
    const named = nameFailure(cause);
    if (!(named instanceof IntegrityError)) throw named;
    problem = { code: named.code, path: String(named.details['path'] ?? named.details['reason'] ?? '') };
  } finally {
    wipeBytes(recoverySeed);
    lock.close();
    await rm(folder, { recursive: true, force: true });
  }
  const report: DrillReport = {
    kind: 'strongroom/restore-drill/v1',
    backup: id,
    firm: head.firm,
    madeAtMs: head.madeAtMs,
    drilledAtMs,
    tookMs: clock.nowMs() - drilledAtMs,
    ...found,
    hasWarden: false,
    ...(problem === undefined ? {} : { problem }),
  };
  if (home !== undefined && existsSync(join(home, 'data')))
    await writeNote(home, 'last-drill.json', {
      atMs: drilledAtMs,
      backup: id,
      isGood: problem === undefined && found.missing.length === 0,
    });
  return report;
}

/** The ledger of the home as it was when it had this size. */
async function compareWithHome(
  engine: Engine,
  home: string | undefined,
  { ledger, entries, root }: { readonly ledger: string; readonly entries: number; readonly root: string },
): Promise<LedgerDrill['ofHome']> {
  const path = home === undefined ? undefined : databasePath(join(home, 'data'), ledger);
  if (path === undefined || !existsSync(path)) return 'absent';
  const live = openForReading(path);
  try {
    const now = await readLedgerHead(engine, live);
    if (now.size < entries) return 'shorter';
    const then = await readLedgerHead(engine, live, entries);
    return encodeHex(then.root) === root ? 'part' : 'other';
  } finally {
    live.close();
  }
}

/** What killed drills left: their lock is free. */
async function removeDead(temporaryFolder: string): Promise<void> {
  for (const name of await readdir(temporaryFolder)) {
    if (!name.startsWith(folderPrefix)) continue;
    const folder = join(temporaryFolder, name);
    try {
      if (!(await isOurs(folder))) continue;
      lockHome(join(folder, 'lock')).close();
    } catch {
      continue; // one that runs, or has no lock yet
    }
    await rm(folder, { recursive: true, force: true });
  }
}

/** Anybody may make names in a folder for temporary files, and links: nothing of another user's is opened or followed. */
async function isOurs(folder: string): Promise<boolean> {
  const [own, lock] = [await lstat(folder), await lstat(join(folder, 'lock'))];
  return own.isDirectory() && lock.isFile() && [own.uid, lock.uid].every((uid) => uid === process.getuid?.());
}

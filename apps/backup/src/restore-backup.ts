/**
 * Restores a backup into a home without data (docs/spec/backup.md section 8). Everything is brought beside its place and named
 * last; killed anywhere, the same command goes on. The server does the rest at its next start.
 */
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createOfficeState, createVaultState } from '@strongroom/authority';
import {
  ConflictError,
  DependencyError,
  encodeCbor,
  InputError,
  IntegrityError,
  isEqualConstantTime,
  officeId,
  wipeBytes,
} from '@strongroom/core';
import type { VaultId } from '@strongroom/core';
import type { NodeEngine } from '@strongroom/core/node';
import { leafHash } from '@strongroom/ledger';
import { beginRestore, endRestore, lockHome, readWardenMemory } from '@strongroom/warden';
import type { PlannedLedger, WardenMemory } from '@strongroom/warden';
import { replaceFile } from './home-note.ts';
import { assertSameLedger, officeCuts } from './compare-ledgers.ts';
import { parseContents } from './contents.ts';
import type { Contents } from './contents.ts';
import { openForReading } from './database.ts';
import { openRecoveryKey } from './head.ts';
import type { BackupHead } from './head.ts';
import { backupsFolder, inTarget, sumsName } from './layout.ts';
import { listBackupIds, readHeadOf } from './list-backups.ts';
import { nameFailure } from './name-failure.ts';
import { databasePath, restoreFiles, restoreHomeFile } from './restore-files.ts';
import type { RestoredFiles } from './restore-files.ts';
import { composeRestore, signRestore } from './restore-statement.ts';
import type { FoldedLedger, Known, RestoreFacts } from './restore-statement.ts';
import { readSealedFile, syncFolder } from './sealed-file.ts';
import { readSums } from './sums.ts';
import { judgeLedger } from './verify-contents.ts';

/** What to restore, and where. */
export type RestoreOptions = {
  readonly engine: NodeEngine;
  readonly home: string;
  readonly target: string;
  /** The newest where it is not said. */
  readonly id?: string;
  /** Text of the printed kit. */
  readonly kit: string;
  /** A warden's home that is to be taken over; else the one in the home. */
  readonly warden?: string;
  /** Devices that are not to go on. */
  readonly without?: readonly string[];
  /** Restores also what is so much older than the warden's ledgers that nobody can tell whether it is of their history. */
  readonly isUnproven?: boolean;
  readonly nowMs: number;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: { readonly doneBytes: number; readonly totalBytes: number }) => void;
};

/** A backup that lies in its home again. */
export type RestoredBackup = RestoredFiles & {
  readonly id: string;
  readonly madeAtMs: number;
  /** Absent where the warden knows of nothing since the backup: then nothing was lost, and nothing had to be signed. */
  readonly statement?: RestoreFacts;
};

const workName = 'restore-work';
const statementName = 'restore-statement';
/** Rows that lead nowhere after a restore. */
const droppedTables = ['sessions', 'first_run_codes', 'cosigned_heads', 'uploads', 'upload_parts'] as const;

/**
 * @throws InputError BACKUP_UNKNOWN, FILE_UNREADABLE, KIT_INVALID, KIT_OTHER; ConflictError RESTORE_HOME_FILLED, RESTORE_WITHOUT_WARDEN,
 * RESTORE_OTHER_WARDEN, RESTORE_UNPROVEN, BACKUP_OTHER_FIRM, BACKUP_WITHOUT_KEY, BACKUP_RUNNING, WARDEN_BUSY; IntegrityError BACKUP_DAMAGED;
 * DependencyError DISK_FULL, FILE_UNWRITABLE, INTERRUPTED
 */
export async function restoreBackup(options: RestoreOptions): Promise<RestoredBackup> {
  const { engine, home, target, kit, signal } = options;
  const ids = await listBackupIds(target);
  const id = options.id ?? ids.at(-1);
  if (id === undefined || !ids.includes(id)) throw new InputError('BACKUP_UNKNOWN');
  const head = await readHeadOf(target, id);
  const recoverySeed = await openRecoveryKey(engine, head, kit);
  let lock: { close(): void } | undefined;
  try {
    await mkdir(home, { recursive: true, mode: 0o700 });
    lock = lockHome(join(home, 'backup-lock'));
    return await restore(options, { head, recoverySeed });
  } catch (cause) {
    if (lock === undefined && cause instanceof ConflictError)
      throw new ConflictError('BACKUP_RUNNING', {}, { cause });
    throw signal.aborted ? new DependencyError('INTERRUPTED', {}, { cause }) : nameFailure(cause);
  } finally {
    wipeBytes(recoverySeed);
    lock?.close();
  }
}

async function restore(
  options: RestoreOptions,
  { head, recoverySeed }: { readonly head: BackupHead; readonly recoverySeed: Uint8Array },
): Promise<RestoredBackup> {
  const { engine, home, target, signal } = options;
  const work = join(home, workName);
  const data = join(home, 'data');
  await openWork(work, data, head.id);
  const memory = await openWarden(options, head);
  const place = { firm: head.firm, path: `${backupsFolder}/${head.id}/contents` };
  const contents = parseContents(
    await readSealedFile(engine, { target, place, recoverySeed }).catch((cause: unknown) => {
      throw new IntegrityError('BACKUP_DAMAGED', { path: place.path }, { cause });
    }),
    head.id,
  );
  const sums = await readSums(inTarget(target, `${backupsFolder}/${head.id}/${sumsName}`));
  let doneBytes = 0;
  const onBytes = (bytes: number): void => {
    doneBytes += bytes;
    options.onProgress?.({ doneBytes, totalBytes: Math.max(doneBytes, head.sizeBytes) });
  };
  const isNamed = existsSync(data);
  const source = {
    engine,
    target,
    head,
    contents,
    sums,
    recoverySeed,
    signal,
    onBytes,
    data: isNamed ? data : join(work, 'data'),
  };
  const files = await restoreFiles(source);
  const known = await foldAll(options, contents, source.data, memory);
  const facts = await settleWarden(options, known, source.data);
  for (const file of contents.files) await restoreHomeFile(source, file, join(home, file.name));
  if (!isNamed) {
    cleanDatabases(source.data, contents);
    await syncFolder(join(source.data, 'office'));
    await rename(source.data, data);
    await syncFolder(home);
  }
  await endRestore(join(home, 'warden'));
  await rm(work, { recursive: true, force: true });
  const { id, madeAtMs } = head;
  return { id, madeAtMs, ...files, ...(facts === undefined ? {} : { statement: facts }) };
}

/** The folder that says which backup is being restored here. @throws ConflictError RESTORE_HOME_FILLED */
async function openWork(work: string, data: string, id: string): Promise<void> {
  const note = join(work, 'backup');
  const begun = await readFile(note, 'utf8').catch(() => ''); // no note: nothing was begun
  if (begun !== id) {
    if (existsSync(data)) throw new ConflictError('RESTORE_HOME_FILLED');
    await rm(work, { recursive: true, force: true });
    await mkdir(work, { mode: 0o700 });
    await replaceFile(note, new TextEncoder().encode(id));
  }
}

/** What the warden knows, if it is the firm's. */
async function openWarden({ engine, home, warden }: RestoreOptions, head: BackupHead): Promise<WardenMemory> {
  const own = join(home, 'warden');
  if (!existsSync(join(own, 'state-key'))) {
    if (warden === undefined || !existsSync(join(warden, 'state-key')))
      throw new ConflictError('RESTORE_WITHOUT_WARDEN');
    const copying = join(home, 'warden.copying');
    await rm(copying, { recursive: true, force: true });
    await cp(warden, copying, { recursive: true, filter: (path) => !path.endsWith('.sock') });
    await rm(own, { recursive: true, force: true });
    await rename(copying, own);
    await syncFolder(home);
  }
  const memory = await readWardenMemory({ home: own, engine });
  const firm = memory.office.firm;
  if (firm !== undefined && firm.id !== head.firm) throw new ConflictError('BACKUP_OTHER_FIRM');
  return memory;
}

/** Folds every ledger from its entries, and holds them against what the warden remembers. */
async function foldAll(
  { engine, nowMs, without = [], isUnproven = false }: RestoreOptions,
  contents: Contents,
  data: string,
  memory: WardenMemory,
): Promise<Known> {
  const office = createOfficeState();
  const ledgers: FoldedLedger[] = [];
  for (const database of contents.databases.toSorted((left) => (left.ledger === officeId ? -1 : 1))) {
    const ledger = database.ledger as VaultId;
    const state = ledger === officeId ? office.own : createVaultState(ledger);
    const theirs = memory.ledgers.find((each) => each.ledger === ledger);
    const opened = openForReading(databasePath(data, ledger));
    try {
      const states = ledger === officeId ? { office } : { office, vault: state };
      const judged = await judgeLedger(engine, {
        opened,
        database,
        states,
        voids: theirs?.voids ?? [],
        sizeBefore: theirs?.size,
      });
      const { problem, edge, voids } = judged;
      if (problem !== undefined)
        throw new IntegrityError('BACKUP_DAMAGED', { path: database.path, reason: problem });
      if (listVoids(opened).some((index) => !voids.has(index)))
        throw new IntegrityError('BACKUP_DAMAGED', { path: database.path, reason: 'VOID' });
      const cuts =
        ledger === officeId ? officeCuts(office.restores) : (office.vaults.get(ledger)?.restores ?? []);
      const findHash = (index: number): Uint8Array | undefined => findEntryHash(engine, opened, index);
      assertSameLedger({ ...judged, cuts, findHash }, theirs, { isUnproven });
      ledgers.push({ ledger, size: edge.size, root: edge.root(), voids, state });
    } finally {
      opened.close();
    }
  }
  const sign = office.warden?.sign;
  if (sign === undefined || !isEqualConstantTime(sign, memory.publicKey))
    throw new ConflictError('RESTORE_OTHER_WARDEN');
  return {
    office,
    ledgers: ledgers.filter(({ ledger }) => ledger === officeId || office.vaults.has(ledger)),
    memory,
    without,
    nowMs,
  };
}

/** The leaf hash of an entry, from its bytes. */
function findEntryHash(engine: NodeEngine, opened: DatabaseSync, position: number): Uint8Array | undefined {
  const entry = opened.prepare('select entry from entries where position = ?').get(position)?.['entry'];
  return entry === undefined ? undefined : leafHash(engine, entry as Uint8Array);
}

/** The entries that the database takes for void. */
function listVoids(opened: DatabaseSync): readonly number[] {
  const rows = opened.prepare('select position from entries where void_code is not null').all();
  return rows.map((row) => row['position'] as number);
}

/** Has the statement signed and the warden's ledgers begin anew, unless the warden stands exactly where the backup does. */
async function settleWarden(
  options: RestoreOptions,
  known: Known,
  data: string,
): Promise<RestoreFacts | undefined> {
  const { engine, home, kit } = options;
  const { memory, ledgers } = known;
  const isCurrent =
    // What a lost warden did after its disaster copy nobody knows: that is a new edition, wherever the copy ends.
    !memory.isRecovered &&
    memory.ledgers.length === ledgers.length &&
    ledgers.every(({ ledger, size }) => memory.ledgers.find((each) => each.ledger === ledger)?.size === size);
  if (isCurrent) return undefined;
  const { content, facts, rooms } = composeRestore(engine, known);
  const officeDatabase = openForReading(databasePath(data, officeId));
  let statement: Uint8Array;
  try {
    const signed = await signRestore(engine, { known, content, officeDatabase, kit });
    statement = engine.sha256(signed.body);
    const bytes = encodeCbor([signed.body, signed.signer, signed.signature], { sizeBytesMax: 1_048_576 });
    await replaceFile(join(home, statementName), bytes);
  } finally {
    officeDatabase.close();
  }
  await syncFolder(home);
  const planned = ledgers.map(({ ledger, size, root, voids }): [string, PlannedLedger] => [
    ledger,
    { size, root, voids, rooms: rooms.get(ledger) ?? [] },
  ]);
  const plan = { statement, ledgers: new Map(planned) };
  await beginRestore({ home: join(home, 'warden'), engine, edition: content.edition, plan });
  return facts;
}

function cleanDatabases(data: string, contents: Contents): void {
  for (const { ledger } of contents.databases) {
    const database = new DatabaseSync(databasePath(data, ledger));
    try {
      const tables = new Set(
        database
          .prepare("select name from sqlite_master where type = 'table'")
          .all()
          .map((row) => row['name']),
      );
      for (const table of droppedTables) if (tables.has(table)) database.exec(`delete from ${table}`);
    } finally {
      database.close();
    }
  }
}

/** Makes a backup of a home while its server runs (docs/spec/backup.md section 5). */
import { mkdir, open, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConflictError, DependencyError, encodeHex, encodeUtf8, InputError } from '@strongroom/core';
import type { Engine } from '@strongroom/core';
import { isNested, liesInCopyFolder, lockHome, readCopySettings } from '@strongroom/warden';
import { formatContents } from './contents.ts';
import type { Contents, DatabaseEntry } from './contents.ts';
import { copyBodies } from './copy-bodies.ts';
import type { CopiedBodies } from './copy-bodies.ts';
import { openForReading, readLedgerHead } from './database.ts';
import { formatHead, readFirmFacts } from './head.ts';
import type { FirmFacts } from './head.ts';
import { writeLastBackup } from './last-backup.ts';
import {
  backupsFolder,
  bodiesFolder,
  formatBackupId,
  headName,
  inTarget,
  partialPrefix,
  sumsName,
} from './layout.ts';
import { listBackupIds, readHeadOf } from './list-backups.ts';
import { clearLeftovers, removeOld } from './retention.ts';
import type { Retention } from './retention-rule.ts';
import { nameFailure } from './name-failure.ts';
import { hashFile, sealFile, syncFolder } from './sealed-file.ts';
import { clearWork, copyDatabases } from './snapshot.ts';
import type { CopiedDatabase } from './snapshot.ts';
import { readSums, writeSums } from './sums.ts';

/** What to back up, and where. */
export type BackupOptions = {
  readonly engine: Engine;
  readonly home: string;
  readonly target: string;
  readonly nowMs: number;
  readonly retention?: Retention;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: { readonly doneBytes: number; readonly totalBytes: number }) => void;
};

/** A backup that was made. */
export type MadeBackup = {
  readonly id: string;
  readonly files: number;
  /** Of the whole backup, the bodies that were there already included. */
  readonly sizeBytes: number;
  readonly copied: number;
  readonly copiedBytes: number;
  readonly removed: number;
  /** Bodies that a database names and the home does not have. */
  readonly missing: readonly string[];
  /** Whether the target lies on the disk that the home lies on. */
  readonly isSameDisk: boolean;
};

/**
 * Makes one. A backup is there whole, under its name, or not at all.
 * @throws InputError BACKUP_TARGET_INSIDE, BACKUP_TARGET_COPY, FILE_UNREADABLE; ConflictError BACKUP_NO_FIRM, BACKUP_RUNNING, BACKUP_OTHER_FIRM, BACKUP_WITHOUT_KEY;
 * DependencyError DISK_FULL, FILE_UNWRITABLE, INTERRUPTED, DATABASE_FAILED
 */
export async function makeBackup(options: BackupOptions): Promise<MadeBackup> {
  const { home, signal } = options;
  let lock: { close(): void };
  try {
    await stat(join(home, 'data'));
    lock = lockHome(join(home, 'backup-lock'));
  } catch (cause) {
    if (cause instanceof ConflictError) throw new ConflictError('BACKUP_RUNNING', {}, { cause });
    throw new ConflictError('BACKUP_NO_FIRM', {}, { cause });
  }
  const work = join(home, 'backup-work');
  try {
    return await make(options, work);
  } catch (cause) {
    throw signal.aborted ? new DependencyError('INTERRUPTED', {}, { cause }) : nameFailure(cause);
  } finally {
    clearWork(work);
    lock.close();
  }
}

async function make(options: BackupOptions, work: string): Promise<MadeBackup> {
  const { engine, home, target, nowMs, signal } = options;
  const isSameDisk = await assertOutside(home, target);
  for (const folder of [backupsFolder, bodiesFolder])
    await mkdir(inTarget(target, folder), { recursive: true, mode: 0o700 });
  const newest = (await listBackupIds(target)).at(-1);
  const databases = copyDatabases(home, work);
  const facts = readFacts(engine, databases);
  if (newest !== undefined && (await readHeadOf(target, newest)).firm !== facts.firm)
    throw new ConflictError('BACKUP_OTHER_FIRM');
  await clearLeftovers(target);
  const known =
    newest === undefined
      ? new Map()
      : await readSums(inTarget(target, `${backupsFolder}/${newest}/${sumsName}`));

  const id = formatBackupId(nowMs, engine.randomBytes(4));
  const partial = inTarget(target, `${backupsFolder}/${partialPrefix}${id}`);
  const final = inTarget(target, `${backupsFolder}/${id}`);
  const progress = countProgress(options);
  const small = [...databases.map(({ path }) => path), ...homeFiles.map((name) => join(home, name))];
  for (const path of small) progress.onTotal(await sizeOf(path));
  const bodies = await copyBodies(engine, { databases, target, facts, known, signal, ...progress });

  for (const folder of ['', 'databases', 'files']) await mkdir(join(partial, folder), { mode: 0o700 });
  const sums = new Map(bodies.sums);
  const sealer = createPartSealer(options, { facts, id, sums, onBytes: progress.onBytes });
  const contents: Contents = {
    format: 1,
    id,
    madeAtMs: nowMs,
    databases: await sealDatabases(options, databases, sealer),
    files: await sealHomeFiles(options, sealer),
    gone: bodies.gone,
  };
  const contentsPath = join(work, 'contents');
  await writeFile(contentsPath, formatContents(contents), { mode: 0o600 });
  await sealer.seal(contentsPath, 'contents');
  const sizeBytes = sealer.sizeBytes() + (await sumSizes(target, bodies));
  const head = formatHead(facts, { id, madeAtMs: nowMs, files: sums.size + 1, sizeBytes });
  await writeDurable(join(partial, headName), head);
  sums.set(`${backupsFolder}/${id}/${headName}`, encodeHex(engine.sha256(encodeUtf8(head))));
  await writeSums(join(partial, sumsName), sums);
  for (const folder of ['databases', 'files', '']) await syncFolder(join(partial, folder));
  signal.throwIfAborted();
  await rename(partial, final);
  await syncFolder(inTarget(target, backupsFolder));
  const { copied, copiedBytes, missing } = bodies;
  await writeLastBackup(home, {
    madeAtMs: nowMs,
    files: sums.size,
    sizeBytes,
    target: await realpath(target),
    missing: missing.length,
  });
  const removed = await removeOld(target, options.retention ?? {}, { id, madeAtMs: nowMs });
  return { id, files: sums.size, sizeBytes, copied, copiedBytes, removed, missing, isSameDisk };
}

/** Files of the home without which no password opens again, or the server would start otherwise. */
const homeFiles = ['opaque-setup', 'config.json'] as const;

type PartSealer = {
  /** Seals a file into the backup under a path of its folder. */
  seal(source: string, path: string): Promise<string>;
  sizeBytes(): number;
};

function createPartSealer(
  { engine, target, signal }: BackupOptions,
  own: {
    readonly facts: FirmFacts;
    readonly id: string;
    readonly sums: Map<string, string>;
    readonly onBytes: (bytes: number) => void;
  },
): PartSealer {
  const { facts, id, sums, onBytes } = own;
  let total = 0;
  return {
    async seal(from, name) {
      const path = `${backupsFolder}/${id}/${name}`;
      const source = await open(from, 'r');
      try {
        const { recovery } = facts;
        const sealed = await sealFile(engine, {
          source,
          target,
          place: { firm: facts.firm, path },
          storedPath: `${backupsFolder}/${partialPrefix}${id}/${name}`,
          recovery,
          signal,
          onBytes,
        });
        sums.set(path, sealed.sha256);
        total += sealed.sizeBytes;
      } finally {
        await source.close();
      }
      return path;
    },
    sizeBytes: () => total,
  };
}

async function sealDatabases(
  { engine, signal }: BackupOptions,
  databases: readonly CopiedDatabase[],
  sealer: PartSealer,
): Promise<DatabaseEntry[]> {
  const entries: DatabaseEntry[] = [];
  for (const { ledger, path: copy } of databases) {
    const opened = openForReading(copy);
    try {
      const { size, root } = await readLedgerHead(engine, opened);
      entries.push({
        ledger,
        path: await sealer.seal(copy, `databases/${ledger}`),
        sha256: await hashFile(copy, signal),
        sizeBytes: await sizeOf(copy),
        entries: size,
        root: encodeHex(root),
      });
    } finally {
      opened.close();
    }
  }
  return entries;
}

async function sealHomeFiles(
  { home, signal }: BackupOptions,
  sealer: PartSealer,
): Promise<Contents['files']> {
  const files: { name: string; path: string; sha256: string }[] = [];
  for (const name of homeFiles) {
    const from = join(home, name);
    if ((await sizeOf(from)) === 0) continue;
    files.push({
      name,
      path: await sealer.seal(from, `files/${name}`),
      sha256: await hashFile(from, signal),
    });
  }
  return files;
}

function readFacts(engine: Engine, databases: readonly CopiedDatabase[]): FirmFacts {
  const office = openForReading((databases[0] as CopiedDatabase).path);
  try {
    return readFirmFacts(engine, office);
  } finally {
    office.close();
  }
}

/**
 * Whether it is the same disk. A target is never made: where a disk is not mounted its place would fill instead.
 * @throws InputError BACKUP_TARGET_INSIDE, BACKUP_TARGET_COPY, FILE_UNREADABLE
 */
async function assertOutside(home: string, target: string): Promise<boolean> {
  const from = await realpath(home);
  const to = await realpath(target).catch((cause: unknown) => {
    throw new InputError('FILE_UNREADABLE', {}, { cause });
  });
  if (isNested(to, from)) throw new InputError('BACKUP_TARGET_INSIDE');
  await assertNoCopyIn(from, to);
  return (await stat(from)).dev === (await stat(to)).dev;
}

/** A backup that holds the warden's disaster copy would keep for years what was destroyed since. @throws InputError BACKUP_TARGET_COPY */
async function assertNoCopyIn(home: string, target: string): Promise<void> {
  // A warden of another user keeps its settings to itself, and looks itself.
  const copy = await readCopySettings(join(home, 'warden')).catch(() => undefined);
  for (const folder of copy === undefined ? [] : [copy.folder, copy.keyFolder ?? copy.folder])
    if (isNested(target, await realpath(folder).catch(() => folder)))
      throw new InputError('BACKUP_TARGET_COPY'); // a folder that is away is told by its path
  if (await liesInCopyFolder(target)) throw new InputError('BACKUP_TARGET_COPY');
}

function countProgress({ onProgress }: BackupOptions): {
  readonly onTotal: (bytes: number) => void;
  readonly onBytes: (bytes: number) => void;
} {
  let [doneBytes, totalBytes] = [0, 0];
  return {
    onTotal: (bytes) => {
      totalBytes += bytes;
    },
    onBytes: (bytes) => {
      doneBytes += bytes;
      onProgress?.({ doneBytes, totalBytes: Math.max(doneBytes, totalBytes) });
    },
  };
}

async function sumSizes(target: string, { sums }: CopiedBodies): Promise<number> {
  let total = 0;
  for (const path of sums.keys()) total += await sizeOf(inTarget(target, path));
  return total;
}

/** 0 for a file that is not there. */
async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw cause;
  }
}

async function writeDurable(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

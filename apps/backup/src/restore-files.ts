/** Brings the files of a backup into a folder beside `data/`, each whole under its name or not there (docs/spec/backup.md section 8). */
import { createHash } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CryptoError, IntegrityError, isEqualConstantTime, isId, officeId } from '@strongroom/core';
import type { Engine } from '@strongroom/core';
import { BodyLeaves } from './body-leaves.ts';
import type { Contents } from './contents.ts';
import { listBodies, openForReading, rollBack } from './database.ts';
import type { NamedBody } from './database.ts';
import type { BackupHead } from './head.ts';
import { bodyPath, partialPrefix } from './layout.ts';
import { openSealedFile, syncFolder } from './sealed-file.ts';
import type { Sums } from './sums.ts';

/** Files in flight. */
const filesAtOnce = 4;

type Source = {
  readonly engine: Engine;
  readonly target: string;
  readonly head: BackupHead;
  readonly contents: Contents;
  readonly sums: Sums;
  readonly recoverySeed: Uint8Array;
  /** Gets the layout of a home's `data/`. */
  readonly data: string;
  readonly signal: AbortSignal;
  readonly onBytes: (bytes: number) => void;
};

/** What was brought. */
export type RestoredFiles = {
  readonly databases: number;
  readonly bodies: number;
  /** Bodies that a database names and this backup never had. */
  readonly missing: readonly string[];
};

/** Where a ledger's database lies under `data`. */
export function databasePath(data: string, ledger: string): string {
  return ledger === officeId
    ? join(data, 'office', 'office.sqlite')
    : join(data, 'vaults', ledger, 'vault.sqlite');
}

/** Brings them; what is there already, whole, is not brought again. @throws IntegrityError BACKUP_DAMAGED */
export async function restoreFiles(source: Source): Promise<RestoredFiles> {
  const { contents, data, sums } = source;
  const missing: string[] = [];
  const gone = new Set(contents.gone.map(([ledger, upload]) => bodyPath(ledger, upload)));
  let bodies = 0;
  for (const { ledger, path, sha256 } of contents.databases) {
    if (!isId('vlt', ledger)) throw damaged(path);
    const to = databasePath(data, ledger);
    await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    const hash = createHash('sha256');
    await bring(
      source,
      { path, to, onBytes: (bytes) => void hash.update(bytes) },
      () => hash.digest('hex') === sha256,
    );
    // A restore that was killed while it cleaned this database cannot be gone on with by reading alone.
    rollBack(to);
    const opened = openForReading(to);
    const named: { readonly body: NamedBody; readonly path: string }[] = [];
    try {
      for (const body of listBodies(opened)) {
        const from = bodyPath(ledger, body.upload);
        if (gone.has(from)) continue;
        if (sums.has(from))
          named.push({ body: { ...body, leafHashes: body.leafHashes.slice() }, path: from });
        else missing.push(body.upload);
      }
    } finally {
      opened.close();
    }
    const folder = join(dirname(to), 'bodies');
    for (const spread of new Set(named.map(({ body }) => body.upload.slice(4, 6))))
      await mkdir(join(folder, spread), { recursive: true, mode: 0o700 });
    const queue = named.values();
    const workers = Array.from({ length: filesAtOnce }, async () => {
      for (const { body, path: from } of queue) {
        const leaves = new BodyLeaves();
        const to = join(folder, body.upload.slice(4, 6), body.upload);
        await bring(source, { path: from, to, onBytes: (bytes) => leaves.update(bytes) }, () =>
          isEqualConstantTime(leaves.finish(), body.leafHashes),
        );
        bodies += 1;
      }
    });
    const ends = await Promise.allSettled(workers);
    const failed = ends.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
    for (const spread of new Set(named.map(({ body }) => body.upload.slice(4, 6))))
      await syncFolder(join(folder, spread));
    if (named.length > 0) await syncFolder(folder);
    await syncFolder(dirname(to));
  }
  return { databases: contents.databases.length, bodies, missing };
}

/** One of the files that lie in the home itself. @throws IntegrityError BACKUP_DAMAGED */
export async function restoreHomeFile(
  source: Source,
  file: Contents['files'][number],
  to: string,
): Promise<void> {
  const hash = createHash('sha256');
  await bring(
    source,
    { path: file.path, to, onBytes: (bytes) => void hash.update(bytes) },
    () => hash.digest('hex') === file.sha256,
  );
}

async function bring(
  source: Source,
  file: { readonly path: string; readonly to: string; readonly onBytes: (bytes: Uint8Array) => void },
  isRight: () => boolean,
): Promise<void> {
  const { engine, target, head, recoverySeed, signal, onBytes } = source;
  const { path, to } = file;
  signal.throwIfAborted();
  if (await isThere(to)) return;
  const partial = join(dirname(to), `${partialPrefix}${basename(to)}`);
  await rm(partial, { force: true });
  const handle = await open(partial, 'wx', 0o600);
  try {
    await openSealedFile(engine, {
      target,
      place: { firm: head.firm, path },
      recoverySeed,
      onSegment: async (bytes) => {
        signal.throwIfAborted();
        file.onBytes(bytes);
        await handle.writeFile(bytes);
        onBytes(bytes.length);
      },
    });
    await handle.sync();
  } catch (cause) {
    const isGone = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw cause instanceof CryptoError || isGone ? damaged(path, cause) : cause;
  } finally {
    await handle.close();
  }
  if (!isRight()) throw damaged(path);
  await rename(partial, to);
}

async function isThere(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw cause;
  }
}

function damaged(path: string, cause?: unknown): IntegrityError {
  return new IntegrityError('BACKUP_DAMAGED', { path }, { cause });
}

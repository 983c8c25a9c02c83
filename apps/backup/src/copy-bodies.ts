/** Brings the bodies that the copied databases name into a target: those that are there already stay as they are. */
import { mkdir, open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Engine } from '@strongroom/core';
import { isBodyNamed, listBodies, openForReading } from './database.ts';
import type { FirmFacts } from './head.ts';
import { bodiesFolder, bodyPath, inTarget } from './layout.ts';
import { listBodyFiles } from './retention.ts';
import { hashFile, sealFile, syncFolder } from './sealed-file.ts';
import type { CopiedDatabase } from './snapshot.ts';
import type { Sums } from './sums.ts';

/** Files in flight: enough that a disk's fsyncs overlap. */
const filesAtOnce = 8;

/** What became of the bodies. */
export type CopiedBodies = {
  /** Every body of this backup, by path. */
  readonly sums: Map<string, string>;
  readonly copied: number;
  readonly copiedBytes: number;
  /** Named by the copied database and destroyed since: ledger and upload. */
  readonly gone: readonly (readonly [string, string])[];
  /** Named still, and not there. */
  readonly missing: readonly string[];
};

type Wanted = {
  readonly database: CopiedDatabase;
  readonly upload: string;
  readonly sizeBytes: number;
  readonly path: string;
};

/** Copies them. `onBytes` hears of bytes done, `onTotal` of how many there are to do. */
export async function copyBodies(
  engine: Engine,
  options: {
    readonly databases: readonly CopiedDatabase[];
    readonly target: string;
    readonly facts: FirmFacts;
    /** Hashes that the newest backup has. */
    readonly known: Sums;
    readonly signal: AbortSignal;
    readonly onTotal: (bytes: number) => void;
    readonly onBytes: (bytes: number) => void;
  },
): Promise<CopiedBodies> {
  const { databases, target, facts, known, signal } = options;
  const present = new Set(await listBodyFiles(target));
  const wanted = databases.flatMap((database) => listWanted(database));
  const isCopied = ({ path }: Wanted): boolean => !present.has(path);
  options.onTotal(wanted.filter(isCopied).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
  const folders = await makeFolders(target, wanted.filter(isCopied));
  const sums = new Map<string, string>();
  const gone: (readonly [string, string])[] = [];
  const missing: string[] = [];
  let copied = 0;
  let copiedBytes = 0;

  async function bring(one: Wanted): Promise<void> {
    signal.throwIfAborted();
    const { database, upload, path } = one;
    if (!isCopied(one)) {
      sums.set(path, known.get(path) ?? (await hashFile(inTarget(target, path), signal)));
      return;
    }
    const source = await openBody(database, upload);
    if (source === undefined) {
      if (isBodyNamed(database.livePath, upload)) missing.push(upload);
      else gone.push([database.ledger, upload]);
      return;
    }
    try {
      const place = { firm: facts.firm, path };
      const { recovery } = facts;
      const sealed = await sealFile(engine, {
        source,
        target,
        place,
        recovery,
        signal,
        onBytes: options.onBytes,
      });
      sums.set(path, sealed.sha256);
      copied += 1;
      copiedBytes += sealed.sizeBytes;
    } finally {
      await source.close();
    }
  }

  const queue = wanted.values();
  const workers = Array.from({ length: filesAtOnce }, async () => {
    for (const one of queue) await bring(one);
  });
  const ends = await Promise.allSettled(workers);
  const failed = ends.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
  for (const folder of folders) await syncFolder(folder);
  return { sums, copied, copiedBytes, gone, missing };
}

function listWanted(database: CopiedDatabase): Wanted[] {
  const opened = openForReading(database.path);
  try {
    return [...listBodies(opened)].map(({ upload, sizeBytes }) => ({
      database,
      upload,
      sizeBytes,
      path: bodyPath(database.ledger, upload),
    }));
  } finally {
    opened.close();
  }
}

/** Makes the folders that are missing; answers every folder whose names have to be made durable, the deepest first. */
async function makeFolders(target: string, wanted: readonly Wanted[]): Promise<string[]> {
  const folders = new Set<string>();
  for (const { path } of wanted) {
    const folder = dirname(inTarget(target, path));
    if (folders.has(folder)) continue;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    folders.add(folder);
  }
  const above = [...folders].map((folder) => dirname(folder));
  return [...new Set([...folders, ...above, inTarget(target, bodiesFolder)])];
}

async function openBody({ bodies }: CopiedDatabase, upload: string): Promise<FileHandle | undefined> {
  try {
    return await open(join(bodies, upload.slice(4, 6), upload), 'r');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cause;
  }
}

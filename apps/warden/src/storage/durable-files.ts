/**
 * The few file operations of the warden. Invariant: what a function here has answered is on the disk, name included; files
 * are 0600. A failed write or sync is DependencyError WARDEN_STORAGE_FAILED: what the disk then holds is unknown, so the
 * caller reads everything again from the disk or ends.
 */
import { randomFill } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { open, readFile, readdir, rename, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { DependencyError, StrongroomError } from '@strongroom/core';

const fillRandom = promisify<Uint8Array, Uint8Array>(randomFill);
const wipeChunkBytes = 262_144;
/** Files written at once: their syncs share the disk's own journal. */
const filesAtOnce = 16;

/** Runs a step on the disk. @throws DependencyError WARDEN_STORAGE_FAILED */
export async function onDisk<T>(step: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    if (cause instanceof StrongroomError) throw cause;
    throw new DependencyError('WARDEN_STORAGE_FAILED', { step, reason: errorName(cause) }, { cause });
  }
}

function errorName(cause: unknown): string {
  const code = (cause as { code?: unknown }).code;
  return typeof code === 'string' && /^[A-Z_0-9]{1,32}$/.test(code) ? code : 'unknown';
}

/** Writes all of `bytes` at a position. */
export async function writeFully(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length)
    written += (await file.write(bytes, written, bytes.length - written, position + written)).bytesWritten;
}

/** Makes the names in a directory durable. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/**
 * A file to be made; `make` is asked for its bytes when its turn comes, so that a few files at a time are in memory. It may
 * put them into `room`, which is given where there are many files.
 */
export type NewFile = { readonly name: string; readonly make: (room?: Uint8Array) => Uint8Array };

/** Writes new files that must not exist. Their names are not durable before `syncNames`. */
export async function createFiles(directory: string, files: readonly NewFile[]): Promise<void> {
  // The memory is taken once for each file that is under way.
  const spare: Uint8Array[] = [];
  await onDisk('create', async () => {
    await someAtOnce(files, async ({ name, make }) => {
      const file = await open(join(directory, name), 'wx', 0o600);
      const room = files.length > filesAtOnce ? (spare.pop() ?? new Uint8Array(wipeChunkBytes)) : undefined;
      try {
        await writeFully(file, make(room), 0);
        await file.sync();
        if (room !== undefined) spare.push(room);
      } finally {
        await file.close();
      }
    });
  });
}

/** Makes the names of new files durable. */
export async function syncNames(directory: string): Promise<void> {
  await onDisk('create', () => syncDirectory(directory));
}

/** Puts a file in another one's place, or in none's, in one step. `afterWrite` runs before the rename. */
export async function replaceDurableFile(
  path: string,
  bytes: Uint8Array,
  afterWrite?: () => Promise<void>,
): Promise<void> {
  await onDisk('replace', async () => {
    const temporary = `${path}.tmp`;
    const file = await open(temporary, 'w', 0o600);
    try {
      await writeFully(file, bytes, 0);
      await file.sync();
    } finally {
      await file.close();
    }
    await afterWrite?.();
    await rename(temporary, path);
    await syncDirectory(dirname(path));
  });
}

/** The bytes of a file, undefined if there is none. */
export async function findFileBytes(path: string): Promise<Uint8Array | undefined> {
  return await onDisk('read', async () => {
    try {
      return new Uint8Array(await readFile(path));
    } catch (error) {
      if ((error as { code?: unknown }).code === 'ENOENT') return undefined;
      throw error;
    }
  });
}

/** The bytes of a file, undefined if there is none, at once: for whoever cannot wait in between. */
export function findFileBytesNow(path: string): Uint8Array | undefined {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (cause) {
    if (errorName(cause) === 'ENOENT') return undefined;
    throw new DependencyError('WARDEN_STORAGE_FAILED', { step: 'read', reason: errorName(cause) }, { cause });
  }
}

/** Names in a directory, sorted. */
export async function listFiles(path: string): Promise<string[]> {
  return await onDisk('list', async () => (await readdir(path)).sort());
}

/**
 * Overwrites files in place with random bytes, then removes them; a name that comes back after a power cut is that of a file
 * overwritten. On copy-on-write file systems and inside flash the old
 * blocks may live on: what counts is that their key is gone (docs/spec/warden.md section 3).
 */
export async function wipeFiles(directory: string, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  // Filled anew for each piece; the memory is taken once for each file that is under way.
  const spare: Uint8Array[] = [];
  await onDisk('wipe', async () => {
    await someAtOnce(names, async (name) => {
      const path = join(directory, name);
      const file = await open(path, 'r+');
      const fill = spare.pop() ?? new Uint8Array(wipeChunkBytes);
      try {
        const { size } = await file.stat();
        for (let at = 0; at < size; at += wipeChunkBytes)
          await writeFully(file, await fillRandom(fill.subarray(0, size - at)), at);
        // In place: the size and the blocks are those of before, so the data is all there is to sync.
        await file.datasync();
        spare.push(fill);
      } finally {
        await file.close();
      }
      await unlink(path);
    });
  });
}

/** Works on a few items at a time. Answers when all that was begun has ended; after a failure nothing more begins. */
async function someAtOnce<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  let hasFailed = false;
  const workThrough = async (): Promise<void> => {
    // The iterator is shared: each item is taken once.
    for (const item of left) {
      if (hasFailed) return;
      try {
        await work(item);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  const settled = await Promise.allSettled(Array.from({ length: filesAtOnce }, workThrough));
  const failed = settled.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/**
 * The few file operations of the warden. Invariant: what a function here has answered is on the disk, name included; files
 * are 0600. A failed write or sync is DependencyError WARDEN_STORAGE_FAILED: what the disk then holds is unknown, so the
 * caller reads everything again from the disk or ends.
 */
import { randomBytes } from 'node:crypto';
import { open, readFile, readdir, rename, stat, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DependencyError, StrongroomError } from '@strongroom/core';

const wipeChunkBytes = 1_048_576;
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

/** A file to be made. */
export type NewFile = { readonly name: string; readonly bytes: Uint8Array };

/** Writes new files that must not exist, and their names. */
export async function createDurableFiles(directory: string, files: readonly NewFile[]): Promise<void> {
  if (files.length === 0) return;
  await onDisk('create', async () => {
    await inBatches(files, async ({ name, bytes }) => {
      const file = await open(join(directory, name), 'wx', 0o600);
      try {
        await writeFully(file, bytes, 0);
        await file.sync();
      } finally {
        await file.close();
      }
    });
    await syncDirectory(directory);
  });
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

/** Names in a directory, sorted. */
export async function listFiles(path: string): Promise<string[]> {
  return await onDisk('list', async () => (await readdir(path)).sort());
}

/**
 * Overwrites files in place with random bytes, then removes them. On copy-on-write file systems and inside flash the old
 * blocks may live on: what counts is that their key is gone (docs/spec/warden.md section 3).
 */
export async function wipeFiles(directory: string, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  await onDisk('wipe', async () => {
    await inBatches(names, async (name) => {
      const path = join(directory, name);
      const { size } = await stat(path);
      const file = await open(path, 'r+');
      try {
        for (let at = 0; at < size; at += wipeChunkBytes)
          await writeFully(file, randomBytes(Math.min(wipeChunkBytes, size - at)), at);
        await file.sync();
      } finally {
        await file.close();
      }
      await unlink(path);
    });
    await syncDirectory(directory);
  });
}

async function inBatches<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < items.length; at += filesAtOnce) {
    const settled = await Promise.allSettled(items.slice(at, at + filesAtOnce).map(work));
    const failed = settled.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }
}

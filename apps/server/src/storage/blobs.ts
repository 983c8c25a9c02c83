/**
 * Ciphertext bodies as files, one folder a vault. An upload is one growing file; a part is durable before it is
 * acknowledged. Becoming a version is: fsync, rename, fsync of the folder, all before the transaction that names it; a blob
 * without a row is an orphan, a row without a blob cannot happen.
 */
import { createReadStream } from 'node:fs';
import type { ReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { assert, ConflictError } from '@strongroom/core';

/** Where the blobs of one vault lie. A body keeps the id of the upload it was, so that no two can want one name. */
export interface Blobs {
  /** Writes a part at its place and makes it durable. Bytes beyond `sizeBytesMax` are not written, and nothing of the part counts. */
  writePart(part: PartToWrite): Promise<{ readonly sizeBytes: number; readonly isTooLong: boolean }>;
  uploadBytes(upload: string): Promise<number | undefined>;
  /** Makes a body an upload again, durably, if it is one. The caller knows that no version names it. */
  reopen(upload: string): Promise<void>;
  /** Makes the upload a body, durably. Safe to repeat. */
  finalise(upload: string): Promise<void>;
  readBody(range: { upload: string; offsetBytes: number; lengthBytes: number }): ReadStream;
  bodyBytes(upload: string): Promise<number | undefined>;
  remove(upload: string): Promise<void>;
  /** Ids of uploads and bodies on disk, with the time of the last change. */
  list(): Promise<{ upload: string; modifiedMs: number }[]>;
}

/** A part on its way in. */
export type PartToWrite = {
  readonly upload: string;
  readonly offsetBytes: number;
  readonly sizeBytesMax: number;
  readonly source: AsyncIterable<Uint8Array>;
};

/** @param folder the vault's own folder; ids are checked by the caller, so that none leads out of it */
export function createBlobs(folder: string, hooks: { afterPartFsync(): Promise<void> }): Blobs {
  const uploads = join(folder, 'uploads');
  const bodies = join(folder, 'bodies');
  const uploadPath = (upload: string): string => join(uploads, upload);
  // Two characters of the random id spread a large vault over a thousand folders.
  const bodyPath = (upload: string): string => join(bodies, upload.slice(4, 6), upload);

  return {
    async writePart({ upload, offsetBytes, sizeBytesMax, source }) {
      // It became a body since the caller looked: a new file would lack all other parts, and take the body's place later.
      const isBody = (await fileBytes(bodyPath(upload))) !== undefined;
      if (isBody) throw new ConflictError('STATE_CHANGED', { reason: 'upload' });
      const file = await openUpload(uploads, uploadPath(upload));
      let sizeBytes = 0;
      try {
        for await (const chunk of source) {
          if (sizeBytes + chunk.length > sizeBytesMax) return { sizeBytes, isTooLong: true };
          await writeWhole(file, chunk, offsetBytes + sizeBytes);
          sizeBytes += chunk.length;
        }
        await file.datasync();
      } finally {
        await file.close();
      }
      await hooks.afterPartFsync();
      return { sizeBytes, isTooLong: false };
    },
    uploadBytes: (upload) => fileBytes(uploadPath(upload)),
    async reopen(upload) {
      if ((await fileBytes(bodyPath(upload))) === undefined) return;
      await mkdir(uploads, { recursive: true, mode: 0o700 });
      await rename(bodyPath(upload), uploadPath(upload));
      await syncFolder(dirname(bodyPath(upload)));
      await syncFolder(uploads);
    },
    async finalise(upload) {
      const target = bodyPath(upload);
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      const file = await open(uploadPath(upload), 'r+').catch(undefinedIfAbsent);
      if (file === undefined) {
        // An earlier try has renamed it.
        assert((await fileBytes(target)) !== undefined, 'an upload with all parts has a file');
        return;
      }
      try {
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(uploadPath(upload), target);
      await syncFolder(dirname(target));
      await syncFolder(bodies);
    },
    readBody: ({ upload, offsetBytes, lengthBytes }) =>
      createReadStream(bodyPath(upload), {
        start: offsetBytes,
        end: offsetBytes + lengthBytes - 1,
        highWaterMark: chunkBytes,
      }),
    bodyBytes: (upload) => fileBytes(bodyPath(upload)),
    async remove(upload) {
      await rm(uploadPath(upload), { force: true });
      await rm(bodyPath(upload), { force: true });
    },
    async list() {
      const found = await listFiles(uploads);
      for (const spread of await listNames(bodies)) found.push(...(await listFiles(join(bodies, spread))));
      return found;
    },
  };
}

const chunkBytes = 262_144;

async function openUpload(folder: string, path: string): Promise<FileHandle> {
  const found = await open(path, 'r+').catch(undefinedIfAbsent);
  if (found !== undefined) return found;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const made = await open(path, 'wx+', 0o600).catch(async (cause: NodeJS.ErrnoException) => {
    // Another part of the same upload was first.
    if (cause.code === 'EEXIST') return await open(path, 'r+');
    throw cause;
  });
  await syncFolder(folder);
  return made;
}

async function writeWhole(file: FileHandle, chunk: Uint8Array, place: number): Promise<void> {
  let done = 0;
  while (done < chunk.length) {
    const { bytesWritten } = await file.write(chunk, done, chunk.length - done, place + done);
    done += bytesWritten;
  }
}

function undefinedIfAbsent(cause: NodeJS.ErrnoException): undefined {
  if (cause.code === 'ENOENT') return undefined;
  throw cause;
}

async function fileBytes(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cause;
  }
}

async function listNames(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw cause;
  }
}

async function listFiles(folder: string): Promise<{ upload: string; modifiedMs: number }[]> {
  const found: { upload: string; modifiedMs: number }[] = [];
  for (const name of await listNames(folder)) {
    const { mtimeMs } = await stat(join(folder, name));
    found.push({ upload: name, modifiedMs: mtimeMs });
  }
  return found;
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Ciphertext bodies as files, one folder a vault. An upload is one growing file; a part is durable before it is
 * acknowledged. Becoming a version is: fsync, rename, fsync of the folder, all before the transaction that names it; a blob
 * without a row is an orphan, a row without a blob cannot happen.
 */
import { createReadStream } from 'node:fs';
import type { ReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';

/** Where the blobs of one vault lie. */
export interface Blobs {
  /** Writes a part at its place and makes it durable; answers the bytes written. Stops reading at `sizeBytesMax` + 1. */
  writePart(part: { upload: string; offsetBytes: number; sizeBytesMax: number; source: Readable }): Promise<PartWritten>;
  readUpload(upload: string): ReadStream;
  uploadBytes(upload: string): Promise<number | undefined>;
  /** Makes the upload the body of a record version. Safe to repeat. */
  finalise(body: BodyName & { upload: string }): Promise<void>;
  readBody(body: BodyName & { offsetBytes: number; lengthBytes: number }): ReadStream;
  bodyBytes(body: BodyName): Promise<number | undefined>;
  removeBody(body: BodyName): Promise<void>;
  removeUpload(upload: string): Promise<void>;
  /** Uploads and bodies on disk, for the collection of orphans. */
  list(): Promise<{ uploads: { upload: string; modifiedMs: number }[]; bodies: (BodyName & { modifiedMs: number })[] }>;
}

/** Names a body. */
export type BodyName = { readonly record: string; readonly version: number };
/** What `writePart` did. `isTooLong` means that nothing of it counts. */
export type PartWritten = { readonly sizeBytes: number; readonly isTooLong: boolean };

const suffix = /^(rec_[a-z2-7]{26})-([1-9][0-9]{0,9})$/;

/** @param folder the vault's own folder; ids are checked by the caller, so that none leads out of it */
export function createBlobs(folder: string, hooks: { afterPartFsync(): Promise<void> }): Blobs {
  const uploadPath = (upload: string): string => join(folder, 'uploads', upload);
  // Two characters of the random id spread a large vault over a thousand folders.
  const bodyPath = (body: BodyName): string =>
    join(folder, 'bodies', body.record.slice(4, 6), `${body.record}-${body.version}`);

  return {
    async writePart({ upload, offsetBytes, sizeBytesMax, source }) {
      await mkdir(join(folder, 'uploads'), { recursive: true, mode: 0o700 });
      const file = await open(uploadPath(upload), 'r+').catch(async (cause: NodeJS.ErrnoException) => {
        if (cause.code !== 'ENOENT') throw cause;
        const made = await open(uploadPath(upload), 'wx+', 0o600);
        await syncFolder(join(folder, 'uploads'));
        return made;
      });
      let sizeBytes = 0;
      try {
        for await (const chunk of source as AsyncIterable<Uint8Array>) {
          if (sizeBytes + chunk.length > sizeBytesMax) return { sizeBytes, isTooLong: true };
          let done = 0;
          while (done < chunk.length) {
            const { bytesWritten } = await file.write(chunk, done, chunk.length - done, offsetBytes + sizeBytes + done);
            done += bytesWritten;
          }
          sizeBytes += chunk.length;
        }
        await file.datasync();
      } finally {
        await file.close();
      }
      await hooks.afterPartFsync();
      return { sizeBytes, isTooLong: false };
    },
    readUpload: (upload) => createReadStream(uploadPath(upload), { highWaterMark: 262_144 }),
    uploadBytes: (upload) => fileBytes(uploadPath(upload)),
    async finalise(body) {
      const target = bodyPath(body);
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      const source = uploadPath(body.upload);
      const file = await open(source, 'r+').catch((cause: NodeJS.ErrnoException) => {
        if (cause.code === 'ENOENT') return undefined;
        throw cause;
      });
      // An earlier try may have renamed it already.
      if (file === undefined) {
        if ((await fileBytes(target)) !== undefined) return;
        throw new Error('the upload has no file');
      }
      try {
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(source, target);
      await syncFolder(dirname(target));
      await syncFolder(join(folder, 'bodies'));
    },
    readBody: ({ offsetBytes, lengthBytes, ...body }) =>
      createReadStream(bodyPath(body), {
        start: offsetBytes,
        end: offsetBytes + lengthBytes - 1,
        highWaterMark: 262_144,
      }),
    bodyBytes: (body) => fileBytes(bodyPath(body)),
    removeBody: (body) => rm(bodyPath(body), { force: true }),
    removeUpload: (upload) => rm(uploadPath(upload), { force: true }),
    async list() {
      const uploads = await listFiles(join(folder, 'uploads'));
      const bodies: (BodyName & { modifiedMs: number })[] = [];
      for (const spread of await listNames(join(folder, 'bodies'))) {
        for (const { name, modifiedMs } of await listFiles(join(folder, 'bodies', spread))) {
          const match = suffix.exec(name);
          if (match !== null) bodies.push({ record: match[1] ?? '', version: Number(match[2]), modifiedMs });
        }
      }
      return { uploads: uploads.map(({ name, modifiedMs }) => ({ upload: name, modifiedMs })), bodies };
    },
  };
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

async function listFiles(folder: string): Promise<{ name: string; modifiedMs: number }[]> {
  const found: { name: string; modifiedMs: number }[] = [];
  for (const name of await listNames(folder)) {
    const { mtimeMs } = await stat(join(folder, name));
    found.push({ name, modifiedMs: mtimeMs });
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

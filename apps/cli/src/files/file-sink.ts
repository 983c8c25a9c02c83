/**
 * A record on the way out. It is written beside its target under another name, for its owner only, and takes the target's
 * name when the device has verified all of it; a file that is there is not replaced unless that was asked for. What a refusal
 * leaves is nothing.
 */
import { link, mkdir, open, rename, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConflictError, InputError, assert } from '@strongroom/core';
import type { ByteSink } from '@strongroom/device';
import type { TextSink } from '../context.ts';
import { fileErrorCode, fileSteps } from '../home/durable-file.ts';
import { nameSubject } from '../subject.ts';
import { failWriting } from './write-failure.ts';

/** A sink whose file gets its name with `place`, after the record was opened. */
export interface FileSink extends ByteSink {
  /** Gives the verified file its name. @throws ConflictError TARGET_EXISTS */
  place(target: string, canReplace: boolean): Promise<void>;
}

/** Begins a file in a folder. @throws DependencyError FILE_UNWRITABLE */
export async function createFileSink(folder: string, token: string): Promise<FileSink> {
  const unfinished = join(folder, `.strongroom-${token}.part`);
  const handle = await open(unfinished, 'wx', 0o600).catch((error: unknown) => failWriting(error, folder));
  let state: 'open' | 'verified' | 'placed' | 'gone' = 'open';
  return {
    write: async (bytes) =>
      await writeAll(handle, bytes).catch((error: unknown) => failWriting(error, folder)),
    commit: async () => {
      await handle.sync();
      await handle.close();
      state = 'verified';
    },
    abort: async () => {
      if (state === 'placed' || state === 'gone') return;
      if (state === 'open') await handle.close();
      state = 'gone';
      await unlink(unfinished);
    },
    place: async (target, canReplace) => {
      assert(state === 'verified', 'a record is placed only after it was verified');
      if (canReplace) await rename(unfinished, target).catch((error: unknown) => failWriting(error, target));
      else await placeNew(unfinished, target);
      state = 'placed';
      await fileSteps.syncFolder(dirname(target));
    },
  };
}

/** A link to a name that is taken fails, in one step with no gap for another to slip in. */
async function placeNew(unfinished: string, target: string): Promise<void> {
  try {
    await link(unfinished, target);
  } catch (error) {
    if (fileErrorCode(error) === 'EEXIST')
      throw nameSubject(new ConflictError('TARGET_EXISTS', {}, { cause: error }), target);
    failWriting(error, target);
  }
  await unlink(unfinished);
}

/**
 * A sink for standard output: the record waits in a file without a name, which vanishes with this process, and is written out
 * only after it was verified whole.
 */
export async function createSpoolSink(options: {
  readonly folder: string;
  readonly token: string;
  readonly target: TextSink;
}): Promise<ByteSink> {
  const { folder, token, target } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, token);
  const handle = await open(path, 'wx+', 0o600).catch((error: unknown) => failWriting(error, folder));
  await unlink(path);
  return {
    write: async (bytes) =>
      await writeAll(handle, bytes).catch((error: unknown) => failWriting(error, folder)),
    commit: async () => {
      const buffer = new Uint8Array(256 * 1024);
      for (let offset = 0; ;) {
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset);
        if (bytesRead === 0) break;
        await writeOut(target, buffer.slice(0, bytesRead));
        offset += bytesRead;
      }
      await handle.close();
    },
    abort: async () => await handle.close(),
  };
}

async function writeOut(target: TextSink, bytes: Uint8Array): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    (target as NodeJS.WritableStream).write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let offset = 0; offset < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, offset);
    offset += bytesWritten;
  }
}

/** A name that a record's own name may take in a folder: no path in it, nothing hidden, nothing that steers a terminal. */
export function toFileName(recordName: string): string {
  const plain = recordName.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}/\\:*?"<>|]/gu, '_');
  const name = plain.replace(/^[.\s-]+/u, '').slice(0, 120);
  if (name === '') throw new InputError('INPUT_INVALID', { name: 'recordName' });
  return name;
}

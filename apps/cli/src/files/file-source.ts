/** Files and folders on the way in: found, opened once, and read by position. */
import { lstat, open, readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { ConflictError, InputError } from '@strongroom/core';
import type { FileSource } from '@strongroom/device';
import { nameSubject } from '../subject.ts';

/** A file to add and the folder in the room that it goes to. */
export interface FoundFile {
  readonly path: string;
  readonly folder: readonly string[];
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
}

/** What was found, and what was left out because it is neither file nor folder. */
export interface FoundFiles {
  readonly files: readonly FoundFile[];
  readonly skipped: readonly string[];
}

/** Finds the files that paths name. A folder is taken with everything below it and keeps its shape; links inside are not followed. */
export async function findFiles(options: {
  readonly paths: readonly string[];
  readonly cwd: string;
  readonly folder: readonly string[];
}): Promise<FoundFiles> {
  const files: FoundFile[] = [];
  const skipped: string[] = [];
  for (const given of options.paths) {
    const path = resolve(options.cwd, given);
    const found = await stat(path).catch((error: unknown) => {
      throw nameSubject(new InputError('FILE_UNREADABLE', {}, { cause: error }), given);
    });
    if (found.isDirectory()) await collect(path, [...options.folder, basename(path)], { files, skipped });
    else if (found.isFile()) files.push(describeFile(path, options.folder, found));
    else skipped.push(path);
  }
  return { files, skipped };
}

async function collect(
  path: string,
  folder: readonly string[],
  into: { readonly files: FoundFile[]; readonly skipped: string[] },
): Promise<void> {
  for (const entry of (await readdir(path)).toSorted()) {
    const child = join(path, entry);
    const found = await lstat(child);
    if (found.isDirectory()) await collect(child, [...folder, entry], into);
    else if (found.isFile()) into.files.push(describeFile(child, folder, found));
    else into.skipped.push(child);
  }
}

function describeFile(
  path: string,
  folder: readonly string[],
  found: { readonly size: number; readonly mtimeMs: number },
): FoundFile {
  return { path, folder, sizeBytes: found.size, modifiedAtMs: Math.trunc(found.mtimeMs) };
}

/** Opens a file for reading by position. A file that changes meanwhile is refused. @throws InputError FILE_UNREADABLE */
export async function openFileSource(file: FoundFile): Promise<FileSource & { close(): Promise<void> }> {
  const handle = await open(file.path, 'r').catch((error: unknown) => {
    throw nameSubject(new InputError('FILE_UNREADABLE', {}, { cause: error }), file.path);
  });
  return {
    name: basename(file.path),
    sizeBytes: file.sizeBytes,
    modifiedAtMs: file.modifiedAtMs,
    path: file.path,
    read: async (offset, length) => {
      const bytes = new Uint8Array(length);
      let filled = 0;
      while (filled < length) {
        const { bytesRead } = await handle.read(bytes, filled, length - filled, offset + filled);
        if (bytesRead === 0) throw nameSubject(new ConflictError('SOURCE_CHANGED'), file.path);
        filled += bytesRead;
      }
      return bytes;
    },
    close: async () => await handle.close(),
  };
}

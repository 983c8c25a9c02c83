/**
 * Where sealed parts of uploads wait, in this origin's private file system: a folder an upload, a file a part. Only ciphertext comes here.
 * A part is written aside and takes its place when it is whole.
 */
import { InputError } from '@strongroom/core';
import type { SegmentStage, StagedUpload } from '@strongroom/device';
import { isNamed } from '../../keys/messages.ts';

const rootName = 'staging';
const uploadShape = /^[a-z0-9_]{1,64}$/u;
const partShape = /^part-(\d{1,6})$/u;

/** The stage of this browser; undefined where there is no private file system to write to. */
export async function openOpfsStage(): Promise<SegmentStage | undefined> {
  if (!('createWritable' in FileSystemFileHandle.prototype)) return undefined;
  let root: FileSystemDirectoryHandle;
  try {
    root = await navigator.storage.getDirectory();
  } catch {
    return undefined; // a private window of some browsers: files are chosen again after a reload
  }

  async function findFolder(upload: string, create: boolean): Promise<FileSystemDirectoryHandle | undefined> {
    if (!uploadShape.test(upload)) throw new InputError('INPUT_INVALID', { name: 'upload' });
    return await orNothing(async () => {
      const staging = await root.getDirectoryHandle(rootName, { create });
      return await staging.getDirectoryHandle(upload, { create });
    });
  }

  return {
    async write(upload, part, bytes) {
      const folder = await findFolder(upload, true);
      const file = await folder?.getFileHandle(`part-${part}`, { create: true });
      const writable = await file?.createWritable();
      try {
        await writable?.write(bytes as Uint8Array<ArrayBuffer>);
        await writable?.close();
      } catch (cause) {
        await writable?.abort().catch(() => undefined);
        throw cause;
      }
    },
    async read(upload, part) {
      const folder = await findFolder(upload, false);
      if (folder === undefined) return undefined;
      const file = await orNothing(async () => await (await folder.getFileHandle(`part-${part}`)).getFile());
      return file === undefined || file.size === 0 ? undefined : new Uint8Array(await file.arrayBuffer());
    },
    async remove(upload, part) {
      if (part !== undefined) {
        const folder = await findFolder(upload, false);
        await orNothing(async () => await folder?.removeEntry(`part-${part}`));
        return;
      }
      await orNothing(async () => {
        const staging = await root.getDirectoryHandle(rootName);
        await staging.removeEntry(upload, { recursive: true });
      });
    },
    async list() {
      const staging = await orNothing(async () => await root.getDirectoryHandle(rootName));
      const uploads: StagedUpload[] = [];
      for await (const [upload, handle] of staging?.entries() ?? noEntries())
        if (handle instanceof FileSystemDirectoryHandle) uploads.push(await describe(upload, handle));
      return uploads;
    },
    async estimate() {
      const { quota = 0, usage = 0 } = await navigator.storage.estimate();
      return { freeBytes: Math.max(0, quota - usage) };
    },
  };
}

/** Removes everything that waits. */
export async function eraseStage(): Promise<void> {
  await orNothing(async () => {
    const root = await navigator.storage.getDirectory();
    await root.removeEntry(rootName, { recursive: true });
  });
}

async function describe(upload: string, folder: FileSystemDirectoryHandle): Promise<StagedUpload> {
  const parts: number[] = [];
  let bytes = 0;
  for await (const [name, handle] of folder.entries()) {
    const part = partShape.exec(name)?.[1];
    if (part === undefined || !(handle instanceof FileSystemFileHandle)) continue;
    const { size } = await handle.getFile();
    // Made and not yet written: nothing waits there.
    if (size === 0) continue;
    parts.push(Number(part));
    bytes += size;
  }
  return { upload, parts: parts.sort((left, right) => left - right), bytes };
}

async function* noEntries(): AsyncIterableIterator<[string, FileSystemHandle]> {
  // nothing waits
}

/** What is not there is an answer. */
async function orNothing<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (cause) {
    if (isNamed(cause, 'NotFoundError')) return undefined;
    throw cause;
  }
}

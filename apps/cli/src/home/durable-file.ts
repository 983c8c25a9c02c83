/**
 * Writing a file so that after a crash at any moment either the old or the new content is there, whole: a new file beside it,
 * fsync, rename over, fsync of the folder. Files are for their owner only.
 */
import { mkdir, open, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The steps a durable write takes, one each; handed in so that a test can end the run between any two. */
export interface FileSteps {
  writeNew(path: string, bytes: Uint8Array): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  syncFolder(path: string): Promise<void>;
}

/** The steps on the real file system. */
export const fileSteps: FileSteps = {
  writeNew: async (path, bytes) => {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  },
  rename,
  syncFolder: async (path) => {
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  },
};

/** Name of an unfinished file, to be ignored by readers and removed by the next writer who finds it. */
export const unfinishedPrefix = '.unfinished-';

/** Replaces a file's content durably. Its folder is made where missing. */
export async function writeDurableFile(options: {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Makes the unfinished file's name unique. */
  readonly token: string;
  readonly steps?: FileSteps;
}): Promise<void> {
  const { path, bytes, token, steps = fileSteps } = options;
  const folder = dirname(path);
  await makeFolder(folder, steps);
  const unfinished = join(folder, `${unfinishedPrefix}${token}`);
  await steps.writeNew(unfinished, bytes);
  await steps.rename(unfinished, path);
  await steps.syncFolder(folder);
}

/** Removes a file durably; absent is fine. */
export async function removeDurableFile(path: string, steps: FileSteps = fileSteps): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
  await steps.syncFolder(dirname(path));
}

/** Whether a file-system error says that the file is not there. */
export function isMissing(error: unknown): boolean {
  return fileErrorCode(error) === 'ENOENT' || fileErrorCode(error) === 'ENOTDIR';
}

/** The system's code of a file-system error, such as `EACCES`. */
export function fileErrorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

async function makeFolder(folder: string, steps: FileSteps): Promise<void> {
  const made = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (made !== undefined) await steps.syncFolder(dirname(made));
}

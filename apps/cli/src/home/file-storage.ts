/**
 * The device's storage as files in the home: one file a key, replaced durably. Secrets in it were sealed by the device; the
 * files are still readable by their owner only.
 */
import { readFile, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { DependencyError, InputError } from '@strongroom/core';
import type { DeviceStorage } from '@strongroom/device';
import {
  fileErrorCode,
  fileSteps,
  isMissing,
  removeDurableFile,
  unfinishedPrefix,
  writeDurableFile,
} from './durable-file.ts';
import type { FileSteps } from './durable-file.ts';

const keyShape = /^[a-z0-9_-][a-z0-9._-]*(?:\/[a-z0-9_-][a-z0-9._-]*)*$/u;
const keyLengthMax = 512;
/** So that a key may be the beginning of another (`a` and `a/b`): files carry an ending that no folder has. */
const fileEnding = '.=';

/** Opens the storage in a folder. Only one process at a time may use it: see home-lock.ts. */
export function openFileStorage(options: {
  readonly folder: string;
  readonly newToken: () => string;
  readonly steps?: FileSteps;
}): DeviceStorage {
  const { folder, newToken, steps = fileSteps } = options;
  const pathOf = (key: string): string => {
    if (key.length > keyLengthMax || !keyShape.test(key)) {
      throw new InputError('INPUT_INVALID', { name: 'key', length: key.length });
    }
    return join(folder, `${key}${fileEnding}`);
  };
  return {
    read: async (key) => {
      try {
        return new Uint8Array(await readFile(pathOf(key)));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw unwritable(error);
      }
    },
    write: async (key, bytes) => {
      const path = pathOf(key);
      await writeDurableFile({ path, bytes, token: newToken(), steps }).catch(rethrow);
    },
    remove: async (key) => {
      await removeDurableFile(pathOf(key), steps).catch(rethrow);
    },
    list: async (prefix) => {
      const keys = await listKeys(folder, '');
      return keys.filter((key) => key.startsWith(prefix)).toSorted();
    },
  };
}

/** Removes what a killed writer left. Call it with the home's lock held. */
export async function removeUnfinishedFiles(folder: string): Promise<number> {
  let removed = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }).catch(ignoreMissing)) {
    if (!entry.isFile() || !entry.name.startsWith(unfinishedPrefix)) continue;
    await unlink(join(entry.parentPath, entry.name));
    removed += 1;
  }
  return removed;
}

async function listKeys(folder: string, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for (const entry of await readdir(join(folder, prefix), { withFileTypes: true }).catch(ignoreMissing)) {
    if (entry.isDirectory()) keys.push(...(await listKeys(folder, `${prefix}${entry.name}/`)));
    else if (entry.name.endsWith(fileEnding)) keys.push(prefix + entry.name.slice(0, -fileEnding.length));
  }
  return keys;
}

function ignoreMissing(error: unknown): [] {
  if (isMissing(error)) return [];
  throw unwritable(error);
}

function rethrow(error: unknown): never {
  throw unwritable(error);
}

function unwritable(error: unknown): DependencyError {
  const system = fileErrorCode(error) ?? 'unknown';
  const code = system === 'ENOSPC' || system === 'EDQUOT' ? 'DISK_FULL' : 'FILE_UNWRITABLE';
  return new DependencyError(code, { system }, { cause: error });
}

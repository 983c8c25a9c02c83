/**
 * Which files of a `records add` are already sealed, so that the same command run again after a cut goes on and does not add
 * them twice. The journal names nothing: each file is a keyed hash that only this device can compute.
 */
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeHex, encodeUtf8 } from '@strongroom/core';
import { isMissing, removeDurableFile, writeDurableFile } from '../home/durable-file.ts';
import type { FoundFile } from './file-source.ts';

/** The journal of one batch. */
export interface BatchJournal {
  isDone(file: FoundFile): boolean;
  /** Notes a file durably. */
  noteDone(file: FoundFile): Promise<void>;
  /** The batch is whole: nothing has to be remembered. */
  finish(): Promise<void>;
}

/** Opens the journal of a batch: the same files into the same room are the same batch. */
export async function openBatchJournal(options: {
  readonly folder: string;
  readonly room: string;
  readonly files: readonly FoundFile[];
  readonly deviceFileKey: Uint8Array;
  readonly randomBytes: (length: number) => Uint8Array;
}): Promise<BatchJournal> {
  const { folder, room, files, deviceFileKey, randomBytes } = options;
  const hash = (parts: readonly (string | number)[]): string =>
    createHmac('sha256', deviceFileKey)
      .update(JSON.stringify(['strongroom/batch/v1', room, ...parts]))
      .digest('hex');
  const nameOf = (file: FoundFile): string =>
    hash([file.path, file.folder.join('/'), file.sizeBytes, file.modifiedAtMs]);
  const path = join(folder, hash(files.map(nameOf)));
  const done = new Set(await readLines(path));
  return {
    isDone: (file) => done.has(nameOf(file)),
    noteDone: async (file) => {
      done.add(nameOf(file));
      await writeDurableFile({
        path,
        bytes: encodeUtf8(`${[...done].join('\n')}\n`),
        token: encodeHex(randomBytes(8)),
      });
    },
    finish: async () => await removeDurableFile(path),
  };
}

async function readLines(path: string): Promise<readonly string[]> {
  try {
    return (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

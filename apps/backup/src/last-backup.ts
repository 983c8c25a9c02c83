/** What the home knows of its newest backup: the schedule goes by it, and the server's `doctor` tells it. */
import { readNote, writeNote } from './home-note.ts';

const fileName = 'last-backup.json';

/** The newest backup of a home, wherever it lies. */
export type LastBackup = {
  readonly madeAtMs: number;
  readonly files: number;
  readonly sizeBytes: number;
  readonly target: string;
  /** Bodies that were not there to be copied. */
  readonly missing: number;
};

/** Replaces it durably. */
export async function writeLastBackup(home: string, last: LastBackup): Promise<void> {
  await writeNote(home, fileName, last);
}

/** Undefined where none was made, or it cannot be told. */
export async function readLastBackup(home: string): Promise<LastBackup | undefined> {
  const last = (await readNote(home, fileName)) as LastBackup | undefined;
  return Number.isSafeInteger(last?.madeAtMs) ? last : undefined;
}

/** What the home knows of its newest backup: the server's `doctor` reads it. */
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from './sealed-file.ts';

const fileName = 'last-backup.json';

/** Replaces it durably. */
export async function writeLastBackup(
  home: string,
  last: { readonly madeAtMs: number; readonly files: number; readonly sizeBytes: number },
): Promise<void> {
  const path = join(home, fileName);
  const unfinished = `${path}.unfinished`;
  await rm(unfinished, { force: true });
  const file = await open(unfinished, 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(last)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, path);
  await syncFolder(home);
}

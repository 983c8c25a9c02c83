/** Small files of a home, replaced durably: notes about backups, which the server's `doctor` reads, and what a restore or a promotion leaves. */
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncFolder } from './sealed-file.ts';

/** What lies there, or undefined where it is missing or torn. */
export async function readNote(home: string, name: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(join(home, name), 'utf8')) as unknown;
  } catch (cause) {
    const isAbsent = (cause as NodeJS.ErrnoException).code === 'ENOENT' || cause instanceof SyntaxError;
    if (isAbsent) return undefined;
    throw cause;
  }
}

export async function writeNote(home: string, name: string, value: object): Promise<void> {
  await replaceFile(join(home, name), new TextEncoder().encode(`${JSON.stringify(value)}\n`));
}

/** Puts a file of a home in the place of what lies there: killed or without power, one of the two is whole. */
export async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  const unfinished = `${path}.unfinished`;
  await rm(unfinished, { force: true });
  const file = await open(unfinished, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, path);
  await syncFolder(dirname(path));
}

export async function removeNote(home: string, name: string): Promise<void> {
  await rm(join(home, name), { force: true });
  await syncFolder(home);
}

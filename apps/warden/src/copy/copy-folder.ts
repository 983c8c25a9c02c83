/**
 * Which folders a disaster copy may not lie in: what keeps old copies makes that nothing is ever destroyed (docs/spec/warden.md
 * section 13).
 */
import { existsSync } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { InputError } from '@strongroom/core';
import type { CopySettings } from './copy-settings.ts';

const backupNamePattern = /^(?:\.partial-|\.removed-)?[0-9]{8}T[0-9]{9}Z-[0-9a-f]{8}$/u;
const copyNamePattern = /^copy-(?:key-)?frm_[a-z2-7]{26}(?:-[0-9]+)?$/u;

/**
 * Looks at both folders.
 * @throws InputError COPY_FOLDER_REFUSED: `missing`, `home` for one inside a home or round it, `backup` for one inside a target of backups
 */
export async function assertCopyFolders(
  { folder, keyFolder }: CopySettings,
  homes: readonly string[],
): Promise<void> {
  for (const path of new Set([folder, keyFolder ?? folder])) {
    const real = await realpath(path).catch(() => undefined); // not there
    if (real === undefined || !(await stat(real)).isDirectory()) throw refused('missing');
    for (const home of homes)
      if (isNested(real, await realpath(home).catch(() => home))) throw refused('home'); // a home that is not there is told by its path
    if (await findUpwards(real, holdsBackups)) throw refused('backup');
  }
}

/** The warden's home, and the server's where it lies in it. */
export function homesOf(wardenHome: string): readonly string[] {
  const parent = dirname(wardenHome);
  return existsSync(join(parent, 'data', 'office')) ? [wardenHome, parent] : [wardenHome];
}

/** Whether a folder, or one that it lies in, holds a disaster copy or the key of one. */
export async function liesInCopyFolder(folder: string): Promise<boolean> {
  return await findUpwards(folder, async (path) =>
    (await listNames(path)).some((name) => copyNamePattern.test(name)),
  );
}

/** Whether one lies in the other, or both are the same. */
export function isNested(one: string, other: string): boolean {
  const isInside = (inner: string, outer: string): boolean =>
    `${inner}${sep}`.startsWith(outer.endsWith(sep) ? outer : `${outer}${sep}`);
  return isInside(one, other) || isInside(other, one);
}

async function holdsBackups(path: string): Promise<boolean> {
  return (await listNames(join(path, 'backups'))).some((name) => backupNamePattern.test(name));
}

async function findUpwards(from: string, test: (path: string) => Promise<boolean>): Promise<boolean> {
  for (let path = from; ; path = dirname(path)) {
    if (await test(path)) return true;
    if (dirname(path) === path) return false;
  }
}

/** Nothing for a folder that is not there or is not ours to read. */
async function listNames(path: string): Promise<readonly string[]> {
  return await readdir(path).catch(() => []);
}

function refused(reason: string): InputError {
  return new InputError('COPY_FOLDER_REFUSED', { reason });
}

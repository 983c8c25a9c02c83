/**
 * The folder a demo lives in, and its end. Invariant: nothing is ever made or removed outside the system's temporary directory,
 * and nothing is removed that a running demo holds. A home is held by the operating system's lock on a file in it, which goes with
 * the process however that ends; so a home whose lock is free belonged to a demo that crashed.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { InputError } from '@strongroom/core';
import { lockHome } from '@strongroom/warden';

const lockName = 'demo-lock';

/** A home that this process holds. */
export interface DemoHome {
  readonly path: string;
  /** Removes the folder with everything in it; a second time removes what was written into it since. */
  remove(): void;
}

/**
 * Makes a home, or takes the empty or missing folder that is named.
 * @throws InputError USAGE_INVALID for a folder that is not below the temporary directory, or not empty
 */
export function makeDemoHome(named?: string): DemoHome {
  const temporary = realpathSync(tmpdir());
  const path =
    named === undefined ? mkdtempSync(join(temporary, 'strongroom-demo-')) : takeNamed(named, temporary);
  const lock = lockHome(join(path, lockName));
  let isHeld = true;
  return {
    path,
    remove() {
      if (isHeld) lock.close();
      isHeld = false;
      removeFolder(path);
    },
  };
}

/** Removes the homes of demos that are gone, directly below the temporary directory. Answers how many. */
export function removeStaleHomes(): number {
  const temporary = realpathSync(tmpdir());
  let count = 0;
  for (const entry of readdirSync(temporary, { withFileTypes: true })) {
    const path = join(temporary, entry.name);
    if (!entry.isDirectory() || !isStale(path)) continue;
    removeFolder(path);
    count += 1;
  }
  return count;
}

/** A folder of somebody else, or one that is just going, is left alone. */
function isStale(path: string): boolean {
  try {
    const lockPath = join(path, lockName);
    if (!existsSync(lockPath)) return false;
    lockHome(lockPath).close();
    return true;
  } catch {
    return false;
  }
}

function takeNamed(named: string, temporary: string): string {
  const wanted = resolve(named);
  const parent = findRealFolder(dirname(wanted));
  const path = existsSync(wanted) ? realpathSync(wanted) : join(parent, basename(wanted));
  const way = relative(temporary, path);
  const isBelow = way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
  if (!isBelow) throw new InputError('USAGE_INVALID', { name: 'home' });
  mkdirSync(path, { recursive: true, mode: 0o700 });
  if (readdirSync(path).length > 0) throw new InputError('USAGE_INVALID', { name: 'home' });
  return path;
}

/** The real path of a folder, or of the nearest one above it that is there, with the rest after it. */
function findRealFolder(folder: string): string {
  if (existsSync(folder)) return realpathSync(folder);
  return join(findRealFolder(dirname(folder)), basename(folder));
}

/** A warden that is just ending may write once more. */
function removeFolder(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { DependencyError } from '@strongroom/core';

/** Replaces a file whole, for the owner only. @throws DependencyError HOME_NOT_WRITABLE */
export function writePrivately(path: string, text: string): void {
  const aside = `${path}.${process.pid}`;
  try {
    const file = openSync(aside, 'w', 0o600);
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(aside, path);
  } catch (cause) {
    throw new DependencyError('HOME_NOT_WRITABLE', {}, { cause });
  }
}

/** What a file that could not be written is told as: a full disk by its own name, everything else by the system's. */
import { DependencyError } from '@strongroom/core';
import { fileErrorCode } from '../home/durable-file.ts';
import { nameSubject } from '../subject.ts';

/** Tells it, with the path as what it is about. @throws DependencyError DISK_FULL, FILE_UNWRITABLE, always */
export function failWriting(cause: unknown, path: string): never {
  const system = fileErrorCode(cause) ?? 'unknown';
  const isFull = system === 'ENOSPC' || system === 'EDQUOT';
  throw nameSubject(
    new DependencyError(isFull ? 'DISK_FULL' : 'FILE_UNWRITABLE', { system }, { cause }),
    path,
  );
}

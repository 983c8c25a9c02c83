import { DependencyError, StrongroomError } from '@strongroom/core';

/** What the system or the database said, as one of our errors. */
export function nameFailure(cause: unknown): unknown {
  if (cause instanceof StrongroomError || !(cause instanceof Error) || !('code' in cause)) return cause;
  const system = String(cause.code);
  if (system === 'ERR_SQLITE_ERROR') return new DependencyError('DATABASE_FAILED', {}, { cause });
  if (system === 'ENOSPC' || system === 'EDQUOT')
    return new DependencyError('DISK_FULL', { system }, { cause });
  return /^E[A-Z]+$/u.test(system) ? new DependencyError('FILE_UNWRITABLE', { system }, { cause }) : cause;
}

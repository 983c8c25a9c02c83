/**
 * One warden per home. The lock is the operating system's on an empty SQLite file, because Node offers no other file lock:
 * it goes with the process however that ends, so nobody ever has to judge whether a lock is stale.
 */
import { chmodSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { ConflictError } from '@strongroom/core';

/** Takes the lock; closing the answer gives it back. @throws ConflictError WARDEN_BUSY */
export function lockHome(path: string): { close(): void } {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    chmodSync(path, 0o600);
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
    throw new ConflictError('WARDEN_BUSY', {}, { cause });
  }
  return database;
}

/** Where the files of a backup lie in its target, by paths with forward slashes (docs/spec/backup.md section 2). */
import { join } from 'node:path';
import { encodeHex } from '@strongroom/core';

/** The folder of finished backups. */
export const backupsFolder = 'backups';
/** The folder of bodies that backups share. */
export const bodiesFolder = 'bodies';
/** What is not finished, or on its way out; nobody reads it. */
export const partialPrefix = '.partial-';
export const removedPrefix = '.removed-';
export const sumsName = 'SHA256SUMS';
export const headName = 'head.json';

const idPattern = /^\d{8}T\d{9}Z-[0-9a-f]{8}$/u;

/** Whether a folder's name is that of a finished backup. */
export function isBackupId(name: string): boolean {
  return idPattern.test(name);
}

/** A name that sorts by time. */
export function formatBackupId(madeAtMs: number, random: Uint8Array): string {
  const time = new Date(madeAtMs).toISOString().replaceAll(/[-:.]/gu, '');
  return `${time}-${encodeHex(random)}`;
}

/** What a backup's name says of when it was made, in Unix milliseconds; NaN where it is no such name. */
export function timeOfBackupId(id: string): number {
  const [, year, month, day, hour, minute, second, ms] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z/u.exec(id) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`);
}

/** Where a body lies: the same for every backup. */
export function bodyPath(ledger: string, upload: string): string {
  return `${bodiesFolder}/${ledger}/${upload.slice(4, 6)}/${upload}`;
}

/** A path of the target as the system writes it. */
export function inTarget(target: string, path: string): string {
  return join(target, ...path.split('/'));
}

const pathPattern =
  /^(?:bodies\/vlt_[a-z2-7]{26}\/[a-z2-7]{2}\/upl_[a-z2-7]{26}|backups\/\d{8}T\d{9}Z-[0-9a-f]{8}\/(?:head\.json|contents|databases\/vlt_[a-z2-7]{26}|files\/(?:opaque-setup|config\.json)))$/u;

/** Whether a list may name this path: a list of strangers leads nowhere else. */
export function isTargetPath(path: string): boolean {
  return pathPattern.test(path);
}

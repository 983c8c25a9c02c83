/** What a backup says of itself, sealed: which databases and files, with the hashes of what was sealed and the ledgers' roots. */
import { InputError, IntegrityError } from '@strongroom/core';
import { backupsFolder, isTargetPath } from './layout.ts';

/** One database of a backup. */
export type DatabaseEntry = {
  readonly ledger: string;
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  /** Entries of the ledger. */
  readonly entries: number;
  /** Root over them, in hexadecimal. */
  readonly root: string;
};

/** The whole. */
export type Contents = {
  readonly format: 1;
  readonly id: string;
  readonly madeAtMs: number;
  readonly databases: readonly DatabaseEntry[];
  readonly files: readonly { readonly name: string; readonly path: string; readonly sha256: string }[];
  readonly gone: readonly (readonly [string, string])[];
};

export function formatContents(contents: Contents): string {
  return JSON.stringify(contents);
}

/** @throws IntegrityError BACKUP_DAMAGED */
export function parseContents(bytes: Uint8Array, id: string): Contents {
  let contents: Contents;
  try {
    contents = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Contents;
    const isContents =
      contents.format === 1 &&
      contents.id === id &&
      [contents.databases, contents.files, contents.gone].every((each) => Array.isArray(each)) &&
      contents.databases.every(({ ledger, path }) => path === `${backupsFolder}/${id}/databases/${ledger}`) &&
      // A name decides where a file is written.
      contents.files.every(({ name, path }) => path === `${backupsFolder}/${id}/files/${name}`) &&
      areDifferent([...contents.databases, ...contents.files].map(({ path }) => path)) &&
      [...contents.databases, ...contents.files].every(({ path }) => isTargetPath(path));
    if (!isContents) throw new InputError('FORMAT_INVALID');
  } catch (cause) {
    throw new IntegrityError('BACKUP_DAMAGED', { reason: 'contents' }, { cause });
  }
  return contents;
}

function areDifferent(paths: readonly string[]): boolean {
  return new Set(paths).size === paths.length;
}

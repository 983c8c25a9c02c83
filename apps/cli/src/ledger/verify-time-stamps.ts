/**
 * The time stamps of an exported ledger: `time-stamps/<size>.checkpoint`, the bytes that were stamped, and beside it `<size>.tsr`, the
 * authority's answer. A stamp counts if the authority is trusted, the bytes are those, and they are a checkpoint that this ledger had, signed by
 * its key (docs/spec/ledger.md, section 14).
 */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError, StrongroomError } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import type { Certificate, TimeStampRefusal } from '@strongroom/server/time-stamps';
import { isOwnCheckpoint } from '@strongroom/verifier';
import type { FoldedLedger, FoldedOffice } from '@strongroom/verifier';
import { nameSubject } from '../subject.ts';

/** What became of one stamp. */
export interface CheckedStamp {
  /** Folder of the ledger. */
  readonly ledger: string;
  /** The stamp's file, from that folder. */
  readonly file: string;
  /** Lines that existed then: 0 to `size - 1`. */
  readonly size: number;
  /** By when they existed at the latest. Absent for one that is refused, and where no authorities were given. */
  readonly atMs?: number;
  /** When the first certificate of its chain ends: after that, stock tools want the time told. */
  readonly endsMs?: number;
  /** `file`: its checkpoint is missing, too large or none. `checkpoint`: this ledger never had it, or its key did not sign it. */
  readonly refused?: TimeStampRefusal | 'file' | 'checkpoint';
}

/** A stamp as it lies in a folder. */
export interface FoundStamp {
  readonly ledger: string;
  readonly file: string;
  readonly size: number;
  readonly answer: Uint8Array | undefined;
  readonly note: Uint8Array | undefined;
}

const folderName = 'time-stamps';
const namePattern = /^([1-9][0-9]{0,14})\.tsr$/u;
const fileBytesMax = 65_536;

/** Reads the stamps of one ledger, smallest first; none where it has no such folder. */
export async function findStamps(folder: string, ledger: string): Promise<readonly FoundStamp[]> {
  const at = join(folder, ledger, folderName);
  const names = await readdir(at).catch(() => []);
  const sizes = names.flatMap((name) => {
    const size = Number(namePattern.exec(name)?.[1]);
    return Number.isSafeInteger(size) ? [size] : [];
  });
  const read = async (name: string): Promise<Uint8Array | undefined> => {
    const bytes = await readFile(join(at, name)).catch(() => undefined);
    return bytes === undefined || bytes.length > fileBytesMax ? undefined : new Uint8Array(bytes);
  };
  return await Promise.all(
    sizes
      .toSorted((left, right) => left - right)
      .map(async (size) => ({
        ledger,
        file: `${folderName}/${size}.tsr`,
        size,
        answer: await read(`${size}.tsr`),
        note: await read(`${size}.checkpoint`),
      })),
  );
}

/** The certificates of a PEM file. @throws InputError FILE_UNREADABLE, FORMAT_INVALID unless all are of authorities */
export async function readAuthorities(path: string): Promise<readonly Certificate[]> {
  const { parseAuthorities } = await import('@strongroom/server/time-stamps');
  const pem = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw nameSubject(new InputError('FILE_UNREADABLE', {}, { cause }), path);
  });
  const authorities = parseAuthorities(pem);
  if (authorities === undefined) throw nameSubject(new InputError('FORMAT_INVALID'), path);
  return authorities;
}

/** Checks stamps of a ledger that was verified, with its roots at their sizes. What is wrong with one is told, never thrown. */
export async function checkStamps(
  stamps: readonly FoundStamp[],
  options: {
    readonly folded: FoldedLedger;
    readonly office: FoldedOffice;
    /** Without them only the checkpoints are checked. */
    readonly authorities: readonly Certificate[] | undefined;
  },
): Promise<readonly CheckedStamp[]> {
  const { authorities } = options;
  const { checkTimeStamp } = await import('@strongroom/server/time-stamps');
  const engine = createNodeEngine();
  const checked: CheckedStamp[] = [];
  for (const { ledger, file, size, answer, note } of stamps) {
    const row = { ledger, file, size };
    if (answer === undefined || note === undefined) {
      checked.push({ ...row, refused: 'file' });
      continue;
    }
    if (!(await isOwnCheckpoint(engine, note, { ...options, size }))) {
      checked.push({ ...row, refused: 'checkpoint' });
      continue;
    }
    if (authorities === undefined) {
      checked.push(row);
      continue;
    }
    try {
      checked.push({ ...row, ...checkTimeStamp({ answer, data: note, authorities }) });
    } catch (cause) {
      if (!(cause instanceof StrongroomError)) throw cause;
      checked.push({ ...row, refused: cause.details['reason'] as TimeStampRefusal });
    }
  }
  return checked;
}

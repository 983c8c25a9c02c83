/**
 * The kit as a text file to print: what it is, whose, and the groups. The file is for its owner only and never replaces
 * another. Proving it means reading two groups back from paper, or from a copy of the file.
 */
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConflictError, DependencyError, InputError } from '@strongroom/core';
import type { PendingStart } from '@strongroom/device';
import type { CliContext } from '../context.ts';
import { fileErrorCode, fileSteps } from '../home/durable-file.ts';
import { askText } from '../input/ask.ts';
import { formatDate } from '../output/format-time.ts';
import type { Output } from '../output/output.ts';
import { nameSubject } from '../subject.ts';

const groupCount = 8;
const groupLine = /^\s*(\d+)\.\s+(\S+)\s*$/u;

/** The text of the file. */
export function formatKit(
  output: Pick<Output, 't'>,
  kit: {
    readonly groups: readonly string[];
    readonly firm: string;
    /** Absent until the firm is founded. */
    readonly root: string | undefined;
    readonly person: string;
    readonly fingerprint: string;
    readonly atMs: number;
  },
): string {
  const { t } = output;
  return [
    t('cli.kit.title'),
    '',
    t('cli.kit.firm', { firm: kit.firm }),
    t('cli.kit.date', { date: formatDate(kit.atMs) }),
    kit.root === undefined ? t('cli.kit.root-later') : t('cli.kit.root', { root: kit.root }),
    t('cli.kit.person', { person: kit.person }),
    t('cli.kit.fingerprint', { fingerprint: kit.fingerprint }),
    '',
    ...kit.groups.map((group, place) => `${String(place + 1).padStart(2)}.  ${group}`),
    '',
    t('cli.kit.use'),
    t('cli.kit.keep'),
    t('cli.kit.lost'),
    '',
  ].join('\n');
}

/** Writes the file durably, never over another. @throws ConflictError TARGET_EXISTS; DependencyError FILE_UNWRITABLE */
export async function writeKitFile(path: string, text: string): Promise<void> {
  try {
    await fileSteps.writeNew(path, new TextEncoder().encode(text));
    await fileSteps.syncFolder(dirname(path));
  } catch (error) {
    const system = fileErrorCode(error) ?? 'unknown';
    if (system === 'EEXIST')
      throw nameSubject(new ConflictError('TARGET_EXISTS', {}, { cause: error }), path);
    throw nameSubject(new DependencyError('FILE_UNWRITABLE', { system }, { cause: error }), path);
  }
}

/** Reads the groups of a kit file by their numbers. @throws InputError FILE_UNREADABLE, KIT_INVALID */
export async function readKitGroups(path: string): Promise<ReadonlyMap<number, string>> {
  const groups = parseGroups(await readKitText(path));
  if (groups.size === 0) throw nameSubject(new InputError('KIT_INVALID'), path);
  return groups;
}

/** What a kit file holds, as far as it is there: of an older file the person and of an unfinished one the root are missing. */
export interface PrintedKit {
  readonly groups: readonly string[];
  readonly person?: string;
  /** Hexadecimal. */
  readonly root?: string;
}

/** Reads a copy of the whole kit file, in whatever language it was printed. @throws InputError FILE_UNREADABLE, KIT_INVALID */
export async function readKitFile(path: string): Promise<PrintedKit> {
  const text = await readKitText(path);
  const groups = parseGroups(text);
  if (groups.size !== groupCount) throw nameSubject(new InputError('KIT_INVALID'), path);
  const person = /\bper_[a-z2-7]{26}\b/u.exec(text)?.[0];
  const root = /\b[0-9a-f]{64}\b/u.exec(text)?.[0];
  return {
    groups: Array.from({ length: groupCount }, (_, place) => groups.get(place + 1) ?? ''),
    ...(person === undefined ? {} : { person }),
    ...(root === undefined ? {} : { root }),
  };
}

async function readKitText(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch((error: unknown) => {
    throw nameSubject(new InputError('FILE_UNREADABLE', {}, { cause: error }), path);
  });
}

function parseGroups(text: string): Map<number, string> {
  const groups = new Map<number, string>();
  for (const line of text.split('\n')) {
    const match = groupLine.exec(line);
    if (match?.[1] !== undefined && match[2] !== undefined) groups.set(Number(match[1]), match[2]);
  }
  return groups;
}

/** The two groups asked for: from the person, who reads them off the paper, or from a copy of the file. */
export async function readBackGroups(options: {
  readonly context: CliContext;
  readonly output: Output;
  readonly pending: PendingStart;
  /** A copy of the kit file, for scripts. */
  readonly copyPath: string | undefined;
}): Promise<readonly [string, string]> {
  const { context, output, pending, copyPath } = options;
  const [first, second] = pending.askGroups;
  if (copyPath !== undefined) {
    const groups = await readKitGroups(copyPath);
    return [groups.get(first) ?? '', groups.get(second) ?? ''];
  }
  const ask = async (group: number): Promise<string> =>
    (
      await askText(context, {
        message: output.t('cli.ask.kit-group', { group: String(group) }),
        option: '--prove-kit',
      })
    ).trim();
  return [await ask(first), await ask(second)];
}

/** Where the disaster copy goes and what became of it: two small files in the warden's home (docs/spec/warden.md section 13). */
import { readFile, rm } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { InputError } from '@strongroom/core';
import { replaceDurableFile } from '../storage/durable-files.ts';

export const copySettingsName = 'copy.json';
const madeName = 'copy-made.json';

/** The folders that an operator named, absolute. Without one for the key it lies beside the copy. */
export type CopySettings = { readonly folder: string; readonly keyFolder?: string };

/** The newest copy. */
export type MadeCopy = CopySettings & {
  readonly number: number;
  readonly firm: string;
  /** Of the state when it was taken. */
  readonly madeAtMs: number;
  readonly generation: number;
  /** Records that the tables had. */
  readonly records: number;
  readonly sizeBytes: number;
};

/** What the operator has set, undefined for no copy. @throws InputError CONFIG_INVALID */
export async function readCopySettings(home: string): Promise<CopySettings | undefined> {
  const value = await readJson(join(home, copySettingsName));
  if (value === undefined) return undefined;
  const { folder, keyFolder, ...others } = value;
  const isKnown = Object.keys(others).length === 0 && isPath(folder);
  if (!isKnown || (keyFolder !== undefined && !isPath(keyFolder)))
    throw new InputError('CONFIG_INVALID', { file: copySettingsName });
  return { folder, ...(keyFolder === undefined ? {} : { keyFolder }) };
}

/** What lies there; a note that is missing or torn is none: then a copy is made. */
export async function readMadeCopy(home: string): Promise<MadeCopy | undefined> {
  try {
    const value = await readJson(join(home, madeName));
    if (value === undefined) return undefined;
    const numbers = ['number', 'madeAtMs', 'generation', 'records', 'sizeBytes'];
    const isNote = numbers.every((name) => Number.isSafeInteger(value[name])) && isPath(value['folder']);
    return isNote && typeof value['firm'] === 'string' ? (value as unknown as MadeCopy) : undefined;
  } catch {
    return undefined;
  }
}

export async function writeMadeCopy(home: string, made: MadeCopy): Promise<void> {
  await replaceDurableFile(join(home, madeName), new TextEncoder().encode(`${JSON.stringify(made)}\n`));
}

export async function removeMadeCopy(home: string): Promise<void> {
  await rm(join(home, madeName), { force: true });
}

/** Whether both name the same folders. */
export function isSamePlace(one: CopySettings, other: CopySettings): boolean {
  return one.folder === other.folder && one.keyFolder === other.keyFolder;
}

async function readJson(path: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cause;
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>;
  } catch (cause) {
    throw new InputError('CONFIG_INVALID', { file: copySettingsName }, { cause });
  }
  throw new InputError('CONFIG_INVALID', { file: copySettingsName });
}

function isPath(value: unknown): value is string {
  return typeof value === 'string' && isAbsolute(value);
}

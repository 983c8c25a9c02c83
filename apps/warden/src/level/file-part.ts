/** A part of the state key in a file of another disk: "SRP1" ‖ id (16) ‖ secret (32) ‖ SHA-256 of these. */
import { lstatSync } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import {
  DependencyError,
  InputError,
  IntegrityError,
  compareBytes,
  concatBytes,
  decodeHex,
  encodeUtf8,
  wipeBytes,
} from '@strongroom/core';
import type { Engine } from '@strongroom/core';
import { homesOf, isNested } from '../copy/copy-folder.ts';
import { createFiles, syncNames, wipeFiles } from '../storage/durable-files.ts';

export type FilePart = { readonly id: string; readonly folder: string };

const magic = encodeUtf8('SRP1');
const bodyBytes = 52;

const nameOf = (id: string): string => `strongroom-part-${id}`;

/** Where it lies. */
export function filePartPath({ id, folder }: FilePart): string {
  return join(folder, nameOf(id));
}

/** Whether a part may lie there. @throws InputError PART_FOLDER_REFUSED */
export async function assertPartFolder(home: string, folder: string): Promise<void> {
  const real = isAbsolute(folder) ? await realpath(folder).catch(() => undefined) : undefined; // not there
  if (real === undefined || !(await stat(real)).isDirectory())
    throw new InputError('PART_FOLDER_REFUSED', { reason: 'missing' });
  for (const one of homesOf(await realpath(home)))
    if (isNested(real, one)) throw new InputError('PART_FOLDER_REFUSED', { reason: 'home' });
}

/** Durable when this answers. @throws DependencyError WARDEN_STORAGE_FAILED */
export async function createFilePart(
  engine: Pick<Engine, 'sha256'>,
  { id, folder }: FilePart,
  secret: Uint8Array,
): Promise<void> {
  const body = concatBytes(magic, decodeHex(id), secret);
  const bytes = concatBytes(body, engine.sha256(body));
  await createFiles(folder, [{ name: nameOf(id), make: () => bytes }]);
  await syncNames(folder);
  wipeBytes(body, bytes);
}

/** @throws DependencyError STATE_KEY_PART_MISSING; IntegrityError STATE_KEY_PART_OTHER */
export async function readFilePart(engine: Pick<Engine, 'sha256'>, part: FilePart): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(await readFile(filePartPath(part)));
  } catch (cause) {
    throw new DependencyError('STATE_KEY_PART_MISSING', { part: 'file' }, { cause });
  }
  const body = bytes.subarray(0, bodyBytes);
  const isWhole =
    bytes.length === bodyBytes + 32 &&
    compareBytes(body.subarray(0, magic.length), magic) === 0 &&
    compareBytes(body.subarray(4, 20), decodeHex(part.id)) === 0 &&
    compareBytes(engine.sha256(body), bytes.subarray(bodyBytes)) === 0;
  const secret = body.slice(20);
  wipeBytes(bytes);
  if (!isWhole) throw new IntegrityError('STATE_KEY_PART_OTHER', { part: 'file' });
  return secret;
}

/** Overwritten and unlinked; one that is not there is gone. @throws DependencyError WARDEN_STORAGE_FAILED, where the folder is not there either */
export async function removeFilePart(part: FilePart): Promise<void> {
  if (lstatSync(filePartPath(part), { throwIfNoEntry: false }) !== undefined)
    await wipeFiles(part.folder, [nameOf(part.id)]);
  await syncNames(part.folder);
}

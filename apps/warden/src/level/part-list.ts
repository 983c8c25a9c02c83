/**
 * Where the further parts of the state key lie: `parts.json` in the warden's home (docs/spec/warden.md section 14). It holds no
 * secret. Which set is in force is said by the generation of the state key alone, so that both change in one write.
 */
import { rm } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { IntegrityError, decodeUtf8, encodeUtf8 } from '@strongroom/core';
import type { StateKeyLevel } from '../protocol/messages.ts';
import { findFileBytes, onDisk, replaceDurableFile, syncDirectory } from '../storage/durable-files.ts';

const listName = 'parts.json';

/** A secret that lies elsewhere and is needed to open the state. */
export type KeyPart =
  | { readonly kind: 'tpm'; readonly id: string; readonly index: string; readonly check: string }
  | { readonly kind: 'file'; readonly id: string; readonly folder: string; readonly check: string };

/** The parts of all generations from one on. */
export type PartSet = { readonly from: number; readonly parts: readonly KeyPart[] };

export type PartList = {
  readonly sets: readonly PartSet[];
  /** Parts that open nothing any more, or not yet, and are to be removed. */
  readonly leaving: readonly KeyPart[];
};

const hex = /^[0-9a-f]{32}$/;
/** The owner's NV indexes. */
const indexPattern = /^0x01[89ab][0-9a-f]{5}$/;

/** @throws IntegrityError WARDEN_STATE_CORRUPT; DependencyError WARDEN_STORAGE_FAILED */
export async function readPartList(home: string): Promise<PartList> {
  const bytes = await findFileBytes(join(home, listName));
  if (bytes === undefined) return { sets: [], leaving: [] };
  let value: unknown;
  try {
    value = JSON.parse(decodeUtf8(bytes));
  } catch (cause) {
    throw corrupt(cause);
  }
  if (!isObject(value)) throw corrupt();
  const { v, sets, leaving, ...others } = value;
  const isList =
    v === 1 &&
    Object.keys(others).length === 0 &&
    Array.isArray(sets) &&
    sets.every(isSet) &&
    Array.isArray(leaving) &&
    leaving.every(isPart);
  if (!isList) throw corrupt();
  return { sets, leaving };
}

/** Durable when this answers. A list that says nothing is none. */
export async function writePartList(home: string, { sets, leaving }: PartList): Promise<void> {
  const path = join(home, listName);
  if (leaving.length === 0 && sets.length < 2 && sets.every(({ parts }) => parts.length === 0)) {
    await onDisk('parts', async () => {
      await rm(path, { force: true });
      await syncDirectory(home);
    });
    return;
  }
  await replaceDurableFile(path, encodeUtf8(`${JSON.stringify({ v: 1, sets, leaving })}\n`));
}

/** The set of a generation. */
export function findSet({ sets }: PartList, generation: number): PartSet {
  return sets.reduce<PartSet>((best, set) => (set.from <= generation && set.from >= best.from ? set : best), {
    from: 0,
    parts: [],
  });
}

/** The list with the set in force alone, the parts of the others leaving; the same one where it is that already. */
export function settleList(list: PartList, generation: number): PartList {
  const set = findSet(list, generation);
  if (list.sets.every((one) => one === set)) return list;
  const others = list.sets.filter((one) => one !== set).flatMap(({ parts }) => parts);
  return { sets: [set], leaving: [...list.leaving, ...others] };
}

/** What a set of parts is called. */
export function levelOf(parts: readonly Pick<KeyPart, 'kind'>[]): StateKeyLevel {
  if (parts.length === 0) return 'L0';
  return parts.some(({ kind }) => kind === 'file') ? 'L2' : 'L1';
}

function isSet(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { from, parts, ...others } = value;
  return (
    Object.keys(others).length === 0 &&
    Number.isSafeInteger(from) &&
    (from as number) >= 0 &&
    Array.isArray(parts) &&
    parts.length <= 2 &&
    parts.every(isPart)
  );
}

function isPart(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { kind, id, check, index, folder, ...others } = value;
  if (Object.keys(others).length > 0 || !isHex(id) || !isHex(check)) return false;
  if (kind === 'tpm') return typeof index === 'string' && indexPattern.test(index) && folder === undefined;
  return kind === 'file' && typeof folder === 'string' && isAbsolute(folder) && index === undefined;
}

const isHex = (value: unknown): boolean => typeof value === 'string' && hex.test(value);

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function corrupt(cause?: unknown): IntegrityError {
  return new IntegrityError('WARDEN_STATE_CORRUPT', { file: 'parts' }, cause === undefined ? {} : { cause });
}

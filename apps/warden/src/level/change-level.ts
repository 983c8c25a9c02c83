/**
 * Changes where the state key's parts lie, on a home that no warden serves: new parts, one commit of the state under them, the
 * parts of before removed. Killed anywhere the home opens under the old set or the new one (docs/spec/warden.md section 14).
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InputError, encodeHex, wipeBytes } from '@strongroom/core';
import type { NodeEngine } from '@strongroom/core/node';
import type { WardenContext } from '../context.ts';
import type { StateKeyLevel } from '../protocol/messages.ts';
import { assertNoRestoreUnfinished } from '../restore/begin-restore.ts';
import { WardenState } from '../state/warden-state.ts';
import { lockHome } from '../storage/home-lock.ts';
import { createUnservedContext } from '../unserved-context.ts';
import { checkOf, partBytes } from './derive-root-key.ts';
import { assertPartFolder } from './file-part.ts';
import { PartKeeper } from './part-keeper.ts';
import { findSet, levelOf, readPartList, writePartList } from './part-list.ts';
import type { KeyPart, PartList } from './part-list.ts';
import { chooseTpmIndex } from './tpm-part.ts';

/** The parts that are wanted beside the file; none is level L0. */
export type WantedLevel = { readonly hasTpm: boolean; readonly folder: string | undefined };

/** How a home's key is kept. */
export type LevelDescription = {
  readonly level: StateKeyLevel;
  readonly parts: readonly KeyPart[];
  /** Parts of before that could not be removed yet. */
  readonly leaving: readonly KeyPart[];
};

export type LevelChange = LevelDescription & { readonly before: StateKeyLevel };

type LevelOptions = {
  readonly engine: NodeEngine;
  readonly home: string;
  readonly faults?: WardenContext['faults'];
};

/**
 * What a home's key is made of, opened to see that all of it is there.
 * @throws InputError FILE_UNREADABLE; ConflictError WARDEN_BUSY, RESTORE_UNFINISHED; DependencyError STATE_KEY_PART_MISSING; IntegrityError STATE_KEY_PART_OTHER
 */
export async function describeLevel(options: LevelOptions): Promise<LevelDescription> {
  return await withState(options, async ({ generation }) =>
    describe(await readPartList(options.home), generation),
  );
}

/**
 * Nothing changes where nothing is wanted that is not so already; parts that are wanted are always new ones.
 * @throws as describeLevel; InputError PART_FOLDER_REFUSED; DependencyError TPM_UNUSABLE, WARDEN_STORAGE_FAILED
 */
export async function changeLevel(
  options: LevelOptions & { readonly wanted: WantedLevel },
): Promise<LevelChange> {
  const { engine, home, wanted } = options;
  return await withState(options, async (state, { faults }) => {
    const keeper = new PartKeeper({ engine, home });
    let list = await removeLeaving(keeper, home, await readPartList(home));
    const before = findSet(list, state.generation);
    const made = await planParts(engine, home, wanted);
    const parts = made.map(({ part }) => part);
    const secrets = made.map(({ secret }) => secret);
    try {
      if (parts.length + before.parts.length > 0) {
        const { leaving } = list;
        await writePartList(home, { sets: list.sets, leaving: [...leaving, ...parts] });
        await faults.hit('warden.level.after-note');
        try {
          for (const { part, secret } of made) await keeper.create(part, secret);
          await new PartKeeper({ engine, home }).gather(parts);
        } catch (error) {
          await removeLeaving(keeper, home, { sets: list.sets, leaving: [...leaving, ...parts] });
          throw error;
        }
        await faults.hit('warden.level.after-parts');
        const next = { from: state.generation + 1, parts };
        await writePartList(home, { sets: [before, next], leaving });
        await faults.hit('warden.level.after-list');
        await state.changeParts({ ...next, secrets });
        await faults.hit('warden.level.after-commit');
        list = { sets: [next], leaving: [...leaving, ...before.parts] };
        await writePartList(home, list);
        list = await removeLeaving(keeper, home, list);
        await faults.hit('warden.level.after-removal');
      }
      return { ...describe(list, state.generation), before: levelOf(before.parts) };
    } finally {
      wipeBytes(...secrets);
    }
  });
}

type PlannedPart = { readonly part: KeyPart; readonly secret: Uint8Array };

/** Chosen before anything is made, so that the list can name it first. */
async function planParts(
  engine: NodeEngine,
  home: string,
  { hasTpm, folder }: WantedLevel,
): Promise<readonly PlannedPart[]> {
  if (folder !== undefined) await assertPartFolder(home, folder);
  const planned: PlannedPart[] = [];
  const plan = (
    place:
      | { readonly kind: 'tpm'; readonly index: string }
      | { readonly kind: 'file'; readonly folder: string },
  ): void => {
    const [id, secret] = [encodeHex(engine.randomBytes(16)), engine.randomBytes(partBytes)];
    planned.push({ part: { ...place, id, check: checkOf(engine, id, secret) }, secret });
  };
  if (hasTpm) plan({ kind: 'tpm', index: await chooseTpmIndex(engine) });
  if (folder !== undefined) plan({ kind: 'file', folder });
  return planned;
}

/** What cannot be removed now stays in the list, and the caller says so. */
async function removeLeaving(keeper: PartKeeper, home: string, list: PartList): Promise<PartList> {
  if (list.leaving.length === 0) return list;
  const leaving: KeyPart[] = [];
  for (const part of list.leaving)
    await keeper.remove(part).catch(() => {
      leaving.push(part);
    });
  const left = { sets: list.sets, leaving };
  await writePartList(home, left);
  return left;
}

function describe(list: PartList, generation: number): LevelDescription {
  const { parts } = findSet(list, generation);
  return { level: levelOf(parts), parts, leaving: list.leaving };
}

async function withState<T>(
  { engine, home, faults }: LevelOptions,
  work: (state: WardenState, context: WardenContext) => Promise<T>,
): Promise<T> {
  const keyPath = join(home, 'state-key');
  if (!existsSync(keyPath)) throw new InputError('FILE_UNREADABLE', { reason: 'no warden' });
  const lock = lockHome(join(home, 'lock'));
  try {
    assertNoRestoreUnfinished(home);
    const context = createUnservedContext(engine, home, faults);
    const state = await WardenState.open(context, join(home, 'state'), keyPath);
    try {
      return await work(state, context);
    } finally {
      await state.close();
    }
  } finally {
    lock.close();
  }
}

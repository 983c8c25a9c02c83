/** The stored state: what a start reads, what a damaged file stops, and a state that an older warden left. */
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId, officeId } from '@strongroom/core';
import type { CborMap, CborValue } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import { afterAll, expect, test } from 'vitest';
import { createSystemClock } from '../clock.ts';
import type { WardenContext } from '../context.ts';
import { createFaultPoints, createIdleFaultPoints } from '../index.ts';
import { createLogger } from '../logger.ts';
import { SealedState } from '../storage/sealed-state.ts';
import { openStateKeyFile } from '../storage/state-key-file.ts';
import { wardenFaultPoints } from '../warden-fault-points.ts';
import { decodePageTable } from './page-table.ts';
import { WardenState } from './warden-state.ts';
import { createUnservedContext } from '../unserved-context.ts';

const engine = createNodeEngine();
const clock = createSystemClock();
const directory = mkdtempSync(join(tmpdir(), 'strongroom-state-'));
afterAll(() => rmSync(directory, { recursive: true }));

const logged: string[] = [];

function contextOf(home: string, faults: WardenContext['faults'] = createIdleFaultPoints()): WardenContext {
  const logger = createLogger(clock, (line) => void logged.push(line));
  return { ...createUnservedContext(engine, home, faults), logger };
}

const platform = { kill: () => undefined, sleep: async () => undefined };
const stateOf = (home: string): string => join(home, 'state');
const keyOf = (home: string): string => join(home, 'state-key');

function openState(home: string, faults?: WardenContext['faults']): Promise<WardenState> {
  mkdirSync(stateOf(home), { recursive: true });
  return WardenState.open(contextOf(home, faults), stateOf(home), keyOf(home));
}

/** A state of several pages; every seventh of the first 28,000 slots is dead. */
async function growHome(name: string): Promise<string> {
  const home = join(directory, name);
  const state = await openState(home);
  await state.prepareLedger(officeId, newId(engine, 'frm'));
  const dead = Array.from({ length: 4_000 }, (_, index) => ({ first: index * 7, last: index * 7 }));
  await state.puncture(officeId, dead, 'grow');
  await state.close();
  return home;
}

/** The state's root, and a way to commit another in its place. */
async function withRoot(
  home: string,
  use: (state: SealedState, root: CborMap) => Promise<void>,
): Promise<void> {
  const keyStore = await openStateKeyFile(engine, keyOf(home));
  try {
    const faults = createIdleFaultPoints<(typeof wardenFaultPoints)[number]>();
    const { state, root } = await SealedState.open({ directory: stateOf(home), engine, keyStore, faults });
    await use(state, root as CborMap);
  } finally {
    await keyStore.close();
  }
}

/** Puts a root of format 1 in place, as wardens wrote it before commitments stood there. */
async function makeOlder(home: string): Promise<void> {
  await withRoot(home, async (state, root) => {
    const vaults: Record<string, CborValue> = {};
    for (const [vault, table] of Object.entries(root['vaults'] as CborMap))
      vaults[vault] = decodePageTable(table).map(({ page, name, key }) => [page, name, key]);
    await state.commit({ root: { ...root, v: 1, vaults }, pages: [], gone: [] });
  });
}

async function readFormat(home: string): Promise<unknown> {
  let format: unknown;
  await withRoot(home, async (_state, root) => {
    format = root['v'];
  });
  return format;
}

const filesOf = (home: string): string[] =>
  readdirSync(stateOf(home)).filter((name) => name.startsWith('page-'));

test('a start reads no page, a slot its own, idle time the others', async () => {
  const home = await growHome('lazy');
  const state = await openState(home);
  const pages = state.pageCount;
  expect(pages).toBeGreaterThan(2);
  expect(state.unreadPageCount).toBe(pages);
  expect(() => state.leafKey(officeId, 7)).toThrow(/SLOT_PUNCTURED/);
  expect(state.leafKey(officeId, 8)).toHaveLength(32);
  expect(state.unreadPageCount).toBe(pages - 1);
  for (let left = pages - 2; left >= 0; left--) {
    state.readAhead();
    expect(state.unreadPageCount).toBe(left);
  }
  state.readAhead();
  await state.close();
});

test('a damaged page is refused by name and nothing in it is said to be destroyed; the others serve; one that is gone stops the start', async () => {
  const home = await growHome('damaged');
  const whole = await openState(home);
  const before = whole.commitment(officeId);
  const keys = new Map([8, 27_998].map((slot) => [slot, whole.leafKey(officeId, slot)]));
  await whole.close();
  const sizeOf = (name: string): number => readFileSync(join(stateOf(home), name)).length;
  const bySize = filesOf(home).toSorted((left, right) => sizeOf(right) - sizeOf(left));
  // Two that hold many slots, and one that stands for a large range of which nothing is dead.
  for (const name of [...bySize.slice(0, 2), bySize.at(-1) as string]) {
    const path = join(stateOf(home), name);
    const bytes = readFileSync(path);
    const bent = Buffer.from(bytes);
    bent[40] = (bent[40] as number) ^ 1;
    writeFileSync(path, bent);
    const state = await openState(home);
    const damaged = expect.objectContaining({ code: 'WARDEN_STATE_CORRUPT', details: { file: name } });
    let refusedCount = 0;
    for (const [slot, key] of keys) {
      try {
        expect(state.leafKey(officeId, slot)).toEqual(key);
      } catch (error) {
        expect(error).toEqual(damaged);
        refusedCount++;
        await expect(state.puncture(officeId, [{ first: slot, last: slot }], 'one')).rejects.toEqual(damaged);
        expect(state.findDone('one')).toBeUndefined();
      }
    }
    expect(refusedCount).toBeLessThan(keys.size);
    expect(state.commitment(officeId)).toEqual(before);
    logged.length = 0;
    for (let pass = 0; pass <= state.pageCount; pass++) state.readAhead();
    expect(state.unreadPageCount).toBe(1);
    expect(logged.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ event: 'state.damaged', code: 'WARDEN_STATE_CORRUPT', step: name }),
    ]);
    await state.close();

    renameSync(path, join(directory, 'aside'));
    await expect(openState(home)).rejects.toEqual(damaged);
    writeFileSync(path, bytes);
  }
  const again = await openState(home);
  for (const [slot, key] of keys) expect(again.leafKey(officeId, slot)).toEqual(key);
  await again.close();
});

test('the state of an older warden is taken over: every slot as it was, its pages untouched, a crash at any step harmless', async () => {
  const home = await growHome('older');
  const whole = await openState(home);
  const before = whole.commitment(officeId);
  const keys = new Map([1, 8, 13_000, 27_998].map((slot) => [slot, whole.leafKey(officeId, slot)]));
  await whole.close();
  const files = filesOf(home);
  const expectSame = (state: WardenState): void => {
    expect(state.commitment(officeId)).toEqual(before);
    for (const [slot, key] of keys) expect(state.leafKey(officeId, slot)).toEqual(key);
    expect(() => state.leafKey(officeId, 14)).toThrow(/SLOT_PUNCTURED/);
    expect(filesOf(home)).toEqual(files);
  };

  for (const point of wardenFaultPoints.filter((name) => /after-(page|root|new-key|old-key)/u.test(name))) {
    await makeOlder(home);
    expect(await readFormat(home)).toBe(1);
    const faults = createFaultPoints(wardenFaultPoints, platform);
    faults.arm({ point, action: 'fail' });
    await expect(openState(home, faults), point).rejects.toMatchObject({ code: 'FAULT_INJECTED' });
    const state = await openState(home);
    expectSame(state);
    await state.close();
    expect(await readFormat(home)).toBe(2);
  }

  await makeOlder(home);
  const [name] = files;
  renameSync(join(stateOf(home), name as string), join(directory, 'aside'));
  await expect(openState(home)).rejects.toMatchObject({ details: { file: name } });
  renameSync(join(directory, 'aside'), join(stateOf(home), name as string));
  const state = await openState(home);
  expectSame(state);
  await state.puncture(officeId, [{ first: 8, last: 8 }], 'after');
  await state.close();
  const after = await openState(home);
  expect(() => after.leafKey(officeId, 8)).toThrow(/SLOT_PUNCTURED/);
  expect(after.findDone('after')?.before).toEqual(before);
  await after.close();
});

test.each([
  'warden.puncture.after-page-write',
  'warden.puncture.after-root',
  'warden.puncture.after-new-key',
  'warden.puncture.after-old-key-wipe',
] as const)(
  'a puncture that failed at %s is done for nobody who asks for it again, until the state is opened again',
  async (point) => {
    const home = await growHome(point);
    const faults = createFaultPoints(wardenFaultPoints, platform);
    const state = await openState(home, faults);
    faults.arm({ point, action: 'fail' });
    const slot = 8;
    const range = [{ first: slot, last: slot }];
    // Both wait in the queue before the first one fails, as two questions to the warden do.
    const both = await Promise.allSettled([
      state.puncture(officeId, range, 'twice'),
      state.puncture(officeId, range, 'twice'),
    ]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    // Memory is ahead of the disk, and tells nobody.
    for (const ask of [
      (): unknown => state.isLive(officeId, slot),
      (): unknown => state.commitment(officeId),
      (): unknown => state.deadRanges(officeId),
    ])
      expect(ask).toThrow(/WARDEN_STORAGE_FAILED/u);
    await state.close();
    const again = await openState(home);
    const { before, after } = await again.puncture(officeId, range, 'twice');
    expect(after).not.toEqual(before);
    expect(again.isLive(officeId, slot)).toBe(false);
    await again.close();
  },
);

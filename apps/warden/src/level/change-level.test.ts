/** The state key in several places: what opens with which of them, and a change that is cut off anywhere. */
import {
  cpSync,
  existsSync,
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
import { createNodeEngine } from '@strongroom/core/node';
import { afterAll, expect, test } from 'vitest';
import type { WardenContext } from '../context.ts';
import { createFaultPoints, createIdleFaultPoints } from '../index.ts';
import { WardenState } from '../state/warden-state.ts';
import { SealedState } from '../storage/sealed-state.ts';
import { openStateKeyFile } from '../storage/state-key-file.ts';
import { createUnservedContext } from '../unserved-context.ts';
import { levelFaultPoints, wardenFaultPoints } from '../warden-fault-points.ts';
import { changeLevel, describeLevel } from './change-level.ts';
import type { LevelChange, WantedLevel } from './change-level.ts';
import { checkOf } from './derive-root-key.ts';
import { createFilePart } from './file-part.ts';
import type { FilePart } from './file-part.ts';

const engine = createNodeEngine();
const directory = mkdtempSync(join(tmpdir(), 'strongroom-level-'));
afterAll(() => rmSync(directory, { recursive: true }));

const stick = join(directory, 'stick');
mkdirSync(stick);
const split: WantedLevel = { hasTpm: false, folder: stick };
const file: WantedLevel = { hasTpm: false, folder: undefined };

const points = [
  ...levelFaultPoints,
  ...wardenFaultPoints.filter((name) => /after-(root|new-key|old-key)/u.test(name)),
];
const platform = { kill: () => undefined, sleep: async () => undefined };

function openState(home: string): Promise<WardenState> {
  mkdirSync(join(home, 'state'), { recursive: true });
  return WardenState.open(createUnservedContext(engine, home), join(home, 'state'), join(home, 'state-key'));
}

/** A home with one tree, and the key of its slot 8. */
async function makeHome(name: string): Promise<{ readonly home: string; readonly key: Uint8Array }> {
  const home = join(directory, name);
  const state = await openState(home);
  await state.prepareLedger(officeId, newId(engine, 'frm'));
  const key = state.leafKey(officeId, 8);
  await state.close();
  return { home, key };
}

const change = (home: string, wanted: WantedLevel, faults?: WardenContext['faults']): Promise<LevelChange> =>
  changeLevel({ engine, home, wanted, ...(faults === undefined ? {} : { faults }) });
const partsOn = (folder: string): string[] => readdirSync(folder).sort();
const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (error: { readonly code?: string }) => error.code ?? error,
  );

async function expectOpens(home: string, key: Uint8Array, level: string): Promise<void> {
  const state = await openState(home);
  expect(state.level).toBe(level);
  expect(state.leafKey(officeId, 8)).toEqual(key);
  await state.close();
}

/** What the file's key alone opens, as of a home that knows of no parts. */
async function openByFileAlone(home: string): Promise<void> {
  const keyStore = await openStateKeyFile(engine, join(home, 'state-key'));
  try {
    const faults = createIdleFaultPoints<(typeof wardenFaultPoints)[number]>();
    await SealedState.open({ directory: join(home, 'state'), engine, keyStore, faults });
  } finally {
    await keyStore.close();
  }
}

test('J17: split: the home opens with its part alone; an image of it without the part opens nothing; back at one file it needs none', async () => {
  const { home, key } = await makeHome('split');
  expect(await codeOf(openByFileAlone(home))).toBe('done');
  const made = await change(home, split);
  expect(made).toMatchObject({ before: 'L0', level: 'L2', leaving: [] });
  await expectOpens(home, key, 'L2');

  const image = join(directory, 'image');
  cpSync(home, image, { recursive: true });
  const [name] = partsOn(stick) as [string];
  const part = readFileSync(join(stick, name));
  for (const inside of readdirSync(image, { recursive: true, withFileTypes: true }))
    if (inside.isFile())
      expect(readFileSync(join(inside.parentPath, inside.name)).includes(part.subarray(20, 52))).toBe(false);
  renameSync(stick, `${stick}.away`);
  expect(await codeOf(openState(image))).toBe('STATE_KEY_PART_MISSING');
  expect(await codeOf(describeLevel({ engine, home: image }))).toBe('STATE_KEY_PART_MISSING');
  expect(await codeOf(openByFileAlone(image))).toBe('WARDEN_STATE_CORRUPT');
  rmSync(join(image, 'parts.json'));
  expect(await codeOf(openState(image))).toBe('WARDEN_STATE_CORRUPT');
  renameSync(`${stick}.away`, stick);
  await expectOpens(home, key, 'L2');

  const state = await openState(home);
  await state.puncture(officeId, [{ first: 9, last: 9 }], 'one');
  await state.close();
  await expectOpens(home, key, 'L2');
  expect(await change(home, file)).toMatchObject({ before: 'L2', level: 'L0', parts: [], leaving: [] });
  expect(partsOn(stick)).toEqual([]);
  expect(existsSync(join(home, 'parts.json'))).toBe(false);
  await expectOpens(home, key, 'L0');
});

test('J17: a part that is another, torn or forged opens nothing, and it is told which', async () => {
  const { home, key } = await makeHome('other');
  const { parts } = await change(home, split);
  const part = parts[0] as FilePart & { readonly check: string };
  const path = join(stick, `strongroom-part-${part.id}`);
  const whole = readFileSync(path);
  const list = readFileSync(join(home, 'parts.json'), 'utf8');
  const other = expect.objectContaining({ code: 'STATE_KEY_PART_OTHER', details: { part: 'file' } });
  for (const bent of [whole.subarray(0, 83), Buffer.concat([whole, Buffer.of(0)]), Buffer.alloc(0)]) {
    writeFileSync(path, bent);
    await expect(openState(home)).rejects.toEqual(other);
  }
  for (const at of [0, 10, 40, 80]) {
    const bent = Buffer.from(whole);
    bent[at] = (bent[at] as number) ^ 1;
    writeFileSync(path, bent);
    await expect(openState(home)).rejects.toEqual(other);
  }
  rmSync(path);
  const secret = new Uint8Array(32).fill(7);
  await createFilePart(engine, part, secret);
  await expect(openState(home)).rejects.toEqual(other);
  writeFileSync(join(home, 'parts.json'), list.replace(part.check, checkOf(engine, part.id, secret)));
  expect(await codeOf(openState(home))).toBe('WARDEN_STATE_CORRUPT');
  for (const bad of [
    '',
    '[]',
    '{"v":1}',
    list.replace('"v":1', '"v":2'),
    list.replace('"file"', '"disk"'),
    list.replace(stick, 'stick'),
  ]) {
    writeFileSync(join(home, 'parts.json'), bad);
    await expect(openState(home)).rejects.toMatchObject({
      code: 'WARDEN_STATE_CORRUPT',
      details: { file: 'parts' },
    });
  }
  writeFileSync(path, whole);
  writeFileSync(join(home, 'parts.json'), list);
  await expectOpens(home, key, 'L2');
  await change(home, file);
});

test('said again the part is another: images of before open no more where the old part is gone', async () => {
  const { home, key } = await makeHome('again');
  const before = join(directory, 'again-before');
  const image = join(directory, 'again-image');
  cpSync(home, before, { recursive: true });
  await change(home, split);
  cpSync(home, image, { recursive: true });
  const [old] = partsOn(stick);
  expect(await change(home, split)).toMatchObject({ before: 'L2', level: 'L2' });
  expect(partsOn(stick)).toHaveLength(1);
  expect(partsOn(stick)).not.toContain(old);
  await expectOpens(home, key, 'L2');
  expect(await codeOf(openState(image))).toBe('STATE_KEY_PART_MISSING');
  // What no part was needed for, still needs none: the specification says so.
  await expectOpens(before, key, 'L0');
  await change(home, file);
});

test('what a disaster copy holds needs no part: a home out of it begins at one file', async () => {
  const { home, key } = await makeHome('copied');
  await change(home, split);
  const state = await openState(home);
  const copied = await state.exportAll();
  await state.close();
  await change(home, file);
  const recovered = join(directory, 'recovered');
  mkdirSync(join(recovered, 'state'), { recursive: true });
  const places = { directory: join(recovered, 'state'), keyPath: join(recovered, 'state-key') };
  await WardenState.adopt(createUnservedContext(engine, recovered), { ...places, copied });
  await expectOpens(recovered, key, 'L0');
});

test('a folder that is missing or in the home is refused, and nothing has changed', async () => {
  const { home, key } = await makeHome('refused');
  for (const folder of [join(directory, 'no'), 'stick', home, join(home, 'state'), directory])
    expect(await codeOf(change(home, { hasTpm: false, folder }))).toBe('PART_FOLDER_REFUSED');
  expect(existsSync(join(home, 'parts.json'))).toBe(false);
  await expectOpens(home, key, 'L0');
  expect(await codeOf(change(join(directory, 'nothing'), file))).toBe('FILE_UNREADABLE');
});

test('a part whose place is away when it leaves is told, and removed by the next change', async () => {
  const { home, key } = await makeHome('away');
  const drawn = join(directory, 'drawn');
  mkdirSync(drawn);
  await change(home, { hasTpm: false, folder: drawn });
  const faults = createFaultPoints(points, platform);
  faults.arm({ point: 'warden.level.after-commit', action: 'fail' });
  expect(await codeOf(change(home, split, faults))).toBe('FAULT_INJECTED');
  renameSync(drawn, `${drawn}.away`);
  const left = await describeLevel({ engine, home });
  expect(left.leaving).toMatchObject([{ kind: 'file', folder: drawn }]);
  expect((await change(home, split)).leaving).toEqual(left.leaving);
  renameSync(`${drawn}.away`, drawn);
  expect((await change(home, file)).leaving).toEqual([]);
  expect([...partsOn(drawn), ...partsOn(stick)]).toEqual([]);
  await expectOpens(home, key, 'L0');
});

test.each([
  ['to split', file, split],
  ['to other parts', split, split],
  ['back to one file', split, file],
] as const)(
  '%s, cut off anywhere: the home opens, goes on, and the next change leaves nothing behind',
  async (name, from, to) => {
    for (const point of points) {
      const { home, key } = await makeHome(`${name} ${point}`);
      await change(home, from);
      const faults = createFaultPoints(points, platform);
      faults.arm({ point, action: 'fail' });
      expect(await codeOf(change(home, to, faults)), point).toBe('FAULT_INJECTED');
      // A commit after it: the generation that was meant for the new parts comes.
      const state = await openState(home);
      expect(state.leafKey(officeId, 8), point).toEqual(key);
      await state.puncture(officeId, [{ first: 9, last: 9 }], 'one');
      await state.close();
      await expectOpens(home, key, (await describeLevel({ engine, home })).level);
      await change(home, to);
      expect(partsOn(stick), point).toHaveLength(to === split ? 1 : 0);
      expect((await change(home, file)).leaving).toEqual([]);
      expect(partsOn(stick), point).toEqual([]);
      expect(
        readdirSync(home).filter((one) => one.startsWith('part')),
        point,
      ).toEqual([]);
      await expectOpens(home, key, 'L0');
    }
  },
);

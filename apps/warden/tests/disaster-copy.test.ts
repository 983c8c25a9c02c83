/** The disaster copy of a real warden process: it follows what is destroyed, by itself, and is whole wherever it is cut. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PuncturableTree } from '@strongroom/core';
import type { FirmId } from '@strongroom/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { decodeCopy } from '../src/copy/copy-content.ts';
import { readCopy } from '../src/copy/copy-files.ts';
import { copyFaultPoints, recoverHome } from '../src/index.ts';
import type { CopyStatus } from '../src/index.ts';
import { engine, Firm } from './kit/firm.ts';
import type { SealedPart } from './kit/firm.ts';
import { RunningWarden } from './kit/running-warden.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;
let warden: RunningWarden;
let firm: Firm;
let folder = '';
let keyFolder = '';

beforeEach(async () => {
  warden = await RunningWarden.start();
  firm = await Firm.create(warden.client, warden.nowMs);
  folder = join(warden.directory, 'copies');
  keyFolder = join(warden.directory, 'stick');
  for (const path of [folder, keyFolder]) mkdirSync(path);
});
afterEach(async () => {
  await warden.remove();
});

function name(settings: Readonly<Record<string, string>>): void {
  writeFileSync(join(warden.home, 'copy.json'), JSON.stringify(settings));
}
const status = async (): Promise<CopyStatus | null> => (await warden.client.getStatus()).copy;
const firmId = (): FirmId => firm.office.firm!.id;

/** What the copy in two folders opens. */
async function openTree(copy = folder, key = keyFolder, seed = firm.recoverySeed): Promise<PuncturableTree> {
  const place = { folder: copy, keyFolder: key, firm: firmId() };
  const { state } = decodeCopy(await readCopy(engine, { place, recoverySeed: seed }));
  const vaults = state['vaults'] as unknown as Readonly<Record<string, readonly [number, Uint8Array][]>>;
  return PuncturableTree.load(engine, new Map(vaults[firm.vault]));
}
async function codeOf(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => 'done',
    (cause: unknown) => {
      const { code, details } = cause as { code: string; details: { readonly reason?: string } };
      return details.reason === undefined ? code : `${code} ${details.reason}`;
    },
  );
}
async function destroy(parts: readonly SealedPart[]): Promise<void> {
  await warden.client.confirmClock(warden.nowMs());
  const proposal = await firm.propose(parts);
  await warden.advance(25 * hourMs);
  await firm.approve(
    proposal,
    parts.map(({ sealed }) => sealed),
  );
  await warden.advance(72 * hourMs);
  expect(await firm.bringOwn()).toEqual(['destruction.intended', 'destroyed']);
}
const copies = (): string[] => readdirSync(folder).sort();

test('J7: follows a destruction by itself, and no copy from before opens any more, wherever its file was kept', async () => {
  const [kept, gone] = (await firm.sealParts(2)) as [SealedPart, SealedPart];
  expect(await status()).toBeNull();
  name({ folder, keyFolder });
  await warden.advance(minuteMs);
  const first = await status();
  expect(first).toMatchObject({ isKeyApart: true, failure: null, waitingSinceMs: null });
  expect((await openTree()).leafKey(gone.slot)).toHaveLength(32);
  await destroy([gone]);
  const old = join(warden.directory, 'old');
  await warden.advance(2 * minuteMs);
  // Of an hour before, which somebody copied away: file and key.
  cpSync(folder, old, { recursive: true });
  const oldBox = readFileSync(join(keyFolder, `copy-key-${firmId()}`));
  await warden.advance(4 * minuteMs);
  expect((await status())!.madeAtMs).toBeGreaterThan(first!.madeAtMs!);
  const tree = await openTree();
  expect(() => tree.leafKey(gone.slot)).toThrow(expect.objectContaining({ code: 'SLOT_PUNCTURED' }));
  expect(tree.leafKey(kept.slot)).toHaveLength(32);
  expect(copies()).toHaveLength(1);
  // The kept file has no key any more, in its name or in that of the new one.
  expect(await codeOf(openTree(old))).toBe('COPY_DAMAGED missing');
  cpSync(join(old, readdirSync(old)[0]!), join(old, copies()[0]!));
  expect(await codeOf(openTree(old))).toBe('COPY_DAMAGED sealed');
  const box = readFileSync(join(keyFolder, `copy-key-${firmId()}`));
  const [isFirst, isSecond] = [0, 4096].map((at) => oldBox.subarray(at, at + 4).toString() === 'SRC1');
  const at = isFirst ? 0 : 4096;
  expect([isFirst, isSecond]).toContain(true);
  expect(box.includes(oldBox.subarray(at + 12, at + 12 + 1168))).toBe(false);
});

test('killed wherever it stands the old copy or the new one is whole', { timeout: 180_000 }, async () => {
  const parts = await firm.sealParts(copyFaultPoints.length);
  name({ folder, keyFolder });
  await warden.advance(minuteMs);
  for (const [index, point] of copyFaultPoints.entries()) {
    const gone = parts[index]!;
    await destroy([gone]);
    const isOpen = async (): Promise<boolean> => {
      const tree = await openTree();
      return (await codeOf((async () => tree.leafKey(gone.slot))())) === 'done';
    };
    expect(await isOpen()).toBe(true);
    await warden.arm(point, 'kill');
    await warden.advance(6 * minuteMs);
    await warden.process.exited;
    expect([point, await isOpen()]).toEqual([point, point === 'warden.copy.after-file']);
    await warden.startAgain();
    firm.client = warden.client;
    await warden.advance(6 * minuteMs);
    expect(await status()).toMatchObject({ failure: null });
    expect([await isOpen(), copies().length]).toEqual([false, 1]);
  }
});

test('a copy with a changed byte anywhere, of another firm or under another key opens nothing', async () => {
  name({ folder });
  await warden.advance(minuteMs);
  expect(await status()).toMatchObject({ isKeyApart: false, failure: null });
  const file = copies().find((each) => /-[0-9]+$/u.test(each))!;
  const bytes = readFileSync(join(folder, file));
  const open = async (seed?: Uint8Array): Promise<string> => await codeOf(openTree(folder, folder, seed));
  expect(await open()).toBe('done');
  expect(await open(engine.randomBytes(32))).toBe('COPY_DAMAGED sealed');
  for (const at of [0, 30, 60, 90, 101, 140, bytes.length - 1]) {
    const changed = Buffer.from(bytes);
    changed[at]! ^= 1;
    writeFileSync(join(folder, file), changed);
    expect(await open()).toBe('COPY_DAMAGED sealed');
  }
  writeFileSync(join(folder, file), bytes.subarray(0, bytes.length - 40));
  expect(await open()).toBe('COPY_DAMAGED sealed');
  writeFileSync(join(folder, file), bytes);
  const home = join(warden.directory, 'elsewhere');
  const recover = async (firmOf: FirmId): Promise<string> =>
    await codeOf(
      recoverHome({ engine, home, from: { folder }, firm: firmOf, recoverySeed: firm.recoverySeed }),
    );
  expect(await recover(`frm_${'a'.repeat(26)}` as FirmId)).toBe('COPY_UNKNOWN');
  expect(existsSync(home)).toBe(false);
  expect(await recover(firmId())).toBe('done');
  expect(await recover(firmId())).toBe('RECOVER_HOME_FILLED');
  // Nothing answers on a home that may be older than what was destroyed.
  await warden.stop();
  warden.home = home;
  await expect(warden.start()).rejects.toThrow();
  expect(warden.log.at(-1)).toContain('RESTORE_UNFINISHED');
});

test('no copy is made in a folder that is missing, in a home, or inside a target of backups', async () => {
  const target = join(warden.directory, 'nas');
  const inside = join(target, 'deep', 'copies');
  for (const path of [inside, join(target, 'backups', '20261122T043000123Z-0a1b2c3d')])
    mkdirSync(path, { recursive: true });
  for (const [settings, code] of [
    [{ folder: join(warden.directory, 'away') }, 'COPY_FOLDER_REFUSED'],
    [{ folder: warden.home }, 'COPY_FOLDER_REFUSED'],
    [{ folder: warden.directory }, 'COPY_FOLDER_REFUSED'],
    [{ folder: inside }, 'COPY_FOLDER_REFUSED'],
    [{ folder, keyFolder: inside }, 'COPY_FOLDER_REFUSED'],
    [{ folder: 'relative' }, 'CONFIG_INVALID'],
  ] as const) {
    name(settings);
    await warden.advance(2 * minuteMs);
    expect(await status()).toMatchObject({ madeAtMs: null, failure: code });
  }
  expect(readdirSync(inside)).toEqual([]);
  // It goes on by itself when the folder is named rightly, and what lay elsewhere goes.
  name({ folder });
  await warden.advance(2 * minuteMs);
  expect(await status()).toMatchObject({ failure: null });
  expect(copies()).toHaveLength(2);
  name({ folder: keyFolder });
  await warden.advance(2 * minuteMs);
  expect([copies(), readdirSync(keyFolder).length]).toEqual([[], 2]);
  rmSync(join(warden.home, 'copy.json'));
  await warden.advance(minuteMs);
  expect([await status(), readdirSync(keyFolder)]).toEqual([null, []]);
  name({ folder: keyFolder });
  await warden.advance(minuteMs);
  rmSync(keyFolder, { recursive: true });
  await warden.advance(25 * hourMs);
  expect(await status()).toMatchObject({ failure: 'COPY_FOLDER_REFUSED' });
});

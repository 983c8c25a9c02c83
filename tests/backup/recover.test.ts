/**
 * The machine of a firm is gone, warden and all: it goes on from yesterday's backup and last week's disaster copy. What was destroyed in
 * between stays destroyed, who was cut off stays cut off, and everything else opens.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { makeBackup, recoverWarden, restoreBackup } from '@strongroom/backup';
import type { RestoredBackup } from '@strongroom/backup';
import type { RoomId, VaultId } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import { startServer } from '@strongroom/server';
import { readMadeCopy } from '@strongroom/warden';
import type { SweepItem } from '@strongroom/warden';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FirmWorld, TestDevice } from '../device/firm-world.ts';
import { FirmOfThree, refusalCode } from './kit/firm-of-three.ts';

const engine = createNodeEngine();
const hourMs = 3_600_000;
const stepMs = 180_000;
const outside = mkdtempSync(join(tmpdir(), 'sr-recover-'));
const place = (name: string): string => join(outside, name);
const signal = new AbortController().signal;

let firm: FirmOfThree;
let world: FirmWorld;
let ada: TestDevice;
let ben: TestDevice;
let cleo: TestDevice;
let vault: VaultId;
let room: RoomId;
let closedRoom: RoomId;

const copyOf = (name: string): { folder: string; keyFolder: string } => ({
  folder: place(`${name}-disk`),
  keyFolder: place(`${name}-stick`),
});

/** What the warden's seal lies on, of a record: from the live database. */
function wrapsOf(name: string): SweepItem[] {
  const path = join(world.home, 'data', 'vaults', vault, 'vault.sqlite');
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return database
      .prepare('select room, record, version, part, slot from wraps where record = ?')
      .all(firm.record(name))
      .map((row) => Object.values(row) as unknown as SweepItem);
  } finally {
    database.close();
  }
}
async function backup(name: string): Promise<string> {
  const target = place(name);
  mkdirSync(target, { recursive: true });
  await makeBackup({ engine, home: world.home, target, nowMs: firm.nowMs(), signal });
  return target;
}
async function refreshCopy(): Promise<void> {
  const before = (await readMadeCopy(join(world.home, 'warden')))?.madeAtMs ?? 0;
  await world.advance(2 * hourMs);
  expect((await readMadeCopy(join(world.home, 'warden')))?.madeAtMs).toBeGreaterThan(before);
  for (const each of [ada, ben]) await each.reopen();
}
const codeOf = async (work: Promise<unknown>): Promise<string> =>
  await work.then(
    () => 'done',
    (cause: unknown) => (cause as { code: string }).code,
  );
beforeAll(async () => {
  firm = await FirmOfThree.start();
  ({ world, ada, ben, cleo, vault, room, closedRoom } = firm);
}, stepMs);
afterAll(async () => {
  await world.close();
  rmSync(outside, { recursive: true, force: true });
});

test('the copy follows by itself, and no target of backups takes it in', { timeout: stepMs }, async () => {
  const copy = copyOf('copy');
  for (const folder of Object.values(copy)) mkdirSync(folder);
  writeFileSync(join(world.home, 'warden', 'copy.json'), JSON.stringify(copy));
  await firm.destroy('before.pdf');
  await refreshCopy();
  // Last week the disk and the stick went into the safe.
  for (const kind of ['disk', 'stick'])
    cpSync(place(`copy-${kind}`), place(`week-${kind}`), { recursive: true });
  for (const target of [copy.folder, copy.keyFolder, outside])
    expect(await codeOf(makeBackup({ engine, home: world.home, target, nowMs: firm.nowMs(), signal }))).toBe(
      'BACKUP_TARGET_COPY',
    );
});

let target = '';

const wraps = { since: [] as SweepItem[], kept: [] as SweepItem[] };
let restored: RestoredBackup;

test(
  'a destruction, a suspension, a revocation; then the backup, and then the fire',
  { timeout: stepMs },
  async () => {
    wraps.since = wrapsOf('since.pdf');
    wraps.kept = wrapsOf('kept.pdf');
    expect([wraps.since.length, wraps.kept.length]).toEqual([2, 2]);
    await firm.destroy('since.pdf');
    await ada.device.access.revoke({ room: closedRoom, person: firm.person(ben) });
    await ada.device.people.suspend(firm.person(cleo));
    await firm.add('written.pdf');
    target = await backup('nas');
    await firm.add('lost.pdf');
    await ben.device.sync();
    await world.server.close();
    renameSync(world.home, place('burnt'));
    mkdirSync(world.home, { mode: 0o700 });
  },
);

test(
  'nothing is recovered where something is wrong, and nothing starts half',
  { timeout: stepMs },
  async () => {
    const { home } = world;
    const from = copyOf('week');
    const recover = async (change: object): Promise<string> =>
      await codeOf(recoverWarden({ engine, home, from, target, kit: ada.kit, ...change }));
    expect(await recover({ kit: ben.kit })).toBe('KIT_OTHER');
    expect(await recover({ from: copyOf('none') })).toBe('COPY_UNKNOWN');
    // The copy of then with the key of now: what was destroyed since would open.
    expect(await recover({ from: { ...from, keyFolder: copyOf('copy').keyFolder } })).toBe('COPY_DAMAGED');
    expect(existsSync(join(home, 'warden'))).toBe(false);
    const recovered = await recoverWarden({ engine, home, from, target, kit: ada.kit });
    expect(recovered.backupAtMs - recovered.madeAtMs).toBeGreaterThan(70 * hourMs);
    expect(await recover({})).toBe('RECOVER_HOME_FILLED');
    await expect(startServer({ home, port: 0 })).rejects.toThrow();
  },
);

test(
  'E3: yesterday’s backup with last week’s copy: nothing destroyed comes back, all else opens',
  { timeout: stepMs },
  async () => {
    restored = await restoreBackup({
      engine,
      home: world.home,
      target,
      kit: ada.kit,
      nowMs: firm.nowMs(),
      signal,
    });
    expect(restored.statement).toMatchObject({ lostEntries: 0 });
    await firm.restart();
    expect(world.server.context.ledgers.isRestoreMode).toBe(false);
    for (const each of [ada, ben]) {
      await each.reopen();
      await each.device.sync();
    }
    const listed = await ada.device.records.list({ room });
    expect(listed.map(({ name, state }) => `${state} ${name}`).sort()).toEqual([
      'destroyed ',
      'destroyed ',
      'present kept.pdf',
      'present written.pdf',
    ]);
    for (const by of [ada, ben]) {
      for (const name of ['before.pdf', 'since.pdf']) expect(await firm.open(by, name)).toMatch(refusalCode);
      for (const name of ['kept.pdf', 'written.pdf']) expect(await firm.open(by, name)).toBe('opened');
    }
    expect(await firm.open(ada, 'closed.pdf')).toBe('opened');
    // Past the server and the devices: the warden itself has no key any more for what the older copy of it could open.
    const items = [...wraps.since, ...wraps.kept];
    const { found } = await world.server.context.warden.call((client) => client.sweep({ vault, items }));
    expect(found).toBe(wraps.since.length);
  },
);

test('nobody who was cut off in between comes back', { timeout: stepMs }, async () => {
  expect(await firm.open(ben, 'closed.pdf')).toMatch(refusalCode);
  const signIn = cleo.reopen().then(async (device) => await device.sync());
  expect(await codeOf(signIn)).toBe('SIGN_IN_REFUSED');
  await firm.add('after.pdf');
  await ben.device.sync();
  expect(await firm.open(ben, 'after.pdf')).toBe('opened');
});

test(
  'a copy that ends where the backup does begins a new edition all the same',
  { timeout: stepMs },
  async () => {
    const copy = copyOf('quiet');
    for (const folder of Object.values(copy)) mkdirSync(folder);
    writeFileSync(join(world.home, 'warden', 'copy.json'), JSON.stringify(copy));
    await world.advance(60_000);
    const quiet = await backup('quiet');
    await world.server.close();
    renameSync(world.home, place('drowned'));
    mkdirSync(world.home, { mode: 0o700 });
    await recoverWarden({ engine, home: world.home, from: copy, target: quiet, kit: ada.kit });
    const options = { engine, home: world.home, target: quiet, kit: ada.kit, nowMs: firm.nowMs(), signal };
    expect((await restoreBackup(options)).statement).toMatchObject({ lostEntries: 0 });
    await firm.restart();
    expect(world.server.context.ledgers.officeState.restores).toMatchObject([{ edition: 1 }, { edition: 2 }]);
    await ada.reopen();
    await ada.device.sync();
    expect([await firm.open(ada, 'kept.pdf'), await firm.open(ada, 'since.pdf')]).toEqual([
      'opened',
      expect.anything(),
    ]);
  },
);

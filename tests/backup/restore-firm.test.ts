/**
 * A firm of three loses its databases and goes on from a backup, beside the warden that is left: nothing that was destroyed opens,
 * nobody who was cut off since comes back, and everybody's devices follow by the statement of the owner's kit alone.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeBackup, restoreBackup } from '@strongroom/backup';
import type { RestoredBackup } from '@strongroom/backup';
import { createNodeEngine } from '@strongroom/core/node';
import type { HoldId, RoomId } from '@strongroom/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FirmWorld } from '../device/firm-world.ts';
import type { TestDevice } from '../device/firm-world.ts';
import { FirmOfThree, refusalCode } from './kit/firm-of-three.ts';

const engine = createNodeEngine();
const stepMs = 180_000;
const target = mkdtempSync(join(tmpdir(), 'sr-restore-target-'));
const signal = new AbortController().signal;

let firm: FirmOfThree;
let world: FirmWorld;
let ada: TestDevice;
let ben: TestDevice;
let cleo: TestDevice;
let room: RoomId;
let closedRoom: RoomId;
let restored: RestoredBackup;
let wholeData = '';
let hold: HoldId;

beforeAll(async () => {
  firm = await FirmOfThree.start();
  ({ world, ada, ben, cleo, room, closedRoom } = firm);
  expect(await firm.open(ben, 'closed.pdf')).toBe('opened');
}, stepMs);
afterAll(async () => {
  await world.close();
  rmSync(target, { recursive: true, force: true });
});

test(
  'a backup, then a destruction, a suspension, a revocation, and new records',
  { timeout: stepMs },
  async () => {
    await firm.destroy('before.pdf');
    await makeBackup({ engine, home: world.home, target, nowMs: firm.nowMs(), signal });
    await firm.destroy('since.pdf');
    await ada.device.access.revoke({ room: closedRoom, person: firm.person(ben) });
    await ada.device.people.suspend(firm.person(cleo));
    await ada.device.access.setClass({ room: closedRoom, class: 3 });
    await ada.device.access.freeze(closedRoom);
    ({ hold } = await ada.device.holds.place({ room, reason: 'court' }));
    await firm.add('lost.pdf');
    await ben.device.sync();
  },
);

test('nothing is restored where something is wrong', { timeout: stepMs }, async () => {
  const { home } = world;
  const kit = ada.kit;
  const tryRestore = async (change: object): Promise<string> => {
    const options = { engine, home, target, kit, nowMs: firm.nowMs(), signal, ...change };
    return await restoreBackup(options).then(
      () => 'restored',
      (cause: unknown) => (cause as { code: string }).code,
    );
  };
  await world.server.close();
  expect(await tryRestore({})).toBe('RESTORE_HOME_FILLED');
  wholeData = join(target, 'whole-data');
  cpSync(join(home, 'data'), wholeData, { recursive: true });
  rmSync(join(home, 'data'), { recursive: true });
  expect(await tryRestore({ kit: ben.kit })).toBe('KIT_OTHER');
  expect(await tryRestore({ id: '20200101T000000000Z-00000000' })).toBe('BACKUP_UNKNOWN');
  const empty = mkdtempSync(join(tmpdir(), 'sr-restore-empty-'));
  expect(await tryRestore({ home: empty })).toBe('RESTORE_WITHOUT_WARDEN');
  const other = await FirmWorld.start();
  await other.foundFirm();
  await other.server.close();
  expect(await tryRestore({ home: empty, warden: join(other.home, 'warden') })).toBe('BACKUP_OTHER_FIRM');
  rmSync(other.home, { recursive: true });
  rmSync(empty, { recursive: true });
});

test('restores; the server writes the statement first', { timeout: stepMs }, async () => {
  restored = await restoreBackup({
    engine,
    home: world.home,
    target,
    kit: ada.kit,
    nowMs: firm.nowMs(),
    signal,
  });
  expect(restored).toMatchObject({ bodies: 4, missing: [], statement: { walls: 1, rooms: 2 } });
  expect(restored.statement?.suspended).toEqual([firm.person(cleo)]);
  expect(restored.statement?.lostEntries).toBeGreaterThan(10);
  await firm.restart();
  const { ledgers } = world.server.context;
  expect(ledgers.isRestoreMode).toBe(false);
  expect(ledgers.officeState.restores).toMatchObject([{ edition: 1 }]);
});

test(
  'devices go on by the statement; nothing destroyed opens, all else does',
  { timeout: stepMs },
  async () => {
    await ada.reopen();
    await ada.device.sync();
    await ben.reopen();
    await ben.device.sync();
    const listed = await ada.device.records.list({ room });
    expect(listed.map(({ name, state }) => `${state} ${name}`).sort()).toEqual([
      'destroyed ',
      'destroyed ',
      'present kept.pdf',
    ]);
    for (const by of [ada, ben]) {
      for (const name of ['before.pdf', 'since.pdf']) expect(await firm.open(by, name)).toMatch(refusalCode);
      expect(await firm.open(by, 'kept.pdf')).toBe('opened');
    }
    // Its room was frozen since the backup.
    expect(await firm.open(ada, 'closed.pdf')).toMatch(refusalCode);
    await firm.add('after.pdf');
    await ben.device.sync();
    expect(await firm.open(ben, 'after.pdf')).toBe('opened');
    // Receipts of lines that are lost are no alarm.
    for (const by of [ada, ben]) {
      expect((await by.device.mine.openings({})).alarming).toBe(0);
      expect(await by.device.ledger.alarms()).toEqual([]);
    }
  },
);

test('what rooms were restricted to since the backup they are again', { timeout: stepMs }, async () => {
  expect(await ada.device.access.list(closedRoom)).toMatchObject({ isFrozen: true });
  await expect(ada.device.access.setClass({ room: closedRoom, class: 3 })).rejects.toMatchObject({
    code: 'STATE_CHANGED',
  });
  expect((await ada.device.holds.list({ room })).map((each) => [each.hold, each.state])).toEqual([
    [hold, 'open'],
  ]);
  await expect(
    ben.device.disposals.propose({ records: [firm.record('kept.pdf')], reason: 'ended' }),
  ).rejects.toMatchObject({ code: 'HOLD_IN_FORCE' });
});

test('nobody who was cut off since the backup comes back', { timeout: stepMs }, async () => {
  expect(await firm.open(ben, 'closed.pdf')).toMatch(refusalCode);
  await expect(cleo.reopen().then(async (device) => device.sync())).rejects.toMatchObject({
    code: 'SIGN_IN_REFUSED',
  });
});

test(
  'the wall that a restore raised is lifted by the owner alone, and access is given again',
  { timeout: stepMs },
  async () => {
    const person = firm.person(ben);
    const [wall, ...others] = await ada.device.walls.list({ room: closedRoom });
    expect(others).toEqual([]);
    expect(wall).toMatchObject({
      person,
      rooms: [closedRoom],
      memberOf: [closedRoom],
      isOfRestore: true,
      mayLift: true,
    });
    if (wall === undefined) return;
    expect(await ada.device.walls.list({ room })).toEqual([]);
    await ada.device.access.thaw(closedRoom);
    const { fingerprint = '' } = await ada.device.people.show(person);
    const grant = { room: closedRoom, person, role: 'member', fingerprint, withHistory: true } as const;
    await ada.device.access.revoke({ room: closedRoom, person });
    expect(await ada.device.walls.list()).toMatchObject([{ wall: wall.wall, memberOf: [] }]);
    await expect(ada.device.access.grant(grant)).rejects.toMatchObject({ code: 'WALLED_OFF' });
    expect(await ben.device.walls.list()).toMatchObject([{ wall: wall.wall, mayLift: false }]);
    await expect(ben.device.walls.lift(wall)).rejects.toMatchObject({ code: 'ENTRY_REFUSED' });
    await ada.device.walls.lift(wall);
    expect(await ada.device.walls.list()).toEqual([]);
    await expect(ada.device.walls.lift(wall)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await ada.device.access.grant(grant);
    await ben.device.sync();
    expect(await firm.open(ben, 'closed.pdf')).toBe('opened');
  },
);

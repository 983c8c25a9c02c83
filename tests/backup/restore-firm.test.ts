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
import { startServer } from '@strongroom/server';
import type { PersonId, RecordId, RoomId } from '@strongroom/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contentOf, fileOf, FirmWorld, MemorySink } from '../device/firm-world.ts';
import type { TestDevice } from '../device/firm-world.ts';

const engine = createNodeEngine();
const hourMs = 3_600_000;
const stepMs = 60_000;
const target = mkdtempSync(join(tmpdir(), 'sr-restore-target-'));
const signal = new AbortController().signal;

let world: FirmWorld;
let ada: TestDevice;
let ben: TestDevice;
let cleo: TestDevice;
const persons = new Map<TestDevice, PersonId>();
let room: RoomId;
let closedRoom: RoomId;
const records = new Map<string, RecordId>();
let restored: RestoredBackup;
let wholeData = '';

async function addPerson(name: string): Promise<TestDevice> {
  const { code, person } = await ada.device.people.invite({ name, roles: ['opener'] });
  const device = await world.enrol(code);
  persons.set(device, person);
  await ada.device.sync();
  const { fingerprint = '' } = await ada.device.people.show(person);
  await ada.device.people.admit({ person, fingerprint });
  return device;
}
async function add(name: string, into: RoomId = room): Promise<void> {
  const { record } = await ada.device.records.add({
    room: into,
    source: fileOf(name, contentOf(900, name.length)),
  });
  records.set(name, record);
}
async function open(by: TestDevice, name: string): Promise<Uint8Array | string> {
  const sink = new MemorySink();
  try {
    await by.device.records.open({ record: records.get(name) as RecordId, purpose: 'work', sink });
    return sink.bytes();
  } catch (cause) {
    return (cause as { code: string }).code;
  }
}
const isContent = (name: string, found: Uint8Array | string): boolean =>
  typeof found !== 'string' && Buffer.from(found).equals(Buffer.from(contentOf(900, name.length)));

async function destroy(name: string): Promise<void> {
  const { disposal } = await ben.device.disposals.propose({
    records: [records.get(name) as RecordId],
    reason: 'ended',
  });
  await ada.device.disposals.approve({ disposal });
  await world.advance(80 * hourMs);
  for (const each of [ada, ben]) await each.reopen();
  for (const each of [ada, ben]) await each.device.records.list({ room });
  await expect
    .poll(
      async () =>
        (await ada.device.disposals.list({ room })).find((each) => each.disposal === disposal)?.state,
      {
        timeout: 20_000,
        interval: 300,
      },
    )
    .toBe('destroyed');
}

async function restart(): Promise<void> {
  world.server = await startServer({ home: world.home, port: 0, testControl: join(world.home, 'control') });
  const { offsetMs } = world;
  world.offsetMs = 0;
  await world.advance(offsetMs);
}

beforeAll(async () => {
  world = await FirmWorld.start();
  ada = await world.foundFirm();
  ben = await addPerson('Ben');
  cleo = await addPerson('Cleo');
  const { vault } = await ada.device.vaults.add({ name: 'Group' });
  ({ room } = await ada.device.clients.add({ vault, name: 'Oran' }));
  ({ room: closedRoom } = await ada.device.clients.add({ vault, name: 'Ryba' }));
  for (const [device, into, role] of [
    [ben, room, 'manager'],
    [ben, closedRoom, 'member'],
    [cleo, room, 'member'],
  ] as const) {
    const person = persons.get(device) as PersonId;
    const { fingerprint = '' } = await ada.device.people.show(person);
    await ada.device.access.grant({ room: into, person, role, fingerprint, withHistory: true });
  }
  for (const name of ['before.pdf', 'since.pdf', 'kept.pdf']) await add(name);
  await add('closed.pdf', closedRoom);
  for (const each of [ben, cleo]) await each.device.sync();
  expect(isContent('closed.pdf', await open(ben, 'closed.pdf'))).toBe(true);
}, stepMs);
afterAll(async () => {
  await world.close();
  rmSync(target, { recursive: true, force: true });
});

test(
  'a backup, then a destruction, a suspension, a revocation, and new records',
  { timeout: stepMs },
  async () => {
    await destroy('before.pdf');
    await makeBackup({ engine, home: world.home, target, nowMs: Date.now() + world.offsetMs, signal });
    await destroy('since.pdf');
    await ada.device.access.revoke({ room: closedRoom, person: persons.get(ben) as PersonId });
    await ada.device.people.suspend(persons.get(cleo) as PersonId);
    await add('lost.pdf');
    await ben.device.sync();
  },
);

test('nothing is restored where something is wrong', { timeout: stepMs }, async () => {
  const { home } = world;
  const kit = ada.kit;
  const tryRestore = async (change: object): Promise<string> => {
    const options = { engine, home, target, kit, nowMs: Date.now() + world.offsetMs, signal, ...change };
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
    nowMs: Date.now() + world.offsetMs,
    signal,
  });
  expect(restored).toMatchObject({ bodies: 4, missing: [], statement: { walls: 1, again: [] } });
  expect(restored.statement?.suspended).toEqual([persons.get(cleo)]);
  expect(restored.statement?.lostEntries).toBeGreaterThan(10);
  await restart();
  const { ledgers } = world.server.context;
  expect(ledgers.isRestoreMode).toBe(false);
  expect(ledgers.officeState.restores).toMatchObject([{ edition: 1 }]);
  for (let tick = 0; tick < 3; tick++) await ledgers.tick();
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
      for (const name of ['before.pdf', 'since.pdf']) expect(await open(by, name)).toBeTypeOf('string');
      expect(isContent('kept.pdf', await open(by, 'kept.pdf'))).toBe(true);
    }
    expect(isContent('closed.pdf', await open(ada, 'closed.pdf'))).toBe(true);
    await add('after.pdf');
    await ben.device.sync();
    expect(isContent('after.pdf', await open(ben, 'after.pdf'))).toBe(true);
    // Receipts of lines that are lost are no alarm.
    for (const by of [ada, ben]) {
      expect((await by.device.mine.openings({})).alarming).toBe(0);
      expect(await by.device.ledger.alarms()).toEqual([]);
    }
  },
);

test('nobody who was cut off since the backup comes back', { timeout: stepMs }, async () => {
  expect(await open(ben, 'closed.pdf')).toBeTypeOf('string');
  await expect(cleo.reopen().then(async (device) => device.sync())).rejects.toMatchObject({
    code: 'SIGN_IN_REFUSED',
  });
});

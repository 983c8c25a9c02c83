/** An invited person's further devices, and two devices that act at the same moment. The tests follow one another. */
import { decodeBase64url, decodeHex } from '@strongroom/core';
import type { PersonId, RecordId, RoomId } from '@strongroom/core';
import { addDevice } from '@strongroom/device';
import type { TransportRequest } from '@strongroom/device';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeOf, contentOf, fileOf, FirmWorld, openBytes } from './firm-world.ts';
import type { TestDevice } from './firm-world.ts';

const deed = contentOf(300_000, 9);

let world: FirmWorld;
let ada: TestDevice;
let ben: TestDevice;
let benDesk: TestDevice;
let benPhone: TestDevice;
let benPerson: PersonId;
let room: RoomId;
let record: RecordId;
let root: Uint8Array;

beforeAll(async () => {
  world = await FirmWorld.start();
  ada = await world.foundFirm();
  root = decodeHex((await ada.device.firm.describe()).root);
  const { vault } = await ada.device.vaults.add({ name: 'Group' });
  ({ room } = await ada.device.clients.add({ vault, name: 'Client' }));
  ({ record } = await ada.device.records.add({ room, source: fileOf('deed.pdf', deed) }));
  const invited = await ada.device.people.invite({ name: 'Ben Hart', roles: ['opener'] });
  benPerson = invited.person;
  ben = await world.enrol(invited.code);
  const { fingerprint = '' } = await ada.device.people.show(benPerson);
  await ada.device.people.admit({ person: benPerson, fingerprint });
  await ada.device.access.grant({ room, person: benPerson, fingerprint, withHistory: true });
  await ben.device.sync();
});
afterAll(async () => {
  await world.close();
});

async function add(): Promise<TestDevice> {
  const device = world.newDevice();
  const { password, kit } = ben;
  device.unlocked = await addDevice(device.environment, { person: benPerson, password, kit, root });
  await device.open();
  await device.device.sync();
  return device;
}

function isStatement(request: TransportRequest, kind: string): boolean {
  if (request.method !== 'POST' || !request.path.endsWith('/entries')) return false;
  const { body } = JSON.parse(Buffer.from(request.body ?? new Uint8Array(0)).toString('utf8')) as {
    body: string;
  };
  return Buffer.from(decodeBase64url(body)).includes(kind);
}

test('an invited person adds a device, and an administrator sees it', async () => {
  benDesk = await add();
  expect(benDesk.device.me).toMatchObject({ person: benPerson, roles: ['opener'] });
  expect(Buffer.compare(await openBytes(benDesk, record), deed)).toBe(0);
  expect((await ben.device.sync()).newDevices).toEqual([benDesk.device.me.device]);
  // It is not the administrator's own: told by the list and the ledger, not as news of his account.
  expect((await ada.device.sync()).newDevices).toEqual([]);
  const { devices } = await ada.device.people.show(benPerson);
  expect(devices.map(({ device }) => device)).toContain(benDesk.device.me.device);
  expect((await ada.device.devices.list()).filter(({ person }) => person === benPerson)).toHaveLength(2);
});

test('a sync tells also what came with a call before it, and never what was written here', async () => {
  await ada.device.sync();
  await ada.device.people.rename('Ada Berg-Olsen');
  expect(await ada.device.sync()).toMatchObject({ entries: 0 });
  // Looking at openings brings this device up to date; whoever shows something else is told of it all the same.
  await ben.device.records.list({ room });
  await ben.device.mine.openings({ count: 1 });
  expect((await ben.device.sync()).entries).toBeGreaterThan(0);
  expect(await ben.device.sync()).toMatchObject({ entries: 0 });
  await ada.device.sync();
  expect(await ada.device.sync()).toMatchObject({ entries: 0 });
});

test('an administrator cuts a device off: the owner’s remaining one makes the generation at its next sync', async () => {
  benPhone = await add();
  const revoked = await ada.device.devices.revoke(ben.device.me.device, 'stolen');
  expect(revoked.generation).toBeUndefined();
  expect(await codeOf(openBytes(ben, record))).toBe('DEVICE_CUT_OFF');
  const report = await benDesk.device.sync();
  expect(report.generation).toBe(2);
  expect(report.rotated.map(({ room: each }) => each)).toContain(room);
  // Ada's device boxed nothing and lost nothing.
  expect(Buffer.compare(await openBytes(ada, record), deed)).toBe(0);
});

test('two devices that would make the same generation make one', async () => {
  await benPhone.device.sync();
  const third = await add();
  await benPhone.device.sync();
  let isBetween = false;
  benDesk.transport.mutator = async (request, send) => {
    if (isStatement(request, 'generation.made') && !isBetween) {
      isBetween = true;
      expect((await benPhone.device.sync()).generation).toBe(3);
    }
    return await send();
  };
  const revoked = await benDesk.device.devices.revoke(third.device.me.device);
  benDesk.transport.mutator = undefined;
  expect(isBetween).toBe(true);
  expect(revoked.generation).toBeUndefined();
  for (const device of [benDesk, benPhone]) {
    await device.device.sync();
    expect(Buffer.compare(await openBytes(device, record), deed)).toBe(0);
    expect((await device.device.people.show(benPerson)).generation).toBe(3);
  }
});

test('a suspended person adds none, refused as a wrong password is', async () => {
  await ada.device.people.suspend(benPerson);
  expect(await codeOf(add())).toBe('SIGN_IN_REFUSED');
  await ada.device.people.reinstate(benPerson);
  await add();
});

test('the last device cannot be cut off', async () => {
  expect(await codeOf(ada.device.devices.revoke(ada.device.me.device))).toBe('ENTRY_REFUSED');
});

/** A firm that grows: who came earlier follows what is granted to who comes later. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FirmWorld } from './firm-world.ts';
import type { TestDevice } from './firm-world.ts';

let world: FirmWorld;
let ada: TestDevice;
let ben: TestDevice;

beforeAll(async () => {
  world = await FirmWorld.start();
});
afterAll(async () => {
  await world.close();
});

async function addPerson(name: string): Promise<TestDevice> {
  const { code, person } = await ada.device.people.invite({ name, roles: ['opener'] });
  const device = await world.enrol(code);
  await ada.device.sync();
  const { fingerprint = '' } = await ada.device.people.show(person);
  await ada.device.people.admit({ person, fingerprint });
  return device;
}

test('a member admitted earlier syncs past the admission of persons he has never met', async () => {
  ada = await world.foundFirm();
  ben = await addPerson('Ben');
  await ben.device.sync();
  const cleo = await addPerson('Cleo');
  await addPerson('Dan');
  await ben.device.sync();
  await cleo.device.sync();
  for (const each of [ada, ben, cleo])
    expect((await each.device.people.list()).map(({ name }) => name ?? '').sort()).toEqual([
      'Ada Vogel',
      'Ben',
      'Cleo',
      'Dan',
    ]);
});

test('somebody who was suspended, or given a role, before he was let in stands in nobody’s way', async () => {
  const eve = await ada.device.people.invite({ name: 'Eve', roles: ['opener'] });
  await world.enrol(eve.code);
  await ada.device.people.suspend(eve.person);
  await ben.device.sync();
  await ada.device.people.reinstate(eve.person);
  const fay = await ada.device.people.invite({ name: 'Fay', roles: ['opener'] });
  await world.enrol(fay.code);
  await ada.device.people.grantRole(fay.person, 'auditor');
  await ada.device.people.revokeRole(fay.person, 'auditor');
  await ben.device.sync();
  const gil = await addPerson('Gil');
  await gil.device.sync();
  expect((await gil.device.people.list()).length).toBeGreaterThanOrEqual(5);
});

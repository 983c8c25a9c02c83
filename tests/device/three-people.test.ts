/** A firm that grows: who came earlier follows what is granted to who comes later. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FirmWorld } from './firm-world.ts';
import type { TestDevice } from './firm-world.ts';

let world: FirmWorld;

beforeAll(async () => {
  world = await FirmWorld.start();
});
afterAll(async () => {
  await world.close();
});

async function addPerson(ada: TestDevice, name: string): Promise<TestDevice> {
  const { code, person } = await ada.device.people.invite({ name, roles: ['opener'] });
  const device = await world.enrol(code);
  await ada.device.sync();
  const { fingerprint = '' } = await ada.device.people.show(person);
  await ada.device.people.admit({ person, fingerprint });
  return device;
}

test('a member admitted earlier syncs past the admission of persons he has never met', async () => {
  const ada = await world.foundFirm();
  const ben = await addPerson(ada, 'Ben');
  await ben.device.sync();
  const cleo = await addPerson(ada, 'Cleo');
  await addPerson(ada, 'Dan');
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

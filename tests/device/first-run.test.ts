/** A first run that somebody began and left, and two at once: a home is never lost to a firm that was not founded. */
import { afterEach, expect, test } from 'vitest';
import { beginFirm } from '@strongroom/device';
import type { PendingStart } from '@strongroom/device';
import { codeOf, FirmWorld } from './firm-world.ts';
import type { TestDevice } from './firm-world.ts';

let world: FirmWorld;
afterEach(async () => await world.close());

async function begin(device: TestDevice): Promise<PendingStart> {
  return await beginFirm(device.environment, {
    code: world.server.firstRunCode ?? '',
    firm: { name: 'Left & Gone', language: 'en', countries: ['IE'], profession: 'law' },
    person: { name: 'Una Left' },
    password: device.password,
  });
}

test('a first run that was left at the kit is begun anew, by the same browser or another', async () => {
  world = await FirmWorld.start();
  const left = world.newDevice();
  await begin(left);
  const late = await begin(left);
  const ada = await world.foundFirm();
  await ada.device.vaults.add({ name: 'Group' });
  expect((await ada.device.firm.describe()).name).toBe('Vogel & Hart');
  expect(await codeOf(left.complete(late))).toBe('FIRST_RUN_CODE_INVALID');
});

test('of two first runs at once the one that began last goes on, and the other is told', async () => {
  world = await FirmWorld.start();
  const [first, second] = [world.newDevice(), world.newDevice()];
  const [overtaken, last] = [await begin(first), await begin(second)];
  expect(await codeOf(first.complete(overtaken))).toBe('FIRST_RUN_OVERTAKEN');
  expect((await second.complete(last)).me.roles).toContain('owner');
});

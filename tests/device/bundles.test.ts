/** Which code may unlock: statements about the web bundle, on two real devices. */
import { openDevice } from '@strongroom/device';
import type { Device, DeviceEnvironment, RunningBundle } from '@strongroom/device';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeOf, FirmWorld } from './firm-world.ts';
import type { TestDevice } from './firm-world.ts';

let world: FirmWorld;
let ada: TestDevice;
let ben: TestDevice;

const hash = (digit: string): string => digit.repeat(64);

beforeAll(async () => {
  world = await FirmWorld.start();
  ada = await world.foundFirm();
  const { code } = await (await ada.open()).people.invite({ name: 'Ben Hart' });
  ben = await world.enrol(code);
});
afterAll(async () => await world.close());

/** Opens a device as code from the server, with a number, does. */
async function openAs(
  device: TestDevice,
  bundle: RunningBundle,
  options: { readonly isTakenUp?: boolean } = {},
): Promise<Device> {
  const { unlocked } = device;
  if (unlocked === undefined) throw new Error('the device is unlocked');
  const environment: DeviceEnvironment = { ...device.environment, bundle };
  return await openDevice(
    environment,
    { ...unlocked, deviceFileKey: unlocked.deviceFileKey.slice() },
    options,
  );
}

test('before any statement every number is unknown and unlocks', async () => {
  const device = await ada.open();
  expect(await device.bundles.newest()).toBeUndefined();
  expect(await device.bundles.check({ number: 1 })).toBe('unknown');
  await (await openAs(ada, { number: 1 })).close();
});

test('an administrator publishes; another person may not; once is enough', async () => {
  const device = await ada.open();
  expect(await codeOf((await ben.open()).bundles.publish({ number: 3, hash: hash('a') }))).toBe(
    'ENTRY_REFUSED',
  );
  const { isNew, line } = await device.bundles.publish({ number: 3, hash: hash('a') });
  expect(isNew).toBe(true);
  const newest = await (await ben.open()).bundles.newest();
  expect(newest).toMatchObject({ number: 3, hash: hash('a'), minimum: 1, person: device.me.person });
  expect(newest?.line).toEqual(line);
  expect(await device.bundles.publish({ number: 3, hash: hash('a') })).toEqual({ isNew: false, line });
});

test('what cannot be published is refused before it is signed', async () => {
  const { bundles } = await ada.open();
  const sent = ada.transport.sent.length;
  expect(await codeOf(bundles.publish({ number: 3, hash: hash('b') }))).toBe('BUNDLE_NUMBER_TAKEN');
  expect(await codeOf(bundles.publish({ number: 2, hash: hash('a') }))).toBe('BUNDLE_NUMBER_TAKEN');
  expect(await codeOf(bundles.publish({ number: 4, hash: 'A'.repeat(64) }))).toBe('INPUT_INVALID');
  expect(await codeOf(bundles.publish({ number: 4, hash: hash('b'), minimum: 5 }))).toBe('INPUT_INVALID');
  expect(await codeOf(bundles.publish({ number: 0, hash: hash('b') }))).toBe('INPUT_INVALID');
  expect(ada.transport.sent.slice(sent).filter(({ path }) => path.endsWith('/entries'))).toEqual([]);
});

test('tells a bundle by number and hash', async () => {
  const { bundles } = await ada.open();
  await bundles.publish({ number: 5, hash: hash('c'), minimum: 3 });
  const told = async (number: number, of?: string): Promise<string> =>
    await bundles.check({ number, ...(of === undefined ? {} : { hash: of }) });
  expect(await told(5, hash('c'))).toBe('current');
  expect(await told(5)).toBe('current');
  expect(await told(5, hash('d'))).toBe('unknown');
  expect(await told(3, hash('a'))).toBe('known-older');
  expect(await told(4)).toBe('unknown');
  expect(await told(6)).toBe('unknown');
  expect(await told(2)).toBe('below-minimum');
});

test('code below the minimum does not unlock, and does not run on when the minimum rises', async () => {
  expect(await codeOf(openAs(ben, { number: 2 }))).toBe('BUNDLE_TOO_OLD');
  const running = await openAs(ben, { number: 3 });
  await running.sync();
  const { bundles } = await ada.open();
  await bundles.publish({ number: 5, hash: hash('c'), minimum: 4 });
  expect(await codeOf(running.sync())).toBe('BUNDLE_TOO_OLD');
  const sent = ben.transport.sent.length;
  expect(await codeOf(running.bundles.publish({ number: 9, hash: hash('e') }))).toBe('BUNDLE_TOO_OLD');
  expect(await codeOf(running.people.list())).toBe('BUNDLE_TOO_OLD');
  expect(ben.transport.sent.slice(sent).every(({ path }) => path.endsWith('/sync'))).toBe(true);
  await running.close();
  // What was learnt counts without the server too.
  ben.transport.mutator = async () => {
    throw new Error('no network');
  };
  expect(await codeOf(openAs(ben, { number: 3 }))).toBe('BUNDLE_TOO_OLD');
  // Only what was open a moment ago goes on without the server.
  expect(await codeOf(openAs(ben, { number: 5 }))).toBe('SERVER_UNREACHABLE');
  expect(await codeOf(openAs(ben, { number: 3 }, { isTakenUp: true }))).toBe('BUNDLE_TOO_OLD');
  const takenUp = await openAs(ben, { number: 5 }, { isTakenUp: true });
  expect(await codeOf(takenUp.people.rename('Benjamin Hart'))).toBe('SERVER_UNREACHABLE');
  await takenUp.close();
  ben.transport.mutator = undefined;
  await (await openAs(ben, { number: 5, hash: hash('c') })).close();
  await (await openAs(ben, { number: 6 })).close();
});

test('doctor says what the code it runs in is', async () => {
  const codes = async (number: number): Promise<string[]> => {
    const device = await openAs(ada, { number });
    const findings = await device.doctor();
    await device.close();
    return findings.map(({ code }) => code).filter((code) => code.startsWith('BUNDLE_'));
  };
  expect(await codes(5)).toEqual(['BUNDLE_AGREES']);
  expect(await codes(8)).toEqual(['BUNDLE_UNKNOWN']);
  expect((await (await ada.open()).doctor()).some(({ code }) => code.startsWith('BUNDLE_'))).toBe(false);
});

test('nobody locks his own code out by publishing', async () => {
  const device = await openAs(ada, { number: 5 });
  expect(await codeOf(device.bundles.publish({ number: 6, hash: hash('f'), minimum: 6 }))).toBe(
    'BUNDLE_TOO_OLD',
  );
  await device.close();
});

/** An enrolment whose answer was lost: it may be in the ledger or not, and neither may cost the newcomer's keys. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { beginEnrolment } from '@strongroom/device';
import type { Device } from '@strongroom/device';
import { FirmWorld } from './firm-world.ts';
import type { TestDevice } from './firm-world.ts';

let world: FirmWorld;
let owner: Device;

beforeAll(async () => {
  world = await FirmWorld.start();
  owner = (await world.foundFirm()).device;
});
afterAll(async () => await world.close());

/** What a server says whose warden is away. */
const unavailable = {
  status: 503,
  headers: { 'content-type': 'application/problem+json' },
  body: new TextEncoder().encode(
    JSON.stringify({ type: 'about:blank', status: 503, code: 'WARDEN_UNAVAILABLE', requestId: 'x' }),
  ),
};

async function invite(): Promise<string> {
  return (await owner.people.invite({ name: 'Yue Lin', roles: [] })).code;
}

async function enrol(home: TestDevice, code: string): Promise<void> {
  await home.complete(await beginEnrolment(home.environment, { code, password: home.password }));
}

describe('the warden is away while somebody enrols', () => {
  test('the enrolment was written: the home unlocks', async () => {
    const home = world.newDevice();
    const code = await invite();
    home.transport.mutator = async (request, send) => {
      const answer = await send();
      return request.path === '/v1/enrolments' ? unavailable : answer;
    };
    await expect(enrol(home, code)).rejects.toMatchObject({ code: 'WARDEN_UNAVAILABLE' });
    home.transport.mutator = undefined;
    await expect(enrol(home, code)).rejects.toMatchObject({ code: 'DEVICE_EXISTS' });
    expect((await home.reopen()).me.person).toMatch(/^per_/);
  });

  test('it was not written: the same code enrols the same home', async () => {
    const home = world.newDevice();
    const code = await invite();
    home.transport.mutator = async (request, send) =>
      request.path === '/v1/enrolments' ? unavailable : await send();
    await expect(enrol(home, code)).rejects.toMatchObject({ code: 'WARDEN_UNAVAILABLE' });
    home.transport.mutator = undefined;
    await enrol(home, code);
    expect((await home.reopen()).me.person).toMatch(/^per_/);
    await expect(enrol(home, code)).rejects.toMatchObject({ code: 'DEVICE_EXISTS' });
  });
});

/** A new device adopted by an enrolled one over a code: against the real server and warden; the tests of this file follow one another. */
import {
  decodeBase64url,
  deriveAdoptionKeys,
  encodeBase64url,
  formatAdoptionCode,
  officeId,
  parseAdoptionCode,
} from '@strongroom/core';
import type { DeviceId, PersonId, RecordId } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import { beginAdoption } from '@strongroom/device';
import type { PendingAdoption } from '@strongroom/device';
import { limits } from '@strongroom/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { codeOf, contentOf, fileOf, FirmWorld, openBytes } from './firm-world.ts';
import type { TestDevice } from './firm-world.ts';

const engine = createNodeEngine();
const deed = contentOf(300_000, 5);

let world: FirmWorld;
let ada: TestDevice;
let ben: TestDevice;
let benPerson: PersonId;
let record: RecordId;

beforeAll(async () => {
  world = await FirmWorld.start();
  ada = await world.foundFirm();
  const { vault } = await ada.device.vaults.add({ name: 'Group' });
  const { room } = await ada.device.clients.add({ vault, name: 'Client' });
  ({ record } = await ada.device.records.add({ room, source: fileOf('deed.pdf', deed) }));
  const invited = await ada.device.people.invite({ name: 'Ben Hart' });
  benPerson = invited.person;
  ben = await world.enrol(invited.code);
  ben.password = 'another horse battery staple';
  const { fingerprint = '' } = await ada.device.people.show(benPerson);
  await ada.device.people.admit({ person: benPerson, fingerprint });
  await ada.device.access.grant({ room, person: benPerson, fingerprint, withHistory: true });
  await ben.device.sync();
});
afterAll(async () => {
  await world.close();
});
afterEach(() => {
  for (const each of [ada, ben]) each.transport.mutator = undefined;
});

async function begin(device: TestDevice = world.newDevice()): Promise<PendingAdoption> {
  return await beginAdoption(device.environment, { name: 'Phone in hand' });
}

async function adopt(adopter: TestDevice, code: string): Promise<DeviceId> {
  const { fingerprint } = await adopter.device.devices.previewAdoption(code);
  return (await adopter.device.devices.adopt({ code, fingerprint })).device;
}

const ownPassword = 'correct horse battery staple';

test('a device shows a code, an enrolled one adopts it, and the password is all that is typed', async () => {
  const phone = world.newDevice();
  const pending = await begin(phone);
  expect(pending.code).toMatch(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){5}$/);
  expect((await pending.check()).kind).toBe('waiting');
  const preview = await ada.device.devices.previewAdoption(pending.code.toLowerCase().replaceAll('-', ' '));
  expect(preview).toMatchObject({ name: 'Phone in hand', fingerprint: pending.fingerprint });
  expect(preview.endsAtMs).toBeGreaterThan(Date.now());
  expect((await pending.check()).kind).toBe('taken');
  expect(phone.storage.entries.size).toBe(0);
  expect(await codeOf(pending.complete({ password: ownPassword }))).toBe('STATE_CHANGED');
  const { device } = await ada.device.devices.adopt({
    code: pending.code,
    fingerprint: preview.fingerprint,
  });
  expect(await pending.check()).toEqual({
    kind: 'answered',
    person: ada.device.me.person,
    personName: 'Ada Vogel',
  });
  // A wrong password writes nothing, and another may be typed.
  expect(await codeOf(pending.complete({ password: 'not the password' }))).toBe('SIGN_IN_REFUSED');
  expect(phone.storage.entries.size).toBe(0);
  phone.unlocked = await pending.complete({ password: ownPassword });
  pending.discard();
  await phone.open();
  await phone.device.sync();
  expect(phone.device.me).toMatchObject({ person: ada.device.me.person, device });
  expect(Buffer.compare(await openBytes(phone, record), deed)).toBe(0);
  await phone.reopen();
  expect(Buffer.compare(await openBytes(phone, record), deed)).toBe(0);
  expect(await codeOf(begin(phone))).toBe('DEVICE_EXISTS');
  // Whoever adopted it hears no news of it; the ledger says who signed.
  expect((await ada.device.sync()).newDevices).toEqual([]);
  const lines = await ada.device.ledger.lines({ ledger: officeId });
  const added = lines.filter(({ kind }) => kind === 'device.added');
  expect(added.map(({ device: signer }) => signer)).toEqual([ada.device.me.device]);
});

test('the adopted one can adopt, and cutting it off renews the keys of all others', async () => {
  const desk = world.newDevice();
  const pending = await begin(desk);
  const device = await adopt(ada, pending.code);
  await pending.check();
  desk.unlocked = await pending.complete({ password: ownPassword });
  await desk.open();
  await desk.device.sync();
  const tablet = world.newDevice();
  const next = await begin(tablet);
  await adopt(desk, next.code);
  await next.check();
  tablet.unlocked = await next.complete({ password: ownPassword });
  await tablet.open();
  await tablet.device.sync();
  expect((await ada.device.sync()).newDevices).toEqual([tablet.device.me.device]);
  expect((await ada.device.devices.revoke(device, 'replaced')).generation).toBe(2);
  await tablet.device.sync();
  expect(Buffer.compare(await openBytes(tablet, record), deed)).toBe(0);
  // One that was cut off has no session to adopt with.
  const late = await begin();
  expect(await codeOf(desk.device.devices.previewAdoption(late.code))).toBe('DEVICE_CUT_OFF');
});

test('administrators are told of a device on somebody else’s account until they say that they saw it', async () => {
  await ada.device.sync();
  const before = (await ada.device.today.list()).items.filter(({ kind }) => kind === 'device-added');
  expect(before).toEqual([]);
  const phone = world.newDevice();
  const pending = await begin(phone);
  const device = await adopt(ben, pending.code);
  await ada.device.sync();
  const told = async (of: TestDevice): Promise<unknown[]> =>
    (await of.device.today.list()).items.filter(({ kind }) => kind === 'device-added');
  expect(await told(ada)).toEqual([
    { kind: 'device-added', person: benPerson, name: 'Ben Hart', device, atMs: expect.any(Number) },
  ]);
  // Not whose it is: his own other devices are told otherwise.
  expect(await told(ben)).toEqual([]);
  await ada.open();
  expect(await told(ada)).toHaveLength(1);
  await ada.device.devices.acknowledge(device);
  expect(await told(ada)).toEqual([]);
  await ada.open();
  await ada.device.sync();
  expect(await told(ada)).toEqual([]);
});

describe('refused', () => {
  test('a mistyped code before anything is asked, an unknown one by the server', async () => {
    const { code } = await begin();
    const wrong = code.replace(/^./, (first) => (first === '0' ? '1' : '0'));
    ada.transport.sent.length = 0;
    for (const typed of [wrong, '', code.slice(0, -1), `${code}0`, 'no code at all'])
      expect(await codeOf(ada.device.devices.previewAdoption(typed))).toBe('ADOPTION_CODE_INVALID');
    expect(ada.transport.sent).toEqual([]);
    const unknown = formatAdoptionCode(engine, engine.randomBytes(13));
    expect(await codeOf(ada.device.devices.previewAdoption(unknown))).toBe('ADOPTION_ENDED');
  });

  test('a code that another device took, and one that was answered', async () => {
    const phone = world.newDevice();
    const pending = await begin(phone);
    await ben.device.devices.previewAdoption(pending.code);
    expect(await codeOf(ada.device.devices.previewAdoption(pending.code))).toBe('ADOPTION_ENDED');
    // A colleague’s device makes it the colleague’s, and its screen says so before a password is typed.
    await adopt(ben, pending.code);
    expect(await pending.check()).toMatchObject({
      kind: 'answered',
      person: benPerson,
      personName: 'Ben Hart',
    });
    expect(await codeOf(pending.complete({ password: 'not his password' }))).toBe('SIGN_IN_REFUSED');
    expect(phone.storage.entries.size).toBe(0);
    // Again by the same device: nothing is signed twice.
    const { size = 0 } = (await ben.device.ledger.status())[0] ?? {};
    await adopt(ben, pending.code);
    expect((await ben.device.ledger.status())[0]?.size).toBe(size);
  });

  test('a fingerprint that is not the one on the new device', async () => {
    const { code } = await begin();
    const wrong = ada.device.devices.adopt({ code, fingerprint: 'AAAA-AAAA-AAAA-AAAA' });
    expect(await codeOf(wrong)).toBe('FINGERPRINT_MISMATCH');
    expect((await ada.device.devices.list()).filter(({ person }) => person === benPerson)).toHaveLength(3);
  });

  test('an answer without a statement, and one whose device was cut off meanwhile', async () => {
    const phone = world.newDevice();
    const pending = await begin(phone);
    const device = await adopt(ada, pending.code);
    await ada.device.devices.revoke(device, 'other');
    await pending.check();
    expect(await codeOf(pending.complete({ password: ownPassword }))).toBe('SIGN_IN_REFUSED');
    expect(phone.storage.entries.size).toBe(0);
  });

  test('cut off between statement and answer, the adopter does only what is missing', async () => {
    const phone = world.newDevice();
    const pending = await begin(phone);
    const { fingerprint } = await ada.device.devices.previewAdoption(pending.code);
    ada.transport.mutator = async (request, send) => {
      if (request.path.endsWith('/answer')) throw new TypeError('connection reset');
      return await send();
    };
    const options = { code: pending.code, fingerprint };
    expect(await codeOf(ada.device.devices.adopt(options))).toBe('SERVER_UNREACHABLE');
    ada.transport.mutator = undefined;
    const { size } = (await ada.device.ledger.status())[0] ?? {};
    await ada.device.devices.adopt(options);
    expect((await ada.device.ledger.status())[0]?.size).toBe(size);
    await pending.check();
    phone.unlocked = await pending.complete({ password: ownPassword });
    await phone.open();
    await phone.device.sync();
    expect(Buffer.compare(await openBytes(phone, record), deed)).toBe(0);
  });

  test('a firm that the server made up for the new device, at the adopter', async () => {
    const phone = world.newDevice();
    phone.transport.mutator = async (request, send) => {
      const answer = await send();
      if (request.path !== '/v1/firm') return answer;
      const firm = JSON.parse(Buffer.from(answer.body).toString('utf8')) as { genesis: string };
      const genesis = decodeBase64url(firm.genesis).slice();
      genesis[genesis.length - 1] = (genesis.at(-1) ?? 0) ^ 1;
      const body = Buffer.from(JSON.stringify({ ...firm, genesis: encodeBase64url(genesis) }));
      return { ...answer, body };
    };
    const pending = await begin(phone);
    expect(await codeOf(ada.device.devices.previewAdoption(pending.code))).toBe('ADOPTION_REFUSED');
  });

  test('by the server: other bytes under an id, an id that nobody began, a call without a session', async () => {
    const { code } = await begin();
    const { id } = deriveAdoptionKeys(engine, parseAdoptionCode(engine, code));
    const path = `${world.server.url}/v1/adoptions`;
    const call = async (method: string, at: string, body?: unknown): Promise<number> => {
      const headers = { 'content-type': 'application/json' };
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      return (await fetch(path + at, { method, headers, ...sent })).status;
    };
    const adoption = encodeBase64url(id);
    const request = (size: number): string => encodeBase64url(engine.randomBytes(size));
    expect(await call('POST', '', { adoption, request: request(100) })).toBe(403);
    expect(await call('POST', '', { adoption: request(16), request: request(limits.adoptionBytesMax) })).toBe(
      200,
    );
    expect(
      await call('POST', '', { adoption: request(16), request: request(limits.adoptionBytesMax + 1) }),
    ).toBe(400);
    expect(await call('GET', `/${request(16)}`)).toBe(403);
    expect(await call('POST', `/${adoption}/take`)).toBe(401);
    expect(await call('PUT', `/${adoption}/answer`, { answer: request(100) })).toBe(401);
  });

  test('a code that is over', async () => {
    const pending = await begin();
    await world.advance(limits.adoptionLifeMs + 1_000);
    expect(await codeOf(ada.device.devices.previewAdoption(pending.code))).toBe('ADOPTION_ENDED');
    expect(await codeOf(pending.check())).toBe('ADOPTION_ENDED');
  });
});

// long: the tests follow one another in the life of one firm
/**
 * Losing a laptop: a further device with password and printed kit, and cutting the lost one off. Against the real server and warden;
 * the tests of this file follow one another.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  decodeBase64url,
  decodeHex,
  encodeBase64url,
  encodeHex,
  formatKit,
  newId,
  newKit,
  officeId,
  parseKit,
} from '@strongroom/core';
import type { PersonId, RecordId, RoomId } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import { addDevice } from '@strongroom/device';
import type { TransportRequest } from '@strongroom/device';
import { endpoints, limits } from '@strongroom/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOf, contentOf, fileOf, FirmWorld, MemorySink, openBytes } from './firm-world.ts';
import type { TestDevice } from './firm-world.ts';

type Json = { [key: string]: unknown };

const engine = createNodeEngine();
const deed = contentOf(600_000, 3);
const later = contentOf(300_000, 4);

let world: FirmWorld;
/** The laptop that gets lost. */
let laptop: TestDevice;
let desk: TestDevice;
let phone: TestDevice;
let person: PersonId;
let root: Uint8Array;
let room: RoomId;
let record: RecordId;
let newRecord: RecordId;

beforeAll(async () => {
  world = await FirmWorld.start();
  laptop = await world.foundFirm();
  person = laptop.device.me.person;
  root = decodeHex((await laptop.device.firm.describe()).root);
  const { vault } = await laptop.device.vaults.add({ name: 'Oran group' });
  ({ room } = await laptop.device.clients.add({ vault, name: 'Oran Shipping' }));
  ({ record } = await laptop.device.records.add({ room, source: fileOf('deed.pdf', deed) }));
  await laptop.device.sync();
});
afterAll(async () => {
  await world.close();
});

type Proof = { person: PersonId; password: string; kit: string; root: Uint8Array };

function proofOf(change: Partial<Proof> = {}): Proof {
  return { person, password: laptop.password, kit: laptop.kit, root, ...change };
}

/** A new home, with the device added and open. */
async function add(device: TestDevice = world.newDevice(), change: Partial<Proof> = {}): Promise<TestDevice> {
  device.unlocked = await addDevice(device.environment, proofOf(change));
  await device.open();
  await device.device.sync();
  return device;
}

function bodyOf(request: TransportRequest): Json {
  return JSON.parse(Buffer.from(request.body ?? new Uint8Array(0)).toString('utf8')) as Json;
}

/** Whether a request hands in a statement of this kind. */
function isStatement(request: TransportRequest, kind: string): boolean {
  if (request.method !== 'POST' || !request.path.endsWith('/entries')) return false;
  return Buffer.from(decodeBase64url(String(bodyOf(request)['body']))).includes(kind);
}

async function post(path: string, body: Json, session?: string): Promise<{ status: number; json: Json }> {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (session !== undefined) headers['authorization'] = `Bearer ${session}`;
  const answer = await fetch(world.server.url + path, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  return { status: answer.status, json: (await answer.json()) as Json };
}

describe('password and kit', () => {
  test('add a device that opens an old record with equal bytes', async () => {
    desk = await add();
    expect(desk.device.me.person).toBe(person);
    expect(desk.device.me.device).not.toBe(laptop.device.me.device);
    expect(Buffer.compare(await openBytes(desk, record), deed)).toBe(0);
    expect((await desk.device.clients.find('oran shipping')).map(({ name }) => name)).toEqual([
      'Oran Shipping',
    ]);
  });

  test('the other device hears of it once, the ledger for good', async () => {
    expect((await laptop.device.sync()).newDevices).toEqual([desk.device.me.device]);
    expect((await laptop.device.sync()).newDevices).toEqual([]);
    expect((await desk.device.sync()).newDevices).toEqual([]);
    expect((await laptop.device.devices.list()).map(({ state }) => state)).toEqual(['valid', 'valid']);
    const lines = await laptop.device.ledger.lines({ ledger: officeId });
    expect(lines.filter(({ kind }) => kind === 'device.added')).toHaveLength(1);
  });

  test('the home unlocks as any other, and cannot be added twice', async () => {
    await desk.reopen();
    expect(Buffer.compare(await openBytes(desk, record), deed)).toBe(0);
    expect(await codeOf(addDevice(desk.environment, proofOf()))).toBe('DEVICE_EXISTS');
    expect(await codeOf(addDevice(desk.environment, proofOf({ person: newId(engine, 'per') })))).toBe(
      'DEVICE_EXISTS',
    );
    await desk.reopen();
  });

  test('a home whose statement never arrived is begun again', async () => {
    const cut = world.newDevice();
    cut.transport.mutator = async (request, send) => {
      if (isStatement(request, 'device.added')) return { status: 503, headers: {}, body: new Uint8Array(0) };
      return await send();
    };
    expect(await codeOf(add(cut))).toMatch(/^SERVER_/);
    expect(cut.storage.entries.size).toBeGreaterThan(0);
    cut.transport.mutator = undefined;
    await add(cut);
    expect(Buffer.compare(await openBytes(cut, record), deed)).toBe(0);
    await desk.device.devices.revoke(cut.device.me.device, 'replaced');
  });
});

describe('refused', () => {
  test('alike: wrong password, another kit, unknown person; nothing is kept', async () => {
    const tries: Partial<Proof>[] = [
      { password: 'correct horse battery stable' },
      { kit: formatKit(engine, newKit(engine)) },
      { person: newId(engine, 'per') },
    ];
    const seen = new Set<string>();
    for (const change of tries) {
      const device = world.newDevice();
      expect(await codeOf(add(device, change))).toBe('SIGN_IN_REFUSED');
      expect(device.storage.entries.size).toBe(0);
      seen.add(
        device.transport.sent
          .map(({ method, path, body }) => `${method} ${path} ${body?.length ?? 0}`)
          .join(),
      );
    }
    expect(seen.size).toBe(1);
  });

  test('a mistyped kit and another firm, before any password message', async () => {
    const device = world.newDevice();
    const mistyped = laptop.kit.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'));
    expect(await codeOf(add(device, { kit: mistyped }))).toBe('KIT_INVALID');
    expect(await codeOf(add(device, { root: engine.randomBytes(32) }))).toBe('GENESIS_MISMATCH');
    expect(device.transport.sent.filter(({ path }) => path !== '/v1/firm')).toEqual([]);
  });

  test('by the server: an end that proves nothing, alike for everybody', async () => {
    const device = world.newDevice();
    await codeOf(add(device, { password: 'something else altogether' }));
    const started = device.transport.sent.find(({ path }) => path === '/v1/sessions/start');
    const answers = new Set<string>();
    for (const someone of [person, newId(engine, 'per')]) {
      const start = await post('/v1/sessions/start', {
        ...bodyOf(started as TransportRequest),
        person: someone,
      });
      const finish = {
        attempt: start.json['attempt'],
        finishRequest: encodeBase64url(engine.randomBytes(64)),
      };
      const { status, json } = await post('/v1/devices/start', finish);
      answers.add(`${start.status} ${status} ${String(json['code'])}`);
      // An attempt is taken once.
      expect((await post('/v1/devices/start', finish)).json['code']).toBe('SIGN_IN_REFUSED');
    }
    expect([...answers]).toEqual(['200 401 SIGN_IN_REFUSED']);
  });

  test.each<[string, RegExp, (json: Json) => void, string]>([
    [
      'another unlock of the same person',
      /\/devices\/start$/,
      (json) => (json['unlock'] = newId(engine, 'unl')),
      'IDENTITY_REFUSED',
    ],
    [
      'a chain in which the keys are others',
      /\/sync$/,
      (json) => {
        const [first] = json['entries'] as Json[];
        const bytes = decodeBase64url(String(first?.['entry']));
        bytes[bytes.length - 400] = (bytes[bytes.length - 400] ?? 0) ^ 1;
        if (first !== undefined) first['entry'] = encodeBase64url(bytes);
      },
      'CHAIN_INVALID',
    ],
  ])('A5: %s: nothing is signed, nothing kept', async (_name, path, change, code) => {
    const device = world.newDevice();
    device.transport.mutator = async (request, send) => {
      const answer = await send();
      if (!path.test(request.path) || answer.status !== 200) return answer;
      const json = JSON.parse(Buffer.from(answer.body).toString('utf8')) as Json;
      change(json);
      return { ...answer, body: new Uint8Array(Buffer.from(JSON.stringify(json))) };
    };
    expect(await codeOf(add(device))).toBe(code);
    expect(device.transport.sent.filter((request) => request.path.endsWith('/entries'))).toEqual([]);
    expect(device.storage.entries.size).toBe(0);
  });

  test('A5: boxes that are not those of the statement: nothing is signed, nothing kept', async () => {
    const device = world.newDevice();
    device.transport.mutator = async (request, send) => {
      const answer = await send();
      if (!request.path.includes('/attachments/')) return answer;
      const body = answer.body.slice();
      body[200] = (body[200] ?? 0) ^ 1;
      return { ...answer, body };
    };
    expect(await codeOf(add(device))).toBe('IDENTITY_REFUSED');
    expect(device.transport.sent.filter((request) => request.path.endsWith('/entries'))).toEqual([]);
    expect(device.storage.entries.size).toBe(0);
  });

  test('a pass is good for the one statement only', async () => {
    const device = world.newDevice();
    const tried: string[] = [];
    device.transport.mutator = async (request, send) => {
      if (!isStatement(request, 'device.added')) return await send();
      const session = String(request.headers?.['authorization']).slice('Bearer '.length);
      const { vault } = (await desk.device.vaults.list())[0] ?? {};
      const invite = desk.transport.sent.findLast((each) => isStatement(each, 'device.revoked'));
      for (const [path, body] of [
        [`/v1/vaults/${String(vault)}/releases`, {}],
        [`/v1/vaults/${String(vault)}/slots`, {}],
        ['/v1/sync', { ledger: vault, chains: [], known: { office: 0 } }],
        [`/v1/ledgers/${officeId}/entries`, invite === undefined ? {} : bodyOf(invite)],
      ] as const) {
        const { status, json } = await post(path, body, session);
        tried.push(`${status} ${String(json['code'])}`);
      }
      return await send();
    };
    await add(device);
    expect(tried.slice(0, 3).every((each) => /^(401 SESSION_REQUIRED|400 REQUEST_INVALID)$/.test(each))).toBe(
      true,
    );
    expect(tried[2]).toBe('401 SESSION_REQUIRED');
    expect(tried[3]).toBe('422 ENTRY_REFUSED');
    phone = device;
    phone.transport.mutator = undefined;
  });
});

describe('a lost device is cut off', () => {
  let heldBack: Json = {};

  test('generation and epoch rotate by themselves; its session and its openings stop', async () => {
    // Signed by the laptop while it was valid, and never sent.
    laptop.transport.mutator = async (request, send) => {
      if (!isStatement(request, 'person.invited')) return await send();
      heldBack = bodyOf(request);
      return { status: 400, headers: {}, body: new Uint8Array(0) };
    };
    await codeOf(laptop.device.people.invite({ name: 'Accomplice', roles: [] }));
    laptop.transport.mutator = undefined;
    const before = (await desk.device.access.list(room)).epoch;
    const { generation: generationBefore = 0 } = await desk.device.people.show(person);

    const revoked = await desk.device.devices.revoke(laptop.device.me.device, 'lost');

    expect(revoked.generation).toBe(generationBefore + 1);
    expect(revoked.rotated.map(({ room: each }) => each)).toContain(room);
    expect(revoked.stillDue).toEqual([]);
    expect((await desk.device.access.list(room)).epoch).toBe(before + 1);
    expect(await codeOf(openBytes(laptop, record))).toBe('DEVICE_CUT_OFF');
    expect(await codeOf(laptop.reopen())).toBe('SIGN_IN_REFUSED');
    expect(
      (await desk.device.devices.list()).find(({ device }) => device === laptop.device.me.device)?.state,
    ).toBe('revoked');
  });

  test('A8: what it signed before is refused after', async () => {
    const { status, json } = await post(`/v1/ledgers/${officeId}/entries`, heldBack, desk.unlocked?.session);
    expect([status, json['code']]).toEqual([422, 'ENTRY_REFUSED']);
  });

  test('what is written after is closed to it, whatever session a server gives it', async () => {
    ({ record: newRecord } = await desk.device.records.add({ room, source: fileOf('later.pdf', later) }));
    const { deviceFileKey = new Uint8Array(0) } = laptop.unlocked ?? {};
    laptop.unlocked = { deviceFileKey, session: desk.unlocked?.session ?? '', expiresAtMs: 0 };
    await laptop.open();
    expect(await codeOf(laptop.device.sync())).toBe('IDENTITY_REFUSED');
    const sink = new MemorySink();
    expect(await codeOf(laptop.device.records.open({ record: newRecord, sink, purpose: 'work' }))).not.toBe(
      'NOTHING_REFUSED',
    );
    expect(sink.bytes()).toHaveLength(0);
    expect(Buffer.compare(await openBytes(desk, newRecord), later)).toBe(0);
  });

  test('the other remaining device goes on, with nothing to type', async () => {
    await phone.device.sync();
    expect(Buffer.compare(await openBytes(phone, newRecord), later)).toBe(0);
    expect(Buffer.compare(await openBytes(phone, record), deed)).toBe(0);
  });

  test('the kit still adds a device, which opens what is older than the generation too', async () => {
    const tablet = await add();
    expect(Buffer.compare(await openBytes(tablet, record), deed)).toBe(0);
    expect(Buffer.compare(await openBytes(tablet, newRecord), later)).toBe(0);
    await tablet.device.devices.revoke(phone.device.me.device);
    phone = tablet;
  });

  test('a device added while a generation is made gets its box', async () => {
    await desk.device.sync();
    await phone.device.sync();
    const newcomer = world.newDevice();
    let isBetween = false;
    desk.transport.mutator = async (request, send) => {
      if (isStatement(request, 'generation.made') && !isBetween) {
        isBetween = true;
        await add(newcomer);
      }
      return await send();
    };
    await desk.device.devices.revoke(phone.device.me.device);
    desk.transport.mutator = undefined;
    expect(isBetween).toBe(true);
    await newcomer.device.sync();
    expect(Buffer.compare(await openBytes(newcomer, record), deed)).toBe(0);
    const written = await desk.device.records.add({ room, source: fileOf('last.pdf', later) });
    expect(Buffer.compare(await openBytes(newcomer, written.record), later)).toBe(0);
    expect(await lastDevices()).toBe(2);
  });

  test('both ledgers replay without a disagreement', async () => {
    for (const ledger of [officeId, (await desk.device.vaults.list())[0]?.vault ?? officeId])
      expect((await desk.device.ledger.verify({ ledger })).disagreements).toEqual([]);
  });

  async function lastDevices(): Promise<number> {
    return (await desk.device.devices.list()).filter(({ state }) => state === 'valid').length;
  }
});

describe('what a thief of the server has', () => {
  test('B3, B12: neither its files nor what was sent to it hold the kit secret, and no guess can be tested without it', async () => {
    const { kitSecret, kitCode } = parseKit(engine, laptop.kit);
    const taken = [...(await readFolder(world.home))];
    for (const { transport } of [laptop, desk, phone])
      for (const { path, headers, body } of transport.sent)
        taken.push(
          Buffer.concat([Buffer.from(path + JSON.stringify(headers ?? {})), body ?? new Uint8Array(0)]),
        );
    const all = Buffer.concat(taken);
    const encodings = (bytes: Uint8Array): (string | Uint8Array)[] => [
      bytes,
      encodeHex(bytes),
      encodeBase64url(bytes),
      Buffer.from(bytes).toString('base64'),
    ];
    for (const secret of [
      ...encodings(kitSecret),
      ...encodings(kitCode),
      laptop.password,
      ...laptop.kit.split('-'),
    ])
      expect(all.includes(secret as Uint8Array)).toBe(false);
    // The positive control: what is searched for would be found.
    expect(all.includes(person)).toBe(true);
    // With everything the server has, and the right password as the guess: every other kit secret is a wrong password.
    for (let guess = 0; guess < 3; guess++)
      expect(await codeOf(add(world.newDevice(), { kit: formatKit(engine, newKit(engine)) }))).toBe(
        'SIGN_IN_REFUSED',
      );
    await add();
  });

  test('guesses are limited over all who ask, for a person who does not exist as for one who does', async () => {
    const sent = desk.transport.sent.find(({ path }) => path === '/v1/sessions/start');
    const guess = async (someone: PersonId): ReturnType<typeof post> =>
      await post('/v1/sessions/start', { ...bodyOf(sent as TransportRequest), person: someone });
    const { perMinute } = endpoints.startSignIn.limits;
    const many = async (someone: PersonId, count: number): Promise<Awaited<ReturnType<typeof post>>[]> =>
      await Promise.all(Array.from({ length: count }, async () => await guess(someone)));
    // More at once than the bucket holds, over persons who do not exist: it is empty then for everybody.
    for (let asked = 0; asked < perMinute * limits.openAskersMax; asked += 100)
      await many(newId(engine, 'per'), 100);
    for (const someone of [newId(engine, 'per'), person]) {
      // So many that what a slow machine lets grow back in the meantime is the smaller part.
      const refused = (await many(someone, 300)).filter(({ status }) => status !== 200);
      expect(refused.length).toBeGreaterThan(50);
      for (const { status, json } of refused) expect([status, json['code']]).toEqual([429, 'RATE_LIMITED']);
    }
  });
});

async function readFolder(folder: string): Promise<Buffer[]> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  return await Promise.all(
    files
      .filter((file) => file.isFile())
      .map(async (file) => await readFile(join(file.parentPath, file.name))),
  );
}

/** Every route of the inventory, without a session, with another's, with the wrong role: refused (J10). And alike (J14). */
import { newId, officeId } from '@strongroom/core';
import type { RoomId, VaultId } from '@strongroom/core';
import { endpoints, limits } from '@strongroom/protocol';
import type { Endpoint } from '@strongroom/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inventoryRoutes, startServer } from '../src/index.ts';
import type { RunningServer } from '../src/index.ts';
import { makeHome } from './running-server.ts';
import { callServer, engine, TestMember } from './test-member.ts';
import type { TestAnswer, TestRecord } from './test-member.ts';

const home = makeHome();
let server: RunningServer;
let owner: TestMember;
let stranger: TestMember;
let vault: VaultId;
let room: RoomId;
let record: TestRecord;

beforeAll(async () => {
  server = await startServer({ home: home.path, port: 0 });
  owner = await TestMember.createFirm(server.url, server.firstRunCode ?? '');
  vault = await owner.createVault();
  room = await owner.createClient(vault, 'C-2K7Q');
  record = await owner.writeRecord(vault, room, { bodyBytes: 5_000 });
  stranger = await owner.invite();
});
afterAll(async () => {
  await server?.close();
  home.remove();
});

const open = new Set(['public', 'first-run', 'invitation', 'witness']);
const routes = inventoryRoutes();

/** A path with every parameter filled in by something that exists. */
function fill(path: string): string {
  return path
    .replace(':vault', vault)
    .replace(':ledger', vault)
    .replace(':record', record.record)
    .replace(':version', '1')
    .replace(':upload', newId(engine, 'upl'))
    .replace(':part', '0')
    .replace(':disposal', newId(engine, 'dsp'))
    .replace(':hash', 'A'.repeat(43))
    .replace(':index', '0')
    .replace('/*', '/checkpoint');
}

test('every endpoint of the contract is a route with a gate question', () => {
  expect(routes.map(({ name }) => name).sort()).toEqual(Object.keys(endpoints).sort());
  for (const route of routes) expect(route.gate).toMatch(/^[a-z-]+(\.[a-z]+)?$/);
});

describe.each(routes.filter(({ gate }) => !open.has(gate)))('$method $path', ({ name, method, path }) => {
  test('is refused without a session, and with one that is made up', async () => {
    for (const session of [undefined, 'A'.repeat(43), 'x']) {
      const answer = await callServer(server.url, method, fill(path), {
        session,
        ...(method === 'GET' || method === 'DELETE' ? {} : { body: {} }),
      });
      expect([name, answer.status, answer.json['code']]).toEqual([name, 401, 'SESSION_REQUIRED']);
    }
  });

  test('is refused for a vault that is not there', async () => {
    if (!/:(vault|ledger)/.test(path)) return;
    const other = fill(path).replace(vault, newId(engine, 'vlt'));
    const endpoint: Endpoint = endpoints[name];
    if (endpoint.limits.bodyBytesMax > 0) return;
    const query =
      name === 'getSegments' ? '?offset=0&length=1' : name === 'getConsistency' ? '?from=0&to=0' : '';
    const answer = await callServer(server.url, method, `${other}${query}`, { session: owner.session });
    expect([answer.status, answer.json['code']]).toEqual([403, 'ACCESS_DENIED']);
  });
});

describe('without the right', () => {
  const gets = [
    'getInclusion',
    'getLines',
    'exportLedger',
    'getVersion',
    'getSegments',
    'getDisposal',
    'getAttachment',
    'getUpload',
    'getDoctor',
  ] as const;
  test.each(gets)('%s is refused', async (name) => {
    const { method, path } = endpoints[name];
    const query = name === 'getSegments' ? '?offset=0&length=10' : name === 'getLines' ? `?room=${room}` : '';
    const answer = await callServer(server.url, method, `${fill(path)}${query}`, {
      session: stranger.session,
    });
    expect([answer.status, answer.json['code']]).toEqual([403, 'ACCESS_DENIED']);
  });

  test('hashes of a ledger are for those with an account in it, entries for those who may export it', async () => {
    const ask = async (ledger: string, path: string): Promise<number> =>
      (await stranger.call('GET', `/v1/ledgers/${ledger}/files/${path}`)).status;
    expect(await ask(officeId, 'checkpoint')).toBe(200);
    expect(await ask(officeId, 'tile/0/000.p/1')).toBe(200);
    expect(await ask(officeId, 'tile/entries/000.p/1')).toBe(403);
    for (const path of ['checkpoint', 'tile/0/000.p/1', 'tile/entries/000.p/1'])
      expect(await ask(vault, path), path).toBe(403);
    const own = await owner.call('GET', `/v1/ledgers/${vault}/files/tile/0/000.p/1`);
    expect([own.status, own.bytes.length]).toEqual([200, 32]);
  });

  test('writing, opening, making vaults and clients are refused', async () => {
    const hour = 0;
    const posts: [string, unknown][] = [
      [`/v1/vaults/${vault}/slots`, { room, hour, count: 1 }],
      [`/v1/vaults/${vault}/uploads`, { upload: newId(engine, 'upl'), room, storedBytes: 100 }],
      [`/v1/vaults/${vault}/room-slots`, { rooms: [room] }],
      [`/v1/vaults/${vault}/cards`, { versions: [[room, record.record, 1]] }],
      ['/v1/vaults/prepare', { vault: newId(engine, 'vlt') }],
      ['/v1/sync', { ledger: vault, chains: [[room, 0]], known: { office: 0 } }],
    ];
    for (const [path, body] of posts) {
      const answer = await stranger.call('POST', path, body);
      expect([path, answer.status, answer.json['code']]).toEqual([path, 403, 'ACCESS_DENIED']);
    }
  });

  test('a device that was cut off has no session from that entry on', async () => {
    const other = await owner.invite();
    expect((await other.call('GET', '/v1/vaults')).status).toBe(200);
    await owner.submit('firm', { k: 'device.frozen', device: other.device });
    expect((await other.call('GET', '/v1/vaults')).json['code']).toBe('DEVICE_CUT_OFF');
    expect((await other.signIn()).json['code']).toBe('SIGN_IN_REFUSED');
  });
});

/** All that an observer sees but the id of the request and the date. */
function shapeOf(answer: TestAnswer): unknown {
  const headers = [...answer.headers].filter(([name]) => name !== 'date');
  return {
    status: answer.status,
    length: answer.bytes.length,
    json: { ...answer.json, requestId: '' },
    headers,
  };
}

test('cards and cache slots of many rooms: one room that is closed refuses all, and the limits hold', async () => {
  const other = await owner.createClient(vault, 'C-4K7Q');
  const closed = newId(engine, 'rom');
  const card = [room, record.record, 1] as const;
  const codeOf = async (path: string, body: unknown): Promise<unknown> => {
    const answer = await owner.call('POST', `/v1/vaults/${vault}/${path}`, body);
    return answer.status === 200 ? 200 : answer.json['code'];
  };
  const cards = async (versions: readonly unknown[]): Promise<unknown> => await codeOf('cards', { versions });
  expect(await cards(Array.from({ length: limits.cardsPerCallMax }, () => card))).toBe(200);
  expect(await cards(Array.from({ length: limits.cardsPerCallMax + 1 }, () => card))).toBe('REQUEST_INVALID');
  expect(await cards([card, [other, record.record, 1]])).toBe('ACCESS_DENIED');
  expect(await cards([card, [closed, record.record, 1]])).toBe('ACCESS_DENIED');
  const slots = async (rooms: readonly unknown[]): Promise<unknown> => await codeOf('room-slots', { rooms });
  const answer = await owner.call('POST', `/v1/vaults/${vault}/room-slots`, { rooms: [room, other] });
  expect(new Set(answer.json['slots'] as number[]).size).toBe(2);
  expect(await slots([room, closed])).toBe('ACCESS_DENIED');
  expect(await slots([room, room])).toBe('REQUEST_INVALID');
  const many = Array.from({ length: limits.roomsPerSlotsMax + 1 }, () => newId(engine, 'rom'));
  expect(await slots(many.slice(1))).toBe('ACCESS_DENIED');
  expect(await slots(many)).toBe('REQUEST_INVALID');
});

test('what depends on a record is refused with the same bytes: absent, another room, not a member, frozen (J14)', async () => {
  const secondRoom = await owner.createClient(vault, 'C-3K7Q');
  const frozen = await owner.writeRecord(vault, secondRoom, { bodyBytes: 1_000 });
  await owner.submit(secondRoom, { k: 'room.frozen', room: secondRoom }, vault);
  const paths = [record.record, frozen.record, newId(engine, 'rec')].flatMap((id) =>
    [1, 2].map((version) => `/v1/vaults/${vault}/records/${id}/versions/${version}`),
  );
  const shapes = [];
  for (const path of paths)
    shapes.push(
      shapeOf(await stranger.call('GET', path)),
      shapeOf(await stranger.call('GET', `${path}/body?offset=0&length=9`)),
    );
  shapes.push(shapeOf(await owner.call('GET', `/v1/vaults/${vault}/records/${frozen.record}/versions/1`)));
  shapes.push(
    shapeOf(await owner.call('GET', `/v1/vaults/${vault}/records/${newId(engine, 'rec')}/versions/1`)),
  );

  const absent: TestRecord = { ...record, record: newId(engine, 'rec') };
  const wrongSlot: TestRecord = { ...record, slots: record.slots.map((slot) => slot + 1_000) };
  const wrongHash: TestRecord = { ...record, hashes: record.hashes.map(() => engine.randomBytes(32)) };
  const elsewhere: TestRecord = { ...record, room: newId(engine, 'rom') };
  for (const wanted of [absent, wrongSlot, wrongHash, elsewhere, frozen])
    shapes.push(shapeOf(await owner.release(vault, await owner.makeRequest(vault, wanted))));
  for (const wanted of [record, absent])
    shapes.push(shapeOf(await stranger.release(vault, await stranger.makeRequest(vault, wanted))));
  for (const shape of shapes) expect(shape).toEqual(shapes[0]);
  expect(shapes[0]).toMatchObject({ status: 403, json: { code: 'ACCESS_DENIED' } });
});

test('refusals of signed requests are lines; the same bytes again are no new one', async () => {
  const request = await stranger.makeRequest(vault, record);
  const count = async (): Promise<number> => {
    const lines = await owner.call('GET', `/v1/ledgers/${vault}/lines?from=0&count=1000`);
    return (lines.json['lines'] as unknown[]).length;
  };
  const before = await count();
  for (let round = 0; round < 3; round++)
    expect((await stranger.release(vault, request)).json['code']).toBe('ACCESS_DENIED');
  expect(await count()).toBe(before + 1);
});

test('names that are not loopback, foreign origins and cross-site fetches reach nothing', async () => {
  const port = new URL(server.url).port;
  const { request } = await import('node:http');
  const status = (headers: Record<string, string>): Promise<number> =>
    new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port, path: '/v1/health', headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      })
        .once('error', reject)
        .end();
    });
  expect(await status({ host: `localhost:${port}` })).toBe(200);
  expect(await status({ host: `127.0.0.1:${port}`, origin: `http://127.0.0.1:${port}` })).toBe(200);
  for (const headers of [
    { host: `evil.example:${port}` },
    { host: `127.0.0.1.evil.example:${port}` },
    { host: `127.0.0.1:${port}`, origin: 'http://evil.example' },
    { host: `127.0.0.1:${port}`, origin: 'null' },
    { host: `127.0.0.1:${port}`, 'sec-fetch-site': 'cross-site' },
  ])
    expect(await status(headers)).toBe(421);
});

test('a route that nobody declared is a typed 404', async () => {
  for (const path of ['/v1', '/v1/nothing', '/v2/health', '/../etc/passwd', `/v1/ledgers/${officeId}`]) {
    const answer = await owner.call('GET', path);
    expect([path, answer.status, answer.json['code']]).toEqual([path, 404, 'NOT_FOUND']);
  }
});

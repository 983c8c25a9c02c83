import { createHash } from 'node:crypto';
import { DependencyError, floeSizes, newId } from '@strongroom/core';
import type { RoomId, VaultId } from '@strongroom/core';
import { limits } from '@strongroom/protocol';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { systemClock, startServer } from '../src/index.ts';
import type { RunningServer } from '../src/index.ts';
import { makeHome } from './running-server.ts';
import { callServer, engine, TestMember } from './test-member.ts';
import type { TestAnswer } from './test-member.ts';

const home = makeHome();
const partBytes = 16 * 262_144;
let shiftMs = 0;
let server: RunningServer;
let owner: TestMember;
let vault: VaultId;
let room: RoomId;

beforeAll(async () => {
  const clock = { ...systemClock, nowMs: () => systemClock.nowMs() + shiftMs };
  server = await startServer({ home: home.path, port: 0, clock });
  owner = await TestMember.createFirm(server.url, server.firstRunCode ?? '');
  vault = await owner.createVault();
  room = await owner.createClient(vault, 'C-2K7Q');
});
afterAll(async () => {
  await server?.close();
  home.remove();
});

const put = (upload: string, part: number, octets: Uint8Array): Promise<TestAnswer> =>
  callServer(server.url, 'PUT', `/v1/vaults/${vault}/uploads/${upload}/parts/${part}`, {
    session: owner.session,
    octets,
  });
const start = (upload: string, storedBytes: number): Promise<TestAnswer> =>
  owner.call('POST', `/v1/vaults/${vault}/uploads`, { upload, room, storedBytes });
const read = (upload: string): Promise<TestAnswer> =>
  owner.call('GET', `/v1/vaults/${vault}/uploads/${upload}`);

test('a large body in parts, in any order, twice, read back by ranges', { timeout: 180_000 }, async () => {
  const bodyBytes = floeSizes.header + 2 * partBytes + 12_345;
  const record = await owner.writeRecord(vault, room, { bodyBytes });
  const path = `/v1/vaults/${vault}/records/${record.record}/versions/1`;
  const hash = createHash('sha256');
  for (let offset = 0; offset < bodyBytes; offset += 1_000_000) {
    const length = Math.min(1_000_000, bodyBytes - offset);
    const answer = await owner.call('GET', `${path}/body?offset=${offset}&length=${length}`);
    expect(answer.bytes.length).toBe(length);
    hash.update(answer.bytes);
  }
  expect(hash.digest('hex')).toBe(createHash('sha256').update(record.body).digest('hex'));
  for (const range of [
    `offset=0&length=${bodyBytes + 1}`,
    'offset=0&length=0',
    `offset=${bodyBytes}&length=1`,
  ])
    expect((await owner.call('GET', `${path}/body?${range}`)).json['code']).toBe('REQUEST_INVALID');
});

test('an upload is resumed by asking which parts are durable; a wrong part is not acknowledged', async () => {
  const upload = newId(engine, 'upl');
  const storedBytes = floeSizes.header + partBytes + 500;
  expect((await start(upload, storedBytes)).json).toMatchObject({ partBytes, parts: 2, acknowledged: [] });
  const last = engine.randomBytes(500);
  expect((await put(upload, 1, last.subarray(0, 499))).json['code']).toBe('PART_INVALID');
  expect((await put(upload, 1, new Uint8Array(501))).json['code']).toBe('PART_INVALID');
  expect((await put(upload, 2, last)).json['code']).toBe('PART_INVALID');
  expect((await read(upload)).json['acknowledged']).toEqual([]);
  expect((await put(upload, 1, last)).status).toBe(204);
  expect((await put(upload, 1, last)).status).toBe(204);
  expect((await start(upload, storedBytes)).json['acknowledged']).toEqual([1]);
  expect((await start(upload, storedBytes + 1)).json['code']).toBe('ACCESS_DENIED');
  expect((await owner.call('DELETE', `/v1/vaults/${vault}/uploads/${upload}`)).status).toBe(204);
  expect((await read(upload)).json['code']).toBe('ACCESS_DENIED');
});

test('a commit is refused while parts are missing, or when what was uploaded is not what was signed', async () => {
  const made = await owner.makeVersion(vault, room, { bodyBytes: 4_000 });
  const commit = (input: Record<string, unknown>): Promise<TestAnswer> =>
    owner.call('POST', `/v1/vaults/${vault}/versions`, input);
  expect((await commit({ ...made.input, upload: newId(engine, 'upl') })).json['code']).toBe(
    'UPLOAD_INCOMPLETE',
  );
  const other = newId(engine, 'upl');
  await owner.upload(vault, room, other, engine.randomBytes(4_000));
  const { upload: _, ...bodiless } = made.input;
  for (const wrong of [
    { ...made.input, upload: other },
    { ...made.input, card: Buffer.from(engine.randomBytes(400)).toString('base64url') },
    { ...made.input, leafHashes: Buffer.from(engine.randomBytes(96)).toString('base64url') },
    { ...made.input, header: `${String(made.input['header']).slice(0, -4)}AAAA` },
    bodiless,
  ]) {
    const answer = await commit(wrong);
    expect([answer.status >= 400, answer.json['code']]).toEqual([
      true,
      expect.stringMatching(/^(BODY_MISMATCH|CBOR_INVALID|FORMAT_INVALID|REQUEST_INVALID)$/),
    ]);
  }
  const first = await commit(made.input);
  expect(first.status).toBe(200);
  const again = await commit(made.input);
  expect((again.json['receipt'] as { index: number }).index).toBe(
    (first.json['receipt'] as { index: number }).index,
  );
  const second = await owner.makeVersion(vault, room, { record: made.record, version: 1 });
  expect((await commit(second.input)).json['code']).toBe('VERSION_CONFLICT');
});

test.each(['dropped', 'written anew'])(
  'an upload that is %s while it is committed makes no version',
  async (what) => {
    const made = await owner.makeVersion(vault, room, { bodyBytes: 4_000 });
    const upload = String(made.input['upload']);
    const other = engine.randomBytes(4_000);
    other.set(made.body.subarray(0, floeSizes.header));
    const hit = vi.spyOn(server.context.faults, 'hit').mockImplementation(async (point) => {
      if (what === 'dropped' && point === 'server.version.after-finalise')
        await owner.call('DELETE', `/v1/vaults/${vault}/uploads/${upload}`);
      if (what === 'written anew' && point === 'server.version.before-finalise') await put(upload, 0, other);
    });
    const answer = await owner.call('POST', `/v1/vaults/${vault}/versions`, made.input);
    hit.mockRestore();
    expect(answer.json['code']).toMatch(/^(UPLOAD_INCOMPLETE|BODY_MISMATCH)$/);
    const read = await owner.call('GET', `/v1/vaults/${vault}/records/${made.record}/versions/1`);
    expect(read.json['code']).toBe('ACCESS_DENIED');
  },
);

test('a part that is put again after a commit that failed late goes into the same body', async () => {
  const bodyBytes = floeSizes.header + partBytes + 777;
  const made = await owner.makeVersion(vault, room, { bodyBytes });
  const hit = vi.spyOn(server.context.faults, 'hit').mockImplementation(async (point) => {
    if (point === 'server.version.after-finalise') throw new DependencyError('DISK_FULL');
  });
  const failed = await owner.call('POST', `/v1/vaults/${vault}/versions`, made.input);
  hit.mockRestore();
  expect(failed.json['code']).toBe('DISK_FULL');
  const upload = String(made.input['upload']);
  expect((await put(upload, 1, made.body.subarray(bodyBytes - 777))).status).toBe(204);
  expect((await owner.call('POST', `/v1/vaults/${vault}/versions`, made.input)).status).toBe(200);
  const path = `/v1/vaults/${vault}/records/${made.record}/versions/1`;
  const body = await owner.call('GET', `${path}/body?offset=0&length=1000000`);
  expect(Buffer.compare(body.bytes, made.body.subarray(0, 1_000_000))).toBe(0);
});

test('a body that was committed is not dropped as an upload', async () => {
  const made = await owner.makeVersion(vault, room, { bodyBytes: 4_000 });
  const upload = String(made.input['upload']);
  const { store } = server.context.folders.open(vault);
  const transact = vi.spyOn(store, 'transact').mockImplementationOnce(async (work) => {
    // Between the look at the upload and its end somebody commits it.
    transact.mockRestore();
    const committed = await owner.call('POST', `/v1/vaults/${vault}/versions`, made.input);
    expect(committed.status).toBe(200);
    return await store.transact(work);
  });
  const dropped = await owner.call('DELETE', `/v1/vaults/${vault}/uploads/${upload}`);
  expect(dropped.json['code']).toBe('ACCESS_DENIED');
  const body = await owner.call(
    'GET',
    `/v1/vaults/${vault}/records/${made.record}/versions/1/body?offset=0&length=4000`,
  );
  expect(Buffer.compare(body.bytes, made.body)).toBe(0);
});

test('slots that were not handed out for the room are refused', async () => {
  const secondRoom = await owner.createClient(vault, 'C-9K7Q');
  const there = await owner.makeVersion(vault, secondRoom);
  for (const firstSlot of [there.slots[0]!, there.slots[0]! + 1_000]) {
    const made = await owner.makeVersion(vault, room, { firstSlot });
    const answer = await owner.call('POST', `/v1/vaults/${vault}/versions`, made.input);
    expect(answer.json).toMatchObject({ code: 'REQUEST_INVALID', details: { reason: 'slot' } });
  }
});

test('what nobody finished goes after a day, what became a body stays', async () => {
  const record = await owner.writeRecord(vault, room, { bodyBytes: 3_000 });
  const upload = newId(engine, 'upl');
  await owner.upload(vault, room, upload, engine.randomBytes(2_000));
  const { blobs } = server.context.folders.open(vault);
  const count = (await blobs.list()).length;
  shiftMs += limits.orphanAgeMs + 60_000;
  await server.jobs.runAll();
  expect((await blobs.list()).map((file) => file.upload)).not.toContain(upload);
  expect((await blobs.list()).length).toBeLessThan(count);
  await owner.signIn();
  const answer = await owner.call(
    'GET',
    `/v1/vaults/${vault}/records/${record.record}/versions/1/body?offset=0&length=3000`,
  );
  expect(Buffer.compare(answer.bytes, record.body)).toBe(0);
});

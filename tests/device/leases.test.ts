/** What a device keeps, day by day: with the real server and warden, and with a server and members that lie. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { decodeRequest, signRequest } from '@strongroom/authority';
import type { LeaseRequest, Request } from '@strongroom/authority';
import {
  decodeBase64url,
  decodeCbor,
  encodeBase64url,
  encodeCbor,
  encodeUtf8,
  hashCacheHeader,
  hashWrapContext,
} from '@strongroom/core';
import type { RoomId, VaultId } from '@strongroom/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeOf, contentOf, fileOf, FirmWorld, MemorySink } from './firm-world.ts';
import type { TestDevice } from './firm-world.ts';

const dayMs = 86_400_000;
let world: FirmWorld;
let ada: TestDevice;
let ben: TestDevice;
let benPerson: string;
let vault: VaultId;
let room: RoomId;

beforeAll(async () => {
  world = await FirmWorld.start();
  ada = await world.foundFirm();
  ({ vault } = await ada.device.vaults.add({ name: 'Group' }));
  ({ room } = await ada.device.clients.add({ vault, name: 'Oran' }));
  for (const name of ['deed.pdf', 'letter.txt'])
    await ada.device.records.add({ room, source: fileOf(name, contentOf(900)) });
  const invited = await ada.device.people.invite({ name: 'Ben' });
  ben = await world.enrol(invited.code);
  benPerson = invited.person;
  await ada.device.sync();
  await ada.device.access.grant({ room, person: invited.person, withHistory: true });
  await ben.device.sync();
});
afterAll(async () => {
  await world.close();
});

async function linesOf(kind: string, of: RoomId = room): Promise<{ kept: unknown; device: unknown }[]> {
  const rows = await ada.device.ledger.lines({ ledger: vault, room: of, count: 1_000 });
  return rows
    .filter((row) => row.kind === kind)
    .map(({ facts, device }) => ({ kept: facts['kept'], device }));
}

async function namesOf(who: TestDevice, of: RoomId = room): Promise<string[]> {
  return (await who.device.records.list({ room: of })).map(({ name }) => name).sort();
}

async function clientNames(): Promise<string[]> {
  return (await ada.device.clients.list({ vault })).map(({ name }) => name ?? '').sort();
}

async function nextDay(): Promise<void> {
  await world.advance(dayMs + 60_000);
  await ada.reopen();
  if (benPerson !== undefined) await ben.reopen();
}

const keptBy = (who: TestDevice, of: RoomId = room): Uint8Array | undefined =>
  who.storage.entries.get(`cache/${of}`);
const database = (): DatabaseSync =>
  new DatabaseSync(join(world.home, 'data', 'vaults', vault, 'vault.sqlite'));

/** A value of a device's own sealed storage, as its owner can read it. */
async function readSealed(who: TestDevice, name: string): Promise<Record<string, unknown>> {
  const { engine } = who.environment;
  const stored = who.storage.entries.get(`sealed/${name}`) ?? new Uint8Array(0);
  const bytes = await engine.openAesGcm({
    key: engine.hkdf('sha256', {
      ikm: who.unlocked?.deviceFileKey ?? new Uint8Array(0),
      info: encodeUtf8('sr1/device-file/store'),
      length: 32,
    }),
    nonce: stored.slice(0, 12),
    aad: encodeCbor(['stored', name]),
    ciphertext: stored.slice(12),
  });
  return decodeCbor(bytes) as Record<string, unknown>;
}

interface Key {
  readonly slot: number;
  readonly hw: Uint8Array;
}

function keyOf(who: TestDevice): Key {
  const db = database();
  const row = db
    .prepare('select slot, wctx_hash from cache_keys where device = ? and room = ?')
    .get(who.device.me.device, room);
  db.close();
  return { slot: Number(row?.['slot']), hw: row?.['wctx_hash'] as Uint8Array };
}

/** What a device last asked the warden for. */
function lastRequest(who: TestDevice): Request {
  const sent = who.transport.sent.findLast(({ path }) => path.endsWith('/releases'));
  const { request } = JSON.parse(Buffer.from(sent?.body ?? []).toString('utf8')) as { request: string };
  return decodeRequest(decodeBase64url(request)).request;
}

/** A call that no device would make; answers its code. */
async function callRaw(who: TestDevice, method: string, path: string, body: unknown): Promise<string> {
  const response = await fetch(world.server.url + path, {
    method,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${who.unlocked?.session ?? ''}` },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  return response.ok ? 'NOTHING_REFUSED' : (JSON.parse(text) as { code: string }).code;
}

/** A lease of any key, asked for by a member's own program. */
async function askForLease(who: TestDevice, { slot, hw }: Key): Promise<string> {
  const { engine } = who.environment;
  const request: LeaseRequest = {
    k: 'lease',
    l: vault,
    d: who.device.me.device,
    t: who.environment.clock.nowMs(),
    nonce: engine.randomBytes(16),
    pos: lastRequest(who).pos,
    pk: await engine.hpkePublicKey(engine.randomBytes(32)),
    purpose: 'sync',
    rooms: [[room, slot, hw]],
    kept: 1,
  };
  const { signSeed } = await readSealed(who, 'identity');
  const signed = await signRequest(engine, { request, seed: signSeed as Uint8Array });
  return await callRaw(who, 'POST', `/v1/vaults/${vault}/releases`, { request: encodeBase64url(signed) });
}

test('what was listed is kept for the day without a line, and the next day takes one, with the count', async () => {
  expect(await namesOf(ada)).toEqual(['deed.pdf', 'letter.txt']);
  expect(keptBy(ada)).toBeDefined();
  const listed = (await linesOf('listed')).length;
  expect(await namesOf(ada)).toEqual(['deed.pdf', 'letter.txt']);
  await ada.reopen();
  expect(await namesOf(ada)).toEqual(['deed.pdf', 'letter.txt']);
  expect((await linesOf('listed')).length).toBe(listed);
  expect(await linesOf('leased')).toEqual([]);

  await nextDay();
  await ada.device.sync();
  expect(await ada.device.records.list({ room, refresh: false })).toEqual([]);
  expect(await namesOf(ada)).toEqual(['deed.pdf', 'letter.txt']);
  // Two documents and the client's profile.
  expect(await linesOf('leased')).toEqual([{ kept: 3, device: ada.device.me.device }]);
  expect(await namesOf(ada)).toEqual(['deed.pdf', 'letter.txt']);
  await ada.reopen();
  expect(await ada.device.records.list({ room, refresh: false })).toHaveLength(2);
  expect((await linesOf('leased')).length).toBe(1);
  expect((await linesOf('listed')).length).toBe(listed);

  await nextDay();
  const [first, second] = await Promise.all([namesOf(ada), namesOf(ada)]);
  expect(first).toEqual(second);
  expect((await linesOf('leased')).length).toBe(2);
});

test('many rooms are leased on one line', async () => {
  for (const name of ['Prus', 'Quist']) await ada.device.clients.add({ vault, name });
  expect(await clientNames()).toEqual(['Oran', 'Prus', 'Quist']);
  const before = (await linesOf('leased')).length;
  await nextDay();
  ada.transport.sent.length = 0;
  expect(await clientNames()).toEqual(['Oran', 'Prus', 'Quist']);
  expect((await linesOf('leased')).length).toBe(before + 1);
  const request = lastRequest(ada);
  expect(request).toMatchObject({ k: 'lease', kept: 5, purpose: 'sync' });
  expect(request.k === 'lease' && request.rooms.length).toBe(3);
});

test('an answer lost on its way is had again: one line', async () => {
  await nextDay();
  const before = (await linesOf('leased')).length;
  let isLost = false;
  ada.transport.mutator = async (request, send) => {
    const answer = await send();
    if (isLost || !request.path.endsWith('/releases')) return answer;
    isLost = true;
    throw new Error('cut off');
  };
  expect(await namesOf(ada)).toHaveLength(2);
  ada.transport.mutator = undefined;
  expect(isLost).toBe(true);
  expect((await linesOf('leased')).length).toBe(before + 1);
});

test('an old answer, replayed, is refused, and what is kept stays closed and whole', async () => {
  await nextDay();
  let old: Uint8Array | undefined;
  ada.transport.mutator = async (request, send) => {
    const answer = await send();
    if (request.path.endsWith('/releases')) old = answer.body;
    return answer;
  };
  expect(await namesOf(ada)).toHaveLength(2);
  await nextDay();
  const kept = keptBy(ada);
  ada.transport.mutator = async (request, send) => {
    if (!request.path.endsWith('/releases')) return await send();
    return { status: 200, headers: { 'content-type': 'application/json' }, body: old ?? new Uint8Array(0) };
  };
  expect(await codeOf(namesOf(ada))).toBe('RELEASE_REJECTED');
  expect(await ada.device.records.list({ room, refresh: false })).toEqual([]);
  ada.transport.mutator = undefined;
  expect(keptBy(ada)).toEqual(kept);
  expect(await namesOf(ada)).toHaveLength(2);
});

test('a key that was released and lost is no dead end: it is made anew, and what is kept is fetched again', async () => {
  await nextDay();
  const { storage } = ada;
  const before = new Map(storage.entries);
  expect(await namesOf(ada)).toHaveLength(2);
  const leased = (await linesOf('leased')).length;
  const listed = (await linesOf('listed')).length;
  // As if the device had died before it wrote the key down.
  storage.entries.clear();
  for (const [key, bytes] of before) storage.entries.set(key, bytes);
  await ada.reopen();
  const { slot } = keyOf(ada);
  expect(await namesOf(ada)).toHaveLength(2);
  expect((await linesOf('leased')).length).toBe(leased);
  expect((await linesOf('listed')).length).toBe(listed + 1);
  expect(keyOf(ada).slot).not.toBe(slot);
  await nextDay();
  expect(await namesOf(ada)).toHaveLength(2);
  expect((await linesOf('leased')).length).toBe(leased + 1);
});

test("nobody has another device's cache key, whatever the server does for him", async () => {
  expect(await namesOf(ben)).toHaveLength(2);
  await nextDay();
  expect(await namesOf(ben)).toHaveLength(2);
  const theirs = keyOf(ada);
  expect(await askForLease(ben, theirs)).toBe('ACCESS_DENIED');
  // Storing it as one's own: the context names the other device.
  const put = {
    room,
    slot: theirs.slot,
    wrapContextHash: encodeBase64url(theirs.hw),
    box: encodeBase64url(new Uint8Array(1_200)),
  };
  expect(await callRaw(ben, 'PUT', `/v1/vaults/${vault}/cache-keys`, { keys: [put] })).toBe('ACCESS_DENIED');
  // One's own context in the slot that was handed out to the other.
  const { engine } = ben.environment;
  const device = ben.device.me.device;
  const own = hashWrapContext(engine, {
    headerHash: hashCacheHeader(engine, device, room),
    part: 'cache',
    room,
    epoch: 1,
    slot: theirs.slot,
    grantor: device,
  });
  const mixed = { ...put, wrapContextHash: encodeBase64url(own) };
  expect(await callRaw(ben, 'PUT', `/v1/vaults/${vault}/cache-keys`, { keys: [mixed] })).toBe(
    'ACCESS_DENIED',
  );

  // A server that hands it out all the same, on a day on which neither had his own: the warden opens nothing.
  await nextDay();
  const db = database();
  db.prepare('delete from cache_keys where device = ?').run(device);
  db.prepare('update cache_keys set device = ?, leased_ms = null where device = ? and room = ?').run(
    device,
    ada.device.me.device,
    room,
  );
  db.close();
  expect(await askForLease(ben, theirs)).toBe('ACCESS_DENIED');
  const lines = await ada.device.ledger.lines({ ledger: vault, count: 1_000 });
  expect(lines.at(-2)).toMatchObject({ kind: 'leased', device });
  expect(lines.at(-1)).toMatchObject({ kind: 'warden.refused', facts: { code: 'VOID_RIGHT' } });
  const back = database();
  back.prepare('update cache_keys set device = ? where device = ?').run(ada.device.me.device, device);
  back.close();
});

test('a device whose key the server lost starts anew', async () => {
  await nextDay();
  expect(await codeOf(namesOf(ben))).toBe('ACCESS_DENIED');
  expect(keptBy(ben)).toBeUndefined();
  expect(await namesOf(ben)).toHaveLength(2);
  expect(keptBy(ben)).toBeDefined();
});

test('what is of the top class is neither kept nor counted', async () => {
  const secret = await ada.device.clients.add({ vault, name: 'Ryba', class: 3 });
  await ada.device.records.add({ room: secret.room, source: fileOf('secret.pdf', contentOf(10)) });
  expect(await namesOf(ada, secret.room)).toEqual(['secret.pdf']);
  expect(await namesOf(ada, secret.room)).toEqual(['secret.pdf']);
  expect((await linesOf('listed', secret.room)).length).toBe(2);
  expect(keptBy(ada, secret.room)).toBeUndefined();
  await ada.device.records.add({ room, source: fileOf('top.pdf', contentOf(10)), class: 3 });
  expect(await namesOf(ada)).toEqual(['deed.pdf', 'letter.txt', 'top.pdf']);
  await nextDay();
  expect(await namesOf(ada)).toEqual(['deed.pdf', 'letter.txt', 'top.pdf']);
  expect((await linesOf('leased')).at(-1)).toMatchObject({ kept: 3 });
});

test('what is destroyed goes from the device at the next sync', async () => {
  const fingerprint = (await ada.device.people.show(benPerson as never)).fingerprint ?? '';
  await ada.device.access.revoke({ room, person: benPerson as never });
  await ada.device.access.grant({
    room,
    person: benPerson as never,
    role: 'manager',
    fingerprint,
    withHistory: true,
  });
  await ben.device.sync();
  expect(await namesOf(ben)).toHaveLength(3);
  const letter = (await ada.device.records.list({ room })).find(({ name }) => name === 'letter.txt');
  if (letter === undefined) throw new Error('no letter');
  await world.advance(0);
  const { disposal } = await ben.device.disposals.propose({ records: [letter.record], reason: 'ended' });
  await ada.device.disposals.approve({ disposal });
  await world.advance(80 * 3_600_000);
  await ada.reopen();
  await ben.reopen();
  await expect
    .poll(async () => (await ada.device.disposals.list({ room }))[0]?.state, {
      timeout: 60_000,
      interval: 500,
    })
    .toBe('destroyed');
  const leased = (await linesOf('leased')).length;
  expect((await ada.device.sync()).purged).toBe(1);
  expect((await ada.device.sync()).purged).toBe(0);
  // To take one record out, the device had to have the key: the day's line.
  expect((await linesOf('leased')).length).toBe(leased + 1);
  expect(
    (await ada.device.records.list({ room, refresh: false }))
      .map(({ name, state }) => `${state} ${name}`)
      .sort(),
  ).toEqual(['destroyed ', 'present deed.pdf']);
});

test('a member who was removed is refused his key, and what he kept is wiped', async () => {
  await nextDay();
  expect(await namesOf(ben)).not.toHaveLength(0);
  const own = keyOf(ben);
  await nextDay();
  expect(keptBy(ben)).toBeDefined();
  await ada.device.access.revoke({ room, person: benPerson as never });
  expect(await askForLease(ben, own)).toBe('ACCESS_DENIED');
  expect((await ada.device.ledger.lines({ ledger: vault, count: 1_000 })).at(-1)).toMatchObject({
    kind: 'refused',
    room,
    facts: { of: 'lease' },
  });
  expect(['ACCESS_DENIED', 'NOT_A_MEMBER', 'NOT_FOUND', 'HEADS_STALE']).toContain(await codeOf(namesOf(ben)));
  expect(keptBy(ben)).toBeUndefined();
  expect(ben.storage.entries.has(`sealed/cache/${room}`)).toBe(false);
});

test('a removed member who only syncs loses what he kept as well', async () => {
  const fingerprint = (await ada.device.people.show(benPerson as never)).fingerprint ?? '';
  await ada.device.access.grant({ room, person: benPerson as never, fingerprint, withHistory: true });
  await ben.device.sync();
  expect(await namesOf(ben)).not.toHaveLength(0);
  expect(keptBy(ben)).toBeDefined();
  await ada.device.access.revoke({ room, person: benPerson as never });
  // What the server no longer shows is believed for as long as heads are good.
  await world.advance(11 * 60_000);
  expect((await ben.device.sync()).purged).toBeGreaterThan(0);
  expect(keptBy(ben)).toBeUndefined();
});

test('an opening still is a line each time', async () => {
  const deed = (await ada.device.records.list({ room })).find(({ state }) => state === 'present');
  if (deed === undefined) throw new Error('no deed');
  const before = (await linesOf('released')).length;
  for (let time = 0; time < 2; time++)
    await ada.device.records.open({ record: deed.record, sink: new MemorySink(), purpose: 'work' });
  expect((await linesOf('released')).length).toBe(before + 2);
});

/**
 * What a server gives is set aside until the warden's heads say the same: envelope and index are signed by nobody. Nothing given in
 * a session that ends otherwise may be left in the device, in memory or on its storage.
 */
import { decodeBase64url, encodeBase64url } from '@strongroom/core';
import { decodeEntry, encodeEntry } from '@strongroom/authority';
import type { RoomId, VaultId } from '@strongroom/core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { codeOf, contentOf, fileOf, FirmWorld } from './firm-world.ts';
import type { TestDevice } from './firm-world.ts';

interface SyncAnswer {
  entries: { index: number; entry: string }[];
  heads: string;
  consistency?: unknown;
}

let world: FirmWorld;
let ada: TestDevice;
let ben: TestDevice;
let vault: VaultId;
let room: RoomId;
let otherRoom: RoomId;

beforeAll(async () => {
  world = await FirmWorld.start();
  ada = await world.foundFirm();
  ({ vault } = await ada.device.vaults.add({ name: 'Group' }));
  ({ room } = await ada.device.clients.add({ vault, name: 'Client' }));
  ({ room: otherRoom } = await ada.device.clients.add({ vault, name: 'Other client' }));
  const { code, person } = await ada.device.people.invite({ name: 'Ben', roles: [] });
  ben = await world.enrol(code);
  await ada.device.sync();
  await ada.device.access.grant({ room, person });
  await ben.device.sync();
});
afterAll(async () => await world.close());
beforeEach(() => {
  ben.transport.mutator = undefined;
});

/** Alters what a sync of the vault brings to Ben; other calls may fail. */
function alterSync(change: (answer: SyncAnswer) => void, failing?: RegExp): void {
  ben.transport.mutator = async (request, send) => {
    if (failing?.test(request.path) === true) throw new TypeError('connection reset');
    const answer = await send();
    if (request.path !== '/v1/sync' || answer.status !== 200) return answer;
    const isVault = Buffer.from(request.body ?? []).includes(vault);
    if (!isVault) return answer;
    const json = JSON.parse(Buffer.from(answer.body).toString('utf8')) as SyncAnswer;
    change(json);
    return { ...answer, body: new Uint8Array(Buffer.from(JSON.stringify(json))) };
  };
}

function retime(text: string): string {
  const entry = decodeEntry(decodeBase64url(text));
  const { officeSize, atMs, bodyBytes, sigs, payload } = entry;
  return encodeBase64url(encodeEntry({ officeSize, atMs: atMs + 1, body: bodyBytes, sigs, payload }));
}

async function addNote(name: string, into = room): Promise<void> {
  await ada.device.records.add({ room: into, source: fileOf(name, contentOf(500)) });
}

async function namesSeenBy(device: TestDevice): Promise<string[]> {
  return (await device.device.records.list({ room })).map(({ name }) => name ?? '');
}

test('another envelope, and a connection that breaks before the heads are compared: nothing of it stays', async () => {
  await addNote('first.txt');
  alterSync((answer) => {
    for (const row of answer.entries) row.entry = retime(row.entry);
    delete answer.consistency;
  }, /\/consistency/);
  expect(await codeOf(ben.device.sync())).toBe('SERVER_UNREACHABLE');
  ben.transport.mutator = undefined;
  await ben.device.sync();
  expect(await namesSeenBy(ben)).toContain('first.txt');
  await ben.reopen();
  await ben.device.sync();
});

test('another envelope, compared with the heads: refused, and the next session works at once', async () => {
  await addNote('second.txt');
  alterSync((answer) => {
    for (const row of answer.entries) row.entry = retime(row.entry);
  });
  expect(await codeOf(ben.device.sync())).toBe('CHAIN_INVALID');
  ben.transport.mutator = undefined;
  expect(await namesSeenBy(ben)).toContain('second.txt');
});

test('an entry of a chain that was not asked for is not taken along', async () => {
  const home = await ada.device.sync();
  expect(home.isFresh).toBe(true);
  let foreign: { index: number; entry: string } | undefined;
  ada.transport.mutator = async (request, send) => {
    const answer = await send();
    if (!request.path.endsWith('/versions')) return answer;
    const { receipt } = JSON.parse(Buffer.from(answer.body).toString('utf8')) as {
      receipt: { index: number; entry: string };
    };
    foreign = { index: receipt.index, entry: receipt.entry };
    return answer;
  };
  await addNote('elsewhere.txt', otherRoom);
  ada.transport.mutator = undefined;
  expect(foreign).toBeDefined();
  alterSync((answer) => {
    if (foreign !== undefined) answer.entries.push(foreign);
  });
  expect(await codeOf(ben.device.sync())).toBe('CHAIN_INVALID');
  ben.transport.mutator = undefined;
  await ben.device.sync();
});

test('an index that is not the entry’s: once the true line there is met, the device asks for all anew and goes on', async () => {
  await addNote('third.txt');
  await addNote('beside.txt', otherRoom);
  // The room's line is said to lie where the other room's lies, which Ben may not see yet.
  alterSync((answer) => {
    for (const row of answer.entries) row.index += 1;
  });
  expect(await codeOf(ben.device.sync())).toBe('NOTHING_REFUSED');
  ben.transport.mutator = undefined;
  const person = ben.device.me.person;
  await ada.device.access.grant({ room: otherRoom, person });
  await ben.device.sync();
  expect((await ben.device.records.list({ room: otherRoom })).map(({ name }) => name)).toContain(
    'beside.txt',
  );
  await ben.reopen();
  await ben.device.sync();
  expect(await namesSeenBy(ben)).toContain('third.txt');
});

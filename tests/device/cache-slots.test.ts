/** A slot is used for one cache key of a room and never again: the same slot twice would be the same key and nonce twice. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { RoomId, VaultId } from '@strongroom/core';
import type { TransportResponse } from '@strongroom/device';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contentOf, fileOf, FirmWorld } from './firm-world.ts';
import type { TestDevice } from './firm-world.ts';

const dayMs = 86_400_000;
let world: FirmWorld;
let ada: TestDevice;
let vault: VaultId;
let room: RoomId;
/** What was answered when the first cache key was made. */
let first: TransportResponse | undefined;

beforeAll(async () => {
  world = await FirmWorld.start();
  ada = await world.foundFirm();
  ({ vault } = await ada.device.vaults.add({ name: 'Group' }));
  ({ room } = await ada.device.clients.add({ vault, name: 'Oran' }));
  await ada.device.records.add({ room, source: fileOf('deed.pdf', contentOf(900)) });
});
afterAll(async () => await world.close());

const list = async (): Promise<unknown[]> => await ada.device.records.list({ room });

/** The server says that it never had the device's key, a day later. */
async function loseKey(): Promise<void> {
  await world.advance(dayMs + 60_000);
  const db = new DatabaseSync(join(world.home, 'data', 'vaults', vault, 'vault.sqlite'));
  db.prepare('delete from cache_keys').run();
  db.close();
  await ada.reopen();
  await expect(list()).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
}

const isSlots = (path: string): boolean => path.endsWith('/room-slots');
const isPut = (path: string): boolean => path.endsWith('/cache-keys');

test('a slot that is handed out a second time is refused before anything is wrapped, in another process too', async () => {
  ada.transport.mutator = async (request, send) => {
    const answer = await send();
    if (isSlots(request.path)) first = answer;
    return answer;
  };
  expect(await list()).toHaveLength(1);
  expect(first).toBeDefined();
  await loseKey();
  ada.transport.mutator = async (request, send) =>
    isSlots(request.path) && first !== undefined ? first : await send();
  ada.transport.sent.length = 0;
  await expect(list()).rejects.toMatchObject({ code: 'SLOT_REFUSED' });
  expect(ada.transport.sent.filter(({ path }) => isPut(path))).toEqual([]);
  ada.transport.mutator = undefined;
  expect(await list()).toHaveLength(1);
});

test('a slot below one that was taken is refused as well', async () => {
  await loseKey();
  // Another key was made since: it is not the newest slot that comes again.
  ada.transport.mutator = async (request, send) =>
    isSlots(request.path) && first !== undefined ? first : await send();
  await expect(list()).rejects.toMatchObject({ code: 'SLOT_REFUSED' });
  ada.transport.mutator = undefined;
  expect(await list()).toHaveLength(1);
});

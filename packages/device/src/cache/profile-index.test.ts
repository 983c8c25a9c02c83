import { newContentKey, newId } from '@strongroom/core';
import type { ContentKey, RoomId } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import { beforeEach, expect, test } from 'vitest';
import type { DeviceStorage } from '../environment/index.ts';
import { openSealedStore } from '../storage/sealed-store.ts';
import type { SealedStore } from '../storage/sealed-store.ts';
import { shardOf } from './cache-table.ts';
import { ProfileIndex } from './profile-index.ts';
import type { IndexedProfile } from './profile-index.ts';

const engine = createNodeEngine();
const device = newId(engine, 'dev');
const vault = newId(engine, 'vlt');
const deviceFileKey = engine.randomBytes(32);

let keys: Map<RoomId, ContentKey>;
let entries: Map<string, Uint8Array>;
let store: SealedStore;
/** Three rooms of one shard. */
let rooms: readonly [RoomId, RoomId, RoomId];

beforeEach(() => {
  entries = new Map();
  const storage: DeviceStorage = {
    read: async (key) => entries.get(key)?.slice(),
    write: async (key, bytes) => void entries.set(key, bytes.slice()),
    remove: async (key) => void entries.delete(key),
    list: async (prefix) => [...entries.keys()].filter((key) => key.startsWith(prefix)),
  };
  store = openSealedStore({ engine, storage, deviceFileKey });
  const first = newId(engine, 'rom');
  const found = [first];
  while (found.length < 3) {
    const next = newId(engine, 'rom');
    if (shardOf(next) === shardOf(first)) found.push(next);
  }
  rooms = found as unknown as typeof rooms;
  keys = new Map(rooms.map((room) => [room, newContentKey(engine)]));
});

/** As another process finds it. */
function openIndex(of = device): ProfileIndex {
  return new ProfileIndex({
    engine,
    store,
    device: of,
    keyFinder: async () => (room) => keys.get(room),
    hasPlace: async (room) => rooms.includes(room),
  });
}

function profileOf(name: string): IndexedProfile {
  return { record: newId(engine, 'rec'), version: 1, at: 7, content: { name } };
}

async function putAll(): Promise<void> {
  await openIndex().put(
    vault,
    rooms.map((room, place) => [room, profileOf(`Client ${place}`)]),
  );
}

const namesIn = async (index: ProfileIndex): Promise<unknown[]> =>
  [...(await index.read(vault)).values()].map(({ content }) => (content as { name: string }).name).sort();

test('what is put is read by another process, and nothing of it lies in the clear', async () => {
  await putAll();
  expect(await namesIn(openIndex())).toEqual(['Client 0', 'Client 1', 'Client 2']);
  for (const [name, bytes] of entries) {
    expect(Buffer.from(bytes).includes('Client')).toBe(false);
    expect(name).not.toContain('rom_');
  }
});

test('a shard opens with the keys of all its rooms, and with none missing', async () => {
  await putAll();
  const [room] = rooms;
  const key = keys.get(room);
  keys.delete(room);
  expect(await namesIn(openIndex())).toEqual([]);
  if (key !== undefined) keys.set(room, key);
  expect(await namesIn(openIndex())).toHaveLength(3);
  keys.set(room, newContentKey(engine));
  expect(await namesIn(openIndex())).toEqual([]);
});

test('a process that stays open loses the rows of a room with its key', async () => {
  await putAll();
  const index = openIndex();
  expect(await namesIn(index)).toHaveLength(3);
  keys.delete(rooms[1]);
  expect(await namesIn(index)).toEqual(['Client 0', 'Client 2']);
});

test('a room that is taken away leaves nothing, and the others stay', async () => {
  await putAll();
  const before = new Map(entries);
  await openIndex().remove(vault, rooms[1]);
  keys.delete(rooms[1]);
  expect(await namesIn(openIndex())).toEqual(['Client 0', 'Client 2']);
  // The older shard put back does not open: the key of the room is gone.
  for (const [name, bytes] of before) entries.set(name, bytes);
  expect(await namesIn(openIndex())).toEqual([]);
});

test('a room that is taken away while the keys are not in hand takes its shard along', async () => {
  await putAll();
  keys.clear();
  await openIndex().remove(vault, rooms[1]);
  expect(entries.size).toBe(0);
});

test('altered bytes, another device: as good as none, and it is written anew', async () => {
  await putAll();
  for (const [name, bytes] of Array.from(entries)) {
    for (const at of [0, 12, bytes.length - 1]) {
      entries.set(
        name,
        bytes.map((byte, place) => (place === at ? byte ^ 1 : byte)),
      );
      expect(await namesIn(openIndex())).toEqual([]);
    }
    entries.set(name, bytes);
  }
  expect(await namesIn(openIndex(newId(engine, 'dev')))).toEqual([]);
  expect(await namesIn(openIndex())).toHaveLength(3);
  for (const [name, bytes] of Array.from(entries)) entries.set(name, bytes.slice(0, 20));
  await putAll();
  expect(await namesIn(openIndex())).toHaveLength(3);
});

test('without a key nothing is kept', async () => {
  keys.clear();
  await putAll();
  expect(entries.size).toBe(0);
});

test('what is put while another room of its shard is closed does not cost the rows of the others', async () => {
  await putAll();
  const key = keys.get(rooms[0]);
  keys.delete(rooms[0]);
  await openIndex().put(vault, [[rooms[1], profileOf('Renamed')]]);
  if (key !== undefined) keys.set(rooms[0], key);
  expect(await namesIn(openIndex())).toEqual(['Client 0', 'Client 1', 'Client 2']);
});

test('a shard whose key can never come again is begun anew', async () => {
  await putAll();
  const gone = rooms[0];
  keys.delete(gone);
  rooms = [rooms[1], rooms[2], newId(engine, 'rom')];
  await openIndex().put(vault, [[rooms[0], profileOf('Anew')]]);
  expect(await namesIn(openIndex())).toEqual(['Anew']);
});

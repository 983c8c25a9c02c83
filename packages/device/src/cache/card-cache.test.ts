import { newContentKey, newId } from '@strongroom/core';
import type { ContentKey, RecordId, RoomId } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import { beforeEach, expect, test } from 'vitest';
import type { DeviceStorage } from '../environment/index.ts';
import { openSealedStore } from '../storage/sealed-store.ts';
import { CardCache } from './card-cache.ts';
import type { CachedCard } from './cache-codec.ts';

const engine = createNodeEngine();
const dayMs = 86_400_000;
const device = newId(engine, 'dev');
const vault = newId(engine, 'vlt');
const deviceFileKey = engine.randomBytes(32);

let room: RoomId;
let nowMs: number;
let entries: Map<string, Uint8Array>;
let storage: DeviceStorage;

beforeEach(() => {
  room = newId(engine, 'rom');
  nowMs = 1_800_000_000_000;
  entries = new Map();
  storage = {
    read: async (key) => entries.get(key)?.slice(),
    write: async (key, bytes) => void entries.set(key, bytes.slice()),
    remove: async (key) => void entries.delete(key),
    list: async (prefix) => [...entries.keys()].filter((key) => key.startsWith(prefix)),
  };
});

/** As another process, or after a restart, finds it. */
function openCache(of = device): CardCache {
  const store = openSealedStore({ engine, storage, deviceFileKey });
  return new CardCache({
    engine,
    storage,
    store,
    device: of,
    clock: { nowMs: () => nowMs, sleep: async () => undefined },
  });
}

function cardOf(name: string, record: RecordId = newId(engine, 'rec')): CachedCard {
  return { record, version: 1, content: { name } };
}

async function keep(cards: readonly CachedCard[]): Promise<ContentKey> {
  const key = newContentKey(engine);
  const cache = openCache();
  await cache.beginMany([{ room, place: { vault, epoch: 1, slot: 5 }, key: key.slice() }], nowMs + dayMs);
  await cache.add(room, cards);
  return key;
}

const namesIn = async (cache: CardCache): Promise<unknown> =>
  [...((await cache.find(room))?.values() ?? [])].map(({ content }) => content);

test('what is kept is read the same day without a question, and is no plaintext', async () => {
  await keep([cardOf('deed-of-sale'), cardOf('letter')]);
  nowMs += dayMs - 1;
  expect(await namesIn(openCache())).toEqual([{ name: 'deed-of-sale' }, { name: 'letter' }]);
  for (const bytes of entries.values()) expect(Buffer.from(bytes).includes('deed-of-sale')).toBe(false);
});

test('when the day is over the key is erased, and only a released one opens what is kept', async () => {
  const key = await keep([cardOf('deed'), cardOf('letter')]);
  nowMs += dayMs;
  const cache = openCache();
  expect(await cache.find(room)).toBeUndefined();
  expect(await cache.findPlace(room)).toMatchObject({ vault, epoch: 1, slot: 5, kept: 2 });
  // Put back by hand, the clock too: the key is gone from what is stored.
  nowMs -= dayMs;
  expect(await openCache().find(room)).toBeUndefined();
  await cache.open(room, key.slice(), nowMs + dayMs);
  expect(await namesIn(openCache())).toEqual([{ name: 'deed' }, { name: 'letter' }]);
});

test('a process that stays open loses the key with the day', async () => {
  const cache = openCache();
  await cache.beginMany(
    [{ room, place: { vault, epoch: 1, slot: 5 }, key: newContentKey(engine) }],
    nowMs + dayMs,
  );
  await cache.add(room, [cardOf('deed')]);
  nowMs += dayMs;
  expect(await cache.find(room)).toBeUndefined();
  await cache.add(room, [cardOf('late')]);
  expect(await cache.find(room)).toBeUndefined();
});

test('a sync erases keys whose day is over, and what was kept without one', async () => {
  await keep([cardOf('deed')]);
  entries.set('sealed/cards/earlier', new Uint8Array(40));
  nowMs += dayMs;
  await openCache().eraseEnded();
  nowMs -= dayMs;
  expect(await openCache().find(room)).toBeUndefined();
  expect(entries.has('sealed/cards/earlier')).toBe(false);
});

test('another key than the one that sealed what is kept is refused, and nothing changes', async () => {
  const key = await keep([cardOf('deed')]);
  nowMs += dayMs;
  const cache = openCache();
  await cache.eraseEnded();
  await expect(cache.open(room, newContentKey(engine), nowMs + dayMs)).rejects.toMatchObject({
    code: 'RELEASE_REJECTED',
  });
  expect(await openCache().find(room)).toBeUndefined();
  await cache.open(room, key, nowMs + dayMs);
  expect(await namesIn(cache)).toEqual([{ name: 'deed' }]);
});

test('any flipped bit of what is kept is refused or is nothing', async () => {
  await keep([cardOf('deed')]);
  const kept = entries.get(`cache/${room}`) ?? new Uint8Array(0);
  for (let at = 0; at < kept.length; at++) {
    entries.set(
      `cache/${room}`,
      kept.map((byte, index) => (index === at ? byte ^ 1 : byte)),
    );
    // The first 32 bytes say of which key it is: of another, it is nobody's.
    if (at < 32) expect(await namesIn(openCache())).toEqual([]);
    else await expect(openCache().find(room)).rejects.toMatchObject({ code: 'STATE_INVALID' });
  }
});

test('what another device or another room kept does not open', async () => {
  await keep([cardOf('deed')]);
  expect(await namesIn(openCache(newId(engine, 'dev')))).toEqual([]);
  const other = newId(engine, 'rom');
  for (const [key, bytes] of Array.from(entries))
    if (key.startsWith('cache/')) entries.set(`cache/${other}`, bytes);
  const cache = openCache();
  await cache.beginMany(
    [{ room: other, place: { vault, epoch: 1, slot: 5 }, key: newContentKey(engine) }],
    nowMs + dayMs,
  );
  expect(await cache.find(other)).toEqual(new Map());
});

test('records are counted once however many versions are kept, and single ones can go', async () => {
  const first = cardOf('deed');
  await keep([first, { ...first, version: 2 }, cardOf('letter')]);
  expect((await openCache().findPlace(room))?.kept).toBe(2);
  await openCache().remove(room, new Set([`${first.record}/1`, `${first.record}/2`]));
  expect(await namesIn(openCache())).toEqual([{ name: 'letter' }]);
  expect((await openCache().findPlace(room))?.kept).toBe(1);
});

test('a wiped room leaves nothing', async () => {
  await keep([cardOf('deed'), cardOf('letter')]);
  expect(await openCache().wipe(room)).toBe(2);
  expect([...entries.keys()]).toEqual([]);
  await keep([cardOf('deed')]);
  const [name = ''] = await openCache().listNames(room);
  await openCache().remove(room, new Set([name]));
  expect([...entries.keys()]).toEqual([]);
});

test('tasks run one at a time, whatever becomes of the one before', async () => {
  const cache = openCache();
  const order: string[] = [];
  const first = cache.runAlone(async () => {
    await new Promise((resolve) => setImmediate(resolve));
    order.push('first');
    throw new Error('lost');
  });
  const second = cache.runAlone(async () => order.push('second'));
  await expect(first).rejects.toThrow('lost');
  await second;
  expect(order).toEqual(['first', 'second']);
});

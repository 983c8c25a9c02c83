/** What a device keeps of its folded ledgers stands for the entries before it, and never for anything else. */
import type { VaultId } from '@strongroom/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FirmWorld } from './firm-world.ts';
import type { TestDevice } from './firm-world.ts';

let world: FirmWorld;
let ada: TestDevice;
let vault: VaultId;

beforeAll(async () => {
  world = await FirmWorld.start();
  ada = await world.foundFirm();
  ({ vault } = await ada.device.vaults.add({ name: 'Group' }));
  await ada.device.clients.addMany(
    Array.from({ length: 24 }, (_, place) => ({ name: `First ${place}` })),
    { vault },
  );
});
afterAll(async () => await world.close());

async function namesOf(refresh = true): Promise<string[]> {
  return (await ada.device.clients.list({ vault, refresh })).map(({ name }) => name ?? '').sort();
}

const foldNames = (): string[] =>
  [...ada.storage.entries.keys()].filter((key) => key.startsWith('sealed/fold/'));

async function countFolded(change: () => void): Promise<string[]> {
  const listed = await namesOf();
  await ada.device.close();
  expect(foldNames().length).toBeGreaterThan(1);
  change();
  await ada.reopen();
  expect(await namesOf(false)).toEqual(listed);
  await ada.device.sync();
  expect(await namesOf()).toEqual(listed);
  return listed;
}

test('a snapshot stands for the entries before it', async () => {
  await countFolded(() => undefined);
});

test.each(['head', 'shard'])('an altered %s is refused, and everything is folded again', async (part) => {
  await countFolded(() => {
    const key = foldNames().find((name) => name.endsWith('/head') === (part === 'head')) ?? '';
    const bytes = ada.storage.entries.get(key) ?? new Uint8Array(0);
    ada.storage.entries.set(
      key,
      bytes.map((byte, place) => (place === 20 ? byte ^ 1 : byte)),
    );
  });
});

test('a shard of an older snapshot beside a newer head is refused', async () => {
  await ada.device.close();
  await ada.reopen();
  const old = new Map(ada.storage.entries);
  await ada.device.clients.addMany(
    Array.from({ length: 12 }, (_, place) => ({ name: `Fold ${place}` })),
    { vault },
  );
  await countFolded(() => {
    for (const key of foldNames()) {
      const bytes = old.get(key);
      if (!key.endsWith('/head') && bytes !== undefined) ada.storage.entries.set(key, bytes);
    }
  });
});

test('an older snapshot, whole, is where the folding begins', async () => {
  await ada.device.close();
  await ada.reopen();
  const old = new Map(ada.storage.entries);
  await ada.device.clients.addMany(
    Array.from({ length: 12 }, (_, place) => ({ name: `Later ${place}` })),
    { vault },
  );
  const listed = await countFolded(() => {
    for (const key of foldNames()) ada.storage.entries.delete(key);
    for (const [key, bytes] of old) if (key.startsWith('sealed/fold/')) ada.storage.entries.set(key, bytes);
  });
  expect(listed).toContain('Later 11');
});

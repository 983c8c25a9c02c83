/** The words of a month, years later: due, erased by two persons, and every proof still good. */
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import type { RecordId, RoomId, VaultId } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import { parsePolicy, verifyTlogProof } from '@strongroom/ledger';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contentOf, fileOf, FirmWorld, MemorySink } from './firm-world.ts';
import type { TestDevice } from './firm-world.ts';

const hourMs = 3_600_000;
const yearMs = 366 * 24 * hourMs;
let world: FirmWorld;
let ada: TestDevice;
let ben: TestDevice;
let vault: VaultId;
let room: RoomId;
let other: RoomId;
let record: RecordId;
let month: string;

async function pass(ms: number): Promise<void> {
  await world.advance(ms);
  await ada.reopen();
  await ben.reopen();
  await ada.device.sync();
  await ben.device.sync();
}

async function open(who: TestDevice, reason: string): Promise<void> {
  await who.device.records.open({ record, sink: new MemorySink(), purpose: 'review', reason });
}

beforeAll(async () => {
  world = await FirmWorld.start();
  ada = await world.foundFirm();
  ({ vault } = await ada.device.vaults.add({ name: 'Group' }));
  ({ room } = await ada.device.clients.add({ vault, name: 'Oran' }));
  ({ room: other } = await ada.device.clients.add({ vault, name: 'Serin' }));
  ({ record } = await ada.device.records.add({ room, source: fileOf('deed.pdf', contentOf(900)) }));
  const invited = await ada.device.people.invite({ name: 'Ben' });
  ben = await world.enrol(invited.code);
  await ada.device.sync();
  const fingerprint = (await ada.device.people.show(invited.person)).fingerprint ?? '';
  await ada.device.people.admit({ person: invited.person, fingerprint });
  await ada.device.access.grant({ room, person: invited.person, withHistory: true, role: 'manager' });
  await ben.device.sync();
  await open(ben, 'before the closing');
  month = new Date(Date.now() + world.offsetMs).toISOString().slice(0, 7);
});
afterAll(async () => await world.close());

test('three years are the default, and only officers and owners state another time', async () => {
  expect(await ada.device.ledger.retention()).toEqual({ years: 3, yearsMin: 1, maySet: true, due: [] });
  expect((await ben.device.ledger.retention()).maySet).toBe(false);
  await expect(ben.device.ledger.setRetention(2)).rejects.toMatchObject({ code: 'ENTRY_REFUSED' });
  await expect(ada.device.ledger.setRetention(0)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  await ada.device.people.grantRole(ben.device.me.person, 'officer');
  await ada.device.ledger.setRetention(2);
  expect(await ada.device.ledger.retention()).toMatchObject({ years: 2, due: [] });
  await expect(ada.device.ledger.setRetention(2)).rejects.toMatchObject({ code: 'ENTRY_REFUSED' });
});

test('what is due is listed; a hold keeps it; two persons erase it', async () => {
  await pass(2 * yearMs + 40 * 24 * hourMs);
  await open(ada, 'two years later');
  const { due } = await ada.device.ledger.retention();
  expect(due).toMatchObject([{ ledger: vault, room, month, state: 'due', mayPropose: true }]);
  const { hold } = await ada.device.holds.place({ room });
  expect((await ada.device.ledger.retention()).due).toMatchObject([{ state: 'held', mayPropose: false }]);
  expect(await ada.device.ledger.proposeErasing()).toEqual([]);
  await ada.device.sync();
  expect(await ada.device.ledger.proposeErasing({ rooms: [other] })).toEqual([]);
  await ben.device.sync();
  await ben.device.holds.lift({ hold });
  await ada.device.sync();
  const [proposed] = await ada.device.ledger.proposeErasing();
  if (proposed === undefined) throw new Error('nothing was proposed');
  expect(proposed).toMatchObject({ room, months: [month] });
  expect((await ada.device.ledger.retention()).due).toMatchObject([{ state: 'proposed' }]);
  await ben.device.sync();
  const [before] = (await ben.device.ledger.page({ ledger: vault, room, withReasons: true })).lines.filter(
    ({ reason }) => reason === 'before the closing',
  );
  expect(before?.purpose).toBe('review');
  await ben.device.disposals.approve({ disposal: proposed.disposal });
});

test('after the grace the words are gone from device and server, and every proof is as good as before', async () => {
  const lines = (await ada.device.ledger.page({ ledger: vault, room, count: 1_000 })).lines;
  const old = lines.find(
    ({ kind, purpose, atMs }) => kind === 'released' && purpose === 'review' && isOld(atMs),
  );
  if (old === undefined) throw new Error('no opening');
  const receipt = await ada.device.ledger.receipt({ ledger: vault, index: old.index });
  await pass(80 * hourMs);
  await expect
    .poll(async () => (await ada.device.disposals.list({ room }))[0]?.state, {
      timeout: 60_000,
      interval: 300,
    })
    .toBe('destroyed');
  await ada.device.sync();
  await ben.device.sync();
  for (const { device } of [ada, ben]) {
    const page = await device.ledger.page({ ledger: vault, room, count: 1_000, withReasons: true });
    const row = page.lines.find(({ index }) => index === old.index);
    expect(row?.erasedAtMs).toBeGreaterThan(old.atMs);
    expect(row).not.toHaveProperty('purpose');
    expect(row).not.toHaveProperty('reason');
    expect(row).not.toHaveProperty('isReasonUnreadable');
    // The other month's words are there.
    expect(page.lines.map(({ reason }) => reason)).toContain('two years later');
  }
  expect(
    [...ben.storage.entries.keys()].filter((name) => name.includes(`payload-key/${room}/${month}`)),
  ).toEqual([]);
  await world.server.jobs.runAll();
  const database = new DatabaseSync(join(world.home, `data/vaults/${vault}/vault.sqlite`), {
    readOnly: true,
  });
  const kept = database.prepare('select 1 from payloads where position = ?');
  expect(kept.get(old.index)).toBeUndefined();
  database.close();
  const verified = await ada.device.ledger.verify({ ledger: vault });
  expect(verified.disagreements).toEqual([]);
  const engine = createNodeEngine();
  const policy = parsePolicy(engine, await ada.device.ledger.policy(vault));
  const later = await ada.device.ledger.receipt({ ledger: vault, index: old.index });
  expect(later.entry).toEqual(receipt.entry);
  for (const { proof, entry } of [receipt, later])
    await expect(verifyTlogProof(engine, { proof, policy, entry })).resolves.toBeDefined();
  expect((await ada.device.mine.openings()).alarming).toBe(0);
  expect((await ada.device.ledger.retention()).due).toEqual([]);
});

function isOld(atMs: number): boolean {
  return new Date(atMs).toISOString().startsWith(month);
}

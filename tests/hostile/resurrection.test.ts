/**
 * A server that puts back what two persons destroyed: the rows and the body of a record, and the words beside the lines of an erased
 * month, from a copy of the day before. Devices go by the chain, the server's own housekeeping takes the words away again, and the
 * warden has no key.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { RecordId, RoomId, VaultId } from '@strongroom/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeOf, contentOf, fileOf, FirmWorld, MemorySink, openBytes } from '../device/firm-world.ts';
import type { TestDevice } from '../device/firm-world.ts';
import { getAttack } from './harness/attacks.ts';
import { readWardenImage } from './harness/thief.ts';

const hourMs = 3_600_000;
const folder = mkdtempSync(join(tmpdir(), 'sr-resurrection-'));
const before = join(folder, 'before.sqlite');

let world: FirmWorld;
let ada: TestDevice;
let ben: TestDevice;
let vault: VaultId;
let room: RoomId;
let gone: RecordId;
let kept: RecordId;
let line: number;

const databasePath = (): string => join(world.home, 'data', 'vaults', vault, 'vault.sqlite');

async function pass(ms: number): Promise<void> {
  await world.advance(ms);
  for (const each of [ada, ben]) {
    await each.reopen();
    await each.device.sync();
  }
}

async function openFor(reason: string): Promise<void> {
  await ada.device.records.open({ record: kept, sink: new MemorySink(), purpose: 'review', reason });
}

function countRows(query: string, ...values: (string | number)[]): number {
  const database = new DatabaseSync(databasePath());
  try {
    return Number(database.prepare(`select count(*) as n from ${query}`).get(...values)?.['n']);
  } finally {
    database.close();
  }
}

/** Everything of before that is not there now. */
function putBack(): void {
  const database = new DatabaseSync(databasePath());
  try {
    database.exec('pragma foreign_keys = off');
    database.prepare('attach ? as old').run(before);
    for (const table of ['payloads', 'versions', 'wraps'])
      database.exec(`insert or ignore into ${table} select * from old.${table}`);
  } finally {
    database.close();
  }
  cpSync(join(folder, 'bodies'), join(world.home, 'data', 'vaults', vault, 'bodies'), {
    recursive: true,
    force: false,
  });
}

beforeAll(async () => {
  world = await FirmWorld.start();
  ada = await world.foundFirm();
  const { code, person } = await ada.device.people.invite({ name: 'Ben', roles: ['opener'] });
  ben = await world.enrol(code);
  await ada.device.sync();
  const { fingerprint = '' } = await ada.device.people.show(person);
  await ada.device.people.admit({ person, fingerprint });
  await ada.device.people.grantRole(person, 'officer');
  ({ vault } = await ada.device.vaults.add({ name: 'Group' }));
  ({ room } = await ada.device.clients.add({ vault, name: 'Oran' }));
  await ada.device.access.grant({ room, person, role: 'manager', fingerprint, withHistory: true });
  const add = async (name: string): Promise<RecordId> =>
    (await ada.device.records.add({ room, source: fileOf(name, contentOf(2_000, name.length)) })).record;
  [gone, kept] = [await add('gone.pdf'), await add('stays.pdf')];
  await ada.device.ledger.setRetention(1);
  await openFor('long ago');
  const { lines } = await ada.device.ledger.page({ ledger: vault, room, withReasons: true });
  line = lines.find(({ reason }) => reason === 'long ago')?.index ?? -1;
  await pass((366 + 40) * 24 * hourMs);
  await openFor('of late');

  const database = new DatabaseSync(databasePath());
  database.prepare('vacuum into ?').run(before);
  database.close();
  cpSync(join(world.home, 'data', 'vaults', vault, 'bodies'), join(folder, 'bodies'), { recursive: true });

  const [erasing] = await ada.device.ledger.proposeErasing();
  if (erasing === undefined) throw new Error('no month is due');
  const ending = await ben.device.disposals.propose({ records: [gone], reason: 'ended' });
  for (const [by, { disposal }] of [[ben, erasing] as const, [ada, ending] as const]) {
    await by.device.sync();
    await by.device.disposals.approve({ disposal });
  }
  await pass(80 * hourMs);
  // The warden trusts a clock that the requests of two persons agree with.
  for (const each of [ada, ben]) await each.device.records.list({ room });
  const isDone = async (): Promise<boolean> => {
    const all = await ada.device.disposals.list({ room });
    return all.length === 2 && all.every(({ state }) => state === 'destroyed');
  };
  for (let round = 0; !(await isDone()) && round < 50; round++) await world.server.context.ledgers.tick();
  expect(await isDone()).toBe(true);
}, 180_000);
afterAll(async () => {
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

test('E3: the record whose rows and body are back opens for nobody, and the warden has no key to it', async () => {
  putBack();
  const slots = new DatabaseSync(databasePath())
    .prepare('select slot from wraps where record = ?')
    .all(gone)
    .map((row) => Number(row['slot']));
  expect(slots).toHaveLength(2);
  for (const by of [ada, ben]) {
    await by.reopen();
    expect(getAttack('E3').expected).toContain(await codeOf(openBytes(by, gone)));
    const listed = await by.device.records.list({ room });
    expect(listed.find(({ record }) => record === gone)).toMatchObject({ state: 'destroyed', name: '' });
    expect(await openBytes(by, kept)).toHaveLength(2_000);
  }
  const copy = join(folder, 'warden');
  cpSync(join(world.home, 'warden'), copy, { recursive: true });
  const leafKeys = readWardenImage(copy, vault);
  for (const slot of slots) expect(leafKeys(slot)).toEqual([]);
});

test('E3: the words of an erased month that are back are read by nobody and go again; those of other months stay', async () => {
  putBack();
  expect(countRows('payloads where position = ?', line)).toBe(1);
  let late = -1;
  for (const by of [ada, ben]) {
    await by.reopen();
    const { lines } = await by.device.ledger.page({ ledger: vault, room, count: 1_000, withReasons: true });
    const row = lines.find(({ index }) => index === line);
    expect(row?.erasedAtMs).toBeGreaterThan(0);
    expect(row).not.toHaveProperty('reason');
    late = lines.find(({ reason }) => reason === 'of late')?.index ?? -1;
    expect(late).toBeGreaterThan(line);
  }
  await world.server.jobs.runAll();
  expect(countRows('payloads where position = ?', line)).toBe(0);
  expect(countRows('payloads where position = ?', late)).toBe(1);
});

/** A small demo from its start to its end: a firm with a past, made by devices, into which a browser's link lets one in. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { officeId } from '@strongroom/core';
import type { RecordId } from '@strongroom/core';
import type { ClientRow, Device, LineRow } from '@strongroom/device';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDemo } from '../../tools/demo/start-demo.ts';
import type { RunningDemo } from '../../tools/demo/start-demo.ts';
import { signInWithLink } from './sign-in.ts';

const dayMs = 86_400_000;
let demo: RunningDemo;
let anna: Device;
let clients: ClientRow[];
let dubois: ClientRow;
let lines: LineRow[];

async function signInAs(name: string): Promise<Device> {
  const { link } = demo.people.find((each) => each.name === name)!;
  return await signInWithLink({ link, password: demo.password, nowMs: () => demo.nowMs() });
}

async function readBytes(device: Device, record: RecordId): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  await device.records.open({
    record,
    purpose: 'work',
    sink: {
      write: async (bytes) => void chunks.push(bytes.slice()),
      commit: async () => undefined,
      abort: async () => undefined,
    },
  });
  return Buffer.concat(chunks);
}

beforeAll(async () => {
  process.env['STRONGROOM_UNSAFE_TEST'] = '1';
  demo = await startDemo({ isSmall: true, hasClockControl: true });
  anna = await signInAs('Anna Lindqvist');
  clients = await anna.clients.list();
  dubois = clients.find(({ name }) => name === 'Dubois Holdings')!;
  lines = await anna.ledger.lines({ ledger: dubois.vault, count: 10_000 });
}, 400_000);
afterAll(async () => {
  await demo.stop();
  expect(existsSync(demo.home)).toBe(false);
});

test('the clients have names in four languages, in three groups', async () => {
  expect(clients).toHaveLength(20);
  expect((await anna.vaults.list()).map(({ name }) => name ?? '').sort()).toEqual([
    'Clinics',
    'Corporate group',
    'Private clients',
  ]);
  const names = clients.map(({ name }) => name ?? '');
  expect(names).toContain('明远精密制造有限公司');
  expect(names).toContain('Zakłady Mięsne Wierzbowa sp. z o.o.');
  expect(names).toContain('Clinique Sainte-Odile');
  expect(new Set(names).size).toBe(20);
  expect(dubois.aliases).toContain('Project Aster');
});

test('eight people, one of them only invited', async () => {
  const people = await anna.people.list();
  expect(people.map(({ name, state }) => `${name} ${state}`).sort()).toEqual([
    'Anna Lindqvist active',
    'Claire Moreau invited',
    'Helena Brandt active',
    'Joanna Kowalczyk active',
    'Michael Okonkwo active',
    'Peter Hughes active',
    'Thomas Fontaine-Roux active',
    'Yue Zhao active',
  ]);
  expect(people.find(({ name }) => name === 'Helena Brandt')?.roles).toContain('officer');
  expect(people.find(({ name }) => name === 'Peter Hughes')?.roles).toEqual(['auditor']);
});

test('every link lets its person in, twice, with the roles that are said', async () => {
  for (const { name, person, role } of demo.people) {
    const device = await signInAs(name);
    expect(device.me.person).toBe(person);
    expect(device.me.roles).toContain(role);
  }
  expect((await signInAs('Yue Zhao')).me.device).not.toBe((await signInAs('Yue Zhao')).me.device);
});

test('documents can be opened, and are what their types say', async () => {
  const rows = await anna.records.list({ room: dubois.room });
  const nameOf = (start: string): RecordId => rows.find(({ name }) => name.startsWith(start))!.record;
  expect((await readBytes(anna, nameOf('HR annex'))).subarray(0, 5).toString()).toBe('%PDF-');
  expect((await readBytes(anna, nameOf('Share purchase'))).subarray(0, 2).toString()).toBe('PK');
  const colleague = await signInAs('Joanna Kowalczyk');
  const one = await readBytes(colleague, nameOf('Umowa'));
  expect(createHash('sha256').update(one).digest('hex')).toBe(
    createHash('sha256')
      .update(await readBytes(anna, nameOf('Umowa')))
      .digest('hex'),
  );
});

test('a scan was named and filed, and documents of another client were put away', async () => {
  const rows = await anna.records.list({ room: dubois.room });
  const minutes = rows.find(({ name }) => name === 'Board minutes, September.pdf')!;
  expect(minutes.folder).toEqual(['General counsel']);
  const history = await anna.records.history({ record: minutes.record });
  expect(history.map(({ name, hasBody }) => `${name} ${hasBody}`).sort()).toEqual([
    'Board minutes, September.pdf false',
    'Scan 0918-2.pdf true',
  ]);
  const { room } = clients.find(({ name }) => name === 'Fontaine SARL')!;
  const folders = (await anna.records.list({ room })).map(({ folder }) => folder.join('/'));
  expect(folders.filter((folder) => folder === 'Archives/2025')).toHaveLength(2);
});

test('the ledgers replay without a disagreement, over five months, to the present', async () => {
  for (const ledger of [officeId, ...(await anna.vaults.list()).map(({ vault }) => vault)]) {
    const verified = await anna.ledger.verify({ ledger });
    expect(verified.disagreements).toEqual([]);
    expect(verified.voids).toBe(0);
  }
  const times = lines.map(({ atMs }) => atMs);
  expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(140 * dayMs);
  expect(Math.max(...times)).toBeLessThanOrEqual(Date.now());
  const openers = new Set(lines.filter(({ kind }) => kind === 'released').map(({ person }) => person));
  expect(openers.size).toBeGreaterThanOrEqual(4);
});

test('a hold, a refused opening, a revoked access, a destroyed record and a proposal that waits', async () => {
  expect((await anna.holds.list({ room: dubois.room })).map(({ state }) => state)).toEqual(['open']);
  const refusal = lines.find(({ kind, facts }) => kind === 'refused' && facts['of'] === 'open');
  expect(refusal?.room).toBeDefined();
  expect(refusal?.records).toHaveLength(1);
  expect(lines.find(({ kind, room }) => kind === 'access.revoked' && room === dubois.room)).toBeDefined();
  const [destroyed] = await anna.disposals.list({ room: dubois.room });
  expect(destroyed?.state).toBe('destroyed');
  expect(destroyed?.approvedBy).not.toBe(destroyed?.proposedBy);
  const { facts } = await anna.disposals.certificate({ disposal: destroyed!.disposal });
  expect(facts.destroyed.atMs - facts.approved.atMs).toBeGreaterThan(3 * dayMs);
  const rows = await anna.records.list({ room: dubois.room });
  expect(rows.filter(({ state }) => state === 'destroyed')).toHaveLength(1);
});

test('there is something in every list: what waits, is in its grace, was stopped; and for the owner today', async () => {
  const states = (await anna.disposals.list()).map(({ state }) => state);
  expect(states.toSorted()).toEqual(['approved', 'destroyed', 'proposed', 'proposed', 'stopped']);
  const { items } = await anna.today.list();
  expect(items.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['disposal-to-approve', 'access-ending']),
  );
});

test('a test moves the clock on: what waits is approved, and destroyed after its grace', async () => {
  const fontaine = clients.find(({ name }) => name === 'Fontaine SARL');
  const [waiting] = (await anna.disposals.list({ room: fontaine!.room })).filter(
    ({ state }) => state === 'proposed',
  );
  const second = await signInAs('Thomas Fontaine-Roux');
  await second.disposals.approve({ disposal: waiting!.disposal });
  const beforeMs = demo.nowMs();
  await demo.advance(73 * 3_600_000);
  expect(demo.nowMs() - beforeMs).toBeGreaterThanOrEqual(73 * 3_600_000);
  // Since its start the warden trusts its clock only when two people's requests agree with it.
  for (const name of ['Michael Okonkwo', 'Joanna Kowalczyk']) {
    const device = await signInAs(name);
    const clients = await device.clients.list();
    const { room } = clients.find(({ name: each }) => each === 'Dubois Holdings')!;
    const row = (await device.records.list({ room })).find(({ state }) => state === 'present')!;
    await readBytes(device, row.record);
  }
  await demo.advance(60_000);
  const device = await signInAs('Anna Lindqvist');
  const states = (await device.disposals.list()).map(({ state }) => state);
  expect(states.toSorted()).toEqual(['destroyed', 'destroyed', 'destroyed', 'proposed', 'stopped']);
});

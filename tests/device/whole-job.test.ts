/** The whole job with two persons' devices against the real server and warden. The tests of this file follow one another. */
import { createHash } from 'node:crypto';
import { createNodeEngine } from '@strongroom/core/node';
import { officeId } from '@strongroom/core';
import type { DisposalId, HoldId, PersonId, RecordId, RoomId, VaultId } from '@strongroom/core';
import { parsePolicy, verifyTlogProof } from '@strongroom/ledger';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeOf, contentOf, fileOf, FirmWorld, MemorySink, openBytes } from './firm-world.ts';
import type { TestDevice } from './firm-world.ts';

const hourMs = 3_600_000;
const deed = contentOf(5_300_000);

let world: FirmWorld;
let ada: TestDevice;
let ben: TestDevice;
let benPerson: PersonId;
let vault: VaultId;
let room: RoomId;
let record: RecordId;
let second: RecordId;
let hold: HoldId;
let disposal: DisposalId;

beforeAll(async () => {
  world = await FirmWorld.start();
});
afterAll(async () => {
  await world.close();
});

test('the first run makes a firm whose first person may do everything', async () => {
  ada = await world.foundFirm();
  const report = await ada.device.sync();
  expect(report.isFresh).toBe(true);
  expect(report.stillDue).toEqual([]);
  expect(ada.device.me.roles).toEqual(['owner', 'administrator', 'opener']);
  const firm = await ada.device.firm.describe();
  expect(firm.name).toBe('Vogel & Hart');
  expect((await ada.device.people.list()).map(({ name, state, isMe }) => ({ name, state, isMe }))).toEqual([
    { name: 'Ada Vogel', state: 'active', isMe: true },
  ]);
});

test('a vault and a client, found by name and by code', async () => {
  ({ vault } = await ada.device.vaults.add({ name: 'Oran group' }));
  expect((await ada.device.vaults.list()).map(({ vault: id, name }) => [id, name])).toEqual([
    [vault, 'Oran group'],
  ]);
  const client = await ada.device.clients.add({ vault, name: 'Oran Shipping', aliases: ['Oran'] });
  room = client.room;
  expect((await ada.device.clients.find('oran')).map(({ code }) => code)).toEqual([client.code]);
  expect((await ada.device.clients.find(client.code.toLowerCase()))[0]?.name).toBe('Oran Shipping');
});

test('a record is added, listed and opened with equal bytes', async () => {
  const seen: number[] = [];
  const added = await ada.device.records.add({
    room,
    source: fileOf('deed.pdf', deed, '/files/deed.pdf'),
    folder: ['Deeds', '2026'],
    type: 'application/pdf',
    onProgress: ({ doneBytes }) => seen.push(doneBytes),
  });
  record = added.record;
  expect(added).toMatchObject({ version: 1, resumed: false });
  expect(seen.at(-1)).toBe(deed.length);
  expect(await ada.device.records.list({ room })).toMatchObject([
    {
      record,
      version: 1,
      name: 'deed.pdf',
      type: 'application/pdf',
      folder: ['Deeds', '2026'],
      sizeBytes: deed.length,
      state: 'present',
    },
  ]);
  expect(Buffer.compare(await openBytes(ada, record), deed)).toBe(0);
  second = (await ada.device.records.add({ room, source: fileOf('empty.txt', new Uint8Array(0)) })).record;
  expect(await openBytes(ada, second)).toHaveLength(0);
});

test('the receipt of an opening verifies with nothing but the policy', async () => {
  const sink = new MemorySink();
  const opened = await ada.device.records.open({
    record,
    sink,
    purpose: 'review',
    reason: 'before the closing',
  });
  const engine = createNodeEngine();
  const { entry } = await ada.device.ledger.receipt({ ledger: vault, index: opened.line.index });
  const policy = parsePolicy(engine, await ada.device.ledger.policy(vault));
  const verified = await verifyTlogProof(engine, { entry, proof: opened.receipt, policy });
  expect(verified.index).toBe(opened.line.index);
  const lines = await ada.device.ledger.lines({ ledger: vault, record, withReasons: true });
  expect(
    lines.filter(({ kind }) => kind === 'released').map(({ purpose, reason }) => [purpose, reason]),
  ).toEqual([
    ['work', undefined],
    ['review', 'before the closing'],
  ]);
});

test('an invited person enrols, is refused, is granted, and opens equal bytes', async () => {
  const invited = await ada.device.people.invite({ name: 'Ben Hart', roles: ['opener'] });
  benPerson = invited.person;
  ben = await world.enrol(invited.code);
  expect(ben.device.me).toMatchObject({ person: benPerson, roles: ['opener'] });
  expect(await codeOf(ben.device.records.open({ record, sink: new MemorySink(), purpose: 'work' }))).toBe(
    'NOT_FOUND',
  );
  const row = (await ada.device.people.list()).find(({ person }) => person === benPerson);
  expect(row).toMatchObject({ name: 'Ben Hart', state: 'active', isAdmitted: false });
  const fingerprint = row?.fingerprint ?? '';
  const wrong = fingerprint.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'));
  expect(await codeOf(ada.device.people.admit({ person: benPerson, fingerprint: wrong }))).toBe(
    'FINGERPRINT_MISMATCH',
  );
  await ada.device.people.admit({ person: benPerson, fingerprint });
  expect(await codeOf(ada.device.access.grant({ room, person: benPerson, fingerprint: wrong }))).toBe(
    'FINGERPRINT_MISMATCH',
  );
  await ada.device.access.grant({ room, person: benPerson, fingerprint, withHistory: true });
  await ben.device.sync();
  expect((await ben.device.people.list()).map(({ name }) => name ?? '').sort()).toEqual([
    'Ada Vogel',
    'Ben Hart',
  ]);
  expect(Buffer.compare(await openBytes(ben, record), deed)).toBe(0);
  expect((await ben.device.records.list({ room })).map(({ name }) => name).sort()).toEqual([
    'deed.pdf',
    'empty.txt',
  ]);
});

test('saving on an outdated version makes a copy, never an overwrite', async () => {
  const mine = await ada.device.records.addVersion({
    record,
    base: 1,
    source: fileOf('deed.pdf', contentOf(10, 1)),
  });
  expect(mine).toMatchObject({ record, version: 2 });
  const late = await ben.device.records.addVersion({
    record,
    base: 1,
    source: fileOf('deed.pdf', contentOf(10, 2)),
  });
  expect(late.conflictOf).toBe(record);
  expect(late.record).not.toBe(record);
  expect(Buffer.compare(await openBytes(ben, record), contentOf(10, 1))).toBe(0);
  expect(Buffer.compare(await openBytes(ada, late.record), contentOf(10, 2))).toBe(0);
});

test('a removed person is refused at once, and the room rotates by itself', async () => {
  const before = await ada.device.access.list(room);
  const revoked = await ada.device.access.revoke({ room, person: benPerson });
  expect(revoked.rotationDue).toBe(false);
  expect((await ada.device.access.list(room)).epoch).toBe(before.epoch + 1);
  expect(['ACCESS_DENIED', 'NOT_A_MEMBER', 'NOT_FOUND', 'HEADS_STALE']).toContain(
    await codeOf(ben.device.records.open({ record, sink: new MemorySink(), purpose: 'work' })),
  );
  expect(Buffer.compare(await openBytes(ada, second), new Uint8Array(0))).toBe(0);
});

test('a granted person made manager can dispose with a second one, unless a hold stands', async () => {
  const fingerprint = (await ada.device.people.show(benPerson)).fingerprint ?? '';
  await ada.device.access.grant({ room, person: benPerson, role: 'manager', fingerprint, withHistory: true });
  await ben.device.sync();
  ({ hold } = await ada.device.holds.place({ room, records: [record], reason: 'litigation' }));
  expect(await codeOf(ben.device.disposals.propose({ records: [record] }))).toBe('HOLD_IN_FORCE');
  expect(await codeOf(ada.device.holds.lift({ hold }))).toBe('HOLD_NEEDS_OTHER');
  await ada.device.people.grantRole(benPerson, 'officer');
  await ben.device.holds.lift({ hold });
  expect(await ada.device.holds.list({ room, withReasons: true })).toMatchObject([
    { state: 'lifted', hasReason: true, reason: 'litigation' },
  ]);
  expect(await ada.device.holds.list({ room })).toMatchObject([{ reason: 'litigation' }]);
  ({ disposal } = await ben.device.disposals.propose({ records: [record], reason: 'retention ended' }));
  expect(await codeOf(ada.device.disposals.certificate({ disposal }))).toBe('DISPOSAL_UNFINISHED');
  await ada.device.disposals.approve({ disposal });
  expect((await ada.device.disposals.list({ room })).map(({ state }) => state)).toEqual(['approved']);
});

test('after the grace the record is destroyed, and the certificate proves it', async () => {
  await world.advance(80 * hourMs);
  await ada.reopen();
  await ben.reopen();
  await expect
    .poll(async () => (await ada.device.disposals.list({ room }))[0]?.state, {
      timeout: 60_000,
      interval: 500,
    })
    .toBe('destroyed');
  expect(await codeOf(ada.device.records.open({ record, sink: new MemorySink(), purpose: 'work' }))).toBe(
    'RECORD_DESTROYED',
  );
  const certificate = await ada.device.disposals.certificate({ disposal });
  expect(certificate.facts.items.map(({ record: each }) => each)).toContain(record);
  expect(certificate.facts.proposed.person).toBe(benPerson);
  expect(certificate.facts.roots.before).not.toBe(certificate.facts.roots.after);
  expect(JSON.parse(certificate.json)).toMatchObject({ facts: { disposal } });
  expect(Buffer.compare(await openBytes(ada, second), new Uint8Array(0))).toBe(0);
});

test('both ledgers replay without a disagreement, and export', async () => {
  for (const ledger of [officeId, vault]) {
    const verified = await ada.device.ledger.verify({ ledger });
    expect(verified.disagreements).toEqual([]);
    const files = new Map<string, string>();
    const exported = await ada.device.ledger.exportTo({
      ledger,
      write: async (path, bytes) => void files.set(path, createHash('sha256').update(bytes).digest('hex')),
    });
    expect(exported.files).toBe(files.size);
    expect([...files.keys()]).toContain('checkpoint');
  }
});

test('nothing that is sealed leaves a device in the clear', async () => {
  const canaries = ['Oran', 'Vogel', 'Ben Hart', 'deed.pdf', 'litigation', 'before the closing'];
  for (const each of [ada, ben]) {
    const sent = Buffer.concat(
      each.transport.sent.map(({ path, body }) =>
        Buffer.concat([Buffer.from(path), body ?? new Uint8Array(0)]),
      ),
    );
    const kept = Buffer.concat(
      [...each.storage.entries].map(([key, bytes]) => Buffer.concat([Buffer.from(key), bytes])),
    );
    for (const canary of canaries) {
      expect(sent.includes(canary), `sent ${canary}`).toBe(false);
      expect(kept.includes(canary), `kept ${canary}`).toBe(false);
    }
  }
});

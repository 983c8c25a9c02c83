/** Moving, renaming and relabelling: versions of a card alone, over content that is sent once. */
import type { PersonId, RecordId, RoomId, VaultId } from '@strongroom/core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { contentOf, fileOf, FirmWorld, MemorySink } from './firm-world.ts';
import type { TestDevice } from './firm-world.ts';

const hourMs = 3_600_000;
const file = contentOf(600_000, 5);

let world: FirmWorld;
let ada: TestDevice;
let ben: TestDevice;
let vault: VaultId;
let room: RoomId;
let record: RecordId;
let benPerson: PersonId;

beforeAll(async () => {
  world = await FirmWorld.start();
  ada = await world.foundFirm();
  ({ vault } = await ada.device.vaults.add({ name: 'Group' }));
  ({ room } = await ada.device.clients.add({ vault, name: 'Client', class: 1 }));
  const invited = await ada.device.people.invite({ name: 'Ben Hart' });
  ben = await world.enrol(invited.code);
  benPerson = invited.person;
  await ada.device.sync();
  const { fingerprint = '' } = await ada.device.people.show(benPerson);
  await ada.device.people.admit({ person: benPerson, fingerprint });
  await ada.device.access.grant({ room, person: benPerson, role: 'manager', fingerprint });
  await ben.device.sync();
});
afterAll(async () => {
  await world.close();
});
beforeEach(() => {
  ada.transport.mutator = undefined;
});

async function openBytes(
  device: TestDevice,
  version?: number,
): Promise<{ name: string; version: number; bytes: Uint8Array }> {
  const sink = new MemorySink();
  const options = { record, sink, purpose: 'work', ...(version === undefined ? {} : { version }) } as const;
  const opened = await device.device.records.open(options);
  expect(sink.state).toBe('committed');
  return { name: opened.name, version: opened.version, bytes: sink.bytes() };
}

test('a move, a new name and labels send no content again, and the same bytes open under the new name', async () => {
  ({ record } = await ada.device.records.add({ room, source: fileOf('deed.pdf', file), folder: ['In'] }));
  ada.transport.sent.length = 0;
  const updated = await ada.device.records.update({
    record,
    base: 1,
    name: 'Title deed.pdf',
    folder: ['Property', '2026'],
    labels: { status: 'final' },
  });
  expect(updated).toMatchObject({
    version: 2,
    before: { name: 'deed.pdf', folder: ['In'], labels: {} },
  });
  expect(ada.transport.sent.some(({ path }) => path.includes('/uploads'))).toBe(false);
  expect(ada.transport.sent.reduce((sum, { body }) => sum + (body?.length ?? 0), 0)).toBeLessThan(60_000);
  for (const each of [ada, ben]) {
    const rows = await each.device.records.list({ room });
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      version: 2,
      contentVersion: 1,
      versions: 2,
      name: 'Title deed.pdf',
      folder: ['Property', '2026'],
      labels: { status: 'final' },
      sizeBytes: file.length,
      authorName: 'Ada Vogel',
    });
    const opened = await openBytes(each);
    expect(opened).toMatchObject({ name: 'Title deed.pdf', version: 2 });
    expect(Buffer.compare(opened.bytes, file)).toBe(0);
  }
  const before = await openBytes(ben, 1);
  expect(before.name).toBe('deed.pdf');
  expect(Buffer.compare(before.bytes, file)).toBe(0);
});

test('an update over what somebody else changed is refused and changes nothing', async () => {
  await expect(ben.device.records.update({ record, base: 1, name: 'late.pdf' })).rejects.toMatchObject({
    code: 'VERSION_CONFLICT',
  });
  await expect(ben.device.records.update({ record, base: 2, name: '  ' })).rejects.toMatchObject({
    code: 'INPUT_INVALID',
  });
  expect((await ben.device.records.list({ room }))[0]).toMatchObject({ version: 2, name: 'Title deed.pdf' });
});

test('many at once: what cannot be done has its code, and an undo puts back what was there', async () => {
  const second = await ada.device.records.add({ room, source: fileOf('b.txt', contentOf(10, 2)) });
  const done = await ada.device.records.updateMany([
    { record, base: 2, folder: ['Archive'] },
    { record: second.record, base: 9, folder: ['Archive'] },
    { record: second.record, base: 1, folder: ['Archive'] },
  ]);
  expect(done.map((each) => ('code' in each ? each.code : each.version))).toEqual([3, 'VERSION_CONFLICT', 2]);
  const [moved] = done;
  if (moved === undefined || 'code' in moved) throw new Error('the move was refused');
  const undone = await ada.device.records.update({ record, base: moved.version, ...moved.before });
  expect(undone.version).toBe(4);
  expect((await ada.device.records.list({ room })).map(({ name, folder }) => [name, folder])).toEqual([
    ['b.txt', ['Archive']],
    ['Title deed.pdf', ['Property', '2026']],
  ]);
});

test('new content after a move is the next version, and the history tells them apart', async () => {
  const next = contentOf(300_000, 9);
  const added = await ben.device.records.addVersion({
    record,
    base: 1,
    source: fileOf('Title deed.pdf', next),
  });
  const [, row] = await ada.device.records.list({ room });
  expect(row).toMatchObject({ record, folder: ['Property', '2026'], labels: { status: 'final' } });
  // Only its card changed since version 1: nothing would be lost, so it is no copy.
  expect(added).toMatchObject({ record, version: 5 });
  expect(added.conflictOf).toBeUndefined();
  await ada.device.records.update({ record, base: 5, name: 'Deed, signed.pdf' });
  const opened = await openBytes(ada);
  expect(Buffer.compare(opened.bytes, next)).toBe(0);
  expect(Buffer.compare((await openBytes(ada, 4)).bytes, file)).toBe(0);
  const versions = await ada.device.records.history({ record });
  expect(
    versions.map(({ version, hasBody, name, authorName }) => [version, hasBody, name, authorName]),
  ).toEqual([
    [1, true, 'deed.pdf', 'Ada Vogel'],
    [2, false, 'Title deed.pdf', 'Ada Vogel'],
    [3, false, 'Title deed.pdf', 'Ada Vogel'],
    [4, false, 'Title deed.pdf', 'Ada Vogel'],
    [5, true, 'Title deed.pdf', 'Ben Hart'],
    [6, false, 'Deed, signed.pdf', 'Ada Vogel'],
  ]);
});

test('new content keeps the labels of its document, in a conflict copy too, unless others are given', async () => {
  const first = await ada.device.records.add({
    room,
    source: fileOf('c.txt', contentOf(10, 3)),
    labels: { status: 'draft' },
  });
  const labelsOf = async (wanted: RecordId): Promise<unknown> =>
    (await ben.device.records.list({ room })).find((row) => row.record === wanted)?.labels;
  expect(await labelsOf(first.record)).toEqual({ status: 'draft' });
  const source = fileOf('c.txt', contentOf(11, 4));
  await ada.device.records.addVersion({ record: first.record, base: 1, source });
  expect(await labelsOf(first.record)).toEqual({ status: 'draft' });
  const late = await ben.device.records.addVersion({
    record: first.record,
    base: 1,
    source: fileOf('c.txt', contentOf(12, 5)),
  });
  expect(late.conflictOf).toBe(first.record);
  expect(await labelsOf(late.record)).toEqual({ status: 'draft' });
  await ada.device.records.addVersion({ record: first.record, base: 2, source, labels: {} });
  expect(await labelsOf(first.record)).toEqual({});
});

test('a document that is moved, renamed and labelled while new content of it is on its way keeps all of that', async () => {
  const labels = { status: 'draft', old: 'yes' };
  const { record: moving } = await ada.device.records.add({
    room,
    source: fileOf('note.txt', contentOf(900, 8)),
    folder: ['In'],
    labels,
  });
  let isMoved = false;
  ada.transport.mutator = async (request, send) => {
    if (request.method === 'POST' && request.path.endsWith('/versions') && !isMoved) {
      isMoved = true;
      const change = { name: 'Minutes.txt', folder: ['Out'], labels: { ...labels, status: 'final' } };
      await ben.device.records.update({ record: moving, base: 1, ...change });
    }
    return await send();
  };
  // The caller takes a label away; the others are none of its business.
  const source = fileOf('note.txt', contentOf(900, 9));
  const added = await ada.device.records.addVersion({
    record: moving,
    base: 1,
    source,
    labels: { status: 'draft' },
  });
  expect(added).toMatchObject({ record: moving, version: 3 });
  const rows = await ben.device.records.list({ room });
  expect(rows.find((row) => row.record === moving)).toMatchObject({
    version: 3,
    contentVersion: 3,
    name: 'Minutes.txt',
    folder: ['Out'],
    labels: { status: 'final' },
  });
  expect(await ada.device.records.pending()).toEqual([]);
});

test('a list says who opened what and when, and the openings of a record have their reasons', async () => {
  const before =
    (await ada.device.records.list({ room })).find((row) => row.record === record)?.openings ?? 0;
  const sink = new MemorySink();
  await ben.device.records.open({ record, sink, purpose: 'review', reason: 'before the closing' });
  const row = (await ada.device.records.list({ room })).find((each) => each.record === record);
  expect(row?.openings).toBe(before + 1);
  expect(row?.lastOpened).toMatchObject({ person: benPerson, personName: 'Ben Hart', purpose: 'review' });
  const [last, ...older] = await ada.device.records.openings({ record, withReasons: true });
  expect(last).toMatchObject({ person: benPerson, purpose: 'review', reason: 'before the closing' });
  expect(older).toHaveLength(before);
  // Without asking anybody the same is told from what is kept.
  ada.transport.sent.length = 0;
  const kept = (await ada.device.records.list({ room, refresh: false })).find(
    (each) => each.record === record,
  );
  expect(kept?.openings).toBe(before + 1);
  expect(ada.transport.sent).toEqual([]);
});

test('keys for what a device keeps are lines of their own kind and no openings', async () => {
  const rows = await ben.device.records.list({ room });
  const { lines } = await ben.device.ledger.page({ ledger: vault, room, kinds: ['released'], count: 500 });
  const opened = lines.filter(({ facts }) => facts['bodies'] !== 0);
  expect(opened.length).toBeGreaterThan(0);
  expect(opened.length).toBeLessThan(lines.length);
  for (const row of rows)
    expect(row.openings).toBe(opened.filter(({ records }) => records.includes(row.record)).length);
});

test('a room’s level: managers raise it, the owner lowers it, and names of the top level are not kept', async () => {
  const codeOf = async (run: Promise<unknown>): Promise<unknown> =>
    await run.then(
      () => undefined,
      (cause: unknown) => (cause as { readonly code?: string }).code,
    );
  const seen = async (device: TestDevice): Promise<unknown[]> => {
    const client = (await device.device.clients.list()).find((row) => row.room === room);
    const rows = await device.device.records.list({ room });
    return [client?.class, rows.find((row) => row.record === record)?.class];
  };
  const kept = async (): Promise<boolean> =>
    (await ben.device.records.list({ room, refresh: false })).some((row) => row.record === record);
  const { access } = ben.device;
  expect(await seen(ben)).toEqual([1, 1]);
  await access.setClass({ room, class: 2 });
  expect(await seen(ada)).toEqual([2, 2]);
  expect(await codeOf(access.setClass({ room, class: 2 }))).toBe('STATE_CHANGED');
  expect(await codeOf(access.setClass({ room, class: 1 }))).toBe('CLASS_REFUSED');
  // Whoever takes back what he set says so: what somebody else set since is not overwritten.
  await expect(ada.device.access.setClass({ room, class: 0, from: 1 })).rejects.toMatchObject({
    code: 'STATE_CHANGED',
    details: { class: 2 },
  });
  ada.transport.mutator = async (request, send) => {
    ada.transport.mutator = request.path.endsWith('/entries') ? undefined : ada.transport.mutator;
    if (ada.transport.mutator === undefined) await access.setClass({ room, class: 3, from: 2 });
    return await send();
  };
  expect(await codeOf(ada.device.access.setClass({ room, class: 1, from: 2 }))).toBe('STATE_CHANGED');
  expect(await seen(ben)).toEqual([3, 3]);
  await ada.device.access.setClass({ room, class: 2, from: 3 });
  await ben.device.records.list({ room });
  expect(await kept()).toBe(true);
  await access.setClass({ room, class: 3 });
  expect(await kept()).toBe(false);
  // A list that is drawn anew shows the name of the top level again without asking for it again, which would be a line.
  expect((await ben.device.clients.list())[0]?.name).toBe('Client');
  ben.transport.sent.length = 0;
  expect((await ben.device.clients.list())[0]?.name).toBe('Client');
  expect(ben.transport.sent.filter(({ path }) => path.endsWith('/releases'))).toEqual([]);
  const { line } = await ada.device.access.setClass({ room, class: 1 });
  const [row] = await ada.device.ledger.lines({ ledger: vault, from: line.index, count: 1 });
  expect(row?.kind).toBe('class.set');
  expect(await seen(ben)).toEqual([1, 1]);
});

test('a vault gets another name from whoever runs the firm, and from nobody else', async () => {
  await ada.device.vaults.rename({ vault, name: ' Private clients ' });
  const names = async (device: TestDevice): Promise<unknown[]> =>
    (await device.device.vaults.list()).map(({ name }) => name);
  expect(await names(ada)).toEqual(['Private clients']);
  expect(await names(ben)).toEqual(['Private clients']);
  await expect(ben.device.vaults.rename({ vault, name: 'Mine' })).rejects.toMatchObject({
    code: 'ACCESS_DENIED',
  });
  await expect(ada.device.vaults.rename({ vault, name: ' ' })).rejects.toMatchObject({
    code: 'INPUT_INVALID',
  });
});

test('a disposal lists every slot of every version, cards alone among them, and nothing of it opens afterwards', async () => {
  const { disposal } = await ben.device.disposals.propose({ records: [record] });
  expect((await ada.device.records.list({ room })).find((row) => row.record === record)?.disposal).toEqual({
    disposal,
    state: 'proposed',
  });
  await ada.device.disposals.approve({ disposal });
  await world.advance(80 * hourMs);
  await ada.reopen();
  await expect
    .poll(async () => (await ada.device.disposals.list({ room }))[0]?.state, {
      timeout: 60_000,
      interval: 500,
    })
    .toBe('destroyed');
  const { facts } = await ada.device.disposals.certificate({ disposal });
  expect(facts.items.filter(({ part }) => part === 'card')).toHaveLength(6);
  expect(facts.items.filter(({ part }) => part === 'body')).toHaveLength(2);
  for (const version of [1, 4, 6]) {
    const options = { record, version, sink: new MemorySink(), purpose: 'work' } as const;
    await expect(ada.device.records.open(options)).rejects.toMatchObject({ code: 'RECORD_DESTROYED' });
  }
  const row = (await ada.device.records.list({ room })).find((each) => each.record === record);
  expect(row).toMatchObject({ state: 'destroyed', name: '', disposal: { disposal, state: 'destroyed' } });
  expect(row?.destroyedAtMs).toBeGreaterThan(0);
  await expect(ada.device.records.update({ record, base: 6, name: 'ghost.pdf' })).rejects.toMatchObject({
    code: 'RECORD_DESTROYED',
  });
});

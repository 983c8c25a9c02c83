/** What the staff app shows beside the main job: previews, people, pages of lines, own openings, today, preferences. */
import { officeId } from '@strongroom/core';
import type { PersonId, RecordId, RoomId, VaultId } from '@strongroom/core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { contentOf, fileOf, FirmWorld, MemorySink } from './firm-world.ts';
import type { TestDevice } from './firm-world.ts';

const dayMs = 86_400_000;

let world: FirmWorld;
let ada: TestDevice;
let ben: TestDevice;
let vault: VaultId;
let room: RoomId;
let code: string;
let record: RecordId;
let benPerson: PersonId;
let fingerprint: string;

beforeAll(async () => {
  world = await FirmWorld.start();
  ada = await world.foundFirm();
  ({ vault } = await ada.device.vaults.add({ name: 'Group A' }));
  ({ room, code } = await ada.device.clients.add({ vault, name: 'Oran Holdings', class: 1 }));
  ({ record } = await ada.device.records.add({ room, source: fileOf('deed.pdf', contentOf(900, 1)) }));
  await ada.device.records.add({ room, source: fileOf('audit.pdf', contentOf(900, 2)), class: 2 });
  const invited = await ada.device.people.invite({ name: 'Ben Hart' });
  benPerson = invited.person;
  ben = await world.enrol(invited.code);
  await ada.device.sync();
  fingerprint = (await ada.device.people.show(benPerson)).fingerprint ?? '';
});
afterAll(async () => {
  await world.close();
});
beforeEach(() => {
  for (const each of [ada, ben]) each.transport.mutator = undefined;
});

test('today asks to admit who enrolled, and tells what the firm still lacks', async () => {
  const { items, setUp, findings } = await ada.device.today.list();
  expect(items).toEqual([{ kind: 'person-to-admit', person: benPerson, name: 'Ben Hart', fingerprint }]);
  expect(Object.fromEntries(setUp.map(({ step, state }) => [step, state]))).toEqual({
    firm: 'done',
    vault: 'done',
    client: 'done',
    'second-person': 'done',
    'second-device': 'open',
    'kit-noted': 'done',
    backup: 'open',
  });
  expect(findings.every(({ severity }) => severity !== 'ok')).toBe(true);
  expect(await ada.device.people.compareFingerprint({ person: benPerson, fingerprint })).toBe(true);
  const wrong = fingerprint.replace(/^./, fingerprint.startsWith('A') ? 'B' : 'A');
  expect(await ada.device.people.compareFingerprint({ person: benPerson, fingerprint: wrong })).toBe(false);
  await ada.device.people.admit({ person: benPerson, fingerprint });
  expect((await ada.device.today.list()).items).toEqual([]);
  const { admission } = await ada.device.people.show(benPerson);
  expect(admission?.byName).toBe('Ada Vogel');
  const granted = await ada.device.ledger.page({ ledger: officeId, kinds: ['access.granted'] });
  expect(granted.lines.map(({ index }) => index)).toContain(admission?.index);
});

test('before a grant it is told what the person could open, and after it that they can', async () => {
  const before = await ada.device.access.preview({ room, person: benPerson });
  expect(before).toMatchObject({
    room,
    documents: 2,
    byClass: [0, 1, 1, 0],
    documentsWithHistoryOnly: 0,
    roomClass: 1,
    hasHistory: false,
    isFrozen: false,
    isOnHold: false,
    mayGrant: true,
    person: {
      person: benPerson,
      name: 'Ben Hart',
      state: 'active',
      isAdmitted: true,
      isWalled: false,
      fingerprint,
    },
  });
  expect(before.person?.role).toBeUndefined();
  const endsAtMs = Date.now() + world.offsetMs + 10 * dayMs;
  await ada.device.access.grant({ room, person: benPerson, fingerprint, endsAtMs });
  await ben.device.sync();
  const after = await ada.device.access.preview({ room, person: benPerson });
  expect(after.person).toMatchObject({ role: 'member', endsAtMs });
  // A member grants nothing.
  expect((await ben.device.access.preview({ room })).mayGrant).toBe(false);
  expect(await ada.device.people.preview(benPerson)).toEqual({
    person: benPerson,
    rooms: 1,
    documents: 2,
    byClass: [0, 1, 1, 0],
  });
  const ending = { kind: 'access-ending', room, person: benPerson, endsAtMs };
  expect((await ada.device.today.list()).items).toMatchObject([{ ...ending, isMe: false }]);
  expect((await ben.device.today.list()).items).toMatchObject([{ ...ending, isMe: true }]);
});

test('people are listed with devices, rooms, sign-ins and open invitations', async () => {
  const { invitation } = await ada.device.people.invite({ name: 'Cleo Wolf' });
  await ben.reopen();
  const rows = await ada.device.people.list();
  const find = (name: string) => rows.find((row) => row.name === name);
  expect(find('Ada Vogel')).toMatchObject({ isMe: true, deviceCount: 1, rooms: 1 });
  expect(find('Ben Hart')).toMatchObject({ state: 'active', deviceCount: 1, rooms: 1, isAdmitted: true });
  expect(find('Ben Hart')?.lastSignInAtMs).toBeGreaterThan(0);
  expect(find('Cleo Wolf')).toMatchObject({ state: 'invited', deviceCount: 0, rooms: 0 });
  expect(find('Cleo Wolf')?.invitation?.invitation).toBe(invitation);
  await ada.device.people.withdraw(invitation);
  const cleo = (await ada.device.people.list()).find(({ name }) => name === 'Cleo Wolf');
  expect(cleo?.state).toBe('withdrawn');
  expect(cleo?.invitation).toBeUndefined();
  // Ben may not read the office's lines.
  expect((await ben.device.people.list()).every((row) => row.lastSignInAtMs === undefined)).toBe(true);
});

test('one may write another name of oneself, and everybody sees it', async () => {
  await ben.device.people.rename('Benjamin Hart');
  await ada.device.sync();
  expect((await ada.device.people.show(benPerson)).name).toBe('Benjamin Hart');
  await expect(ben.device.people.rename('  ')).rejects.toMatchObject({ code: 'INPUT_INVALID' });
});

test('before a revocation it is told what stays with the person', async () => {
  await ben.device.records.open({ record, sink: new MemorySink(), purpose: 'work' });
  await ben.device.records.open({ record, sink: new MemorySink(), purpose: 'work' });
  const preview = await ada.device.access.previewRevoke({ room, person: benPerson });
  expect(preview).toMatchObject({
    name: 'Benjamin Hart',
    role: 'member',
    releasedDocuments: 1,
    openings: 2,
    devices: 1,
    rotationDue: false,
    isLastManager: false,
    mayRevoke: true,
  });
  expect(preview.lastOpenedAtMs).toBeGreaterThanOrEqual(preview.firstOpenedAtMs ?? Infinity);
  const mine = await ada.device.access.previewRevoke({ room, person: ada.device.me.person });
  expect(mine).toMatchObject({ isLastManager: true, mayRevoke: true });
});

test('lines come in pages, newest first, by person, kind, room, record and time, with names', async () => {
  const all = await ada.device.ledger.page({ ledger: vault, count: 1_000 });
  expect(all.total).toBe(all.lines.length);
  expect(all.before).toBeUndefined();
  const indexes = all.lines.map(({ index }) => index);
  expect(indexes).toEqual([...indexes].sort((left, right) => right - left));
  const walked: number[] = [];
  for (let before: number | undefined; ;) {
    const page = await ada.device.ledger.page({
      ledger: vault,
      count: 3,
      ...(before === undefined ? {} : { before }),
    });
    expect(page.total).toBe(all.total);
    walked.push(...page.lines.map(({ index }) => index));
    before = page.before;
    if (before === undefined) break;
  }
  expect(walked).toEqual(indexes);
  // Names are those of cards that this device keeps: it has looked into the room today.
  await ada.device.records.list({ room });
  const opened = await ada.device.ledger.page({
    ledger: vault,
    kinds: ['released'],
    person: benPerson,
    record,
  });
  expect(opened.total).toBe(2);
  expect(opened.lines[0]?.names).toEqual({
    person: 'Benjamin Hart',
    clientCode: code,
    client: 'Oran Holdings',
    records: ['deed.pdf'],
  });
  const [newest] = opened.lines;
  const none = await ada.device.ledger.page({ ledger: vault, fromMs: (newest?.atMs ?? 0) + 1, room });
  expect(none.lines.every(({ atMs }) => atMs > (newest?.atMs ?? 0))).toBe(true);
  // A member reads the lines of own rooms, and a restart reads what is kept.
  const ofRoom = await ben.device.ledger.page({ ledger: vault });
  expect(ofRoom.total).toBe((await ada.device.ledger.page({ ledger: vault, room })).total);
  await ben.open();
  ben.transport.sent.length = 0;
  await ben.device.ledger.page({ ledger: vault });
  const asked = ben.transport.sent.filter(({ path }) => path.includes('/lines'));
  expect(asked).toHaveLength(1);
  expect(asked[0]?.path).toContain(`from=${(ofRoom.lines[0]?.index ?? 0) + 1}`);
});

test('a server that gives lines twice, backwards or of another room is refused', async () => {
  const lines = await ben.device.ledger.page({ ledger: vault });
  ben.transport.mutator = async (request, send) => {
    const answer = await send();
    if (!request.path.includes('/lines')) return answer;
    const body = JSON.parse(Buffer.from(answer.body).toString('utf8')) as { lines: { index: number }[] };
    const [first] = body.lines;
    if (first === undefined) return answer;
    body.lines.push(first);
    return { ...answer, body: Buffer.from(JSON.stringify(body)) };
  };
  await ben.device.records.open({ record, sink: new MemorySink(), purpose: 'work' });
  await expect(ben.device.ledger.page({ ledger: vault })).rejects.toMatchObject({ code: 'ANSWER_INVALID' });
  ben.transport.mutator = undefined;
  expect((await ben.device.ledger.page({ ledger: vault })).total).toBe(lines.total + 1);
});

test('every ledger has its state, and nobody but the operator vouches for it yet', async () => {
  const [office, group] = await ada.device.ledger.status();
  expect(office).toMatchObject({ ledger: officeId, isFresh: true, witnesses: [], readsAll: true });
  expect(group).toMatchObject({ ledger: vault, name: 'Group A', isFresh: true, readsAll: true });
  expect(group?.root).toMatch(/^[0-9a-f]{64}$/);
  expect(group?.size).toBeGreaterThan(5);
  expect((await ben.device.ledger.status())[1]).toMatchObject({ ledger: vault, readsAll: false });
});

test('own openings match the receipts of this device', async () => {
  const { openings, total, alarming, receiptsSinceMs } = await ben.device.mine.openings({ count: 500 });
  expect(total).toBe(openings.length);
  expect(total).toBeGreaterThan(3);
  expect(alarming).toBe(0);
  expect(new Set(openings.map(({ match }) => match))).toEqual(new Set(['matched']));
  expect(new Set(openings.map(({ kind }) => kind))).toEqual(new Set(['released', 'listed']));
  expect(receiptsSinceMs).toBeGreaterThan(0);
  const [page] = (await ben.device.mine.openings({ from: 1, count: 1 })).openings;
  expect(page).toEqual(openings[1]);
});

test('an opening whose answer was lost is no alarm; a line that nobody asked for, and one that is gone, are', async () => {
  ben.transport.mutator = async (request, send) => {
    const answer = await send();
    if (request.path.endsWith('/releases')) throw new TypeError('connection reset');
    return answer;
  };
  await expect(
    ben.device.records.open({ record, sink: new MemorySink(), purpose: 'work' }),
  ).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' });
  ben.transport.mutator = undefined;
  expect((await ben.device.mine.openings()).openings[0]?.match).toBe('answerLost');
  // Somebody holds a copy of this device: it asks, and this one never did.
  const before = new Map(ben.storage.entries);
  await ben.device.records.open({ record, sink: new MemorySink(), purpose: 'work' });
  const index = (await ben.device.mine.openings()).openings[0]?.index;
  for (const key of [...ben.storage.entries.keys()].filter((name) => name.startsWith('sealed/receipt/'))) {
    const old = before.get(key);
    if (old === undefined) ben.storage.entries.delete(key);
    else ben.storage.entries.set(key, old);
  }
  await ben.open();
  const copied = await ben.device.mine.openings();
  expect(copied.alarming).toBe(1);
  expect(copied.openings.find((each) => each.match === 'lineWithoutReceipt')?.index).toBe(index);
  // The server leaves a line out that this device has the receipt of.
  await ben.device.records.open({ record, sink: new MemorySink(), purpose: 'work' });
  ben.transport.mutator = async (request, send) => {
    const answer = await send();
    if (!request.path.includes('/lines')) return answer;
    const body = JSON.parse(Buffer.from(answer.body).toString('utf8')) as { lines: unknown[] };
    return { ...answer, body: Buffer.from(JSON.stringify({ ...body, lines: body.lines.slice(0, -1) })) };
  };
  const hidden = await ben.device.mine.openings();
  expect(hidden.alarming).toBe(2);
  expect(hidden.openings.some(({ match }) => match === 'receiptWithoutLine')).toBe(true);
});

test('what the firm records about a person, and the facts of the kit', async () => {
  const mine = await ada.device.mine.records();
  expect(mine).toMatchObject({ profile: { name: 'Ada Vogel' }, roles: ['owner', 'administrator', 'opener'] });
  expect(mine.enrolledAtMs).toBeGreaterThan(0);
  expect(mine.devices).toMatchObject([{ device: ada.device.me.device, isThisDevice: true }]);
  expect(mine.statements.map(({ kind }) => kind)).toContain('firm.created');
  expect(mine.signIns?.failed).toBe(0);
  const his = await ben.device.mine.records();
  expect(his.signIns).toBeUndefined();
  expect(his.invitedAtMs).toBeLessThanOrEqual(his.enrolledAtMs ?? 0);
  expect(his.statements.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['person.invited', 'person.enrolled', 'kit.noted']),
  );
  expect(his.openingsByMonth.reduce((sum, { openings }) => sum + openings, 0)).toBeGreaterThan(3);
  const kit = await ben.device.mine.kit();
  expect(kit.unlocks.map(({ type }) => type).sort()).toEqual(['kit', 'password']);
  expect(kit).toMatchObject({ devices: 1, generation: 1 });
  expect(kit.notedAtMs).toBeGreaterThan(0);
});

test('a client whose review is due waits for whoever looked at the clients today', async () => {
  const soon = Date.now() + world.offsetMs;
  await ada.device.clients.update({ client: { code }, reviewAtMs: soon - 1 });
  await ada.device.clients.list();
  const reviews = (await ada.device.today.list()).items.filter(({ kind }) => kind === 'review-due');
  expect(reviews).toEqual([{ kind: 'review-due', room, reviewAtMs: soon - 1 }]);
  await ada.device.clients.update({ client: { code }, reviewAtMs: soon + dayMs });
  await ada.device.clients.list();
  expect((await ada.device.today.list()).items.filter(({ kind }) => kind === 'review-due')).toEqual([]);
});

test('a disposal that somebody else proposed waits for whoever may approve it', async () => {
  await ada.device.access.revoke({ room, person: benPerson });
  await ada.device.access.grant({ room, person: benPerson, role: 'manager', fingerprint, withHistory: true });
  await ben.device.sync();
  const { disposal } = await ben.device.disposals.propose({ records: [record] });
  expect((await ben.device.today.list()).items).toEqual([]);
  expect((await ada.device.today.list()).items).toMatchObject([
    { kind: 'disposal-to-approve', disposal, room, records: 1, proposedByName: 'Benjamin Hart' },
  ]);
  await ada.device.disposals.stop({ disposal });
});

test('preferences survive a restart, sealed and bounded', async () => {
  const { preferences } = ada.device;
  await preferences.write('views.clients', [{ name: 'Oran only', filter: { hold: true } }]);
  await preferences.write('language', 'pl');
  await ada.open();
  expect(await ada.device.preferences.read('views.clients')).toEqual([
    { name: 'Oran only', filter: { hold: true } },
  ]);
  expect(await ada.device.preferences.list()).toEqual(['language', 'views.clients']);
  await ada.device.preferences.write('language', undefined);
  expect(await ada.device.preferences.read('language')).toBeUndefined();
  const kept = Buffer.concat([...ada.storage.entries.values()].map((bytes) => Buffer.from(bytes)));
  expect(kept.includes('Oran only')).toBe(false);
  await ada.device.preferences.write('big', 'x'.repeat(65_534));
  await expect(ada.device.preferences.write('big', 'x'.repeat(65_535))).rejects.toMatchObject({
    code: 'LIMIT_EXCEEDED',
    details: { name: 'preferenceBytesMax' },
  });
  for (const key of ['', 'Big', '../escape', 'x'.repeat(65)])
    await expect(ada.device.preferences.write(key, 1)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  for (let count = (await ada.device.preferences.list()).length; count < 200; count++)
    await ada.device.preferences.write(`p${count}`, count);
  await expect(ada.device.preferences.write('one-more', 1)).rejects.toMatchObject({
    details: { name: 'preferencesMax' },
  });
});

test('a call that came too soon waits as long as the server says, and not for ever', async () => {
  let refusals = 0;
  const refuse = (retryAfterMs: number) =>
    ({
      status: 429,
      headers: {},
      body: Buffer.from(
        JSON.stringify({
          type: 'about:blank',
          status: 429,
          code: 'RATE_LIMITED',
          requestId: 'req-1',
          retryAfterMs,
        }),
      ),
    }) as const;
  ada.transport.mutator = async (request, send) => {
    if (!request.path.includes('/lines') || refusals >= 2) return await send();
    refusals += 1;
    return refuse(5);
  };
  expect((await ada.device.ledger.page({ ledger: vault })).total).toBeGreaterThan(0);
  expect(refusals).toBe(2);
  ada.transport.mutator = async (request, send) => {
    if (!request.path.includes('/lines')) return await send();
    refusals += 1;
    return refuse(60_000);
  };
  await expect(ada.device.ledger.page({ ledger: vault })).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  expect(refusals).toBe(3);
});

/** The server or its warden dies at every named point while a member works; afterwards nothing acknowledged is lost, and what was tried again is there once. */
import { newId, officeId } from '@strongroom/core';
import type { RoomId, VaultId } from '@strongroom/core';
import { wardenFaultPoints } from '@strongroom/warden';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serverFaultPoints } from '../src/index.ts';
import { makeHome, sendControl, startServerChild } from './running-server.ts';
import type { ServerChild } from './running-server.ts';
import { engine, TestMember } from './test-member.ts';
import { join } from 'node:path';

const home = makeHome();
let server: ServerChild;
let owner: TestMember;
let vault: VaultId;
let room: RoomId;

beforeAll(async () => {
  server = await startServerChild(home.path);
  owner = await TestMember.createFirm(server.url, server.firstRunCode ?? '');
  vault = await owner.createVault();
  room = await owner.createClient(vault, 'C-2K7Q');
});
afterAll(async () => {
  await server?.stop();
  home.remove();
});

/** Runs the same work again until it succeeds; a server that died is started again. */
async function persist<T>(work: () => Promise<T>): Promise<T> {
  const untilMs = Date.now() + 120_000;
  for (;;) {
    try {
      return await work();
    } catch (cause) {
      if (Date.now() > untilMs) throw cause;
      const isGone = await Promise.race([
        server.exited.then(() => true),
        new Promise<false>((resolve) => setTimeout(() => resolve(false), 60)),
      ]);
      // A start or a sign-in that comes too early is tried again as well.
      if (isGone) await restart().catch(() => undefined);
    }
  }
}

async function restart(): Promise<void> {
  server = await startServerChild(home.path);
  Object.assign(owner, { url: server.url });
  await owner.signIn();
}

async function readLines(ledger: VaultId): Promise<{ index: number; entry: string }[]> {
  const all: { index: number; entry: string }[] = [];
  for (let from: number | undefined = 0; from !== undefined;) {
    const page = await owner.call('GET', `/v1/ledgers/${ledger}/lines?from=${from}&count=1000`);
    all.push(...(page.json['lines'] as { index: number; entry: string }[]));
    from = page.json['next'] as number | undefined;
  }
  return all;
}

/** One of everything that writes: statement, client, record with a body, its release. */
async function workOnce(): Promise<{ written: number; released: number }> {
  const signed = await persist(() => owner.makeVersion(vault, room, { bodyBytes: 3_000 }));
  const commit = await persist(async () => {
    const answer = await owner.call('POST', `/v1/vaults/${vault}/versions`, signed.input);
    // The warden that died took its intake keys along: the same wraps are sealed anew, the signed line stays.
    if (answer.json['code'] === 'INTAKE_KEY_OLD') signed.input['boxes'] = await signed.sealBoxes();
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.json));
    return (answer.json['receipt'] as { index: number }).index;
  });
  const request = await persist(() => owner.makeRequest(vault, signed));
  const released = await persist(async () => {
    const answer = await owner.release(vault, request);
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.json));
    return (answer.json['receipt'] as { index: number }).index;
  });
  return { written: commit, released };
}

/** Every entry that was seen stays where it was; there is no gap; the warden agrees. */
async function checkLedgers(before: ReadonlyMap<VaultId, { index: number; entry: string }[]>): Promise<void> {
  for (const [ledger, lines] of before) {
    const now = await readLines(ledger);
    expect(now.slice(0, lines.length)).toEqual(lines);
    expect(now.map(({ index }) => index)).toEqual(now.map((_, place) => place));
  }
  const doctor = await owner.call('GET', '/v1/doctor');
  const codes = (doctor.json['findings'] as { code: string }[]).map(({ code }) => code);
  expect(codes).not.toContain('LEDGER_DIFFERS');
  expect(codes.filter((code) => code === 'LEDGER_AGREES')).toHaveLength(2);
}

const serverPoints = serverFaultPoints.filter((point) => /append|upload|version/.test(point));
const wardenPoints = wardenFaultPoints.filter((point) => /journal|append|slots/.test(point));

describe.each([
  ...serverPoints.map((point) => ({ point, socket: 'control' })),
  ...wardenPoints.map((point) => ({ point, socket: 'control.warden' })),
])('killed at $point', ({ point, socket }) => {
  test('nothing acknowledged is lost, nothing is there twice', { timeout: 180_000 }, async () => {
    const before = new Map([
      [officeId, await persist(() => readLines(officeId))],
      [vault, await persist(() => readLines(vault))],
    ]);
    const armed = await persist(() =>
      sendControl(join(home.path, socket), { op: 'fault.arm', point, action: 'kill' }),
    );
    expect(armed).toMatchObject({ ok: true });
    const struck = server;
    const { written, released } = await workOnce();
    // The fault did strike: the server is another process, or its warden went.
    if (socket === 'control') expect(server).not.toBe(struck);
    else expect(server.events).toContain('warden.gone');
    await persist(() => checkLedgers(before));
    const lines = await persist(() => readLines(vault));
    const added = lines.slice(before.get(vault)?.length);
    expect(added.map(({ index }) => index)).toEqual([written, released]);
  });
});

test('a database that fails answers 503 and leaves the fold as the database is', async () => {
  for (const point of ['server.append.before-transaction', 'server.append.in-transaction']) {
    await server.control({ op: 'fault.arm', point, action: 'fail' });
    const signed = await owner.makeVersion(vault, room);
    const failed = await owner.call('POST', `/v1/vaults/${vault}/versions`, signed.input);
    expect([failed.status, failed.json['code']]).toEqual([503, 'FAULT_INJECTED']);
    const again = await owner.call('POST', `/v1/vaults/${vault}/versions`, signed.input);
    expect(again.status).toBe(200);
  }
});

test('many requests at once share transactions, and each gets its own line', async () => {
  const record = await owner.writeRecord(vault, room, { bodyBytes: 2_000 });
  const requests = await Promise.all(Array.from({ length: 60 }, () => owner.makeRequest(vault, record)));
  const passed = async (): Promise<number> =>
    ((await server.control({ op: 'counters' }))['counters'] as Record<string, number>)[
      'server.append.after-transaction'
    ]!;
  const before = await passed();
  const answers = await Promise.all(
    requests.flatMap((request) => [owner.release(vault, request), owner.release(vault, request)]),
  );
  const transactions = (await passed()) - before;
  const indexes = answers.map(({ json }) => (json['receipt'] as { index: number }).index);
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  expect(new Set(indexes).size).toBe(60);
  for (let place = 0; place < indexes.length; place += 2) expect(indexes[place]).toBe(indexes[place + 1]);
  expect(transactions).toBeLessThan(60);
});

test('a request is answered once for a nonce: other bytes are refused, late ones are stale', async () => {
  const record = await owner.writeRecord(vault, room);
  const nonce = engine.randomBytes(16);
  expect((await owner.release(vault, await owner.makeRequest(vault, record, { nonce }))).status).toBe(200);
  expect((await owner.release(vault, await owner.makeRequest(vault, record, { nonce }))).json['code']).toBe(
    'REQUEST_REPLAYED',
  );
  const late = await owner.makeRequest(vault, record, { t: Date.now() - 700_000 });
  expect((await owner.release(vault, late)).json['code']).toBe('REQUEST_STALE');
  expect(
    (await owner.release(vault, await owner.makeRequest(vault, record, { l: newId(engine, 'vlt') }))).json[
      'code'
    ],
  ).toBe('REQUEST_INVALID');
});

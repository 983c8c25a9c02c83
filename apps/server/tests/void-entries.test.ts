/** An entry that the warden finds void after the server had let it through leaves nothing behind but its line. */
import { newId } from '@strongroom/core';
import type { RoomId, VaultId } from '@strongroom/core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startServer } from '../src/index.ts';
import type { RunningServer } from '../src/index.ts';
import { LedgerFold } from '../src/sequencer/ledger-fold.ts';
import { rewriteJudgements } from '../src/sequencer/ledger-rows.ts';
import { makeHome } from './running-server.ts';
import { engine, TestMember } from './test-member.ts';

const home = makeHome();
let server: RunningServer;
let owner: TestMember;
let vault: VaultId;
let room: RoomId;

beforeAll(async () => {
  server = await startServer({ home: home.path, port: 0 });
  owner = await TestMember.createFirm(server.url, server.firstRunCode ?? '');
  vault = await owner.createVault();
  room = await owner.createClient(vault, 'C-2K7Q');
});
afterAll(async () => {
  await server?.close();
  home.remove();
});

test('a request that the warden refuses is refused again alike, and nobody else waits for a fold', async () => {
  const record = await owner.writeRecord(vault, room);
  const root = engine.randomBytes(32);
  // Positions that no ledger has reached: only the warden looks at them.
  const request = await owner.makeRequest(vault, record, {
    pos: { o: [0, 900_000, root], v: [0, 900_000, root] },
  });
  const refold = vi.spyOn(LedgerFold.prototype, 'refold');
  for (let time = 0; time < 2; time++) {
    const { status, json } = await owner.release(vault, request);
    expect({ ...json, requestId: '', status }).toEqual({
      type: 'about:blank',
      status: 403,
      code: 'ACCESS_DENIED',
      requestId: '',
    });
  }
  expect(refold).not.toHaveBeenCalled();
  refold.mockRestore();
  const good = await owner.release(vault, await owner.makeRequest(vault, record));
  expect(good.status).toBe(200);
});

test('of many rooms that want one code at the same moment one has it, and nobody else waits for a fold', async () => {
  const signed = await Promise.all(
    Array.from({ length: 12 }, () => {
      const name = newId(engine, 'rom');
      return owner.sign(
        name,
        { k: 'room.created', room: name, type: 'main', client: 'C-7MA4', class: 1, suite: 1 },
        vault,
      );
    }),
  );
  const ledger = server.context.ledgers.find(vault);
  const sizeBefore = ledger?.size ?? 0;
  const refold = vi.spyOn(LedgerFold.prototype, 'refold');
  const answers = await Promise.all(
    signed.map((statement) =>
      owner.call('POST', `/v1/vaults/${vault}/clients`, {
        ...statement,
        attachments: [],
        known: { office: 0 },
      }),
    ),
  );
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
    200,
    ...Array<number>(11).fill(409),
  ]);
  expect(answers.filter(({ json }) => json['code'] === 'CODE_TAKEN')).toHaveLength(11);
  expect(refold).not.toHaveBeenCalled();
  refold.mockRestore();
  expect(ledger?.size).toBe(sizeBefore + 1);
  // What is folded is what a fold of the rows says.
  const rooms = [...(server.context.ledgers.states(vault).vault?.rooms.keys() ?? [])];
  await ledger?.refold();
  expect([...(server.context.ledgers.states(vault).vault?.rooms.keys() ?? [])]).toEqual(rooms);
});

test('version, wraps and client code of a void entry go, those of others stay', async () => {
  const { store } = server.context.folders.open(vault);
  const kept = await owner.writeRecord(vault, room);
  const before = await store.read((db) => db.selectFrom('versions').select('record').execute());
  const gone = await owner.writeRecord(vault, room, { bodyBytes: 3_000 });
  const other = await owner.createClient(vault, 'C-9K7Q');
  const places = await store.read(async (db) => ({
    written: await db.selectFrom('entries').select('position').where('kind', '=', 'written').execute(),
    rooms: await db.selectFrom('entries').select('position').where('kind', '=', 'room.created').execute(),
  }));
  const voids = [places.written.at(-1), places.rooms.at(-1)].map((row) => row?.position ?? -1);
  await store.transact(async (writer, { entries }) => {
    for (const index of voids)
      await rewriteJudgements(writer, entries, [[index, { kind: 'void', code: 'VOID_SIGNER' }]]);
  });
  const left = await store.read(async (db) => ({
    versions: await db.selectFrom('versions').select('record').execute(),
    wraps: await db.selectFrom('wraps').select('record').execute(),
    clients: await db.selectFrom('clients').select('room').execute(),
  }));
  expect(left.versions).toEqual(before);
  expect(before).toContainEqual({ record: kept.record });
  expect(left.wraps.map(({ record }) => record)).not.toContain(gone.record);
  expect(left.clients).toContainEqual({ room });
  expect(left.clients).not.toContainEqual({ room: other });
});

test('a fold that is in step is not made anew', async () => {
  const refold = vi.spyOn(LedgerFold.prototype, 'refold');
  await server.context.ledgers.find(vault)?.mend();
  expect(refold).not.toHaveBeenCalled();
  refold.mockRestore();
});

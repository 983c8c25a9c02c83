import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { officeId } from '@strongroom/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer } from '../src/index.ts';
import type { RunningServer } from '../src/index.ts';
import { TestMember } from './test-member.ts';

let home: string;
let server: RunningServer;
let owner: TestMember;
const logged: string[] = [];

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'strongroom-'));
  server = await startServer({ home, port: 0, onLog: (line) => logged.push(line) });
  owner = await TestMember.createFirm(server.url, server.firstRunCode ?? '');
});

afterAll(async () => {
  await server?.close();
  rmSync(home, { recursive: true, force: true });
});

test('the first run makes a firm and a session', async () => {
  expect(owner.session).toMatch(/^[A-Za-z0-9_-]{43}$/);
  const firm = await owner.call('GET', '/v1/firm');
  expect(firm.json['state']).toBe('created');
});

test('a vault, a client, a record, and its release', async () => {
  const vault = await owner.createVault();
  const room = await owner.createClient(vault, 'C-2K7Q');
  expect((await owner.call('GET', '/v1/vaults')).json).toEqual({ vaults: [{ vault, rooms: [room] }] });
  expect((await owner.call('GET', `/v1/vaults/${vault}/clients`)).json).toEqual({
    clients: [{ code: 'C-2K7Q', room }],
  });
  const record = await owner.writeRecord(vault, room, { bodyBytes: 74 + 262_144 + 1000 });
  const released = await owner.release(vault, await owner.makeRequest(vault, record));
  expect(released.json).toMatchObject({ receipt: { ledger: vault } });
  expect(released.status).toBe(200);
  const read = await owner.call(
    'GET',
    `/v1/vaults/${vault}/records/${record.record}/versions/1/body?offset=74&length=262144`,
  );
  expect(Buffer.compare(read.bytes, record.body.subarray(74, 74 + 262_144))).toBe(0);
});

test('an invited person enrols, signs in, and sees no room', async () => {
  const other = await owner.invite();
  expect((await other.call('GET', '/v1/vaults')).json).toEqual({ vaults: [] });
  const denied = await other.call('GET', `/v1/ledgers/${officeId}/lines`);
  expect([denied.status, denied.json['code']]).toEqual([403, 'ACCESS_DENIED']);
});

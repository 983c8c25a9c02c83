/** From proposal to destruction through the real warden, with the clocks moved; afterwards the server holds nothing of it. */
import { join } from 'node:path';
import { decodeEntry, disposalGraceMs } from '@strongroom/authority';
import { decodeBase64url, newId } from '@strongroom/core';
import type { RoomId, VaultId } from '@strongroom/core';
import { leafHash } from '@strongroom/ledger';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeHome, sendControl, startServerChild } from './running-server.ts';
import type { ServerChild } from './running-server.ts';
import { engine, TestMember } from './test-member.ts';

const home = makeHome();
let server: ServerChild;
let owner: TestMember;
let vault: VaultId;
let room: RoomId;
const dayMs = 86_400_000;

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

async function advance(ms: number): Promise<void> {
  for (const socket of ['control', 'control.warden'])
    await sendControl(join(home.path, socket), { op: 'clock.advance', ms });
  owner.shiftMs += ms;
  await owner.signIn();
}

test('a disposal runs to its end, with a receipt for each step', { timeout: 180_000 }, async () => {
  const record = await owner.writeRecord(vault, room, { bodyBytes: 1_000 });
  const kept = await owner.writeRecord(vault, room, { bodyBytes: 1_000 });
  const disposal = newId(engine, 'dsp');
  const items = record.slots.map((slot, place) => [
    record.record,
    1,
    place === 0 ? 'card' : 'body',
    slot,
    record.hashes[place],
  ]);
  const proposed = await owner.submit(room, { k: 'disposal.proposed', disposal, items }, vault);
  const proposal = leafHash(engine, decodeBase64url((proposed.json['receipt'] as { entry: string }).entry));
  await advance(dayMs + 60_000);
  await owner.submit(room, { k: 'disposal.approved', disposal, proposal }, vault);
  const approved = await owner.call('GET', `/v1/vaults/${vault}/disposals/${disposal}`);
  expect(approved.json).toMatchObject({ state: 'approved', graceEndsAtMs: expect.any(Number) });
  await advance(disposalGraceMs + 60_000);
  // After its start the warden waits with what depends on time until a person's signed request agrees with its clock.
  expect((await owner.release(vault, await owner.makeRequest(vault, kept))).status).toBe(200);
  let state: unknown;
  for (let tries = 0; tries < 1_000 && state !== 'destroyed'; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    state = (await owner.call('GET', `/v1/vaults/${vault}/disposals/${disposal}`)).json['state'];
  }
  const done = await owner.call('GET', `/v1/vaults/${vault}/disposals/${disposal}`);
  expect(done.json['state']).toBe('destroyed');
  const kinds = (done.json['receipts'] as { entry: string }[]).map(
    ({ entry }) => decodeEntry(decodeBase64url(entry)).body.k,
  );
  expect(kinds).toEqual(['disposal.proposed', 'disposal.approved', 'destruction.intended', 'destroyed']);

  const gone = await owner.release(vault, await owner.makeRequest(vault, record));
  const absent = await owner.release(
    vault,
    await owner.makeRequest(vault, { ...record, record: newId(engine, 'rec') }),
  );
  expect([gone.status, { ...gone.json, requestId: '' }]).toEqual([
    absent.status,
    { ...absent.json, requestId: '' },
  ]);
  expect(
    (await owner.call('GET', `/v1/vaults/${vault}/records/${record.record}/versions/1`)).json['code'],
  ).toBe('ACCESS_DENIED');
  expect((await owner.release(vault, await owner.makeRequest(vault, kept))).status).toBe(200);
});

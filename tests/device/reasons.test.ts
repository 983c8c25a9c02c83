/** Reasons whose month's key cannot be read: said so on the line, at the price of one question for all of them. */
import type { RoomId, VaultId } from '@strongroom/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contentOf, fileOf, FirmWorld, MemorySink } from './firm-world.ts';
import type { TestDevice } from './firm-world.ts';

const reasons = ['before the closing', 'asked by the notary'];
let world: FirmWorld;
let ada: TestDevice;
let ben: TestDevice;
let vault: VaultId;
let room: RoomId;

beforeAll(async () => {
  world = await FirmWorld.start();
  ada = await world.foundFirm();
  ({ vault } = await ada.device.vaults.add({ name: 'Group' }));
  ({ room } = await ada.device.clients.add({ vault, name: 'Oran' }));
  const { record } = await ada.device.records.add({ room, source: fileOf('deed.pdf', contentOf(900)) });
  const invited = await ada.device.people.invite({ name: 'Ben' });
  ben = await world.enrol(invited.code);
  await ada.device.sync();
  await ada.device.access.grant({ room, person: invited.person, withHistory: true });
  await ben.device.sync();
  for (const reason of reasons)
    await ada.device.records.open({ record, sink: new MemorySink(), purpose: 'work', reason });
});
afterAll(async () => await world.close());

async function readOpenings(): Promise<unknown[]> {
  const rows = await ben.device.ledger.lines({ ledger: vault, room, withReasons: true, count: 1_000 });
  return rows
    .filter(({ kind, purpose }) => kind === 'released' && purpose === 'work')
    .map(({ reason, isReasonUnreadable }) => [reason, isReasonUnreadable]);
}

test('a key that cannot be read: the lines are shown, each says that its reason is unreadable', async () => {
  ben.transport.mutator = async (request, send) => {
    const answer = await send();
    // The record that holds the month's key does not come as its author wrote it.
    if (request.method !== 'GET' || !request.path.includes('/versions/')) return answer;
    const json = JSON.parse(Buffer.from(answer.body).toString('utf8')) as { card: string };
    json.card = `${json.card.slice(0, 8)}${json.card[8] === 'A' ? 'B' : 'A'}${json.card.slice(9)}`;
    return { ...answer, body: new Uint8Array(Buffer.from(JSON.stringify(json))) };
  };
  ben.transport.sent.length = 0;
  expect(await readOpenings()).toEqual(reasons.map(() => [undefined, true]));
  expect(ben.transport.sent.filter(({ path }) => path.endsWith('/releases'))).toHaveLength(1);
  ben.transport.mutator = undefined;
  expect(await readOpenings()).toEqual(reasons.map((reason) => [reason, undefined]));
});

test('a page tells who may ask for a reason, and gives it to whom it is for', async () => {
  const filter = { ledger: vault, room, kinds: ['released'], count: 1_000 };
  const given = async (device: TestDevice): Promise<unknown[]> => {
    const { lines } = await device.device.ledger.page(filter);
    return lines.filter(({ purpose }) => purpose === 'work').map(({ givenReason }) => givenReason);
  };
  expect(await given(ben)).toEqual(reasons.map(() => 'readable'));
  const read = await ben.device.ledger.page({ ...filter, withReasons: true });
  const asked = read.lines.filter(({ purpose }) => purpose === 'work');
  expect(asked.map(({ reason, givenReason }) => [reason, givenReason])).toEqual(
    reasons.toReversed().map((reason) => [reason, undefined]),
  );
  const carol = await ada.device.people.invite({ name: 'Carol', roles: ['auditor'] });
  const auditor = await world.enrol(carol.code);
  await ada.device.sync();
  await auditor.device.sync();
  expect(await given(auditor)).toEqual(reasons.map(() => 'closed'));
});

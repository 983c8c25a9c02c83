/** What one person alone may do: lift an own hold, and approve an own disposal once a day has passed. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { disposalGraceMs } from '@strongroom/authority';
import type { RecordId, RoomId, VaultId } from '@strongroom/core';
import { contentOf, fileOf, FirmWorld } from './firm-world.ts';
import type { TestDevice } from './firm-world.ts';

const dayMs = 86_400_000;

let world: FirmWorld;
let ada: TestDevice;
let vault: VaultId;
let room: RoomId;
let record: RecordId;

beforeAll(async () => {
  world = await FirmWorld.start();
  ada = await world.foundFirm();
  ({ vault } = await ada.device.vaults.add({ name: 'Group A' }));
  ({ room } = await ada.device.clients.add({ vault, name: 'Oran Holdings', class: 1 }));
  ({ record } = await ada.device.records.add({ room, source: fileOf('deed.pdf', contentOf(900, 1)) }));
});
afterAll(async () => {
  await world.close();
});

test('an own proposal is told from when on it may be approved, and waits on Today only then', async () => {
  const { hold } = await ada.device.holds.place({ room });
  expect(await ada.device.holds.list({ room })).toMatchObject([{ hold, needsOther: false }]);
  await ada.device.holds.lift({ hold });
  const { disposal, line } = await ada.device.disposals.propose({ records: [record] });
  const [early] = await ada.device.disposals.list({ room });
  expect(early).toMatchObject({
    disposal,
    lines: { proposed: line.index },
    mayDecide: true,
    isHeld: false,
    ownApprovalFromMs: (early?.proposedAtMs ?? 0) + dayMs,
  });
  expect((await ada.device.today.list()).items).toEqual([]);
  await expect(ada.device.disposals.approve({ disposal })).rejects.toMatchObject({ code: 'ENTRY_REFUSED' });
  await world.advance(dayMs);
  await ada.reopen();
  expect((await ada.device.today.list()).items).toMatchObject([{ kind: 'disposal-to-approve', disposal }]);
  expect(await ada.device.disposals.waiting()).toBe(1);
  const approved = await ada.device.disposals.approve({ disposal });
  const stopped = await ada.device.disposals.stop({ disposal });
  const [over] = await ada.device.disposals.list({ room });
  expect(over).toMatchObject({
    state: 'stopped',
    records: [record],
    approvedBy: early?.proposedBy,
    stoppedBy: early?.proposedBy,
    lines: { proposed: line.index, approved: approved.line.index, stopped: stopped.line.index },
  });
  expect(over?.stoppedAtMs).toBeGreaterThanOrEqual(over?.approvedAtMs ?? Infinity);
});

test('a list that a destruction overtakes on its way is asked for again', async () => {
  // Cards of the top class are kept nowhere, so that each list asks for them.
  const [secret, other] = [
    await ada.device.records.add({ room, source: fileOf('secret.pdf', contentOf(900, 2)), class: 3 }),
    await ada.device.records.add({ room, source: fileOf('other.pdf', contentOf(900, 3)), class: 3 }),
  ];
  const { disposal } = await ada.device.disposals.propose({ records: [secret.record] });
  await world.advance(dayMs);
  await ada.reopen();
  await ada.device.disposals.approve({ disposal });
  await world.advance(disposalGraceMs - 30_000);
  await ada.reopen();
  const { ledgers } = world.server.context;
  const stageOf = (): string | undefined => ledgers.states(vault).vault?.disposals.get(disposal)?.stage;
  const overtaken: number[] = [];
  ada.transport.mutator = async (request, send) => {
    if (!request.path.endsWith('/releases')) return await send();
    const isFirst = stageOf() === 'approved';
    if (isFirst) {
      await world.advance(60_000);
      await expect.poll(stageOf, { timeout: 60_000 }).toBe('destroyed');
    }
    const answer = await send();
    if (isFirst) overtaken.push(answer.status);
    return answer;
  };
  const listed = await ada.device.records.list({ room });
  ada.transport.mutator = undefined;
  expect(overtaken).toHaveLength(1);
  expect(overtaken[0]).toBeGreaterThanOrEqual(400);
  expect(listed.map(({ record: each, state }) => [each, state])).toEqual(
    expect.arrayContaining([
      [secret.record, 'destroyed'],
      [other.record, 'present'],
    ]),
  );
});

/** Lists of lines to take away: pseudonymous for who may read, with names under a role of its own and a statement. */
import { officeId } from '@strongroom/core';
import type { RecordId, RoomId, VaultId } from '@strongroom/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contentOf, fileOf, FirmWorld, MemorySink } from './firm-world.ts';
import type { TestDevice } from './firm-world.ts';

let world: FirmWorld;
let ada: TestDevice;
let vault: VaultId;
let room: RoomId;
let record: RecordId;
let beforeMs: number;

beforeAll(async () => {
  world = await FirmWorld.start();
  ada = await world.foundFirm();
  ({ vault } = await ada.device.vaults.add({ name: 'Group' }));
  ({ room } = await ada.device.clients.add({ vault, name: 'Oran Holdings' }));
  await ada.device.clients.add({ vault, name: 'Serin' });
  ({ record } = await ada.device.records.add({ room, source: fileOf('deed.pdf', contentOf(900)) }));
  await world.advance(86_400_000);
  await ada.reopen();
  beforeMs = Date.now() + world.offsetMs - 1_000;
  const reason = 'before the closing';
  await ada.device.records.open({ record, sink: new MemorySink(), purpose: 'review', reason });
});
afterAll(async () => await world.close());

test('a list has the lines of client, person and period, and no name, title or reason', async () => {
  const all = await ada.device.ledger.report({ ledger: vault });
  const { head } = { head: (await ada.device.ledger.status()).find(({ ledger }) => ledger === vault) };
  expect(all).toMatchObject({ origin: head?.origin, size: head?.size, root: head?.root });
  expect(all.lines.map(({ index }) => index)).toEqual(
    all.lines.map(({ index }) => index).toSorted((a, b) => a - b),
  );
  const narrow = await ada.device.ledger.report({
    ledger: vault,
    room,
    person: ada.device.me.person,
    fromMs: beforeMs,
  });
  expect(narrow.lines.length).toBeGreaterThan(0);
  expect(narrow.lines.length).toBeLessThan(all.lines.length);
  expect(narrow.lines.every((line) => line.room === room && line.atMs >= beforeMs)).toBe(true);
  const text = JSON.stringify([all, narrow]);
  expect(text).toMatch(/C-[0-9A-Z]{4}/u);
  expect(text).not.toMatch(/Ada|Oran|Serin|deed|closing/u);
});

test('names are a right of its own that not even an owner has, and stand in the firm’s chain', async () => {
  const named = { ledger: vault, room, fromMs: beforeMs, withNames: true } as const;
  await expect(ada.device.ledger.report(named)).rejects.toMatchObject({
    code: 'ENTRY_REFUSED',
    details: { reason: 'VOID_RIGHT' },
  });
  await ada.device.people.grantRole(ada.device.me.person, 'namer');
  const report = await ada.device.ledger.report(named);
  const text = JSON.stringify(report.lines);
  for (const word of ['Ada Vogel', 'Oran Holdings', 'deed.pdf', 'before the closing'])
    expect(text).toContain(word);
  const { lines } = await ada.device.ledger.page({ ledger: officeId, kinds: ['names.exported'] });
  expect(lines).toMatchObject([
    {
      index: report.statement?.index,
      room,
      facts: { vault, fromMs: beforeMs, lines: report.lines.length },
    },
  ]);
});

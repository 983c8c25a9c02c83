/** What the ledgers say about a person's openings, against what his device was given: lines nobody asked for, lines that are gone. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeEntry, decodeRequest } from '@strongroom/authority';
import type { RequestedPart } from '@strongroom/authority';
import { decodeCbor, encodeCbor } from '@strongroom/core';
import type { Device } from '@strongroom/device';
import { assertRefused } from './harness/assert-refused.ts';
import { createCollectingSink } from './harness/collecting-sink.ts';
import type { DeviceHome } from './harness/device-home.ts';
import { RawMember } from './harness/raw-member.ts';
import { foundOffice } from './harness/real-firm.ts';
import type { Office } from './harness/real-firm.ts';

let office: Office;

beforeAll(async () => {
  office = await foundOffice();
}, 180_000);
afterAll(async () => await office.firm.remove());

async function open(device: Device): Promise<void> {
  await device.records.open({ record: office.long, sink: createCollectingSink(), purpose: 'work' });
}

/** The parts of the colleague's newest opening, as he signed them. */
async function partsOf(home: DeviceHome): Promise<readonly RequestedPart[]> {
  let parts: readonly RequestedPart[] = [];
  home.server.attack('release', async ({ body, pass }) => {
    const { request } = decodeRequest(body.request);
    if (request.k === 'open') parts = request.parts;
    return await pass();
  });
  await open(await home.device());
  home.server.behave();
  return parts;
}

describe('J2: a line that names another person, record or reason', () => {
  test('J2: an opening with the key of a device that never asked is shown to its person and raised for the whole firm', async () => {
    const home = office.colleague.copy();
    const device = await home.device();
    const parts = await partsOf(home);
    expect(await device.mine.reconcile()).toEqual({ alarming: 0, raised: [] });
    // Somebody has the device's key, and uses it elsewhere.
    const thief = await RawMember.of(office.firm, home);
    expect((await thief.openParts(office.vault, parts)).status).toBe(200);
    const { openings, alarming } = await device.mine.openings();
    expect(alarming).toBe(1);
    const [stolen] = openings;
    expect(stolen).toMatchObject({ match: 'lineWithoutReceipt', device: device.me.device });
    const { raised } = await device.mine.reconcile();
    expect(raised).toHaveLength(1);
    // Said once, and only once.
    expect(await device.mine.reconcile()).toEqual({ alarming: 1, raised: [] });
    expect((await device.mine.openings()).openings[0]?.disputed).toMatchObject({
      index: raised[0]?.index,
      isClosed: false,
    });
    const owner = await office.owner.copy().device();
    const [waiting] = (await owner.today.list()).items.filter(({ kind }) => kind === 'opening-disputed');
    expect(waiting).toMatchObject({
      what: 'no-receipt',
      person: office.colleaguePerson,
      ledger: office.vault,
      index: stolen?.index,
      mayClose: true,
    });
    expect((await owner.doctor()).map(({ code }) => code)).toContain('OPENINGS_DISPUTED');
  });

  test('J2: a line that the server leaves out of what it shows is missed and raised', async () => {
    const home = office.colleague.copy();
    const device = await home.device();
    const before = (await device.mine.openings()).openings[0]?.index ?? 0;
    home.server.attack('getLines', async ({ pass }) => {
      const answer = await pass();
      return { ...answer, lines: answer.lines.filter(({ index }) => index <= before) };
    });
    await open(device);
    const missed = (await device.mine.openings()).openings.find(({ index }) => index > before);
    expect(missed?.match).toBe('receiptWithoutLine');
    const { raised } = await device.mine.reconcile();
    expect(raised.length).toBeGreaterThan(0);
    home.server.behave();
    const disputes = await (await office.owner.copy().device()).mine.disputes();
    expect(disputes).toContainEqual(expect.objectContaining({ what: 'no-line', index: missed?.index }));
  });

  test('J2: another request beside a line is refused', async () => {
    const home = office.owner.copy();
    await open(await home.device());
    home.server.attack('getLines', async ({ pass }) => {
      const answer = await pass();
      const lines = answer.lines.map((line) => {
        const { body } = decodeEntry(line.entry);
        if (line.payload === undefined || body.k !== 'released') return line;
        const [signed] = decodeCbor(line.payload) as [Uint8Array];
        const { request, signature } = decodeRequest(signed);
        const framed = encodeCbor([encodeCbor({ ...request, purpose: 'handover' }), signature]);
        return { ...line, payload: encodeCbor([framed]) };
      });
      return { ...answer, lines };
    });
    const look = async (device: Device): Promise<unknown> =>
      await device.ledger.lines({ ledger: office.vault, count: 1_000 });
    await assertRefused(home, 'J2', { run: look, honest: look });
  });

  test('J2: what was raised cannot be kept from the administrators', async () => {
    const home = office.owner.copy();
    home.server.attack('sync', async ({ pass }) => {
      const answer = await pass();
      const entries = answer.entries.filter(({ entry }) => decodeEntry(entry).body.k !== 'opening.disputed');
      return { ...answer, entries };
    });
    const look = async (device: Device): Promise<unknown> => await device.mine.disputes();
    await assertRefused(home, 'J2', { run: look, honest: look });
  });

  test('J2: an administrator who looked into it ends the alarm; the member cannot', async () => {
    const colleague = await office.colleague.copy().device();
    const owner = await office.owner.copy().device();
    const [dispute] = await owner.mine.disputes();
    if (dispute === undefined) throw new Error('nothing is disputed');
    expect((await colleague.mine.disputes()).every(({ mayClose }) => !mayClose)).toBe(true);
    await expect(colleague.mine.closeDispute(dispute.dispute)).rejects.toMatchObject({
      code: 'ENTRY_REFUSED',
      details: { reason: 'VOID_RIGHT' },
    });
    await owner.mine.closeDispute(dispute.dispute);
    expect((await owner.mine.disputes()).map((row) => row.dispute)).not.toContain(dispute.dispute);
    await expect(owner.mine.closeDispute(dispute.dispute)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });
});

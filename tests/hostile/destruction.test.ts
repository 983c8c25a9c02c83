/** J8, E3: who may destroy, when, what stops it, and what brings nothing back, against a real warden whose server is hostile. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as core from '@strongroom/core';
import type { DisposalId } from '@strongroom/core';
import { entryHash } from '@strongroom/authority';
import { getAttack } from './harness/attacks.ts';
import type { Member } from './harness/members.ts';
import { WardenFirm } from './harness/warden-firm.ts';
import type { PaperRecord } from './harness/warden-firm.ts';
import type { Submitted } from './harness/warden-world.ts';

let firm: WardenFirm;
let record: PaperRecord;
const hourMs = 3_600_000;

beforeAll(async () => {
  firm = await WardenFirm.found();
});
beforeEach(async () => {
  record = await firm.write(firm.member, firm.room);
});
afterAll(async () => await firm.remove());

interface Proposal {
  readonly disposal: DisposalId;
  readonly line: Submitted;
}

async function propose(by: Member, records: readonly PaperRecord[] = [record]): Promise<Proposal> {
  const disposal = core.newId(firm.engine, 'dsp');
  const items = records.map(({ record: id, version, slot, hw }) => [id, version, 'card', slot, hw]);
  return { disposal, line: await firm.tryInVault(by, 'disposal.proposed', firm.room, { disposal, items }) };
}

async function approve(
  by: Member,
  { disposal, line }: Proposal,
  sealed = [record.sealed],
): Promise<Submitted> {
  const fields = { disposal, proposal: entryHash(firm.engine, line.entry) };
  return await firm.tryInVault(by, 'disposal.approved', firm.room, fields, { sealed });
}

/** Time passes, and the warden believes it: the requests of two persons agree with its clock. What is due is done. */
async function pass(hours: number): Promise<void> {
  await firm.advance(hours * hourMs);
  const bystander = await firm.write(firm.owner, firm.room);
  for (const by of [firm.owner, firm.officer]) await firm.open(by, bystander);
  await firm.tick();
  await firm.tick();
}

function expectVoid({ void: code, judged }: Submitted): void {
  expect(getAttack('J8').expected).toContain(code);
  expect(judged).toBe(code);
}

async function expectThere(): Promise<void> {
  expect(await firm.read(await firm.open(firm.member, record), record)).toEqual({ name: 'paper' });
}

async function expectGone(): Promise<void> {
  const { line } = await firm.open(firm.member, record);
  expect(Object.keys(line)).not.toContain('release');
  expect(line.withheld ?? line.void).toBeDefined();
}

describe('J8: destroying without authority', () => {
  test('J8: a plain member or a stranger proposes', async () => {
    expectVoid((await propose(firm.member)).line);
    expectVoid((await propose(firm.stranger)).line);
    await expectThere();
  });

  test('J8: one person alone, a plain member, or a forged second signature approves', async () => {
    const proposal = await propose(firm.owner);
    expect(proposal.line.void).toBeUndefined();
    expectVoid(await approve(firm.owner, proposal));
    expectVoid(await approve(firm.member, proposal));
    const fields = { disposal: proposal.disposal, proposal: entryHash(firm.engine, proposal.line.entry) };
    const forged = [{ id: firm.officer.device.id, seed: firm.owner.device.seed }];
    const departure = { sealed: [record.sealed], signers: forged };
    expectVoid(await firm.tryInVault(firm.officer, 'disposal.approved', firm.room, fields, departure));
    await pass(80);
    await expectThere();
  });

  test('J8: an approval of another list than the one that was signed', async () => {
    const [first, second] = [
      await propose(firm.owner),
      await propose(firm.owner, [await firm.write(firm.owner, firm.room)]),
    ];
    expectVoid(await approve(firm.officer, { disposal: second.disposal, line: first.line }));
    await expectThere();
  });
});

describe('J8: ending the words of a month', () => {
  test('J8: the warden takes no key of a month that is long over or to come, nor one whose record two persons are destroying', async () => {
    const kem = await firm.engine.hpkePublicKey(firm.engine.randomBytes(32));
    const make = async (month: string): Promise<Submitted> => {
      const fields = { room: firm.room, month, kem, record: record.record };
      return await firm.tryInVault(firm.member, 'payload-key.made', firm.room, fields);
    };
    for (const far of ['2001-01', '2099-12']) expectVoid(await make(far));
    expect((await propose(firm.owner)).line.void).toBeUndefined();
    expectVoid(await make(new Date(firm.nowMs()).toISOString().slice(0, 7)));
  });
});

describe('J8: destroying under a hold', () => {
  test('J8: neither proposed nor approved while a hold is in force, nor after its placer “lifted” it', async () => {
    const proposal = await propose(firm.owner);
    const hold = core.newId(firm.engine, 'hld');
    await firm.inVault(firm.officer, 'hold.placed', firm.room, { hold, records: [record.record] });
    expectVoid(await approve(firm.officer, proposal));
    expectVoid((await propose(firm.owner)).line);
    expectVoid(await firm.tryInVault(firm.officer, 'hold.lifted', firm.room, { hold }));
    expectVoid(await approve(firm.officer, proposal));
    await expectThere();
    await firm.inVault(firm.owner, 'hold.lifted', firm.room, { hold });
  });

  test('J8: a hold that comes within the grace period stops the destruction', async () => {
    const proposal = await propose(firm.owner);
    expect((await approve(firm.officer, proposal)).void).toBeUndefined();
    const hold = core.newId(firm.engine, 'hld');
    await firm.inVault(firm.officer, 'hold.placed', firm.room, { hold, records: [] });
    await pass(80);
    await firm.inVault(firm.owner, 'hold.lifted', firm.room, { hold });
    await pass(80);
    await expectThere();
  });
});

describe('E3: what was destroyed is offered again', () => {
  test('E3: the sealed wrap and its line are there again, and the warden gives nothing', async () => {
    const other = await firm.write(firm.member, firm.room);
    await approve(firm.officer, await propose(firm.owner));
    await pass(80);
    for (const by of [firm.member, firm.owner, firm.officer]) {
      const { line } = await firm.open(by, record, { sealed: record.sealed });
      expect(line.release).toBeUndefined();
      expect(getAttack('E3').expected).toContain(line.withheld ?? line.void);
    }
    expect(await firm.read(await firm.open(firm.member, other), other)).toEqual({ name: 'paper' });
  });
});

describe('J8: destroying too soon, or something else', () => {
  test('J8: nothing is gone before the grace period is over, and then it is', async () => {
    const proposal = await propose(firm.owner);
    expect((await approve(firm.officer, proposal)).void).toBeUndefined();
    await pass(71);
    await expectThere();
    const bystander = await firm.write(firm.owner, firm.room);
    await pass(2);
    await expectGone();
    expect(await firm.read(await firm.open(firm.member, bystander), bystander)).toEqual({ name: 'paper' });
  });

  test('J8: a list whose wraps the server exchanged destroys nothing', async () => {
    const other = await firm.write(firm.member, firm.room);
    const proposal = await propose(firm.owner);
    await approve(firm.officer, proposal, [other.sealed]);
    await pass(80);
    await expectThere();
    expect(await firm.read(await firm.open(firm.member, other), other)).toEqual({ name: 'paper' });
  });
});

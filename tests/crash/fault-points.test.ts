/**
 * Every named fault point of server and warden: the process is killed there while people work, everything is started again, and
 * nothing that was answered is lost. A point that this file does not name, or that does not strike, fails.
 */
import { serverFaultPoints } from '@strongroom/server';
import type { ServerFaultPoint } from '@strongroom/server';
import { wardenFaultPoints } from '@strongroom/warden';
import type { WardenFaultPoint } from '@strongroom/warden';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Auditor } from './kit/auditor.ts';
import { Installation, persist, roleOf } from './kit/installation.ts';
import { codeOf, Member, settle } from './kit/member.ts';
import { foundOffice } from './kit/office.ts';
import type { Office } from './kit/office.ts';
import { Papers } from './kit/papers.ts';
import { Witness } from './kit/witness.ts';

/** What makes a process pass a point. */
type Act = 'found' | 'write' | 'sign-in' | 'add-vault' | 'destroy' | 'stop';

const acts: Readonly<Record<ServerFaultPoint | WardenFaultPoint, Act>> = {
  'server.append.before-transaction': 'write',
  'server.append.in-transaction': 'write',
  'server.append.after-transaction': 'write',
  'server.append.before-warden': 'write',
  'server.append.after-warden': 'write',
  'server.append.before-answer': 'write',
  'server.upload.after-part-fsync': 'write',
  'server.version.before-finalise': 'write',
  'server.version.after-finalise': 'write',
  'server.version.before-answer': 'write',
  'server.firm.after-genesis': 'found',
  'server.vault.after-prepare': 'add-vault',
  'server.vault.before-database': 'add-vault',
  'server.session.before-answer': 'sign-in',
  'warden.journal.before-write': 'write',
  'warden.journal.after-write': 'write',
  'warden.journal.after-fsync': 'write',
  'warden.append.before-sign': 'write',
  'warden.append.before-answer': 'write',
  'warden.slots.before-write': 'write',
  'warden.slots.before-answer': 'write',
  'warden.puncture.after-intent': 'destroy',
  'warden.puncture.after-page-write': 'destroy',
  'warden.puncture.after-root': 'destroy',
  'warden.puncture.after-new-key': 'destroy',
  'warden.puncture.after-old-key-wipe': 'destroy',
  'warden.puncture.before-destroyed-line': 'destroy',
  'warden.snapshot.after-write': 'stop',
  'warden.snapshot.after-rename': 'stop',
  'warden.prepare-ledger.before-write': 'add-vault',
  'warden.prepare-ledger.before-answer': 'add-vault',
};
const points = [...serverFaultPoints, ...wardenFaultPoints];
const pointsOf = (act: Act): (typeof points)[number][] => points.filter((point) => acts[point] === act);
const graceMs = 73 * 3_600_000;

let installation: Installation;
let office: Office;
let auditor: Auditor;
let papers: Papers;

beforeAll(async () => {
  installation = await Installation.start();
  office = await foundOffice(installation);
  auditor = new Auditor(installation, office.witness);
  papers = new Papers(office.room);
}, 180_000);
afterAll(async () => {
  await installation?.remove();
});

/** Arms a kill, works until the process is gone, and starts it again. */
async function killAt(point: string, work: () => Promise<unknown>): Promise<void> {
  const role = roleOf(point);
  const pid = await installation.findPid(role);
  await installation.arm(point, 'kill');
  await settle(work());
  await persist(async () => {
    const isThere = await installation.findPid(role).then(
      (now) => now === pid,
      () => false,
    );
    if (isThere) throw new Error(`${point} did not strike`);
  }, 60_000);
  await installation.recover();
}

/** One of everything that writes and opens. */
async function writeAndRead(): Promise<void> {
  const paper = await papers.add(office.ada);
  await papers.read(office.ben, paper);
  await papers.revise(paper);
}

/** What must hold after every restart. */
async function checkAll(): Promise<void> {
  const { ada, ben, vault } = office;
  for (const member of [ada, ben]) {
    await member.device.sync();
    await papers.finish(member);
  }
  await papers.compareList(ben);
  for (const paper of papers.inState('kept').slice(-2)) await papers.read(ben, paper);
  for (const paper of papers.inState('destroyed')) await papers.expectGone(ben, paper);
  await auditor.check();
  expect((await ada.device.ledger.verify({ ledger: vault })).disagreements).toEqual([]);
  await writeAndRead();
}

test('the walk names every point once', () => {
  expect(Object.keys(acts).toSorted()).toEqual([...points].toSorted());
});

describe('killed while records are written and opened', () => {
  test.each(pointsOf('write'))('%s', { timeout: 180_000 }, async (point) => {
    await killAt(point, writeAndRead);
    await checkAll();
  });
});

describe('killed while a person signs in', () => {
  test.each(pointsOf('sign-in'))('%s', { timeout: 180_000 }, async (point) => {
    await killAt(point, async () => await office.ben.unlock());
    await office.ben.unlock();
    await checkAll();
  });
});

describe('killed while a vault is made', () => {
  test.each(pointsOf('add-vault'))('%s', { timeout: 180_000 }, async (point) => {
    await killAt(point, async () => await office.ada.device.vaults.add({ name: point }));
    await checkAll();
    const { vault } = await office.ada.device.vaults.add({ name: `${point} again` });
    const vaults = await office.ada.device.vaults.list();
    expect(vaults.map(({ vault: each }) => each)).toContain(vault);
    // A vault whose statement was appended is whole, also one whose maker was never told.
    for (const each of vaults) await office.ada.device.clients.add({ vault: each.vault, name: point });
    await auditor.check();
  });
});

describe('killed while it ends', () => {
  test.each(pointsOf('stop'))('%s', { timeout: 180_000 }, async (point) => {
    await installation.arm(point, 'kill');
    await installation.stop();
    await installation.recover();
    await checkAll();
  });
});

describe('killed while records are destroyed', () => {
  /** Requests of two persons that agree with the warden's clock: only then it may destroy. */
  async function agreeOnTime(): Promise<void> {
    const { ada, ben } = office;
    const paper = papers.inState('kept').at(-1)!;
    for (const member of [ada, ben]) await settle(papers.read(member, paper));
  }

  test.each(pointsOf('destroy'))('%s', { timeout: 180_000 }, async (point) => {
    const { ada, ben, room } = office;
    const paper = await papers.add(ada);
    const { disposal } = await ben.device.disposals.propose({ records: [paper.record] });
    await ada.device.disposals.approve({ disposal });
    // A warden that trusts its clock already needs nobody: it may destroy as soon as the time is there.
    await killAt(point, async () => {
      await installation.advance(graceMs);
      await Promise.all([ada.unlock(), ben.unlock()]);
      await agreeOnTime();
    });
    await Promise.all([ada.unlock(), ben.unlock()]);
    await auditor.check();
    await persist(async () => {
      await agreeOnTime();
      const rows = await ada.device.disposals.list({ room });
      expect(rows.find((row) => row.disposal === disposal)?.state).toBe('destroyed');
    });
    paper.state = 'destroyed';
    const { facts } = await ben.device.disposals.certificate({ disposal });
    expect(facts.items.map(({ record }) => record)).toContain(paper.record);
    await checkAll();
  });
});

describe('killed while the firm is made', () => {
  test.each(pointsOf('found'))('%s', { timeout: 180_000 }, async (point) => {
    const other = await Installation.start();
    try {
      const ada = new Member(other, new Witness());
      const pending = await ada.beginFirm();
      await other.arm(point, 'kill');
      expect(await codeOf(ada.complete(pending))).toBe('SERVER_UNREACHABLE');
      await other.recover();
      // The keys were on the device before the genesis was sent: the password opens them.
      await ada.unlock();
      await ada.device.sync();
      const { vault } = await ada.device.vaults.add({ name: 'Group' });
      const { room } = await ada.device.clients.add({ vault, name: 'Client' });
      const own = new Papers(room);
      await own.read(ada, await own.add(ada));
      expect((await ada.device.firm.describe()).name).toBe('Vogel & Hart');
    } finally {
      await other.remove();
    }
  });
});

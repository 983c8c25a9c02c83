/** A warden with a standby, both as processes: what counts only when both have it, and who is refused. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { decodeEntry } from '@strongroom/authority';
import { officeId } from '@strongroom/core';
import { afterEach, describe, expect, test } from 'vitest';
import { connectWarden, standbyFaultPoints, startWarden } from '../src/index.ts';
import type { WardenProcess } from '../src/index.ts';
import { StolenHome } from './kit/copied-home.ts';
import { Firm } from './kit/firm.ts';
import type { SealedPart } from './kit/firm.ts';
import { RunningWarden } from './kit/running-warden.ts';
import { TwoWardens, configure } from './kit/two-wardens.ts';

const hourMs = 3_600_000;
const stepMs = 180_000;
let two: TwoWardens;
const others: WardenProcess[] = [];
afterEach(async () => {
  for (const other of others.splice(0)) await other.stop();
  await two.remove();
});

async function begin(settings: Record<string, unknown> = {}): Promise<Firm> {
  two = await TwoWardens.start(settings);
  return await Firm.create(two.first.client, two.first.nowMs);
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'done';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

/** Both know the same ledgers, entry for entry. */
async function expectSame(): Promise<void> {
  const [here, there] = [await two.first.client.hello(), await two.standby.client.hello()];
  expect(there.ledgers.toSorted((left, right) => left.ledger.localeCompare(right.ledger))).toEqual(
    here.ledgers.toSorted((left, right) => left.ledger.localeCompare(right.ledger)),
  );
}

async function standbyIs(state: string): Promise<void> {
  await expect
    .poll(async () => (await two.first.client.getStatus()).standby, { timeout: 60_000 })
    .toBe(state);
}

async function killStandby(): Promise<void> {
  process.kill(two.standby.process.pid, 'SIGKILL');
  await two.standby.process.exited;
}

/** What the `destroyed` lines of the vault say of the standby. */
function saidOfSecond(firm: Firm): (string | undefined)[] {
  return (firm.entries.get(firm.vault) ?? [])
    .map(({ entry }) => decodeEntry(entry).body)
    .flatMap((body) => (body.k === 'destroyed' ? [body.second] : []));
}

/** Sends what a failed call left behind, as the server does. */
async function sendAgain(firm: Firm): Promise<void> {
  for (const [ledger, from] of [
    [officeId, firm.office.size],
    [firm.vault, firm.vaultState.size],
  ] as const) {
    const items = (firm.entries.get(ledger) ?? []).slice(from);
    if (items.length === 0) continue;
    const { results } = await firm.client.append({ ledger, from, items });
    await firm.fold(ledger, from, results);
  }
}

/** Proposed, approved, waited for; the destruction is due. */
async function approve(firm: Firm, parts: readonly SealedPart[]): Promise<void> {
  await two.first.client.confirmClock(two.first.nowMs());
  const proposal = await firm.propose(parts);
  await two.first.advance(25 * hourMs);
  await firm.approve(
    proposal,
    parts.map(({ sealed }) => sealed),
  );
  await two.first.advance(73 * hourMs);
}

test(
  'J9: nothing is said to be destroyed before the standby has lost it too; every head is with it',
  async () => {
    const firm = await begin();
    const [kept, gone] = await firm.sealParts(2);
    expect(await firm.open([gone!])).toEqual(gone!.wrap);
    await expectSame();
    await approve(firm, [gone!]);
    expect(await firm.bringOwn()).toEqual(['destruction.intended', 'destroyed']);
    expect(saidOfSecond(firm)).toEqual(['current']);
    await expectSame();
    expect(await firm.open([kept!])).toEqual(kept!.wrap);
    await two.standby.stop();
    const stolen = await StolenHome.readHome(two.standby.home, firm.vault);
    expect(() => stolen.leafKey(gone!.slot)).toThrow(expect.objectContaining({ code: 'SLOT_PUNCTURED' }));
    expect(stolen.leafKey(kept!.slot)).toHaveLength(32);
  },
  stepMs,
);

test(
  'a standby that is set later is given everything; it answers no server',
  async () => {
    const warden = await RunningWarden.start();
    try {
      const firm = await Firm.create(warden.client, warden.nowMs);
      const [part] = await firm.sealParts(1);
      // Twice, so that the journal does not begin at the beginning.
      await warden.restart();
      await warden.stop();
      two = await TwoWardens.start();
      await two.first.stop();
      cpSync(two.first.home, join(two.first.directory, 'unused'), { recursive: true });
      configure(warden.home, { standby: { socket: two.standby.process.socketPath } });
      // It was joined by another, empty warden before: of that nothing is kept but its start.
      await two.standby.stop();
      two.standby.home = join(two.standby.directory, 'new');
      configure(two.standby.home, { role: 'standby' });
      await two.standby.start();
      await warden.start();
      firm.client = warden.client;
      expect((await warden.client.getStatus()).standby).toBe('current');
      expect(await firm.open([part!])).toEqual(part!.wrap);
      const there = await two.standby.client.hello();
      expect(there.role).toBe('standby');
      expect(new Set(there.ledgers)).toEqual(new Set((await warden.client.hello()).ledgers));
      for (const asked of [
        two.standby.client.getIntake(firm.vault),
        two.standby.client.takeSlots({ vault: firm.vault, room: firm.room, hour: 0, count: 1 }),
        two.standby.client.append({ ledger: firm.vault, from: 0, items: [] }),
        two.standby.client.tick(),
      ])
        expect(await codeOf(asked)).toBe('WARDEN_IS_STANDBY');
      expect(there.publicKey).not.toEqual((await warden.client.hello()).publicKey);
    } finally {
      await warden.remove();
    }
  },
  stepMs,
);

describe('a standby that is gone', () => {
  test(
    'stops every answer; nothing is lost, and all goes on when it is back',
    async () => {
      const firm = await begin();
      const [part] = await firm.sealParts(1);
      await killStandby();
      expect(['WARDEN_STORAGE_FAILED', 'WARDEN_STANDBY_GONE']).toContain(await codeOf(firm.open([part!])));
      await standbyIs('gone');
      expect(await codeOf(firm.client.getHeads({ ledger: firm.vault, chains: [] }))).toBe(
        'WARDEN_STANDBY_GONE',
      );
      expect(
        await codeOf(firm.client.takeSlots({ vault: firm.vault, room: firm.room, hour: 0, count: 1 })),
      ).toBe('WARDEN_STANDBY_GONE');
      await two.standby.startAgain();
      await standbyIs('current');
      await sendAgain(firm);
      expect(await firm.open([part!])).toEqual(part!.wrap);
      await expectSame();
    },
    stepMs,
  );

  test(
    'is not waited for where the operator said so; it catches up, punctures too',
    async () => {
      const firm = await begin({ continueAlone: true });
      const [kept, gone] = await firm.sealParts(2);
      await killStandby();
      expect(await firm.open([kept!])).toEqual(kept!.wrap);
      expect((await two.first.client.getStatus()).standby).toBe('gone');
      expect(two.first.log.join('\n')).toContain('standby.gone');
      await approve(firm, [gone!]);
      expect(await firm.bringOwn()).toEqual(['destruction.intended', 'destroyed']);
      // The line says that the standby had not followed, and it is true: its folder still opens what was destroyed.
      expect(saidOfSecond(firm)).toEqual(['absent']);
      const behind = await StolenHome.readHome(two.standby.home, firm.vault);
      expect(behind.leafKey(gone!.slot)).toHaveLength(32);
      // An end in order leaves a snapshot: the standby is behind the journal's beginning, too.
      await two.first.restart();
      firm.client = two.first.client;
      await two.standby.startAgain();
      await standbyIs('current');
      await expectSame();
      expect(await firm.open([kept!])).toEqual(kept!.wrap);
      await expectSame();
      await two.standby.stop();
      const stolen = await StolenHome.readHome(two.standby.home, firm.vault);
      expect(() => stolen.leafKey(gone!.slot)).toThrow(expect.objectContaining({ code: 'SLOT_PUNCTURED' }));
    },
    stepMs,
  );

  test(
    'is brought up each time, also where it died right after it had been',
    async () => {
      const firm = await begin({ continueAlone: true });
      const [kept, ...parts] = await firm.sealParts(3);
      for (const gone of parts) {
        await killStandby();
        await approve(firm, [gone]);
        expect(await firm.bringOwn()).toEqual(['destruction.intended', 'destroyed']);
        await two.standby.startAgain();
        await standbyIs('current');
      }
      expect(await firm.open([kept!])).toEqual(kept!.wrap);
      await two.standby.stop();
      const stolen = await StolenHome.readHome(two.standby.home, firm.vault);
      for (const gone of parts)
        expect(() => stolen.leafKey(gone.slot)).toThrow(expect.objectContaining({ code: 'SLOT_PUNCTURED' }));
    },
    stepMs,
  );

  test.each(standbyFaultPoints)(
    'in the middle, at %s: what was answered is with both',
    async (point) => {
      const firm = await begin();
      const [part] = await firm.sealParts(1);
      await two.standby.arm(point, 'kill');
      expect(['WARDEN_STORAGE_FAILED', 'WARDEN_STANDBY_GONE']).toContain(await codeOf(firm.open([part!])));
      await two.standby.startAgain();
      await standbyIs('current');
      await sendAgain(firm);
      await expectSame();
      expect(await firm.open([part!])).toEqual(part!.wrap);
    },
    stepMs,
  );
});

test(
  'what a line of a forgotten time says is destroyed is lost to the standby as well',
  async () => {
    const firm = await begin();
    const [kept, gone] = await firm.sealParts(2);
    await two.first.stop();
    const before = join(two.first.directory, 'before');
    cpSync(two.first.home, before, { recursive: true });
    await two.first.start();
    firm.client = two.first.client;
    await approve(firm, [gone!]);
    expect(await firm.bringOwn()).toEqual(['destruction.intended', 'destroyed']);
    // The home is set back, and its standby is a new one: neither knows the destruction.
    await two.first.stop();
    await two.standby.stop();
    two.first.home = before;
    two.standby.home = join(two.standby.directory, 'new');
    configure(two.standby.home, { role: 'standby' });
    await two.standby.start();
    await two.first.start();
    firm.client = two.first.client;
    await standbyIs('current');
    await firm.resend();
    expect(await firm.open([gone!])).toBe('SLOT_PUNCTURED');
    expect(await firm.open([kept!])).toEqual(kept!.wrap);
    await two.standby.stop();
    const stolen = await StolenHome.readHome(two.standby.home, firm.vault);
    expect(() => stolen.leafKey(gone!.slot)).toThrow(expect.objectContaining({ code: 'SLOT_PUNCTURED' }));
    expect(stolen.leafKey(kept!.slot)).toHaveLength(32);
  },
  stepMs,
);

describe('a second active warden', () => {
  test(
    'an older copy of the home is refused by the standby, also where it may go on alone',
    async () => {
      const firm = await begin();
      const [part] = await firm.sealParts(1);
      await two.first.stop();
      const copy = join(two.first.directory, 'copy');
      cpSync(two.first.home, copy, { recursive: true });
      await two.first.start();
      firm.client = two.first.client;
      expect(await firm.open([part!])).toEqual(part!.wrap);
      await two.first.stop();

      const own = two.first.home;
      two.first.home = copy;
      two.configure({ continueAlone: true });
      await two.first.start();
      expect((await two.first.client.getStatus()).standby).toBe('refused');
      expect(await codeOf(two.first.client.getHeads({ ledger: firm.vault, chains: [] }))).toBe(
        'WARDEN_ROLLED_BACK',
      );
      expect(
        await codeOf(two.first.client.takeSlots({ vault: firm.vault, room: firm.room, hour: 0, count: 1 })),
      ).toBe('WARDEN_ROLLED_BACK');
      // It is known over a kill too, with the standby gone, and where no standby is named any more.
      process.kill(two.first.process.pid, 'SIGKILL');
      await two.standby.stop();
      await two.first.startAgain();
      expect(await two.first.client.getStatus()).toMatchObject({ standby: 'joining', isRefusalKept: true });
      expect(
        await codeOf(two.first.client.takeSlots({ vault: firm.vault, room: firm.room, hour: 0, count: 1 })),
      ).toBe('WARDEN_STANDBY_GONE');
      await two.first.stop();
      configure(copy, {});
      two.first.log.length = 0;
      expect(await codeOf(two.first.start())).toBe('WARDEN_UNREACHABLE');
      await expect.poll(() => two.first.log.join('\n'), { timeout: 60_000 }).toContain('WARDEN_ROLLED_BACK');
      await two.standby.start();
      two.first.home = own;
      two.configure();
      await two.first.start();
      firm.client = two.first.client;
      expect(await firm.open([part!])).toEqual(part!.wrap);
    },
    2 * stepMs,
  );

  test(
    'of two that run from one state, one goes on and the other answers nobody',
    async () => {
      const firm = await begin();
      const [part] = await firm.sealParts(1);
      await two.first.stop();
      const copy = join(two.first.directory, 'copy');
      cpSync(two.first.home, copy, { recursive: true });
      await two.first.start();
      firm.client = two.first.client;
      const socketPath = join(two.first.directory, 'x');
      others.push(await startWarden({ home: copy, socketPath }));
      const twin = connectWarden(socketPath);
      const slots = { vault: firm.vault, room: firm.room, hour: 0, count: 1 };
      const states: string[] = [];
      const look = async (): Promise<string> => {
        for (const one of [twin, two.first.client]) await codeOf(one.takeSlots(slots));
        states.splice(0, 2, (await twin.getStatus()).standby, (await two.first.client.getStatus()).standby);
        return states.toSorted((left, right) => left.localeCompare(right)).join(' ');
      };
      await expect.poll(look, { timeout: 60_000 }).toBe('current refused');
      const loser = states[0] === 'refused' ? twin : two.first.client;
      expect(await codeOf(loser.takeSlots(slots))).toBe('WARDEN_ROLLED_BACK');
      if (loser === twin) expect(await firm.open([part!])).toEqual(part!.wrap);
      await twin.close();
    },
    stepMs,
  );
});

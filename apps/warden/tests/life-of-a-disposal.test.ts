/** Proposed, approved, waited for, destroyed: against the real process, with its clock moved and with crashes at every step. */
import { cpSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { StolenHome, wrapOpensWith } from './kit/copied-home.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Firm } from './kit/firm.ts';
import type { SealedPart } from './kit/firm.ts';
import { RunningWarden } from './kit/running-warden.ts';

const hourMs = 3_600_000;
let warden: RunningWarden;
let firm: Firm;
beforeEach(async () => {
  warden = await RunningWarden.start();
  firm = await Firm.create(warden.client, warden.nowMs);
});
afterEach(async () => {
  await warden.remove();
});

async function approveADayLater(parts: readonly SealedPart[], sealed?: readonly Uint8Array[]): Promise<void> {
  const proposal = await firm.propose(parts);
  await warden.advance(25 * hourMs);
  const answer = await firm.approve(proposal, sealed ?? parts.map((part) => part.sealed));
  expect(answer.results[0]!.void).toBeUndefined();
}

test('destroys exactly what was approved, after the grace, with intent and certificate lines', async () => {
  const parts = await firm.sealParts(4);
  const [kept, ...gone] = parts;
  await warden.client.confirmClock(warden.nowMs());
  await approveADayLater(gone);
  expect(await firm.bringOwn()).toEqual([]);
  await warden.advance(71 * hourMs);
  expect(await firm.bringOwn()).toEqual([]);
  expect(await firm.open(gone)).not.toBe('SLOT_PUNCTURED');
  await warden.advance(1 * hourMs);
  expect(await firm.bringOwn()).toEqual(['destruction.intended', 'destroyed']);
  expect(await firm.open([gone[0]!])).toBe('SLOT_PUNCTURED');
  expect(await firm.open([kept!])).toEqual(kept!.wrap);
  await warden.restart();
  firm.client = warden.client;
  expect(await firm.open([gone[1]!])).toBe('SLOT_PUNCTURED');
  expect(await firm.open([kept!])).toEqual(kept!.wrap);
});

test('without trust in the clock nothing is destroyed; one signed request of a firm of one gives it', async () => {
  const parts = await firm.sealParts(1);
  await approveADayLater(parts);
  await warden.advance(73 * hourMs);
  expect((await warden.client.getStatus()).isClockTrusted).toBe(false);
  expect(await firm.bringOwn()).toEqual([]);
  expect(await firm.open(parts)).toEqual(parts[0]!.wrap);
  expect((await warden.client.getStatus()).isClockTrusted).toBe(true);
  expect(await firm.bringOwn()).toEqual(['destruction.intended', 'destroyed']);
});

test('a wall clock that somebody sets forward ends no grace', async () => {
  const parts = await firm.sealParts(1);
  await warden.client.confirmClock(warden.nowMs());
  await approveADayLater(parts);
  await warden.control({ op: 'clock.step', ms: 80 * hourMs });
  expect((await warden.client.getStatus()).isClockTrusted).toBe(false);
  expect((await warden.client.tick()).own).toEqual([]);
});

test('a wrap that does not open under the list stops the disposal, and nothing is destroyed', async () => {
  const parts = await firm.sealParts(2);
  await warden.client.confirmClock(warden.nowMs());
  await approveADayLater(parts, [parts[0]!.sealed, parts[0]!.sealed]);
  expect(await firm.bringOwn()).toEqual(['destruction.stopped']);
  await warden.advance(100 * hourMs);
  expect(await firm.bringOwn()).toEqual([]);
  expect(await firm.open([parts[0]!])).toEqual(parts[0]!.wrap);
});

test('a hold that comes during the grace stops it; under a hold none is approved', async () => {
  const parts = await firm.sealParts(1);
  await warden.client.confirmClock(warden.nowMs());
  await approveADayLater(parts);
  await firm.hold();
  expect(await firm.bringOwn()).toEqual(['destruction.stopped']);
  await warden.advance(100 * hourMs);
  expect(await firm.open(parts)).toEqual(parts[0]!.wrap);
  await expect(firm.propose(parts)).rejects.toThrow(/VOID_STATE/);
});

test('an intent that a hold made void never counts again, whatever the server keeps back', async () => {
  const parts = await firm.sealParts(1);
  await warden.client.confirmClock(warden.nowMs());
  await approveADayLater(parts);
  await warden.advance(72 * hourMs);
  const [intent] = (await warden.client.tick()).own;
  const replay = (): { entry: Uint8Array } => ({
    entry: firm.entryOf(firm.vault, { body: intent!.body, sigs: [['warden', intent!.signature]] }),
  });
  const hold = await firm.hold();
  expect((await firm.append(firm.vault, [replay()])).results[0]!.void).toBe('VOID_STATE');
  // The server brings neither the refusal nor `destruction.stopped`, and waits until the hold is lifted.
  await firm.act('hold.lifted', firm.room, { hold });
  expect((await firm.append(firm.vault, [replay()])).results[0]!.void).toBe('VOID_STATE');
  await warden.restart();
  firm.client = warden.client;
  expect((await firm.append(firm.vault, [replay()])).results[0]!.void).toBe('VOID_STATE');
  await warden.advance(1_000);
  await firm.bringOwn();
  expect(await firm.open(parts)).toEqual(parts[0]!.wrap);
});

test('a person stops it until it is intended', async () => {
  const parts = await firm.sealParts(1);
  await warden.client.confirmClock(warden.nowMs());
  await approveADayLater(parts);
  const [disposal] = [...firm.vaultState.disposals.keys()];
  await firm.act('disposal.stopped', firm.room, { disposal });
  await warden.advance(100 * hourMs);
  expect(await firm.bringOwn()).toEqual([]);
  expect(await firm.open(parts)).toEqual(parts[0]!.wrap);
});

test('nothing is punctured while the line of the intent is not on the disk', async () => {
  const parts = await firm.sealParts(1);
  await warden.client.confirmClock(warden.nowMs());
  await approveADayLater(parts);
  await warden.advance(72 * hourMs);
  expect((await warden.client.tick()).own).toHaveLength(1);
  const before = (await warden.client.getStatus()).generation;
  await warden.control({
    op: 'fault.arm',
    point: 'warden.journal.before-write',
    action: 'delay',
    ms: 15_000,
  });
  const brought = firm.bringOwn();
  void brought.catch(() => undefined);
  // Several of the warden's own ticks pass while the write waits.
  await new Promise((resolve) => setTimeout(resolve, 1_800));
  expect((await warden.client.getStatus()).generation).toBe(before);
  expect(await brought).toEqual(['destruction.intended', 'destroyed']);
  expect((await warden.client.getStatus()).generation).toBe(before + 1);
});

describe('after the destruction', () => {
  test('an old copy of the data does not open with the new state, and no file holds an old seed', async () => {
    const parts = await firm.sealParts(2);
    await warden.client.confirmClock(warden.nowMs());
    await approveADayLater([parts[0]!]);
    await warden.stop();
    const copy = join(warden.directory, 'copy');
    cpSync(warden.home, copy, { recursive: true });
    await warden.start();
    firm.client = warden.client;
    await warden.client.confirmClock(warden.nowMs());
    await warden.advance(73 * hourMs);
    await warden.client.confirmClock(warden.nowMs());
    expect(await firm.bringOwn()).toEqual(['destruction.intended', 'destroyed']);
    await warden.stop();

    const before = await StolenHome.readHome(copy, firm.vault);
    const after = await StolenHome.readHome(warden.home, firm.vault);
    expect(await wrapOpensWith(before, firm, parts[0]!)).toBe(true);
    expect(await wrapOpensWith(after, firm, parts[0]!)).toBe(false);
    expect(await wrapOpensWith(after, firm, parts[1]!)).toBe(true);
    // No seed above the destroyed slot, no page key and no state key of the old state is in any file.
    const secrets = [...before.seedsAbove(parts[0]!.slot), ...before.oldKeys(after)];
    expect(secrets.length).toBeGreaterThan(48);
    const files = readdirSync(warden.home, { recursive: true, withFileTypes: true })
      .filter((found) => found.isFile())
      .map((found) => readFileSync(join(found.parentPath, found.name)));
    for (const secret of secrets) for (const file of files) expect(file.includes(secret)).toBe(false);
    // The old sealed state under the new key opens nothing either.
    rmSync(join(copy, 'state-key'));
    cpSync(join(warden.home, 'state-key'), join(copy, 'state-key'));
    await expect(StolenHome.readHome(copy, firm.vault)).rejects.toMatchObject({
      code: 'WARDEN_STATE_CORRUPT',
    });
    await warden.start();
  });
});

describe('a crash while destroying', () => {
  const points = [
    'warden.puncture.after-intent',
    'warden.puncture.after-page-write',
    'warden.puncture.after-root',
    'warden.puncture.after-new-key',
    'warden.puncture.after-old-key-wipe',
    'warden.puncture.before-destroyed-line',
  ];
  test.each(points.flatMap((point) => [[point, 'kill'] as const, [point, 'fail'] as const]))(
    'at %s (%s) ends in the same destruction, said once',
    async (point, action) => {
      const parts = await firm.sealParts(2);
      await warden.client.confirmClock(warden.nowMs());
      await approveADayLater([parts[0]!]);
      await warden.advance(73 * hourMs);
      const { own } = await warden.client.tick();
      expect(own).toHaveLength(1);
      await warden.arm(point, action);
      const [intent] = own;
      const entry = firm.entryOf(firm.vault, { body: intent!.body, sigs: [['warden', intent!.signature]] });
      const all = firm.entries.get(firm.vault)!;
      all.push({ entry });
      const from = all.length - 1;
      await expect(warden.client.append({ ledger: firm.vault, from, items: [{ entry }] })).rejects.toThrow();
      if (action === 'kill') await warden.startAgain();
      firm.client = warden.client;
      await firm.resend();
      await firm.fold(firm.vault, from, [{ index: from }]);
      await warden.client.confirmClock(warden.nowMs());
      expect(await firm.bringOwn()).toEqual(['destroyed']);
      expect(await firm.open([parts[0]!])).toBe('SLOT_PUNCTURED');
      expect(await firm.open([parts[1]!])).toEqual(parts[1]!.wrap);
      expect(await firm.bringOwn()).toEqual([]);
    },
  );
});

test('the end of an hour is cut an hour later, but for rooms on hold', async () => {
  await warden.client.confirmClock(warden.nowMs());
  const hour = Math.floor((warden.nowMs() - Date.UTC(2026, 0, 1)) / hourMs) + 1;
  const parts = await firm.sealParts(2, hour);
  const permanent = await firm.sealParts(1);
  await firm.hold();
  await warden.advance(4 * hourMs);
  expect(await firm.bringOwn()).toEqual(['hour.cut']);
  expect(await firm.open([parts[0]!])).toEqual(parts[0]!.wrap);
  expect(await firm.bringOwn()).toEqual([]);
  await warden.restart();
  firm.client = warden.client;
  await warden.client.confirmClock(warden.nowMs());
  await warden.advance(1_000);
  expect(await firm.bringOwn()).toEqual([]);
  const [hold] = [...firm.vaultState.rooms.get(firm.room)!.holds.keys()];
  await firm.act('hold.lifted', firm.room, { hold });
  await warden.advance(1_000);
  expect(await firm.bringOwn()).toEqual(['hour.cut']);
  expect(await firm.open([parts[0]!])).toBe('SLOT_PUNCTURED');
  expect(await firm.open([permanent[0]!])).toEqual(permanent[0]!.wrap);
  await expect(firm.sealParts(1, hour)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
});

/** A start that is killed wherever it reads its home, again and again: the next one finds what the last answer was given for, and no more. */
import { appendFileSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startFaultPoints } from '../src/index.ts';
import { Firm } from './kit/firm.ts';
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

/** Half of a record at the end of the journal, as a power cut leaves it. */
function tearJournal(): void {
  const tables = join(warden.home, 'tables');
  const name = readdirSync(tables).findLast((each) => each.startsWith('journal-')) ?? '';
  appendFileSync(join(tables, name), Buffer.from('SRJ1 and half of a head'));
}

test(
  'is gone on from at every point: what was released, destroyed and handed out stays so',
  { timeout: 120_000 },
  async () => {
    const [kept, gone] = await firm.sealParts(2);
    // So that there is a snapshot, and a journal after it.
    await warden.restart();
    firm.client = warden.client;
    await warden.client.confirmClock(warden.nowMs());
    expect(await firm.open([kept!])).toEqual(kept!.wrap);
    const proposal = await firm.propose([gone!]);
    await warden.advance(25 * hourMs);
    await firm.approve(proposal, [gone!.sealed]);
    await warden.advance(73 * hourMs);
    const { own } = await warden.client.tick();
    const entry = firm.entryOf(firm.vault, { body: own[0]!.body, sigs: [['warden', own[0]!.signature]] });
    const all = firm.entries.get(firm.vault)!;
    all.push({ entry });
    const from = all.length - 1;
    const slots = { vault: firm.vault, room: firm.room, hour: 0, count: 4 };
    const before = await warden.client.takeSlots(slots);
    // It dies in the middle of the destruction: an old root lies there, and pages that no root names.
    await warden.arm('warden.puncture.after-new-key', 'kill');
    await expect(warden.client.append({ ledger: firm.vault, from, items: [{ entry }] })).rejects.toThrow();
    await warden.process.exited;
    await warden.client.close();

    for (const point of startFaultPoints) {
      tearJournal();
      warden.armStart(point);
      const ended = await warden.start().then(
        () => 'listening',
        (cause: unknown) => (cause as { details?: { exit?: unknown } }).details?.exit,
      );
      // What is read before it listens ends it before; pages are read behind.
      if (point !== 'warden.start.at-page') expect(ended, point).toBe('SIGKILL');
      expect(existsSync(join(warden.directory, 'c.arm')), point).toBe(false);
    }
    expect(await warden.process.exited).toBe('SIGKILL');
    await warden.client.close();

    tearJournal();
    await warden.start();
    firm.client = warden.client;
    await firm.resend();
    await firm.fold(firm.vault, from, [{ index: from }]);
    await warden.client.confirmClock(warden.nowMs());
    expect(await firm.bringOwn()).toEqual(['destroyed']);
    expect(await firm.open([gone!])).toBe('SLOT_PUNCTURED');
    expect(await firm.open([kept!])).toEqual(kept!.wrap);
    const after = await warden.client.takeSlots(slots);
    expect(after.first).toBeGreaterThanOrEqual(before.first + slots.count);
    const roots = readdirSync(join(warden.home, 'state')).filter((name) => name.startsWith('root-'));
    expect(roots).toHaveLength(1);
  },
);

/** A standby takes its warden's place, all as processes: what it goes on with, who may say so, and that the one before ends. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { decodeHeads, verifyHeads } from '@strongroom/authority';
import { officeId } from '@strongroom/core';
import { parseNoteKey, verifyCheckpoint } from '@strongroom/ledger';
import { afterEach, expect, test } from 'vitest';
import type { WardenClient } from '../src/index.ts';
import { StolenHome } from './kit/copied-home.ts';
import { engine, Firm } from './kit/firm.ts';
import type { SealedPart } from './kit/firm.ts';
import { appendPromotion, rootOf, signPromotion } from './kit/promotion.ts';
import { configure, TwoWardens } from './kit/two-wardens.ts';

const hourMs = 3_600_000;
const stepMs = 180_000;
let two: TwoWardens;
afterEach(async () => {
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

async function kill(which: 'first' | 'standby'): Promise<void> {
  process.kill(two[which].process.pid, 'SIGKILL');
  await two[which].process.exited;
}

/** From here on the standby is the firm's warden. */
async function promote(firm: Firm): Promise<void> {
  const signed = await signPromotion(firm, two.standby.client);
  expect(await two.standby.client.promote(signed)).toMatchObject({ warden: 2 });
  firm.client = two.standby.client;
  await sendTail(firm, officeId);
  const { results } = await appendPromotion(firm, signed);
  expect(results.at(-1)?.void).toBeUndefined();
  for (const vault of firm.vaultStates.keys()) await sendTail(firm, vault);
}

/** What a warden has not seen, as a server sends it: with what the ledger says of void entries. */
async function sendTail(firm: Firm, ledger: string): Promise<void> {
  const { ledgers } = await firm.client.hello();
  const from = ledgers.find((each) => each.ledger === ledger)?.size ?? 0;
  const items = (firm.entries.get(ledger) ?? []).slice(from);
  if (items.length > 0) await firm.client.append({ ledger, from, items });
}

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

/** Everything by which a warden could vouch for something or hand something out. */
async function askAll(firm: Firm, client: WardenClient, part: SealedPart): Promise<string[]> {
  const { vault, room } = firm;
  const { request, sent } = await firm.ask([part]);
  const from = (await client.hello()).ledgers.find(({ ledger }) => ledger === vault)?.size ?? 0;
  return await Promise.all(
    [
      client.append({ ledger: vault, from, items: [firm.itemOf(request, sent, [part.sealed])] }),
      client.append({ ledger: officeId, from: 0, items: [] }),
      client.getHeads({ ledger: vault, chains: [] }),
      client.takeSlots({ vault, room, hour: 0, count: 1 }),
      client.getIntake(vault),
      client.seal({ vault, items: [] }),
      client.sweep({ vault, items: [] }),
      client.tick(),
    ].map(codeOf),
  );
}

test(
  'it opens what was not destroyed, signs under its own keys and the same names, and says what its warden left unsaid',
  async () => {
    const firm = await begin();
    const [kept, gone] = (await firm.sealParts(2)) as [SealedPart, SealedPart];
    await approve(firm, [gone]);
    // The intent was signed by the first, which dies before it lies in the ledger.
    const { own } = await two.first.client.tick();
    expect(own).toHaveLength(1);
    await kill('first');
    two.standby.shiftMs = two.first.shiftMs;
    await two.standby.control({ op: 'clock.advance', ms: two.first.shiftMs });
    const fence = (await two.standby.client.hello()).ledgers;
    await promote(firm);

    const hello = await firm.client.hello();
    expect(hello).toMatchObject({ warden: 2, role: 'active' });
    expect(firm.office.warden).toMatchObject({ number: 2, sign: hello.publicKey });
    const answer = await firm.act('room.frozen', firm.room, { room: firm.room });
    const key = parseNoteKey(engine, firm.office.vaults.get(firm.vault)?.vkey ?? '');
    expect(key.name).toBe(firm.origins.get(firm.vault));
    expect(key.publicKey).toEqual(hello.headKeys.find(({ ledger }) => ledger === firm.vault)?.key);
    expect((await verifyCheckpoint(engine, answer.checkpoint, { logs: [key] })).root).toEqual(
      rootOf(firm, firm.vault),
    );
    const { heads } = await firm.client.getHeads({ ledger: firm.vault, chains: ['firm', firm.room] });
    expect(await verifyHeads(engine, decodeHeads(heads), hello.publicKey)).toBe(true);
    expect(await verifyHeads(engine, decodeHeads(heads), firm.wardenKey)).toBe(false);
    await firm.act('room.thawed', firm.room, { room: firm.room });

    // No slot is handed out twice, and what was sealed opens.
    const [later] = (await firm.sealParts(1)) as [SealedPart];
    expect(later.slot).toBeGreaterThan(kept.slot + 1_000_000);
    for (const part of [kept, later]) expect(await firm.open([part])).toEqual(part.wrap);
    await firm.client.confirmClock(two.standby.nowMs());
    expect(await firm.bringOwn()).toEqual(['destruction.intended', 'destroyed']);
    expect(await firm.open([gone])).not.toEqual(gone.wrap);
    expect(fence.find(({ ledger }) => ledger === firm.vault)?.size).toBe(
      firm.office.promotions?.[0]?.vaults[0]?.size,
    );
    // And so it stays.
    await two.standby.restart();
    firm.client = two.standby.client;
    expect(await firm.client.hello()).toMatchObject({ warden: 2, role: 'active' });
    expect(await firm.open([kept])).toEqual(kept.wrap);
    await firm.addVault();
    const [elsewhere] = (await firm.sealParts(1)) as [SealedPart];
    expect(await firm.open([elsewhere])).toEqual(elsewhere.wrap);
  },
  stepMs,
);

test(
  'nothing is changed where the statement is not the owner’s kit’s, names other keys, or the ledgers are others',
  async () => {
    const firm = await begin();
    const { standby, first } = two;
    const { kit } = firm;
    const device = { id: firm.owner.device, seed: firm.owner.seed };
    const size = firm.entries.get(firm.vault)?.length ?? 0;
    const { headKeys } = await standby.client.hello();
    const key = headKeys.find(({ ledger }) => ledger === firm.vault)?.key;
    const vaults = [[firm.vault, size - 1, new Uint8Array(32), key]];
    const other = [[firm.vault, size, engine.randomBytes(32), key]];
    const attempts: readonly (readonly [string, Parameters<typeof signPromotion>[2]])[] = [
      ['signature', { by: device }],
      ['signature', { by: { ...kit, seed: engine.randomBytes(32) } }],
      ['keys', { number: 1 }],
      ['keys', { change: { sign: firm.wardenKey } }],
      ['ledgers', { change: { vaults: [] } }],
      ['ledgers', { change: { vaults } }],
      ['ledgers', { change: { vaults: other } }],
      ['ledgers', { change: { pos: { o: [0, 1, rootOf(firm, officeId, 1)] } } }],
    ];
    for (const [reason, options] of attempts) {
      const signed = await signPromotion(firm, standby.client, options);
      await expect(standby.client.promote(signed)).rejects.toMatchObject({
        code: 'STANDBY_UNFIT',
        details: { reason },
      });
    }
    const signed = await signPromotion(firm, standby.client);
    expect(await codeOf(first.client.promote(signed))).toBe('STANDBY_UNFIT');
    expect(await standby.client.hello()).toMatchObject({ warden: 0, role: 'standby' });
    expect((await first.client.getStatus()).standby).toBe('current');
    const [part] = (await firm.sealParts(1)) as [SealedPart];
    expect(await firm.open([part])).toEqual(part.wrap);
  },
  stepMs,
);

test(
  'J16: a second active warden: the one before is refused by the other, and by itself once it has the statement, for good',
  async () => {
    const firm = await begin({ continueAlone: true });
    const [part] = (await firm.sealParts(1)) as [SealedPart];
    await promote(firm);
    // Both live. The first one asks whom it takes for its standby, and is told.
    const old = two.first.client;
    const answers = await askAll(firm, old, part);
    // Of what it knew before it may still speak; what it would have to write down, it may not.
    for (const place of [0, 3]) expect(answers[place]).not.toBe('done');
    await expect.poll(async () => (await old.getStatus()).standby, { timeout: 60_000 }).toBe('refused');
    for (const code of await askAll(firm, old, part))
      expect(['WARDEN_FENCED', 'WARDEN_IS_STANDBY']).toContain(code);
    expect(await firm.open([part])).toEqual(part.wrap);
    // Started anew, with nobody beside it: it knows that it was refused.
    await two.first.stop();
    configure(two.first.home, {});
    expect(await codeOf(two.first.start())).toBe('WARDEN_UNREACHABLE');
    // Where somebody takes that away: what it does now, no device takes. The statement ends it.
    rmSync(join(two.first.home, 'refused'));
    await two.first.start();
    const alone = two.first.client;
    expect((await alone.hello()).role).toBe('active');
    const size = (await alone.hello()).ledgers.find(({ ledger }) => ledger === officeId)?.size ?? 0;
    const items = (firm.entries.get(officeId) ?? []).slice(size);
    expect(await codeOf(alone.append({ ledger: officeId, from: size, items }))).toBe('WARDEN_FENCED');
    expect(new Set(await askAll(firm, alone, part))).toEqual(new Set(['WARDEN_FENCED']));
    await two.first.restart();
    expect((await two.first.client.hello()).role).toBe('fenced');
    expect(new Set(await askAll(firm, two.first.client, part))).toEqual(new Set(['WARDEN_FENCED']));
  },
  stepMs,
);

test(
  'what the warden before did alone is read in: its lines count, and what it destroyed is destroyed',
  async () => {
    const firm = await begin({ continueAlone: true });
    const [kept, gone, asked] = (await firm.sealParts(3)) as [SealedPart, SealedPart, SealedPart];
    await kill('standby');
    await approve(firm, [gone]);
    expect(await firm.bringOwn()).toEqual(['destruction.intended', 'destroyed']);
    expect(await firm.open([asked])).toEqual(asked.wrap);
    await kill('first');
    await two.standby.startAgain();
    two.standby.shiftMs = two.first.shiftMs;
    await two.standby.control({ op: 'clock.advance', ms: two.first.shiftMs });
    await promote(firm);
    const there = (await firm.client.hello()).ledgers.find(({ ledger }) => ledger === firm.vault);
    expect(there?.root).toEqual(rootOf(firm, firm.vault));
    expect(await firm.open([kept])).toEqual(kept.wrap);
    expect(await firm.open([gone])).not.toEqual(gone.wrap);
    await two.standby.stop();
    const stolen = await StolenHome.readHome(two.standby.home, firm.vault);
    expect(() => stolen.leafKey(gone.slot)).toThrow(expect.objectContaining({ code: 'SLOT_PUNCTURED' }));
  },
  stepMs,
);

/** Two vaults of one firm, in each a disposal of the same id: neither has a say in the other. */
import { afterEach, beforeEach, expect, test } from 'vitest';
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

type Place = Pick<Firm, 'vault' | 'room'>;

/** Does the next things in a vault. */
function goTo({ vault, room }: Place): void {
  firm.vault = vault;
  firm.room = room;
}

async function approve(
  proposal: Awaited<ReturnType<Firm['propose']>>,
  parts: readonly SealedPart[],
): Promise<void> {
  const { results } = await firm.approve(
    proposal,
    parts.map(({ sealed }) => sealed),
  );
  expect(results[0]!.void).toBeUndefined();
}

test('whoever proposes and stops the same id in another vault stops nothing here', async () => {
  const here: Place = { vault: firm.vault, room: firm.room };
  const gone = await firm.sealParts(1);
  await warden.client.confirmClock(warden.nowMs());
  const proposal = await firm.propose(gone);
  await warden.advance(25 * hourMs);
  await approve(proposal, gone);
  await firm.addVault();
  const kept = await firm.sealParts(1);
  await firm.propose(kept, proposal.disposal);
  await firm.act('disposal.stopped', firm.room, { disposal: proposal.disposal });
  expect(await firm.open(kept)).toEqual(kept[0]!.wrap);
  await warden.advance(73 * hourMs);
  expect(await firm.bringOwn()).toEqual(['destruction.intended', 'destroyed']);
  expect(await firm.open(kept)).toEqual(kept[0]!.wrap);
  goTo(here);
  expect(await firm.open(gone)).toBe('SLOT_PUNCTURED');
});

test('the same id approved in two vaults is destroyed in both, each with a puncture of its own', async () => {
  const places: Place[] = [];
  const proposals: Awaited<ReturnType<Firm['propose']>>[] = [];
  const parts: SealedPart[][] = [];
  for (const place of [0, 1]) {
    if (place > 0) await firm.addVault();
    places.push({ vault: firm.vault, room: firm.room });
    // The second part lives on. Slots of two vaults are the same numbers, so the second vault gives up another one.
    parts.push(await firm.sealParts(2));
    proposals.push(await firm.propose([parts[place]![place]!], proposals[0]?.disposal));
  }
  await warden.client.confirmClock(warden.nowMs());
  await warden.advance(25 * hourMs);
  for (const [place, one] of places.entries()) {
    goTo(one);
    await approve(proposals[place]!, [parts[place]![place]!]);
  }
  // What is pending is read back from the snapshot, too.
  await warden.restart();
  firm.client = warden.client;
  await warden.client.confirmClock(warden.nowMs());
  const { generation } = await warden.client.getStatus();
  await warden.advance(73 * hourMs);
  const said = await firm.bringOwn();
  expect(said.toSorted()).toEqual(['destroyed', 'destroyed', 'destruction.intended', 'destruction.intended']);
  expect((await warden.client.getStatus()).generation).toBe(generation + 2);
  for (const [place, one] of places.entries()) {
    goTo(one);
    expect(await firm.open([parts[place]![place]!])).toBe('SLOT_PUNCTURED');
    const other = parts[place]![1 - place]!;
    expect(await firm.open([other])).toEqual(other.wrap);
  }
});

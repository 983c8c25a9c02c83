/**
 * Two wardens through days nobody planned: asked, killed, restarted, cut in the middle, from a seed that is printed when it fails. What was
 * answered stays answered, no slot is given twice, what was destroyed opens nowhere, and in the end both know the same.
 */
import { officeId } from '@strongroom/core';
import { expect, test } from 'vitest';
import { standbyFaultPoints } from '../src/index.ts';
import { Firm } from './kit/firm.ts';
import type { SealedPart } from './kit/firm.ts';
import { StolenHome } from './kit/copied-home.ts';
import type { RunningWarden } from './kit/running-warden.ts';
import { TwoWardens } from './kit/two-wardens.ts';

const isLong = process.env['STRONGROOM_LONG'] === '1';
const seeds = isLong ? Array.from({ length: 100 }, (_, place) => place + 1) : [7];
/** After each act was done once. */
const stepCount = isLong ? 40 : 2;
const hourMs = 3_600_000;
const refusals = ['WARDEN_STORAGE_FAILED', 'WARDEN_STANDBY_GONE', 'WARDEN_UNREACHABLE', 'FAULT_INJECTED'];
const firstFaults = [
  'warden.journal.after-fsync',
  'warden.puncture.after-new-key',
  'warden.append.before-answer',
];

test.each(seeds)('seed %i', { timeout: isLong ? 600_000 : 120_000 }, async (seed) => {
  const roll = dice(seed);
  const two = await TwoWardens.start();
  try {
    const world = new World(two, await Firm.create(two.first.client, two.first.nowMs));
    for (const act of acts) await act(world, roll);
    for (let step = 0; step < stepCount; step++) await acts[roll(acts.length)]!(world, roll);
    await world.settle();
    await world.judge();
  } finally {
    await two.remove();
  }
});

type Roll = (sides: number) => number;

/** A generator whose whole state is the seed (mulberry32). */
function dice(seed: number): Roll {
  let state = seed;
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  };
}

class World {
  readonly two: TwoWardens;
  readonly firm: Firm;
  readonly live: SealedPart[] = [];
  readonly gone: SealedPart[] = [];
  readonly slots = new Set<number>();

  constructor(two: TwoWardens, firm: Firm) {
    this.two = two;
    this.firm = firm;
  }

  /** Asks for something that may be refused because somebody was killed; answers nothing then. */
  async ask<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      const { code = String(error) } = error as { code?: string };
      expect(refusals).toContain(code);
      return undefined;
    }
  }

  /** Both are up, joined, and have been sent everything. */
  async settle(): Promise<void> {
    for (const one of [this.two.standby, this.two.first]) await revive(one);
    this.firm.client = this.two.first.client;
    const status = async (): Promise<string> => (await this.two.first.client.getStatus()).standby;
    await expect.poll(status, { timeout: 60_000 }).toBe('current');
    for (const [ledger, from] of [
      [officeId, this.firm.office.size],
      [this.firm.vault, this.firm.vaultState.size],
    ] as const) {
      const items = (this.firm.entries.get(ledger) ?? []).slice(from);
      if (items.length === 0) continue;
      const { results } = await this.firm.client.append({ ledger, from, items });
      await this.firm.fold(ledger, from, results);
    }
  }

  async judge(): Promise<void> {
    const { first, standby } = this.two;
    const [here, there] = [await first.client.hello(), await standby.client.hello()];
    expect(new Set(there.ledgers)).toEqual(new Set(here.ledgers));
    for (const part of this.live.slice(-2)) expect(await this.firm.open([part])).toEqual(part.wrap);
    await first.stop();
    await standby.stop();
    for (const { home } of [first, standby]) {
      const stolen = await StolenHome.readHome(home, this.firm.vault);
      for (const { slot } of this.live) expect(stolen.leafKey(slot)).toHaveLength(32);
      for (const { slot } of this.gone) expect(() => stolen.leafKey(slot)).toThrow();
    }
  }
}

/** Starts a warden that has died. */
async function revive(one: RunningWarden): Promise<void> {
  const isUp = await one.client.hello().then(
    () => true,
    () => false,
  );
  if (!isUp) await one.startAgain();
}

async function kill(one: RunningWarden): Promise<void> {
  try {
    process.kill(one.process.pid, 'SIGKILL');
  } catch {
    // It died by itself.
  }
  await one.process.exited;
}

const acts: readonly ((world: World, roll: Roll) => Promise<void>)[] = [
  async (world) => {
    const parts = (await world.ask(() => world.firm.sealParts(2))) ?? [];
    for (const part of parts) {
      expect(world.slots.has(part.slot)).toBe(false);
      world.slots.add(part.slot);
      world.live.push(part);
    }
  },
  async (world, roll) => {
    const part = world.live[roll(Math.max(1, world.live.length))];
    if (part === undefined) return;
    await world.settle();
    expect(await world.firm.open([part])).toEqual(part.wrap);
  },
  async (world) => {
    const part = world.live.pop();
    if (part === undefined) return;
    await world.settle();
    const { first } = world.two;
    await first.client.confirmClock(first.nowMs());
    const proposal = await world.firm.propose([part]);
    await first.advance(25 * hourMs);
    await world.firm.approve(proposal, [part.sealed]);
    await first.advance(73 * hourMs);
    await first.client.confirmClock(first.nowMs());
    expect(await world.firm.bringOwn()).toContain('destroyed');
    world.gone.push(part);
  },
  async (world) => {
    await kill(world.two.standby);
  },
  async (world) => {
    await kill(world.two.first);
    await world.settle();
  },
  async (world, roll) => {
    await world.settle();
    await world.two.standby.arm(standbyFaultPoints[roll(standbyFaultPoints.length)]!, 'kill', roll(2));
    await world.ask(() => world.firm.sealParts(1));
    // What is still armed goes with the process.
    await kill(world.two.standby);
  },
  async (world, roll) => {
    await world.settle();
    await world.two.first.arm(firstFaults[roll(firstFaults.length)]!, 'kill', roll(2));
    await world.ask(() => world.firm.sealParts(1));
    await kill(world.two.first);
    await world.settle();
  },
];

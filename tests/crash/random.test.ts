/**
 * Server, warden and devices are killed at random moments while people work. 20 rounds, or 1,000 with STRONGROOM_LONG=1. The seed is
 * printed and STRONGROOM_SEED gives it back: the same people give the same commands and the same processes are killed.
 */
import { randomInt } from 'node:crypto';
import { serverFaultPoints } from '@strongroom/server';
import { standbyFaultPoints, wardenFaultPoints } from '@strongroom/warden';
import { expect, test } from 'vitest';
import { Backups, planBackup } from './kit/backups.ts';
import { Dice } from './kit/dice.ts';
import { Installation, pause } from './kit/installation.ts';
import type { StandbyWish, Victim } from './kit/installation.ts';
import { foundOffice } from './kit/office.ts';
import { OfficeDay } from './kit/office-day.ts';
import { chooseRestore, restoreNewest } from './kit/restores.ts';

const isLong = process.env['STRONGROOM_LONG'] === '1';
const rounds = isLong ? 1_000 : 20;
/** Every so many rounds an installation is left and another begun: checking a ledger whole costs its length. */
const roundsPerInstallation = 100;
const roundsPerGrace = 20;
const killMsMax = 250;
const restoreChance = 0.1;
const seed = readSeed(process.env['STRONGROOM_SEED']);

const points = [...serverFaultPoints, ...wardenFaultPoints].filter((point) =>
  /append|journal|slots|upload|version/u.test(point),
);
/** Who dies in a round, one after the other. */
const victims: readonly (readonly Victim[])[] = [
  ['server'],
  ['warden'],
  ['server', 'warden'],
  ['warden', 'server'],
];
const victimsOfTwo: readonly (readonly Victim[])[] = [
  ...victims,
  ['standby'],
  ['standby', 'warden'],
  ['warden', 'standby'],
  ['standby', 'server'],
];
const puncturePoints = wardenFaultPoints.filter((point) => point.includes('puncture'));
const puncturePointsOfTwo = [...puncturePoints, ...standbyFaultPoints];

function readSeed(text: string | undefined): number {
  if (text === undefined || text === '') return randomInt(2 ** 32);
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0 || value >= 2 ** 32)
    throw new Error('STRONGROOM_SEED is a whole number below 2^32');
  return value;
}

/** One installation in two has a second warden; in one of two of these the first goes on while that is gone. */
function wishStandby(dice: Dice): StandbyWish | undefined {
  const isWished = dice.isLucky(0.5);
  const continueAlone = dice.isLucky(0.5);
  return isWished ? { continueAlone } : undefined;
}

/** An installation in use. */
interface Play {
  readonly installation: Installation;
  readonly day: OfficeDay;
  readonly backups: Backups;
}

/** People work, in some rounds a backup is made meanwhile, something dies in the middle, everything is started again. */
async function playRound({ installation, day, backups }: Play, dice: Dice): Promise<void> {
  const hasBackup = dice.isLucky(0.25);
  const plan = planBackup(dice);
  const isArmed = dice.isLucky(0.35);
  const hasStandby = installation.standby !== undefined;
  const point = dice.pick(hasStandby ? [...points, ...standbyFaultPoints] : points);
  if (isArmed) await installation.arm(point, 'kill', { after: dice.below(6) });
  const workers = day.members.map((member) => ({ member, own: dice.fork() }));
  const working = Promise.all(workers.map(async ({ member, own }) => await day.work(member, own)));
  const copying = hasBackup ? backups.make(plan) : undefined;
  // What fails before the kill is looked at below.
  working.catch(() => undefined);
  copying?.catch(() => undefined);
  await pause(dice.below(killMsMax));
  const dying = dice.isLucky(0.2) ? dice.pick(day.members) : undefined;
  dying?.die();
  const dead = dice.pick(hasStandby ? victimsOfTwo : victims);
  if (!isArmed) for (const victim of dead) await installation.kill(victim);
  await working;
  await copying;
  await installation.disarm();
  await installation.recover();
  if (hasBackup) await backups.check();
}

test(
  `nothing is lost in ${rounds} rounds of killing (STRONGROOM_SEED=${seed})`,
  { timeout: rounds * 60_000 },
  async () => {
    console.log(`crash: STRONGROOM_SEED=${seed}, ${rounds} rounds`);
    const dice = new Dice(seed);
    for (let done = 0; done < rounds; done += roundsPerInstallation) {
      const standby = wishStandby(dice);
      const installation = await Installation.start({ standby });
      let backups: Backups | undefined;
      try {
        const office = await foundOffice(installation);
        const day = new OfficeDay(office);
        backups = await Backups.begin(office, day.papers);
        const play = { installation, day, backups };
        for (let round = done; round < Math.min(rounds, done + roundsPerInstallation); round++) {
          const own = dice.fork();
          try {
            await playRound(play, own.fork());
            if (round % roundsPerGrace === roundsPerGrace - 1) {
              const point = own.pick(standby === undefined ? puncturePoints : puncturePointsOfTwo);
              await day.passGrace(async () => await installation.arm(point, 'kill'));
              await installation.disarm();
              // A standby may die after what was due is destroyed.
              await installation.recover();
            }
            const isRestored = own.isLucky(restoreChance);
            const choices = chooseRestore(own);
            await day.check(own.fork());
            if (isRestored) {
              await restoreNewest(play, choices);
              await day.check(own.fork());
            }
          } catch (cause) {
            throw new Error(
              `round ${round} of STRONGROOM_SEED=${seed}: ${String(cause)}\n${installation.output.slice(-12).join('\n')}`,
              { cause },
            );
          }
        }
        await day.checkAll(dice.fork());
        expect(await installation.stop()).toBe('0');
      } finally {
        await installation.remove();
        await backups?.remove();
      }
    }
  },
);

/**
 * Server, warden and devices are killed at random moments while people work. 20 rounds, or 1,000 with STRONGROOM_LONG=1. The seed is
 * printed and STRONGROOM_SEED gives it back: the same people give the same commands and the same processes are killed.
 */
import { randomInt } from 'node:crypto';
import { serverFaultPoints } from '@strongroom/server';
import { wardenFaultPoints } from '@strongroom/warden';
import { expect, test } from 'vitest';
import { Dice } from './kit/dice.ts';
import { Installation, pause } from './kit/installation.ts';
import { foundOffice } from './kit/office.ts';
import { OfficeDay } from './kit/office-day.ts';

const isLong = process.env['STRONGROOM_LONG'] === '1';
const rounds = isLong ? 1_000 : 20;
/** Every so many rounds an installation is left and another begun: checking a ledger whole costs its length. */
const roundsPerInstallation = 100;
const roundsPerGrace = 20;
const killMsMax = 250;
const seed = readSeed(process.env['STRONGROOM_SEED']);

const points = [...serverFaultPoints, ...wardenFaultPoints].filter((point) =>
  /append|journal|slots|upload|version/u.test(point),
);
const puncturePoints = wardenFaultPoints.filter((point) => point.includes('puncture'));

function readSeed(text: string | undefined): number {
  if (text === undefined || text === '') return randomInt(2 ** 32);
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0 || value >= 2 ** 32)
    throw new Error('STRONGROOM_SEED is a whole number below 2^32');
  return value;
}

/** People work, something dies in the middle, everything is started again. */
async function playRound(installation: Installation, day: OfficeDay, dice: Dice): Promise<void> {
  const isArmed = dice.isLucky(0.35);
  if (isArmed) await installation.arm(dice.pick(points), 'kill', { after: dice.below(6) });
  const working = Promise.all(day.members.map(async (member) => await day.work(member)));
  // What fails before the kill is looked at below.
  working.catch(() => undefined);
  await pause(dice.below(killMsMax));
  const dying = dice.isLucky(0.2) ? dice.pick(day.members) : undefined;
  dying?.die();
  const victims = dice.pick([['server'], ['warden'], ['server', 'warden'], ['warden', 'server']] as const);
  if (!isArmed) for (const victim of victims) await installation.kill(victim);
  await working;
  await installation.disarm();
  await installation.recover();
}

test(
  `nothing is lost in ${rounds} rounds of killing (STRONGROOM_SEED=${seed})`,
  { timeout: rounds * 20_000 },
  async () => {
    console.log(`crash: STRONGROOM_SEED=${seed}, ${rounds} rounds`);
    const dice = new Dice(seed);
    for (let done = 0; done < rounds; done += roundsPerInstallation) {
      const installation = await Installation.start();
      try {
        const day = new OfficeDay(await foundOffice(installation), dice);
        for (let round = done; round < Math.min(rounds, done + roundsPerInstallation); round++) {
          try {
            await playRound(installation, day, dice);
            if (round % roundsPerGrace === roundsPerGrace - 1) {
              await day.passGrace(async () => await installation.arm(dice.pick(puncturePoints), 'kill'));
              await installation.disarm();
            }
            await day.check();
          } catch (cause) {
            throw new Error(
              `round ${round} of STRONGROOM_SEED=${seed}: ${String(cause)}\n${installation.output.slice(-12).join('\n')}`,
              { cause },
            );
          }
        }
        await day.checkAll();
        expect(await installation.stop()).toBe('0');
      } finally {
        await installation.remove();
      }
    }
  },
);

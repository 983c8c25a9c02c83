/**
 * A restore as people do it after a disk failed: the databases are gone, the warden's folder is left, the newest backup and the owner's
 * kit are at hand. The command is killed and given again until it ends, and the starts after it are killed too, in the middle of what the
 * warden reads in. Then everybody signs in again, and everything that was lost is accounted for.
 */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RestoredBackup } from '@strongroom/backup';
import { expect } from 'vitest';
import { runBackupAct } from './backup-act.ts';
import type { Backups } from './backups.ts';
import type { Dice } from './dice.ts';
import { persist } from './installation.ts';
import type { Installation, Role } from './installation.ts';
import type { OfficeDay } from './office-day.ts';

/** How a restore goes. */
export interface RestoreChoices {
  /** Whether the server is killed before it, or ended. */
  readonly isServerKilled: boolean;
  /** The command is killed after so many milliseconds, again and again; then it is let alone. */
  readonly killsMs: readonly number[];
  /** Then so many starts are killed. */
  readonly starts: readonly { readonly victim: Role; readonly killMs: number }[];
}

/** Chooses one. */
export function chooseRestore(dice: Dice): RestoreChoices {
  const isServerKilled = dice.isLucky(0.5);
  const killsMs = [0, 1, 2].map(() => Math.round(2 ** (dice.next() * 11))).slice(0, dice.below(4));
  const starts = [0, 1]
    .map(() => ({
      victim: dice.pick(['server', 'warden'] as const),
      killMs: Math.round(2 ** (7 + dice.next() * 5)),
    }))
    .slice(0, dice.below(3));
  return { isServerKilled, killsMs, starts };
}

/** Everything is up before and afterwards. What was written since the newest backup is lost, and nothing else. */
export async function restoreNewest(
  place: { readonly installation: Installation; readonly day: OfficeDay; readonly backups: Backups },
  choices: RestoreChoices,
): Promise<void> {
  const { installation, day, backups } = place;
  if ((await backups.findNewest()) === undefined) await backups.make({ killMs: undefined });
  const newest = await backups.findNewest();
  if (newest === undefined) throw new Error('a backup was made and is not there');
  const { home } = installation;
  const wasCleoIn = await day.isCleoIn();
  if (choices.isServerKilled) await installation.kill('server');
  else expect(await installation.stop()).toBe('0');
  await installation.waitForWardenEnd();
  const before = day.auditor.noteHeads();
  await rm(join(home, 'data'), { recursive: true });
  const lostEntries = await giveCommand(place, choices.killsMs);
  const hasStatement = existsSync(join(home, 'restore-statement'));
  // A standby takes the next edition for another history.
  if (hasStatement) await installation.standby?.renew();
  for (const { victim, killMs } of choices.starts) {
    await installation.standby?.start();
    await installation.startAndKill(victim, killMs);
  }
  await installation.recover();
  await installation.waitUntilReady();
  expect(existsSync(join(home, 'restore-statement'))).toBe(false);
  // First, since whoever signs in may write lines at places that had others before.
  const lost = day.auditor.noteRestore(before, hasStatement);
  if (lostEntries !== undefined) expect(lost).toBe(lostEntries);
  for (const member of day.members) {
    member.die();
    await persist(async () => await member.unlock());
    await member.device.sync();
    expect(await member.device.ledger.alarms()).toEqual([]);
  }
  await day.noteRestore(newest.mark, wasCleoIn);
  console.log(`crash: restored, ${lost} entries lost, ${choices.starts.length} starts killed`);
}

/** Gives the command until it ends; how many entries it says are lost, unless it was killed when it had done everything. */
async function giveCommand(
  { installation, day, backups }: Parameters<typeof restoreNewest>[0],
  killsMs: readonly number[],
): Promise<number | undefined> {
  const { home } = installation;
  for (const killMs of [...killsMs, undefined]) {
    const { kit } = day.office.ada;
    const nowMs = Date.now() + installation.offsetMs;
    const wish = { act: 'restore', home, target: backups.target, nowMs, kit };
    const end = await runBackupAct<RestoredBackup>(wish, killMs);
    if (end === 'killed') {
      if (existsSync(join(home, 'data')) && !existsSync(join(home, 'restore-work'))) return undefined;
      continue;
    }
    if ('code' in end) throw new Error(`a restore was refused: ${end.code} ${end.text}`);
    expect(end.value.missing).toEqual([]);
    return end.value.statement?.lostEntries ?? 0;
  }
  throw new Error('a restore did not end');
}

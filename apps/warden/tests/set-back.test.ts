/** A warden whose files were set back, or whose standby is away: what a line says is gone is gone again, and nothing is handed out that only one of two has. */
import { spawn } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { connectWarden, wardenProgram } from '../src/index.ts';
import { connectStandby } from '../src/standby/connect-standby.ts';
import { Firm } from './kit/firm.ts';
import { RunningWarden } from './kit/running-warden.ts';
import { TwoWardens, configure } from './kit/two-wardens.ts';

const hourMs = 3_600_000;
const stepMs = 180_000;
const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

test(
  'J7: an hour that a line of a forgotten time says was cut is cut again before anything is opened',
  async () => {
    const warden = await RunningWarden.start();
    cleanUps.push(async () => await warden.remove());
    const firm = await Firm.create(warden.client, warden.nowMs);
    await warden.client.confirmClock(warden.nowMs());
    const hour = Math.floor((warden.nowMs() - Date.UTC(2026, 0, 1)) / hourMs) + 1;
    const [first, second] = await firm.sealParts(2, hour);
    await warden.stop();
    const copy = join(warden.directory, 'copy');
    cpSync(warden.home, copy, { recursive: true });
    await warden.start();
    firm.client = warden.client;
    await warden.client.confirmClock(warden.nowMs());
    await warden.advance(4 * hourMs);
    expect(await firm.bringOwn()).toEqual(['hour.cut']);
    expect(await firm.open([first!])).toBe('SLOT_PUNCTURED');
    await warden.stop();
    rmSync(warden.home, { recursive: true });
    cpSync(copy, warden.home, { recursive: true });
    await warden.start();
    firm.client = warden.client;
    await firm.resend();
    // Its clock is trusted by nobody yet: nothing is cut by the hour.
    expect(await firm.open([second!])).toBe('SLOT_PUNCTURED');
    await warden.restart();
    firm.client = warden.client;
    expect(await firm.open([first!])).toBe('SLOT_PUNCTURED');
  },
  stepMs,
);

test(
  'J9: while the standby is away, no entry of the warden is given out that it may not have',
  async () => {
    const two = await TwoWardens.start();
    cleanUps.push(async () => await two.remove());
    const firm = await Firm.create(two.first.client, two.first.nowMs);
    const [gone] = await firm.sealParts(1);
    await two.first.client.confirmClock(two.first.nowMs());
    const proposal = await firm.propose([gone!]);
    await two.first.advance(25 * hourMs);
    await firm.approve(proposal, [gone!.sealed]);
    await two.first.advance(73 * hourMs);
    expect((await two.first.client.tick()).own).toHaveLength(1);
    process.kill(two.standby.process.pid, 'SIGKILL');
    await two.standby.process.exited;
    await two.first.client
      .takeSlots({ vault: firm.vault, room: firm.room, hour: 0, count: 1 })
      .catch(() => undefined);
    expect((await two.first.client.getStatus()).standby).not.toBe('current');
    expect((await two.first.client.tick()).own).toEqual([]);
    await two.standby.startAgain();
    await expect
      .poll(async () => (await two.first.client.getStatus()).standby, { timeout: 60_000 })
      .toBe('current');
    expect((await two.first.client.tick()).own).toHaveLength(1);
  },
  stepMs,
);

test(
  'a standby’s socket that a group shares takes nothing for its tables or trees',
  async () => {
    const standby = new RunningWarden();
    configure(standby.home, { role: 'standby' });
    const socket = join(standby.directory, 'shared');
    const child = spawn(
      process.execPath,
      [
        '--disable-warning=ExperimentalWarning',
        wardenProgram,
        '--home',
        standby.home,
        '--socket',
        socket,
        '--share-socket',
        '--end-with-stdin',
      ],
      { stdio: ['pipe', 'ignore', 'inherit'] },
    );
    const ended = new Promise((resolve) => child.once('exit', resolve));
    cleanUps.push(async () => {
      child.stdin?.end();
      await ended;
      rmSync(standby.directory, { recursive: true, force: true });
    });
    const client = connectWarden(socket);
    await expect
      .poll(
        async () =>
          await client.hello().then(
            ({ role }) => role,
            () => 'none',
          ),
        { timeout: 60_000 },
      )
      .toBe('standby');
    await client.close();
    const stranger = connectStandby(socket, {});
    await expect(stranger.join()).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    await stranger.close();
  },
  stepMs,
);

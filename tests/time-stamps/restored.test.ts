/** A restore gives the ledgers other names; what was stamped under the names from before counts on, as far as it is of what was restored. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeBackup, restoreBackup } from '@strongroom/backup';
import { officeId } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import { startServer } from '@strongroom/server';
import { checkHome } from '@strongroom/server/fsck';
import { expect, test } from 'vitest';
import { run as runCommand } from '../cli/command-line.ts';
import { FirmWorld } from '../device/firm-world.ts';
import { send, StampKit, StampServer, whyNoAuthority } from './authority.ts';

const engine = createNodeEngine();

test.skipIf(whyNoAuthority !== '')(`stamps outlive a restore${whyNoAuthority}`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sr-stamps-restore-'));
  const kit = new StampKit();
  const authority = await StampServer.start((question, response) => send(response, kit.answer(question)));
  const world = await FirmWorld.start(async (home) => {
    const timeStamps = { url: authority.url, authorities: 'authorities.pem' };
    writeFileSync(join(home, 'config.json'), JSON.stringify({ timeStamps }));
    writeFileSync(join(home, 'authorities.pem'), kit.authorities);
  });
  writeFileSync(join(folder, 'authorities.pem'), kit.authorities);
  const { home } = world;
  try {
    const ada = await world.foundFirm();
    await world.server.jobs.runAll();
    expect(authority.asked).toHaveLength(1);
    const target = join(folder, 'target');
    mkdirSync(target);
    const { signal } = new AbortController();
    await makeBackup({ engine, home, target, nowMs: Date.now(), signal });
    // What comes after the backup is lost with the data.
    await ada.device.people.invite({ name: 'Ben Hart', roles: [] });
    await world.server.close();
    rmSync(join(home, 'data'), { recursive: true });
    const nowMs = Date.now();
    const restored = await restoreBackup({ engine, home, target, kit: ada.kit, nowMs, signal });
    expect(restored.statement?.lostEntries).toBeGreaterThan(0);
    world.server = await startServer({ home, port: 0, testControl: join(home, 'control') });
    expect(world.server.context.ledgers.officeState.restores).toMatchObject([{ edition: 1 }]);
    await ada.reopen();
    await ada.device.sync();
    await ada.device.ledger.exportTo({
      ledger: officeId,
      write: async (path, bytes) => {
        const file = join(folder, 'exported', 'office', path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, bytes);
      },
    });
    const words = ['ledger', 'verify', 'exported', '--time-stamp-authorities', 'authorities.pem', '--json'];
    const { code, out, err } = await runCommand({ folder, home: 'nobody' }, words);
    expect(code, err).toBe(0);
    const { timeStamps, ledgers } = JSON.parse(out) as {
      timeStamps: readonly { refused?: string }[];
      ledgers: readonly { origin: string }[];
    };
    expect(timeStamps.map(({ refused }) => refused)).toEqual([undefined]);
    expect(ledgers[0]?.origin).toMatch(/\/1$/u);
    await world.server.close();
    expect((await checkHome(home)).ledgers.map(({ difference }) => difference)).toEqual([undefined]);
    world.server = await startServer({ home, port: 0, testControl: join(home, 'control') });
  } finally {
    await world.close();
    await authority.close();
    kit.remove();
    rmSync(folder, { recursive: true, force: true });
  }
});

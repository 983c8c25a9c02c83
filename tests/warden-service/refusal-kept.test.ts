/** A second warden that refused the first and is away since: `doctor` tells it from one that is merely away. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startWarden } from '@strongroom/warden';
import type { WardenProcess } from '@strongroom/warden';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FirmWorld } from '../device/firm-world.ts';
import type { TestDevice } from '../device/firm-world.ts';

const stepMs = 180_000;
const wardens = new Map<string, WardenProcess>();

let world: FirmWorld;
let ada: TestDevice;

/** Starts a warden in the folder of this name, on the socket of this name. */
async function start(name: 'first' | 'second', home: string = world.home): Promise<void> {
  wardens.set(name, await startWarden({ home: join(home, name), socketPath: join(home, `${name}.sock`) }));
}
async function stop(name: 'first' | 'second'): Promise<void> {
  await wardens.get(name)?.stop();
}
function configure(folder: string, file: string, content: object): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, file), JSON.stringify(content), { mode: 0o600 });
}
/** Waits until the server says this of the second warden and nothing else: a warden that has just started is still joining it. */
async function expectStandby(expected: Record<string, string>): Promise<void> {
  const told = async (): Promise<Record<string, string>> => {
    const found = (await ada.device.doctor()).filter(({ code }) => code.startsWith('STANDBY'));
    return Object.fromEntries(found.map(({ code, severity }) => [code, severity]));
  };
  await expect.poll(told, { timeout: 60_000, interval: 2000 }).toEqual(expected);
}

beforeAll(async () => {
  world = await FirmWorld.start(async (home) => {
    configure(join(home, 'second'), 'settings.json', { role: 'standby' });
    await start('second', home);
    const standby = { socket: join(home, 'second.sock') };
    configure(join(home, 'first'), 'settings.json', { standby, continueAlone: true });
    await start('first', home);
    configure(home, 'config.json', { port: 0, warden: { socket: 'first.sock' } });
  });
  ada = await world.foundFirm();
}, stepMs);
afterAll(async () => {
  for (const warden of wardens.values()) await warden.stop();
  await world.close();
});

test(
  'a second warden that is away is told from one that refused before',
  async () => {
    await expectStandby({ STANDBY_CURRENT: 'notice' });
    await stop('second');
    await stop('first');
    await start('first');
    await expectStandby({ STANDBY_GONE: 'failure' });

    // As the warden leaves it when the second one refuses it (apps/warden/tests/standby.test.ts).
    await stop('first');
    configure(join(world.home, 'first'), 'refused', { code: 'ACCESS_DENIED' });
    await start('first');
    await expectStandby({ STANDBY_REFUSED_BEFORE: 'failure' });

    // A joining that ends well ends it.
    await stop('first');
    await start('second');
    await start('first');
    await expectStandby({ STANDBY_CURRENT: 'notice' });
  },
  stepMs,
);

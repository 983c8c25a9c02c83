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
/** What the server says of the second warden, once it has heard of it. */
async function standbyFindings(): Promise<Record<string, string>> {
  let found: Awaited<ReturnType<typeof ada.device.doctor>> = [];
  const isTold = async (): Promise<boolean> => {
    found = await ada.device.doctor();
    return found.some(({ code }) => code.startsWith('STANDBY'));
  };
  await expect.poll(isTold, { timeout: 60_000, interval: 2000 }).toBe(true);
  return Object.fromEntries(
    found.filter(({ code }) => code.startsWith('STANDBY')).map(({ code, severity }) => [code, severity]),
  );
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
    expect(await standbyFindings()).toEqual({ STANDBY_CURRENT: 'notice' });
    await stop('second');
    await stop('first');
    await start('first');
    expect(await standbyFindings()).toEqual({ STANDBY_GONE: 'failure' });

    // As the warden leaves it when the second one refuses it (apps/warden/tests/standby.test.ts).
    await stop('first');
    configure(join(world.home, 'first'), 'refused', { code: 'ACCESS_DENIED' });
    await start('first');
    expect(await standbyFindings()).toEqual({ STANDBY_REFUSED_BEFORE: 'failure' });

    // A joining that ends well ends it.
    await stop('first');
    await start('second');
    await start('first');
    expect(await standbyFindings()).toEqual({ STANDBY_CURRENT: 'notice' });
  },
  stepMs,
);

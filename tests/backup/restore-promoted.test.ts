/**
 * A second warden took the first one's place: what is older than that is not gone on from. A backup of before is not restored beside the new
 * warden, and a warden out of the lost one's disaster copy is not restored beside a backup that knows of its successor.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeBackup, promoteWarden, recoverWarden, restoreBackup } from '@strongroom/backup';
import { createNodeEngine } from '@strongroom/core/node';
import { startServer } from '@strongroom/server';
import { readMadeCopy, startWarden } from '@strongroom/warden';
import type { WardenProcess } from '@strongroom/warden';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeOf, FirmWorld } from '../device/firm-world.ts';
import type { TestDevice } from '../device/firm-world.ts';

const engine = createNodeEngine();
const hourMs = 3_600_000;
const stepMs = 120_000;
const outside = mkdtempSync(join(tmpdir(), 'sr-promoted-'));
const place = (name: string): string => join(outside, name);
const signal = new AbortController().signal;
const copy = { folder: place('disk'), keyFolder: place('stick') };
const wardens = new Map<string, WardenProcess>();
let world: FirmWorld;
let ada: TestDevice;

async function startOne(home: string, name: string, settings: object): Promise<void> {
  mkdirSync(join(home, name), { recursive: true, mode: 0o700 });
  writeFileSync(join(home, name, 'settings.json'), JSON.stringify(settings), { mode: 0o600 });
  const [socketPath, testControl] = [join(home, `${name}.sock`), join(home, `control.${name}`)];
  wardens.set(name, await startWarden({ home: join(home, name), socketPath, testControl }));
}
async function backup(name: string): Promise<void> {
  mkdirSync(place(name));
  const nowMs = Date.now() + world.offsetMs;
  await makeBackup({ engine, home: world.home, target: place(name), nowMs, signal });
}
/** Restores in a folder of its own, beside this warden's folder, or the one that was recovered there. */
async function restore(name: string, target: string, warden?: string): Promise<string> {
  const nowMs = Date.now() + world.offsetMs;
  const options = { engine, home: place(name), target: place(target), kit: ada.kit, nowMs, signal };
  return await codeOf(restoreBackup({ ...options, ...(warden === undefined ? {} : { warden }) }));
}

beforeAll(async () => {
  for (const folder of [copy.folder, copy.keyFolder]) mkdirSync(folder);
  world = await FirmWorld.start(async (home) => {
    await startOne(home, 'second', { role: 'standby' });
    await startOne(home, 'first', { standby: { socket: join(home, 'second.sock') } });
    writeFileSync(join(home, 'first', 'copy.json'), JSON.stringify(copy), { mode: 0o600 });
    writeFileSync(join(home, 'config.json'), JSON.stringify({ warden: { socket: 'first.sock' } }));
  });
  ada = await world.foundFirm();
  const { home } = world;
  await backup('before');
  // The first warden's copy, and then its end.
  await world.control('control.first', { op: 'clock.advance', ms: 2 * hourMs });
  expect((await readMadeCopy(join(home, 'first')))?.madeAtMs).toBeGreaterThan(Date.now() + hourMs);
  await world.server.close();
  for (const name of ['first', 'second']) await wardens.get(name)?.stop();
  cpSync(join(home, 'first'), place('first'), { recursive: true, filter: (path) => !path.endsWith('.sock') });
  await startOne(home, 'second', { role: 'standby' });
  const next = { socket: join(home, 'second.sock') };
  const nowMs = Date.now() + world.offsetMs;
  await promoteWarden({ engine, home, next, kit: ada.kit, nowMs, confirm: async () => undefined });
  world.server = await startServer({ home, port: 0 });
  expect(world.server.context.ledgers.officeState.warden?.number).toBe(2);
  await backup('after');
  await world.server.close();
  await wardens.get('second')?.stop();
}, stepMs);
afterAll(async () => {
  await world.close();
  for (const warden of wardens.values()) await warden.stop();
  rmSync(outside, { recursive: true, force: true });
});

test(
  'a backup from before the promotion is not restored beside the new warden; one from after it is',
  async () => {
    const second = join(world.home, 'second');
    expect(await restore('old-backup', 'before', second)).toBe('RESTORE_OTHER_WARDEN');
    expect(existsSync(join(place('old-backup'), 'data'))).toBe(false);
    expect(await restore('new-backup', 'after', second)).toBe('NOTHING_REFUSED');
    expect(existsSync(join(place('new-backup'), 'data'))).toBe(true);
  },
  stepMs,
);

test(
  'the warden that was replaced is not restored beside a backup from after it, out of its disaster copy neither',
  async () => {
    expect(await restore('old-warden', 'after', place('first'))).toBe('RESTORE_OTHER_WARDEN');
    const home = place('old-copy');
    const recovered = await recoverWarden({ engine, home, from: copy, target: place('after'), kit: ada.kit });
    expect(recovered.backupAtMs).toBeGreaterThan(0);
    expect(await restore('old-copy', 'after')).toBe('RESTORE_OTHER_WARDEN');
    expect(existsSync(join(home, 'data'))).toBe(false);
    // What was recovered stays what no warden starts on.
    expect(await codeOf(startServer({ home, port: 0 }))).not.toBe('NOTHING_REFUSED');
  },
  stepMs,
);

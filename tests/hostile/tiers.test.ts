/**
 * What copies give to somebody who has every room key: copies of the data of each kind (the running database with its log, a
 * snapshot, a backup with its bodies), from before and after a destruction, against every image of a warden that may be older than
 * the horizon. Nothing that was destroyed opens; everything else does, so that the tools of this thief are known to work.
 */
import {
  cpSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { makeBackup } from '@strongroom/backup';
import { officeId } from '@strongroom/core';
import type { FirmId, RecordId, RoomId, VaultId } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import { connectWarden, startWarden } from '@strongroom/warden';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBackup } from '../backup/kit/open-backup.ts';
import { contentOf, fileOf, FirmWorld, openBytes } from '../device/firm-world.ts';
import type { TestDevice } from '../device/firm-world.ts';
import { createTappedEngine } from './harness/tapped-engine.ts';
import type { Tap } from './harness/tapped-engine.ts';
import { findBodyIn, openVersion, readVersions, readWardenImage } from './harness/thief.ts';
import type { DataCopy, FindLeafKeys } from './harness/thief.ts';

const hourMs = 3_600_000;
const engine = createNodeEngine();
const folder = mkdtempSync(join(tmpdir(), 'sr-tiers-'));
const names = ['kept.pdf', 'gone.pdf', 'stays.pdf', 'ended.pdf'] as const;
const doomed: readonly string[] = ['gone.pdf', 'ended.pdf'];

let world: FirmWorld;
let ada: TestDevice;
let ben: TestDevice;
let adaTap: Tap;
let benTap: Tap;
let vault: VaultId;
let room: RoomId;
const records = new Map<string, RecordId>();
const copies: DataCopy[] = [];

const contentFor = (name: string): Uint8Array => contentOf(40_000, names.indexOf(name as never) + 1);
const at = (...parts: string[]): string => join(folder, ...parts);

/** The device goes on with an engine that notes the room keys it uses. */
async function tap(device: TestDevice): Promise<Tap> {
  const { engine: tapped, tap: found } = createTappedEngine();
  Object.assign(device.environment, { engine: tapped });
  await device.reopen();
  return found;
}

/** The data folder as it lies there while the server runs: databases with their logs, bodies. */
function copyRunning(name: string): DataCopy {
  cpSync(join(world.home, 'data'), at(name), { recursive: true });
  const database = at(name, 'vaults', vault, 'vault.sqlite');
  expect(statSync(`${database}-wal`).size).toBeGreaterThan(0);
  return { name, vault, database, findBody: findBodyIn(at(name)) };
}

/** As a file system's or a database's own snapshot has it: one file, no log. */
function copySnapshot(name: string): DataCopy {
  mkdirSync(at(name));
  cpSync(join(world.home, 'data', 'vaults', vault), at(name, 'bodies'), { recursive: true });
  const database = at(name, 'snapshot.sqlite');
  const running = new DatabaseSync(join(world.home, 'data', 'vaults', vault, 'vault.sqlite'));
  running.prepare('vacuum into ?').run(database);
  running.close();
  return { name, vault, database, findBody: findBodyIn(at(name)) };
}

/** A backup, opened with the owner's kit. */
async function copyBackup(name: string): Promise<DataCopy> {
  const target = at(name);
  mkdirSync(target);
  const { signal } = new AbortController();
  const nowMs = Date.now() + world.offsetMs;
  const { id } = await makeBackup({ engine, home: world.home, target, nowMs, signal });
  const { plain } = await openBackup(target, id, ada.kit);
  const database = at(`${name}.sqlite`);
  const [path] = [...plain.keys()].filter((each) => each.includes(vault) && !each.startsWith('bodies/'));
  writeFileSync(database, plain.get(path ?? '') ?? '');
  const bodies = new Map([...plain].map(([each, bytes]) => [basename(each), bytes]));
  return { name, vault, database, findBody: (upload) => bodies.get(upload) };
}

/** Other names of the warden's files as they lie on the disk: what an image, or a file system's journal, has of them later. */
function linkWarden(name: string): void {
  const home = join(world.home, 'warden');
  mkdirSync(at(name, 'state'), { recursive: true });
  linkSync(join(home, 'state-key'), at(name, 'state-key'));
  for (const file of readdirSync(join(home, 'state')))
    linkSync(join(home, 'state', file), at(name, 'state', file));
}

/** Which of the records a copy's content and which only its card opens of, with all that these wardens give. */
async function openAll(
  copy: DataCopy,
  leafKeys: FindLeafKeys,
  epochKeys = [...adaTap.epochKeys(), ...benTap.epochKeys()],
): Promise<string[]> {
  const opened: string[] = [];
  for (const version of readVersions(copy)) {
    const name = names.find((each) => records.get(each) === version.record);
    if (name === undefined) continue;
    const { card, content } = await openVersion(version, { leafKeys, epochKeys });
    if (content !== undefined) {
      const size = contentFor(name).length;
      expect(Buffer.compare(content.subarray(0, size), contentFor(name)), name).toBe(0);
      opened.push(name);
    } else if (card) opened.push(`the card of ${name}`);
  }
  return opened.toSorted();
}

beforeAll(async () => {
  world = await FirmWorld.start();
  ada = await world.foundFirm();
  const { code, person } = await ada.device.people.invite({ name: 'Ben', roles: ['opener'] });
  ben = await world.enrol(code);
  await ada.device.sync();
  const { fingerprint = '' } = await ada.device.people.show(person);
  await ada.device.people.admit({ person, fingerprint });
  ({ vault } = await ada.device.vaults.add({ name: 'Group' }));
  ({ room } = await ada.device.clients.add({ vault, name: 'Oran' }));
  await ada.device.access.grant({ room, person, role: 'manager', fingerprint, withHistory: true });
  for (const name of names) {
    const { record } = await ada.device.records.add({ room, source: fileOf(name, contentFor(name)) });
    records.set(name, record);
  }
  [adaTap, benTap] = [await tap(ada), await tap(ben)];
  for (const device of [ada, ben])
    for (const name of names)
      expect(Buffer.compare(await openBytes(device, records.get(name) as RecordId), contentFor(name))).toBe(
        0,
      );

  copies.push(
    copyRunning('running before'),
    copySnapshot('snapshot before'),
    await copyBackup('backup before'),
  );
  cpSync(join(world.home, 'warden'), at('whole image before'), { recursive: true });
  linkWarden('image before');

  const { disposal } = await ben.device.disposals.propose({
    records: doomed.map((name) => records.get(name) as RecordId),
    reason: 'ended',
  });
  await ada.device.disposals.approve({ disposal });
  await world.advance(80 * hourMs);
  for (const each of [ada, ben]) await each.reopen();
  for (const each of [ada, ben]) await each.device.records.list({ room });
  const isDestroyed = async (): Promise<boolean> =>
    (await ada.device.disposals.list({ room }))[0]?.state === 'destroyed';
  for (let round = 0; !(await isDestroyed()) && round < 50; round++)
    await world.server.context.ledgers.tick();
  expect(await isDestroyed()).toBe(true);
  copies.push(copyRunning('running after'), copySnapshot('snapshot after'), await copyBackup('backup after'));
  cpSync(join(world.home, 'warden'), at('image after'), { recursive: true });
  await ada.device.access.revoke({ room, person });
}, 180_000);
afterAll(async () => {
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

test('the thief’s tools open everything while the warden’s whole state of that time is in his hands', async () => {
  expect(adaTap.epochKeys().length).toBeGreaterThan(0);
  const image = readWardenImage(at('whole image before'), vault);
  for (const copy of copies.filter(({ name }) => name.endsWith('before')))
    expect(await openAll(copy, image), copy.name).toEqual([...names].toSorted());
});

test('J7: no copy of the data gives a destroyed record with all room keys and every warden older than the horizon; all else opens', async () => {
  const images = [readWardenImage(at('image after'), vault), readWardenImage(at('image before'), vault)];
  const leafKeys: FindLeafKeys = (slot) => images.flatMap((image) => image(slot));
  const left = names.filter((name) => !doomed.includes(name)).toSorted();
  expect(copies).toHaveLength(6);
  for (const copy of copies) expect(await openAll(copy, leafKeys), copy.name).toEqual(left);
});

test('F10: a former member with a backup and the room keys he kept opens nothing of it, with a warden of his own neither', async () => {
  const [id = ''] = readdirSync(at('backup before', 'backups'));
  const head = readFileSync(at('backup before', 'backups', id, 'head.json'), 'utf8');
  const { firm } = JSON.parse(head) as { firm: FirmId };
  const home = at('warden of his own');
  mkdirSync(home);
  const warden = await startWarden({ home });
  const client = connectWarden(warden.socketPath);
  await client.prepareLedger({ ledger: officeId, firm });
  await client.prepareLedger({ ledger: vault });
  await client.close();
  await warden.stop();
  const own = readWardenImage(home, vault);
  expect(own(1)).toHaveLength(1);
  expect(benTap.epochKeys().length).toBeGreaterThan(0);
  for (const copy of copies.filter(({ name }) => name.startsWith('backup'))) {
    const versions = readVersions(copy).filter(({ parts }) => parts.length > 0);
    expect(versions.length).toBeGreaterThanOrEqual(2);
    expect(await openAll(copy, own, benTap.epochKeys()), copy.name).toEqual([]);
  }
});

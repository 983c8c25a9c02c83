/**
 * A restore under a target that lies, a server that lies while the warden reads in, and a second time: what the warden remembers and the
 * owner's kit fixed decides, not what is handed in.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeEntry, encodeBody, encodeEntry } from '@strongroom/authority';
import type { Body } from '@strongroom/authority';
import { makeBackup, restoreBackup } from '@strongroom/backup';
import type { RestoredBackup } from '@strongroom/backup';
import { decodeCbor, newId, officeId } from '@strongroom/core';
import type { DeviceId, PersonId, RecordId, RoomId, VaultId } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import { startServer } from '@strongroom/server';
import { connectWarden, startWarden } from '@strongroom/warden';
import type { AppendItem } from '@strongroom/warden';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contentOf, fileOf, FirmWorld, MemorySink } from '../device/firm-world.ts';
import type { TestDevice } from '../device/firm-world.ts';
import { findKind, forgeLedger, readLedger, refusedLike, signedInLike } from './kit/forge-ledger.ts';

const engine = createNodeEngine();
const stepMs = 180_000;
const folder = mkdtempSync(join(tmpdir(), 'sr-restore-hostile-'));
const forged = join(folder, 'forged');
const signal = new AbortController().signal;

let world: FirmWorld;
let ada: TestDevice;
let benId: PersonId;
let vault: VaultId;
let room: RoomId;
let record: RecordId;

const office = (home: string): string => join(home, 'data', 'office', 'office.sqlite');
const backUp = async (home: string, into: string): Promise<void> => {
  mkdirSync(into, { recursive: true });
  await makeBackup({ engine, home, target: into, nowMs: Date.now(), signal });
};
const restore = async (home: string, from: string, change: object = {}): Promise<RestoredBackup | string> =>
  await restoreBackup({
    engine,
    home,
    target: from,
    kit: ada.kit,
    nowMs: Date.now(),
    signal,
    ...change,
  }).catch((cause: unknown) => (cause as { code: string }).code);
/** A home with this data, and with this warden. */
const homeOf = (name: string, parts: { readonly data?: string; readonly warden?: string }): string => {
  const home = join(folder, name);
  cpSync(join(folder, 'empty'), home, { recursive: true });
  for (const [part, from] of Object.entries(parts)) cpSync(from, join(home, part), { recursive: true });
  return home;
};
async function start(): Promise<void> {
  world.server = await startServer({ home: world.home, port: 0, testControl: join(world.home, 'control') });
}
async function open(by: TestDevice): Promise<boolean> {
  const sink = new MemorySink();
  await by.device.records.open({ record, purpose: 'work', sink });
  return Buffer.from(sink.bytes()).equals(Buffer.from(contentOf(500, 3)));
}

const firstDevice = (entries: readonly Uint8Array[]): DeviceId => {
  const { body } = decodeEntry(entries[0] as Uint8Array);
  if (body.k !== 'firm.created') throw new Error('a ledger begins with its firm');
  return body.device.id;
};
/** The statement with another list of devices, under the same signature. */
const otherStatement = (bytes: Uint8Array): Body => {
  const body = decodeCbor(bytes) as unknown as { devices: readonly string[] };
  return { ...body, devices: [...body.devices, newId(engine, 'dev')] } as unknown as Body;
};

beforeAll(async () => {
  mkdirSync(join(folder, 'empty'));
  world = await FirmWorld.start();
  cpSync(join(world.home, 'opaque-setup'), join(folder, 'empty', 'opaque-setup'));
  ada = await world.foundFirm();
  const { code, person } = await ada.device.people.invite({ name: 'Ben', roles: ['opener'] });
  benId = person;
  await world.enrol(code);
  await ada.device.sync();
  ({ vault } = await ada.device.vaults.add({ name: 'Group' }));
  ({ room } = await ada.device.clients.add({ vault, name: 'Oran' }));
  ({ record } = await ada.device.records.add({ room, source: fileOf('a.pdf', contentOf(500, 3)) }));
  await world.server.close();
  cpSync(join(world.home, 'warden'), join(folder, 'warden-old'), { recursive: true });
  await start();
  await ada.reopen();
  await ada.device.access.setClass({ room, class: 3 });
  await ada.device.people.suspend(benId);
  await ada.reopen();
  await ada.device.sync();
  await world.server.close();
  cpSync(join(world.home, 'data'), join(folder, 'data-old'), { recursive: true });
  await start();
  await ada.reopen();
  await ada.device.sync();
  await world.server.close();
  cpSync(join(world.home, 'warden'), join(folder, 'warden-new'), { recursive: true });
}, stepMs);
afterAll(async () => {
  await world.server.close().catch(() => undefined);
  rmSync(world.home, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
});

test(
  'E7: a backup out of which a statement was taken is refused, whether the warden is the newer or the older one',
  { timeout: stepMs },
  async () => {
    const home = homeOf('forger', { data: join(folder, 'data-old') });
    forgeLedger(office(home), (entries) => {
      const at = findKind(entries, 'person.suspended');
      entries[at] = signedInLike(entries[at] as Uint8Array, firstDevice(entries), benId);
      return entries;
    });
    await backUp(home, forged);
    const newer = homeOf('newer', { warden: join(folder, 'warden-new') });
    expect(await restore(newer, forged)).toBe('RESTORE_OTHER_WARDEN');
    // Of a warden from before, what it has seen decides; here a note in the chain of a person who wrote nothing.
    const data = homeOf('forger-too', { data: join(folder, 'data-old') });
    forgeLedger(office(data), (entries) => {
      const at = findKind(entries, 'kit.noted');
      entries[at] = signedInLike(entries[at] as Uint8Array, firstDevice(entries), benId);
      return entries;
    });
    await backUp(data, join(folder, 'forged-too'));
    const older = homeOf('older', { warden: join(folder, 'warden-old') });
    expect(await restore(older, join(folder, 'forged-too'))).toBe('RESTORE_OTHER_WARDEN');
    // The same backup as it is goes on from either.
    await backUp(homeOf('honest', { data: join(folder, 'data-old') }), join(folder, 'true'));
    for (const warden of ['warden-old', 'warden-new'])
      expect(
        await restore(homeOf(`on-${warden}`, { warden: join(folder, warden) }), join(folder, 'true')),
      ).toMatchObject({ statement: {} });
  },
);

test(
  'E7: a server that calls entries refused, exchanges one or brings another statement gets nothing read in',
  { timeout: stepMs },
  async () => {
    const home = join(folder, 'on-warden-new');
    const entries = readLedger(office(home));
    const statement = decodeCbor(new Uint8Array(readFileSync(join(home, 'restore-statement')))) as [
      Uint8Array,
      `unl_${string}`,
      Uint8Array,
    ];
    const asItems = (bytes: readonly Uint8Array[]): AppendItem[] => bytes.map((entry) => ({ entry }));
    const suspended = findKind(entries, 'person.suspended');
    const { atMs } = decodeEntry(entries.at(-1) as Uint8Array);
    const last = (body: Uint8Array): Uint8Array =>
      encodeEntry({
        officeSize: null,
        atMs,
        body,
        sigs: [[statement[1] as never, statement[2]]],
        payload: null,
      });
    const reading = await startWarden({
      home: join(home, 'warden'),
      socketPath: join(folder, 'reading.sock'),
    });
    const client = connectWarden(reading.socketPath);
    const append = async (from: number, bytes: readonly Uint8Array[]): Promise<string | number> =>
      await client.append({ ledger: officeId, from, items: asItems(bytes) }).then(
        ({ size }) => size,
        (cause: unknown) => (cause as { code: string }).code,
      );
    const exchanged = [...entries];
    exchanged[suspended] = signedInLike(entries[suspended] as Uint8Array, firstDevice(entries), benId);
    expect(await append(0, exchanged)).toBe('LEDGER_FORKED');
    expect(await append(0, [...entries, entries.at(-1) as Uint8Array])).toBe('LEDGER_FORKED');
    const items = asItems(entries).map((item, index) =>
      index === suspended ? { ...item, isRefused: true } : item,
    );
    const { results } = await client.append({ ledger: officeId, from: 0, items });
    expect(results.filter((result) => result.void !== undefined)).toEqual([]);
    expect(await append(entries.length, [last(encodeBody(otherStatement(statement[0])))])).toBe(
      'LEDGER_FORKED',
    );
    const end = await client.append({
      ledger: officeId,
      from: entries.length,
      items: asItems([last(statement[0])]),
    });
    expect(end.results).toEqual([{ index: entries.length }]);
    await client.close();
    await reading.stop();
  },
);

test.each(['office', 'vault'] as const)(
  'E7: a device keeps to what it had where the %s that is restored is another, however often that is offered',
  { timeout: stepMs },
  async (which) => {
    const data = homeOf(`forger-${which}`, { data: join(folder, 'data-old') });
    if (which === 'office')
      forgeLedger(office(data), (entries) => {
        const at = findKind(entries, 'person.suspended');
        entries[at] = signedInLike(entries[at] as Uint8Array, firstDevice(entries), benId);
        return entries;
      });
    else
      forgeLedger(join(data, 'data', 'vaults', vault, 'vault.sqlite'), (entries) => {
        const at = findKind(entries, 'class.set');
        entries[at] = refusedLike(entries[at] as Uint8Array, vault);
        return entries;
      });
    await backUp(data, join(folder, `forged-${which}`));
    // A warden from before has not seen what is left out, and the kit has signed: the devices have seen it.
    const home = homeOf(`lying-${which}`, { warden: join(folder, 'warden-old') });
    expect(await restore(home, join(folder, `forged-${which}`))).toMatchObject({ statement: {} });
    const [honest, held] = [world.server, new Map(ada.storage.entries)];
    world.server = await startServer({ home, port: 0, testControl: join(home, 'control') });
    expect(world.server.context.ledgers.isRestoreMode).toBe(false);
    for (let attempt = 0; attempt < 2; attempt++) {
      await ada.reopen().then(
        async (device) => await expect(device.sync()).rejects.toMatchObject({ code: 'LEDGER_FORKED' }),
        (cause: unknown) => expect(cause).toMatchObject({ code: 'LEDGER_FORKED' }),
      );
      expect((await ada.device.ledger.alarms()).map(({ kind }) => kind)).toContain('forked');
    }
    await world.server.close();
    world.server = honest;
    ada.storage.entries.clear();
    for (const [name, bytes] of held) ada.storage.entries.set(name, bytes);
  },
);

test('a firm that was restored is restored again', { timeout: stepMs }, async () => {
  const again = join(folder, 'again');
  await backUp(world.home, again);
  for (const edition of [1, 2]) {
    await start();
    await ada.reopen();
    await ada.device.sync();
    await ada.device.records.add({ room, source: fileOf('lost.pdf', contentOf(50)) });
    await world.server.close();
    rmSync(join(world.home, 'data'), { recursive: true });
    expect(await restore(world.home, again)).toMatchObject({ statement: {} });
    await start();
    expect(world.server.context.ledgers.isRestoreMode).toBe(false);
    expect(world.server.context.ledgers.officeState.restores?.at(-1)).toMatchObject({ edition });
    for (let tick = 0; tick < 3; tick++) await world.server.context.ledgers.tick();
    await ada.reopen();
    await ada.device.sync();
    expect(await open(ada)).toBe(true);
    expect(await ada.device.ledger.alarms()).toEqual([]);
    await ada.device.records.add({ room, source: fileOf('kept.pdf', contentOf(60)) });
    expect(await ada.device.records.list({ room })).toHaveLength(1 + edition);
    await world.server.close();
    await backUp(world.home, again);
  }
});

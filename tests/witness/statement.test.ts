/** Witnesses that the firm itself names: the server asks these, the warden waits for these, devices count these and nobody else. */
import { writeFile } from 'node:fs/promises';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { officeId, StrongroomError } from '@strongroom/core';
import type { RoomId, VaultId } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import { parsePolicy, verifyTlogProof } from '@strongroom/ledger';
import { initWitness, openWitnessHome, startWitness, trustLog } from '@strongroom/witness';
import type { RunningWitness } from '@strongroom/witness';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FirmWorld, fileOf, MemorySink } from '../device/firm-world.ts';
import type { TestDevice } from '../device/firm-world.ts';

const engine = createNodeEngine();
const folder = mkdtempSync(join(tmpdir(), 'sr-named-'));
const witnessHome = join(folder, 'witness');
let witness: RunningWitness;
let vkey: string;
let world: FirmWorld;
let ada: TestDevice;
let vault: VaultId;
let room: RoomId;

beforeAll(async () => {
  vkey = await initWitness({ engine, home: witnessHome, name: 'partner.example/witness' });
  witness = await startWitness({ home: witnessHome, listening: { port: 0 } });
  world = await FirmWorld.start(async (home) => {
    await writeFile(join(home, 'config.json'), '{ "witnesses": "witnesses.policy" }\n');
    await writeFile(
      join(home, 'witnesses.policy'),
      `witness partner ${vkey} ${witness.url}\nquorum partner\n`,
    );
  });
  ada = await world.foundFirm();
  ({ vault } = await ada.device.vaults.add({ name: 'Litigation' }));
  ({ room } = await ada.device.clients.add({ vault, name: 'Client', class: 3 }));
  // The firm's ledger is given by hand; the vault's comes by itself, on the word of the firm's key.
  const logKey = /^log (\S+)/m.exec(await ada.device.ledger.policy(officeId))?.[1] ?? '';
  const { heads } = await openWitnessHome(engine, witnessHome, 'look');
  trustLog(engine, heads, logKey);
  heads.close();
});

afterAll(async () => {
  await world?.close();
  await witness?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function ask(): Promise<void> {
  await world.advance(30_000);
  await world.server.jobs.runAll();
}

/** Some minutes on; the session has ended meanwhile. */
async function later(minutes: number): Promise<void> {
  await world.advance(minutes * 60_000);
  await whileAway(async () => await ada.reopen());
}

/** Lets time pass while something waits for witnesses. */
async function whileAway<T>(work: () => Promise<T>): Promise<T> {
  const state = { isDone: false };
  const done = work().finally(() => {
    state.isDone = true;
  });
  done.catch(() => undefined);
  while (!state.isDone) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    if (!state.isDone) await world.advance(3_000);
  }
  return await done;
}

async function refusalOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  return error instanceof StrongroomError ? error.code : String(error);
}

async function add(): Promise<() => Promise<{ receipt: string }>> {
  const { record } = await ada.device.records.add({ room, source: fileOf('deed.txt', new Uint8Array(100)) });
  return async () => await ada.device.records.open({ record, sink: new MemorySink(), purpose: 'work' });
}

test('whom the server alone names nobody counts; whom the firm names everybody does', async () => {
  await ask();
  const before = await ada.device.witnesses.list();
  expect(before).toMatchObject({ witnesses: [], quorum: 0, mayName: true, readers: [] });
  expect((await ada.device.ledger.status()).every(({ witnesses }) => witnesses.length === 0)).toBe(true);

  const named = await ada.device.witnesses.name({ vkeys: [vkey], waitHours: 1 });
  expect(named.isNew).toBe(true);
  expect(await ada.device.witnesses.name({ vkeys: [vkey] })).toMatchObject({
    line: named.line,
    isNew: false,
  });
  await ask();
  const after = await ada.device.witnesses.list();
  expect(after).toMatchObject({
    witnesses: [{ name: 'partner.example/witness', vkey }],
    quorum: 1,
    waitHours: 1,
    line: { ledger: officeId, index: named.line.index },
  });
  const { size } = world.server.context.ledgers.office;
  expect(after.ledgers[0]).toMatchObject({ ledger: officeId, witnessedSize: size, isMissing: false });
  expect(await ada.device.ledger.witnessing({ ledger: officeId })).toMatchObject({ kind: 'named', size });
  expect((await ada.device.ledger.status())[0]).toMatchObject({
    witnesses: ['partner.example/witness'],
    witnessedSize: size,
  });
});

test('what is no witness, or no quorum, is refused before it is signed', async () => {
  const { witnesses } = ada.device;
  const log = /^log (\S+)/m.exec(await ada.device.ledger.policy(officeId))?.[1] ?? '';
  for (const vkeys of [[log], ['partner.example'], [vkey, vkey]])
    expect(await refusalOf(witnesses.name({ vkeys }))).toBe('INPUT_INVALID');
  for (const quorum of [0, 2, 1.5])
    expect(await refusalOf(witnesses.name({ vkeys: [vkey], quorum }))).toBe('INPUT_INVALID');
  expect(await refusalOf(witnesses.name({ vkeys: [vkey], waitHours: 721 }))).toBe('INPUT_INVALID');
});

test('the warden gives out the top class under a witnessed head, and not without one', async () => {
  const open = await add();
  const { receipt } = await open();
  const policy = (await ada.device.ledger.policy(vault)).replace('quorum none', 'quorum firm');
  expect(receipt).toContain('\u2014 partner.example/witness ');
  const extra = /^extra (\S+)$/m.exec(receipt)?.[1] ?? '';
  const entry = new Uint8Array(Buffer.from(extra, 'base64'));
  await verifyTlogProof(engine, { entry, proof: receipt, policy: parsePolicy(engine, policy) });

  const { port } = witness;
  await witness.close();
  const releasesOf = async (): Promise<number> =>
    (await world.server.context.warden.call((client) => client.getStatus())).counters['releases'] ?? 0;
  const before = await releasesOf();
  const late = refusalOf(open());
  expect(await world.outlast(late, 11_000)).toBe('WITNESS_UNAVAILABLE');
  expect(await releasesOf()).toBe(before);
  witness = await startWitness({ home: witnessHome, listening: { port } });
  expect((await open()).receipt).toContain('\u2014 partner.example/witness ');
  expect(await releasesOf()).toBeGreaterThan(before);
});

test('openings of the top class that come at once are given out together, to each what was asked for and nothing more', async () => {
  const releasesOf = async (): Promise<number> =>
    (await world.server.context.warden.call((client) => client.getStatus())).counters['releases'] ?? 0;
  const records = [];
  for (let place = 0; place < 6; place++) {
    const bytes = new Uint8Array(100).fill(place + 1);
    const { record } = await ada.device.records.add({ room, source: fileOf(`deed-${place}.txt`, bytes) });
    records.push({ record, bytes });
  }
  const before = await releasesOf();
  const opened = await Promise.all(
    records.map(async ({ record, bytes }) => {
      const sink = new MemorySink();
      const { receipt } = await ada.device.records.open({ record, sink, purpose: 'work' });
      return { receipt, isRight: Buffer.compare(sink.bytes(), bytes) === 0 };
    }),
  );
  for (const { receipt, isRight } of opened) {
    expect(receipt).toContain('\u2014 partner.example/witness ');
    expect(isRight).toBe(true);
  }
  expect(await releasesOf()).toBe(before + records.length);
});

test('heads without them for longer than the firm said stop the device, and it keeps the evidence', async () => {
  await ask();
  const { port } = witness;
  await witness.close();
  await whileAway(add);
  await whileAway(async () => await ada.device.sync());
  await later(30);
  await whileAway(add);
  await later(31);
  expect(await refusalOf(whileAway(add))).toBe('WITNESS_MISSING');
  expect(
    (await whileAway(async () => await ada.device.witnesses.list())).ledgers.find(
      ({ ledger }) => ledger === vault,
    ),
  ).toMatchObject({
    isMissing: true,
  });
  const [alarm] = await ada.device.ledger.alarms();
  expect(alarm).toMatchObject({ kind: 'unwitnessed', ledger: vault });
  const file = JSON.parse(await ada.device.ledger.alarmFile(alarm?.id ?? '')) as Record<string, unknown>;
  expect(file).toMatchObject({ format: 'strongroom/ledger-evidence/v1', kind: 'unwitnessed', ledger: vault });
  expect(JSON.stringify(file['known'])).toContain('strongroom/');

  // It is not forgotten by closing, and the witness ends it.
  await whileAway(async () => await ada.reopen());
  expect(await refusalOf(whileAway(add))).toBe('WITNESS_MISSING');
  witness = await startWitness({ home: witnessHome, listening: { port } });
  await ask();
  await ask();
  await whileAway(add);
  expect((await ada.device.ledger.alarms()).length).toBe(1);
});

test('an administrator can end them while they are missing', async () => {
  await witness.close();
  await whileAway(add);
  await whileAway(async () => await ada.device.sync());
  await later(61);
  expect(await refusalOf(whileAway(add))).toBe('WITNESS_MISSING');
  await whileAway(async () => await ada.device.witnesses.name({ vkeys: [] }));
  await whileAway(add);
  expect(await ada.device.witnesses.list()).toMatchObject({ witnesses: [], quorum: 0 });
  // The operator's file is back to being his word alone.
  expect(await ada.device.ledger.witnessing({ ledger: officeId })).toMatchObject({ kind: 'told' });
  expect((await ada.device.ledger.status()).every(({ witnesses }) => witnesses.length === 0)).toBe(true);
});

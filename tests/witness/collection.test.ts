/** A server whose heads a witness under other hands cosigns: what devices get of it, and what happens when the witness is silent or disagrees. */
import { writeFile } from 'node:fs/promises';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { officeId, StrongroomError } from '@strongroom/core';
import type { RoomId, VaultId } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import { parsePolicy, signEntriesRequest, verifyCheckpoint, verifyTlogProof } from '@strongroom/ledger';
import { initWitness, openWitnessHome, startWitness, trustLog } from '@strongroom/witness';
import type { RunningWitness } from '@strongroom/witness';
import { startServer } from '@strongroom/server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run as runCommand } from '../cli/command-line.ts';
import type { Ended } from '../cli/command-line.ts';
import { FirmWorld, fileOf, MemorySink } from '../device/firm-world.ts';
import type { TestDevice } from '../device/firm-world.ts';

const engine = createNodeEngine();
const folder = mkdtempSync(join(tmpdir(), 'sr-collect-'));
const witnessHome = join(folder, 'witness');
let witness: RunningWitness;
let vkey: string;
let world: FirmWorld;
let ada: TestDevice;
let vault: VaultId;

beforeAll(async () => {
  vkey = await initWitness({ engine, home: witnessHome, name: 'partner.example/witness' });
  witness = await startWitness({ home: witnessHome, listening: { port: 0 } });
  world = await FirmWorld.start(async (home) => {
    await writeFile(
      join(home, 'config.json'),
      `${JSON.stringify({ witnesses: 'witnesses.policy', witnessesRead: ['partner.example/witness', 'partner.example/typo'] })}\n`,
    );
    await writeFile(
      join(home, 'witnesses.policy'),
      `witness partner ${vkey} ${witness.url}\nquorum partner\n`,
    );
  });
  ada = await world.foundFirm();
  ({ vault } = await ada.device.vaults.add({ name: 'Litigation' }));
});

afterAll(async () => {
  await world?.close();
  await witness?.close();
  rmSync(folder, { recursive: true, force: true });
});

const policyOf = async (ledger: VaultId): Promise<string> => await ada.device.ledger.policy(ledger);

async function trust(ledger: VaultId): Promise<void> {
  const logKey = /^log (\S+)/m.exec(await policyOf(ledger))?.[1] ?? '';
  const { heads } = await openWitnessHome(engine, witnessHome, 'look');
  trustLog(engine, heads, logKey);
  heads.close();
}

/** Lets the resting time of witnesses pass, and asks. */
async function ask(): Promise<void> {
  await world.advance(30_000);
  await world.server.jobs.runAll();
}

async function findings(): Promise<string[]> {
  return (await ada.device.doctor()).map(({ code }) => code).filter((code) => code.startsWith('WITNESS'));
}

async function refusalOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  return error instanceof StrongroomError ? error.code : String(error);
}

async function addRecord(
  level: 1 | 3,
): Promise<{ room: RoomId; open: () => Promise<{ receipt: string; line: { index: number } }> }> {
  const { room } = await ada.device.clients.add({ vault, name: `Client of level ${level}`, class: level });
  const { record } = await ada.device.records.add({ room, source: fileOf('deed.txt', new Uint8Array(100)) });
  const open = async () => await ada.device.records.open({ record, sink: new MemorySink(), purpose: 'work' });
  return { room, open };
}

test('a witness that does not know the ledger yet is no witness', async () => {
  await ask();
  expect(await ada.device.ledger.witnessing({ ledger: officeId })).toMatchObject({
    kind: 'told',
    size: 0,
    witnesses: [],
  });
  expect(world.server.context.witnesses.report(officeId)?.witnesses).toEqual([
    { name: 'partner', state: 'refuses', size: 0 },
  ]);
});

test('checkpoints are cosigned, and devices, exports and monitors see it', async () => {
  await trust(officeId);
  await trust(vault);
  await ask();
  const told = await ada.device.ledger.witnessing({ ledger: officeId });
  expect(told).toMatchObject({ kind: 'told', isLate: false, witnesses: [{ name: 'partner', vkey }] });
  const { size } = world.server.context.ledgers.office;
  expect(told).toMatchObject({ size });
  const policy = parsePolicy(
    engine,
    (await policyOf(officeId)).replace('quorum none', `witness partner ${vkey}\nquorum partner`),
  );
  const exported = new Map<string, Uint8Array>();
  await ada.device.ledger.exportTo({
    ledger: officeId,
    write: async (path, bytes) => void exported.set(path, bytes),
  });
  const keys = { logs: policy.logs.map(({ key }) => key), witnesses: policy.witnesses.map(({ key }) => key) };
  const checkpoint = await verifyCheckpoint(engine, exported.get('checkpoint') ?? '', keys, {
    isEvidence: true,
  });
  expect(checkpoint.cosignatures.length).toBe(1);
  expect((await findings()).sort()).toEqual([
    'WITNESS_COSIGNS',
    'WITNESS_COSIGNS',
    'WITNESS_READER_UNKNOWN',
    'WITNESS_READS',
  ]);
});

test('the top class is answered under a witnessed head, and not without one', async () => {
  const top = await addRecord(3);
  const plain = await addRecord(1);
  const opened = await top.open();
  const policy = (await policyOf(vault)).replace('quorum none', `witness partner ${vkey}\nquorum partner`);
  const { entry } = await ada.device.ledger.receipt({ ledger: vault, index: opened.line.index });
  const verified = await verifyTlogProof(engine, {
    entry,
    proof: opened.receipt,
    policy: parsePolicy(engine, policy),
  });
  expect(verified).toMatchObject({ index: opened.line.index, checkpoint: { cosignatures: [{}] } });

  const { port } = witness;
  await witness.close();
  const late = refusalOf(top.open());
  expect((await plain.open()).receipt).toContain('tlog-proof');
  expect(await world.outlast(late, 11_000)).toBe('WITNESS_UNAVAILABLE');
  witness = await startWitness({ home: witnessHome, listening: { port } });
  await ask();
  expect((await top.open()).receipt).toContain('\u2014 partner.example/witness ');
});

test('a witness that is silent for over a minute is an alarm, until it is back', async () => {
  await ask();
  const { port } = witness;
  await witness.close();
  await addRecord(1);
  await world.server.jobs.runAll();
  await world.advance(61_000);
  await world.server.jobs.runAll();
  expect(await ada.device.ledger.witnessing({ ledger: vault })).toMatchObject({ isLate: true });
  expect(await findings()).toContain('WITNESS_LATE');
  witness = await startWitness({ home: witnessHome, listening: { port } });
  await ask();
  await world.server.jobs.runAll();
  expect(await ada.device.ledger.witnessing({ ledger: vault })).toMatchObject({ isLate: false });
});

/** The command on the witness's machine, by a clock that goes as the server's. */
async function read(dir: string, home: string): Promise<Ended> {
  const [, firm = ''] = world.server.context.ledgers.office.checkpoint().note.split('/', 2);
  const words = ['witness', 'read', dir, firm, '--server', world.server.url, '--home', home, '--json'];
  const now = (): number => Date.now() + world.offsetMs;
  return await runCommand({ folder, home: 'nobody' }, words, {}, 'en', undefined, now);
}

test('a witness that may read entries has whole ledgers, which anybody can check', async () => {
  await ask();
  await world.advance(61_000);
  const { code, out, err } = await read('taken', witnessHome);
  expect(code, err).toBe(0);
  const written = JSON.parse(out) as { ledger: string; size: number }[];
  expect(written.map(({ ledger }) => ledger).sort()).toEqual([officeId, vault].sort());
  const checked = await runCommand({ folder, home: 'nobody' }, ['ledger', 'verify', 'taken', '--json']);
  expect(checked.code, checked.err).toBe(0);
  expect(JSON.parse(checked.out)).toMatchObject({ ledgers: [{ disagreements: [] }, { disagreements: [] }] });
});

test('every member is told who reads: the witnesses in force that are listed, and no other name', async () => {
  const invited = await ada.device.people.invite({ name: 'Bea', roles: ['opener'] });
  const bea = await world.enrol(invited.code);
  const fingerprint = (await ada.device.people.show(invited.person)).fingerprint ?? '';
  await ada.device.people.admit({ person: invited.person, fingerprint });
  expect(await bea.device.witnesses.readers()).toEqual(['partner.example/witness']);
  expect(await bea.device.witnesses.list()).toMatchObject({
    witnesses: [],
    readers: ['partner.example/witness'],
  });
});

test('nobody else has entries by a request: no other witness, no member, none twice, none of another ledger', async () => {
  const { signer, heads } = await openWitnessHome(engine, witnessHome, 'look');
  const [origin = ''] = world.server.context.ledgers.find(vault)?.checkpoint().note.split('\n', 1) ?? [];
  heads.close();
  const send = async (body: unknown, ledger: VaultId = vault, session?: string): Promise<unknown> => {
    const response = await fetch(`${world.server.url}/v1/ledgers/${ledger}/entry-bundles`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(session === undefined ? {} : { authorization: `Bearer ${session}` }),
      },
      body: JSON.stringify(body),
    });
    return response.ok ? 'given' : ((await response.json()) as { code: string }).code;
  };
  const sign = async (index: number, width: number, by = signer): Promise<string> =>
    await signEntriesRequest(by, { origin, index, width }, Math.floor((Date.now() + world.offsetMs) / 1000));

  const request = await sign(0, 1);
  expect(await send({ request }, officeId)).toBe('ACCESS_DENIED');
  expect(await send({ request })).toBe('given');
  expect(await send({ request })).toBe('ACCESS_DENIED');
  expect(await send({ request: await sign(9, 256) })).toBe('NOT_FOUND');

  const otherHome = join(folder, 'other');
  const name = 'partner.example/witness';
  await initWitness({ engine, home: otherHome, name });
  const other = await openWitnessHome(engine, otherHome, 'look');
  trustLog(engine, other.heads, /^log (\S+)/m.exec(await policyOf(officeId))?.[1] ?? '');
  other.heads.close();
  expect(await send({ request: await sign(0, 2, other.signer) })).toBe('ACCESS_DENIED');
  expect(await send({ request: '' })).toBe('ACCESS_DENIED');
  expect(await send({})).toBe('REQUEST_INVALID');
  const session = ada.transport.sent
    .map(({ headers }) => /^Bearer (\S+)$/.exec(headers?.['authorization'] ?? '')?.[1])
    .findLast((found) => found !== undefined);
  expect(session).toBeDefined();
  expect(await send({ request: 'x' }, vault, session)).toBe('ACCESS_DENIED');
  // It countersigned nothing yet, so it knows of nothing to read.
  const stolen = await read('stolen', otherHome);
  expect(stolen.code).not.toBe(0);
  expect(stolen.err).toContain('NAME_UNKNOWN');
  expect(existsSync(join(folder, 'stolen'))).toBe(false);
});

test('a witness with another history is an alarm that does not go away', async () => {
  const database = new DatabaseSync(join(witnessHome, 'witness.sqlite'));
  database.exec('update logs set root = zeroblob(32)');
  database.close();
  await addRecord(1);
  await ask();
  await ask();
  expect(await findings()).toContain('WITNESS_OTHER_HISTORY');
  expect(world.server.context.witnesses.report(vault)?.witnesses).toMatchObject([{ state: 'other-history' }]);
});

test.each([
  ['witness-policy-file', undefined],
  ['witness-policy', 'hello\n'],
  ['witness-count', 'quorum none\n'],
  ['witness-quorum', 'witness partner VKEY https://partner.example\nquorum none\n'],
  ['witness-url', 'witness partner VKEY\nquorum partner\n'],
  ['witness-url', 'witness partner VKEY http://partner.example\nquorum partner\n'],
])('a policy that asks nobody is refused at start: %s', async (reason, policy) => {
  const home = mkdtempSync(join(folder, 'home-'));
  await writeFile(join(home, 'config.json'), '{ "witnesses": "policy" }\n');
  if (policy !== undefined) await writeFile(join(home, 'policy'), policy.replace('VKEY', vkey));
  await expect(startServer({ home, port: 0 })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    details: { reason },
  });
});

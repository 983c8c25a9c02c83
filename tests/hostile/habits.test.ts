/**
 * Somebody reads people's habits out of the ledger: an operator with every file of the server, and a colleague who may read lines. The
 * first finds numbers in place of names, and details that are sealed, each anew; the second gets no names without a role of its own.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { officeId } from '@strongroom/core';
import type { RecordId, RoomId, VaultId } from '@strongroom/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeOf, contentOf, fileOf, FirmWorld, MemorySink } from '../device/firm-world.ts';
import type { TestDevice } from '../device/firm-world.ts';
import { getAttack } from './harness/attacks.ts';

const said = {
  client: 'Okonkwo Maritime',
  vault: 'Salvage cases',
  document: 'affidavit-of-loss.pdf',
  reason: 'before the tribunal sits',
  colleague: 'Benedikt Ostrowski',
};

let world: FirmWorld;
let ada: TestDevice;
let ben: TestDevice;
let vault: VaultId;
let room: RoomId;
let record: RecordId;

beforeAll(async () => {
  world = await FirmWorld.start();
  ada = await world.foundFirm();
  const { code, person } = await ada.device.people.invite({ name: said.colleague, roles: ['opener'] });
  ben = await world.enrol(code);
  await ada.device.sync();
  const { fingerprint = '' } = await ada.device.people.show(person);
  await ada.device.people.admit({ person, fingerprint });
  ({ vault } = await ada.device.vaults.add({ name: said.vault }));
  ({ room } = await ada.device.clients.add({ vault, name: said.client }));
  await ada.device.access.grant({ room, person, role: 'manager', fingerprint, withHistory: true });
  ({ record } = await ada.device.records.add({ room, source: fileOf(said.document, contentOf(900)) }));
  // Twice, for the same reason.
  for (let times = 0; times < 2; times++)
    await ada.device.records.open({
      record,
      sink: new MemorySink(),
      purpose: 'review',
      reason: said.reason,
    });
  await ben.device.sync();
}, 180_000);
afterAll(async () => await world.close());

/** Every file of a folder, as it lies there. */
function readAll(folder: string): readonly Buffer[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path));
}

/** The words beside the lines of a ledger, as the server has them. */
function readPayloads(): readonly Uint8Array[] {
  const database = new DatabaseSync(join(world.home, 'data', 'vaults', vault, 'vault.sqlite'), {
    readOnly: true,
  });
  try {
    return database
      .prepare('select * from payloads')
      .all()
      .flatMap((row) => Object.values(row))
      .filter((value) => value instanceof Uint8Array);
  } finally {
    database.close();
  }
}

test('J15: everything that an operator has holds no name of a client, a person, a vault, a document, and no reason', () => {
  const files = readAll(join(world.home, 'data'));
  expect(files.length).toBeGreaterThan(3);
  const all = Buffer.concat(files);
  // The line is there, by numbers.
  expect(all.includes(record)).toBe(true);
  for (const words of Object.values(said))
    for (const encoding of ['utf8', 'utf16le'] as const)
      for (const text of [words, words.toLowerCase(), Buffer.from(words).toString('base64').slice(0, 12)])
        expect(all.includes(Buffer.from(text, encoding)), text).toBe(false);
});

test('J15: the same reason twice is not seen to be the same', () => {
  const payloads = readPayloads();
  const hex = payloads.map((bytes) => Buffer.from(bytes).toString('hex'));
  expect(hex.length).toBeGreaterThan(1);
  expect(new Set(hex).size).toBe(hex.length);
});

test('J15: lines with names are given out for a role of their own, to nobody else, and that is a line itself', async () => {
  const named = { ledger: vault, room, withNames: true } as const;
  // Neither the owner nor whoever manages the room.
  for (const by of [ada, ben]) {
    expect(getAttack('J15').expected).toContain(await codeOf(by.device.ledger.report(named)));
    const plain = JSON.stringify(await by.device.ledger.report({ ledger: vault, room }));
    for (const words of Object.values(said)) expect(plain).not.toContain(words);
  }
  const exported = async (): Promise<number> =>
    (await ada.device.ledger.page({ ledger: officeId, kinds: ['names.exported'] })).lines.length;
  expect(await exported()).toBe(0);
  await ada.device.people.grantRole(ada.device.me.person, 'namer');
  expect(JSON.stringify(await ada.device.ledger.report(named))).toContain(said.client);
  expect(await exported()).toBe(1);
});

/** Exports that meet something on their way: a break, a document that is not what was signed, the ceiling of an hour. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { encodeUtf8 } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import type { RecordId, RoomId } from '@strongroom/core';
import { createTranslator } from '@strongroom/texts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contentOf, fileOf, FirmWorld } from '../../../tests/device/firm-world.ts';
import type { TestDevice } from '../../../tests/device/firm-world.ts';
import { exportFirm } from '../src/export/export-firm.ts';
import type { ExportReport } from '../src/export/export-firm.ts';
import { openExportJournal } from '../src/export/export-journal.ts';
import type { ExportOptions } from '../src/export/export-options.ts';
import { createOutput } from '../src/output/output.ts';

const folder = mkdtempSync(join(tmpdir(), 'sr-export-'));
const engine = createNodeEngine();
const identity = await generateX25519Identity();
const recipient = await identityToRecipient(identity);
const hourMs = 3_600_000;

let world: FirmWorld;
let ada: TestDevice;
let room: RoomId;
const records: RecordId[] = [];

beforeAll(async () => {
  world = await FirmWorld.start();
  ada = await world.foundFirm();
  const { vault } = await ada.device.vaults.add({ name: 'Disputes' });
  ({ room } = await ada.device.clients.add({ vault, name: 'Meier' }));
  for (const name of ['a.txt', 'b.txt', 'c.txt', 'd.txt'])
    records.push(
      (await ada.device.records.add({ room, source: fileOf(name, encodeUtf8(`first ${name}`)) })).record,
    );
});
afterAll(async () => {
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

async function take(name: string, changes: Partial<ExportOptions> = {}): Promise<ExportReport> {
  const target = join(folder, name);
  mkdirSync(target, { recursive: true });
  const sink = { write: () => true };
  return await exportFirm({
    device: ada.device,
    engine,
    output: createOutput({
      context: { stdout: sink, stderr: sink, env: {} },
      texts: createTranslator('en'),
      isJson: false,
    }),
    clock: ada.environment.clock,
    signal: new AbortController().signal,
    folder: target,
    journal: openExportJournal({
      engine,
      journals: join(folder, 'journals'),
      target,
      deviceFileKey: new Uint8Array(32).fill(7),
    }),
    recipients: [recipient],
    hasAllVersions: false,
    purpose: 'handover',
    readVerifierPage: async () => undefined,
    ...changes,
  });
}

/** Opens every volume into a folder; answers the documents there, by path. */
async function unpack(name: string): Promise<Map<string, string>> {
  const plain = join(folder, `${name}-plain`);
  mkdirSync(plain);
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  for (const volume of readdirSync(join(folder, name)))
    execFileSync('tar', ['-x', '--warning=no-timestamp', '-C', plain], {
      input: await decrypter.decrypt(readFileSync(join(folder, name, volume))),
    });
  const files = readdirSync(join(plain, 'clients'), { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile(),
  );
  return new Map(
    files
      .toSorted((left, right) => (left.name < right.name ? -1 : 1))
      .map((file) => [file.name, readFileSync(join(file.parentPath, file.name), 'utf8')] as const),
  );
}

const whole = new Map(
  ['a', 'b', 'c', 'd'].map((letter) => [`${letter}.txt`, `first ${letter}.txt`] as const),
);

/** How often each document was opened, as the ledger has it. */
async function countOpenings(): Promise<number[]> {
  const counts: number[] = [];
  for (const record of records) counts.push((await ada.device.records.openings({ record })).length);
  return counts;
}

test('an export that is cut goes on where it stopped, and opens nothing twice', async () => {
  let bodies = 0;
  mkdirSync(join(folder, 'cut'));
  writeFileSync(join(folder, 'cut', '.strongroom-00ff.part'), 'of a killed run');
  ada.transport.mutator = async (request, send) => {
    if (request.path.endsWith('/releases') && bodies > 1) throw new Error('the network is gone');
    if (request.path.includes('/body')) bodies += 1;
    return await send();
  };
  await expect(take('cut')).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' });
  ada.transport.mutator = undefined;
  expect(readdirSync(join(folder, 'cut'))).toEqual(['strongroom-export-0001.tar.age']);
  const journal = readdirSync(join(folder, 'journals'));
  expect(journal).toHaveLength(1);
  expect(readFileSync(join(folder, 'journals', journal[0] ?? ''), 'latin1')).not.toContain('a.txt');

  const other = await identityToRecipient(await generateX25519Identity());
  await expect(take('cut', { recipients: [other] })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  const { alreadyThere, index, volumes } = await take('cut');
  expect(alreadyThere).toBeGreaterThan(0);
  expect(volumes).toHaveLength(2);
  expect(index.documents).toHaveLength(4);
  expect(await countOpenings()).toEqual([1, 1, 1, 1]);
  expect(await unpack('cut')).toEqual(whole);
});

test('volumes end where they are large enough, and are whole each by itself', async () => {
  const { volumes } = await take('small', { volumeBytes: 1 });
  expect(volumes.map(({ name }) => name)).toEqual(readdirSync(join(folder, 'small')));
  expect(volumes).toHaveLength(5);
  expect(await unpack('small')).toEqual(whole);
});

test('a document that is not what was signed is named, and stops none of the others', async () => {
  const [, second] = records;
  ada.transport.mutator = async (request, send) => {
    const answer = await send();
    if (request.method === 'GET' && request.path.includes('/body') && request.path.includes(second ?? '-'))
      answer.body[20] = (answer.body[20] ?? 0) ^ 1;
    return answer;
  };
  const { index } = await take('wrong');
  ada.transport.mutator = undefined;
  expect(index.leftOut).toEqual([
    expect.objectContaining({ record: second, name: 'b.txt', code: 'RELEASE_REJECTED' }),
  ]);
  expect([...(await unpack('wrong')).keys()]).toEqual(['a.txt', 'c.txt', 'd.txt']);
  expect(readFileSync(join(folder, 'wrong-plain', 'index.html'), 'utf8')).toContain('b.txt');
  expect(readFileSync(join(folder, 'wrong-plain', 'index.csv'), 'utf8')).toContain('RELEASE_REJECTED');
});

test('at the ceiling of the hour it waits for the next one', async () => {
  const waits: number[] = [];
  let isRefused = false;
  let nowMs = 10 * hourMs + 1_000;
  ada.transport.mutator = async (request, send) => {
    if (!request.path.endsWith('/releases') || isRefused) return await send();
    isRefused = true;
    const body = encodeUtf8(
      JSON.stringify({ type: 'about:blank', code: 'RELEASE_LIMIT', requestId: 'x', status: 429 }),
    );
    return { status: 429, headers: { 'content-type': 'application/problem+json' }, body };
  };
  const clock = { nowMs: () => nowMs, sleep: async (ms: number) => void (nowMs += ms) };
  const { index } = await take('late', { clock, onWait: (untilMs) => waits.push(untilMs) });
  ada.transport.mutator = undefined;
  expect(waits).toHaveLength(1);
  expect(nowMs).toBeGreaterThanOrEqual(11 * hourMs);
  expect(index.documents).toHaveLength(4);
});

test('earlier versions come along where they are asked for, and a large document passes through no file in plain', async () => {
  const large = contentOf(9 * 2 ** 20);
  const [first] = records;
  if (first === undefined) throw new Error('there is no document');
  await ada.device.records.addVersion({
    record: first,
    base: 1,
    source: fileOf('a.txt', encodeUtf8('second')),
  });
  await ada.device.records.add({ room, source: fileOf('large.bin', large) });
  const { index } = await take('versions', { hasAllVersions: true });
  expect(index.documents.map(({ name, version }) => `${name} ${version}`).toSorted()).toEqual([
    'a.txt 1',
    'a.txt 2',
    'b.txt 1',
    'c.txt 1',
    'd.txt 1',
    'large.bin 1',
  ]);
  const files = await unpack('versions');
  expect(files.get('a.txt')).toBe('second');
  expect(files.get('a (version 1).txt')).toBe('first a.txt');
  const [path = ''] = index.documents.filter(({ name }) => name === 'large.bin').map((one) => one.path);
  expect(readFileSync(join(folder, 'versions-plain', path)).equals(large)).toBe(true);
  expect(existsSync(join(folder, 'versions', 'large.bin'))).toBe(false);
});

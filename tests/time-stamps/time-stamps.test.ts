/** Time stamps from end to end: a real server asks a real authority, an export carries what it gave, and a stranger checks it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { officeId } from '@strongroom/core';
import type { VaultId } from '@strongroom/core';
import { startServer } from '@strongroom/server';
import { checkHome } from '@strongroom/server/fsck';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run as runCommand } from '../cli/command-line.ts';
import { FirmWorld } from '../device/firm-world.ts';
import type { TestDevice } from '../device/firm-world.ts';
import { send, StampKit, StampServer, whyNoAuthority } from './authority.ts';

const hourMs = 3_600_000;

interface Stamp {
  readonly ledger: string;
  readonly file: string;
  readonly size: number;
  readonly atMs?: number;
  readonly refused?: string;
}

describe.skipIf(whyNoAuthority !== '')(`time stamps of a firm${whyNoAuthority}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'sr-stamps-'));
  let kit: StampKit;
  let authority: StampServer;
  let world: FirmWorld;
  let ada: TestDevice;
  let vault: VaultId;

  beforeAll(async () => {
    kit = new StampKit();
    authority = await StampServer.start((question, response) => send(response, kit.answer(question)));
    world = await FirmWorld.start(async (home) => {
      const timeStamps = { url: authority.url, authorities: 'authorities.pem' };
      writeFileSync(join(home, 'config.json'), JSON.stringify({ timeStamps }));
      writeFileSync(join(home, 'authorities.pem'), kit.authorities);
    });
    ada = await world.foundFirm();
    ({ vault } = await ada.device.vaults.add({ name: 'Litigation' }));
    await ada.device.clients.add({ vault, name: 'Zamość Holdings', class: 1 });
    writeFileSync(join(folder, 'authorities.pem'), kit.authorities);
  });
  afterAll(async () => {
    await world?.close();
    await authority?.close();
    kit?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  async function findings(): Promise<string[]> {
    const codes = (await ada.device.doctor()).map(({ code }) => code);
    return codes.filter((code) => code.startsWith('TIME_STAMP')).sort();
  }

  /** As `strongroom ledger export` lays it. */
  async function exportTo(name: string): Promise<Map<string, Uint8Array>> {
    const files = new Map<string, Uint8Array>();
    for (const ledger of [officeId, vault]) {
      const at = ledger === officeId ? 'office' : ledger;
      await ada.device.ledger.exportTo({
        ledger,
        write: async (path, bytes) => void files.set(`${at}/${path}`, bytes),
      });
    }
    lay(name, files);
    return files;
  }

  function lay(name: string, files: ReadonlyMap<string, Uint8Array>): void {
    for (const [path, bytes] of files) {
      const target = join(folder, name, path);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, bytes);
    }
  }

  async function verify(
    name: string,
    more: readonly string[] = ['--time-stamp-authorities', 'authorities.pem'],
  ) {
    const words = ['ledger', 'verify', name, ...more];
    const ended = await runCommand({ folder, home: 'nobody' }, [...words, '--json']);
    const said = await runCommand({ folder, home: 'nobody' }, words);
    const { timeStamps = [] } = JSON.parse(ended.out) as { timeStamps?: readonly Stamp[] };
    expect(said.code).toBe(ended.code);
    return { code: ended.code, stamps: timeStamps, out: said.out, err: said.err };
  }

  /** A day goes by for the stamps that are kept, without the clocks of this test leaving OpenSSL's. */
  function age(ledger: VaultId, hours: number): void {
    const path = ledger === officeId ? 'data/office/office.sqlite' : `data/vaults/${ledger}/vault.sqlite`;
    const database = new DatabaseSync(join(world.home, path));
    database.prepare('update time_stamps set at_ms = at_ms - ?').run(hours * hourMs);
    database.close();
  }

  const stampFiles = (files: ReadonlyMap<string, Uint8Array>): string[] =>
    [...files.keys()].filter((path) => path.includes('/time-stamps/')).sort();

  test('each ledger is stamped once, and not again before its time or without a new line', async () => {
    await world.server.jobs.runAll();
    expect(authority.asked).toHaveLength(2);
    await world.server.jobs.runAll();
    age(vault, 25);
    await world.server.jobs.runAll();
    expect(authority.asked).toHaveLength(2);
    expect(await findings()).toEqual(['TIME_STAMPED', 'TIME_STAMPED']);
    const { ledgers } = await ada.device.witnesses.list();
    for (const { stamped } of ledgers) expect(stamped?.size).toBeGreaterThan(0);
  });

  test('the export carries them, and stock OpenSSL accepts them', async () => {
    const files = await exportTo('good');
    const paths = stampFiles(files);
    expect(paths).toHaveLength(4);
    for (const path of paths.filter((one) => one.endsWith('.tsr'))) {
      const data = path.replace(/\.tsr$/u, '.checkpoint');
      kit.run([
        'ts',
        '-verify',
        '-in',
        join(folder, 'good', path),
        '-data',
        join(folder, 'good', data),
        '-CAfile',
        join(folder, 'authorities.pem'),
      ]);
    }
    const { code, stamps, out } = await verify('good');
    expect(code).toBe(0);
    expect(stamps).toHaveLength(2);
    for (const { atMs = 0 } of stamps) expect(Math.abs(atMs - Date.now())).toBeLessThan(300_000);
    expect(out).toContain(`office: lines up to ${(stamps[0]?.size ?? 0) - 1} existed by`);
  });

  test('without authorities they are told of and not believed', async () => {
    const { code, out } = await verify('good', []);
    expect(code).toBe(0);
    expect(out).toContain('2 time stamps were not checked');
    expect(out).not.toContain('existed by');
  });

  test('authorities are refused where no stamps are checked', async () => {
    const at = { folder, home: 'nobody' };
    const words = ['--time-stamp-authorities', 'authorities.pem'];
    lay('loose', new Map([['line.tlog-proof', new Uint8Array([1])]]));
    expect((await runCommand(at, ['ledger', 'verify', 'loose/line.tlog-proof', ...words])).code).toBe(2);
    expect((await runCommand(at, ['ledger', 'verify', ...words])).code).toBe(2);
    const leaf = ['--time-stamp-authorities', kit.signer.certificate];
    expect((await runCommand(at, ['ledger', 'verify', 'good', ...leaf])).err).toContain('FORMAT_INVALID');
    const none = ['--time-stamp-authorities', 'none.pem'];
    expect((await runCommand(at, ['ledger', 'verify', 'good', ...none])).err).toContain('FILE_UNREADABLE');
  });

  test('a stamp of somebody else, a forged one and a moved one are refused', async () => {
    const files = await exportTo('bad');
    const [officeNote = '', officeStamp = '', , vaultStamp = ''] = stampFiles(files);
    expect([officeStamp, vaultStamp].every((path) => path.endsWith('.tsr'))).toBe(true);
    const bytesOf = (path: string): Uint8Array => files.get(path) ?? new Uint8Array();
    const spoil = async (changes: readonly (readonly [string, Uint8Array])[]): Promise<string[]> => {
      lay('bad', new Map([...files, ...changes]));
      const { code, stamps, err } = await verify('bad');
      expect(code).toBe(5);
      expect(err).toContain('proves nothing');
      return stamps.flatMap(({ refused }) => (refused === undefined ? [] : [refused]));
    };
    const other = new StampKit();
    const question = kit.ask(bytesOf(officeNote));
    expect(await spoil([[officeStamp, other.answer(question)]])).toEqual(['chain']);
    const info = kit.infoOf(bytesOf(officeStamp));
    const forged = kit.forge(info, other.signer, { isNamed: true });
    expect(await spoil([[officeStamp, forged]])).toEqual(['chain']);
    other.remove();
    expect(await spoil([[officeStamp, bytesOf(vaultStamp)]])).toEqual(['imprint']);
    expect(await spoil([[officeStamp, new Uint8Array()]])).toEqual(['der']);
    // A good stamp of a checkpoint that this ledger never had.
    const made = new TextEncoder().encode(
      new TextDecoder().decode(bytesOf(officeNote)).replace(/\n[^\n]+\n\n/u, `\n${'A'.repeat(43)}=\n\n`),
    );
    const stamped = kit.answer(kit.ask(made));
    expect(
      await spoil([
        [officeNote, made],
        [officeStamp, stamped],
      ]),
    ).toEqual(['checkpoint']);
    // The right root, and no signature of the ledger's key.
    const unsigned = new TextEncoder().encode(
      new TextDecoder().decode(bytesOf(officeNote)).replace(/[A-Za-z0-9+/]{8}=*\n$/u, 'AAAAAAAA\n'),
    );
    expect(
      await spoil([
        [officeNote, unsigned],
        [officeStamp, kit.answer(kit.ask(unsigned))],
      ]),
    ).toEqual(['checkpoint']);
    rmSync(join(folder, 'bad', officeNote));
    lay('bad', new Map([[officeStamp, bytesOf(officeStamp)]]));
    expect((await verify('bad')).stamps).toMatchObject([{ refused: 'file' }, { ledger: vault }]);
  });

  test('a day later the next checkpoint is stamped, and the earlier stamp stays', async () => {
    await ada.device.clients.add({ vault, name: 'Oran Holdings', class: 1 });
    await world.server.jobs.runAll();
    expect(authority.asked.length).toBe(3);
    const files = await exportTo('later');
    expect(stampFiles(files).filter((path) => path.startsWith(vault))).toHaveLength(4);
    const { code, stamps } = await verify('later');
    expect(code).toBe(0);
    expect(stamps.filter(({ ledger }) => ledger === vault)).toHaveLength(2);
  });

  test('a device takes no stamp of a checkpoint that the ledger never had', async () => {
    ada.transport.mutator = async (request, sendOn) => {
      const answer = await sendOn();
      if (!request.path.includes('/time-stamps')) return answer;
      const text = new TextDecoder()
        .decode(answer.body)
        .replace(/\\n[A-Za-z0-9+/]{43}=\\n/u, `\\n${'A'.repeat(43)}=\\n`);
      return { ...answer, body: new TextEncoder().encode(text) };
    };
    const refused = ada.device.ledger.exportTo({ ledger: vault, write: async () => undefined });
    await expect(refused).rejects.toMatchObject({ code: 'ANSWER_INVALID' });
    ada.transport.mutator = undefined;
  });

  test('the check of a home goes through them', async () => {
    const copy = mkdtempSync(join(tmpdir(), 'sr-stamps-home-'));
    for (const path of ['office/office.sqlite', `vaults/${vault}/vault.sqlite`]) {
      mkdirSync(dirname(join(copy, 'data', path)), { recursive: true });
      const database = new DatabaseSync(join(world.home, 'data', path), { readOnly: true });
      database.prepare('vacuum into ?').run(join(copy, 'data', path));
      database.close();
    }
    const differences = async (): Promise<unknown[]> =>
      (await checkHome(copy)).ledgers.flatMap(({ difference }) =>
        difference === undefined ? [] : [difference],
      );
    expect(await differences()).toEqual([]);
    const database = new DatabaseSync(join(copy, 'data', `vaults/${vault}/vault.sqlite`));
    const [first, second] = database.prepare('select size, answer from time_stamps order by size').all();
    const change = database.prepare('update time_stamps set answer = ? where size = ?');
    change.run(first?.['answer'] as Uint8Array, second?.['size'] as number);
    expect(await differences()).toMatchObject([{ table: 'time_stamps', what: 'answer' }]);
    change.run(second?.['answer'] as Uint8Array, second?.['size'] as number);
    database
      .prepare("update time_stamps set note = replace(note, '/0', '/1') where size = ?")
      .run(first?.['size'] as number);
    database.close();
    expect(await differences()).toMatchObject([{ table: 'time_stamps' }]);
    rmSync(copy, { recursive: true, force: true });
  });

  test('an authority that fails is told of, blocks nothing, and is late after twice the time', async () => {
    age(officeId, 25);
    age(vault, 25);
    authority.respond = (_, response) => response.writeHead(500).end();
    await ada.device.clients.add({ vault, name: 'Baltic Freight', class: 1 });
    await ada.device.people.list();
    await world.server.jobs.runAll();
    expect(await findings()).toContain('TIME_STAMP_FAILED');
    expect(await findings()).not.toContain('TIME_STAMP_LATE');
    const before = authority.asked.length;
    await world.server.jobs.runAll();
    expect(authority.asked.length).toBe(before);
    await world.advance(49 * hourMs);
    await ada.reopen();
    await world.server.jobs.runAll();
    expect(authority.asked.length).toBeGreaterThan(before);
    expect(await findings()).toEqual(expect.arrayContaining(['TIME_STAMP_FAILED', 'TIME_STAMP_LATE']));
    expect((await ada.device.clients.list()).length).toBe(3);
    // OpenSSL's clock is two days behind by now: its answers are refused, however good the signature.
    authority.respond = (question, response) => send(response, kit.answer(question));
    await world.advance(2 * hourMs);
    await world.server.jobs.runAll();
    expect(world.server.context.timeStamps.failure).toBe('time');
  });

  test.each([
    ['timeStamps', { url: 'https://tsa.example' }],
    ['timeStamps', { url: 'https://tsa.example', authorities: 'good.pem', everyHours: 0 }],
    ['timeStamps', { url: 'https://tsa.example', authorities: 'good.pem', everyHours: 169 }],
    ['timeStamps', { url: 'https://tsa.example', authorities: 'good.pem', other: 1 }],
    ['time-stamps-url', { url: 'ftp://tsa.example', authorities: 'good.pem' }],
    ['time-stamps-url', { url: 'https://me:secret@tsa.example', authorities: 'good.pem' }],
    ['time-stamps-authorities-file', { url: 'https://tsa.example', authorities: 'none.pem' }],
    ['time-stamps-authorities', { url: 'https://tsa.example', authorities: 'leaf.pem' }],
  ])('a configuration that cannot be is refused at start: %s %o', async (reason, timeStamps) => {
    const home = mkdtempSync(join(folder, 'home-'));
    writeFileSync(join(home, 'config.json'), JSON.stringify({ timeStamps }));
    writeFileSync(join(home, 'good.pem'), kit.authorities);
    writeFileSync(join(home, 'leaf.pem'), readFileSync(kit.signer.certificate));
    await expect(startServer({ home, port: 0 })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      details: { reason },
    });
  });
});

test('without a configuration nobody is asked and nothing is said', async () => {
  const world = await FirmWorld.start();
  const ada = await world.foundFirm();
  await world.server.jobs.runAll();
  expect((await ada.device.doctor()).filter(({ code }) => code.startsWith('TIME_STAMP'))).toEqual([]);
  const paths: string[] = [];
  await ada.device.ledger.exportTo({ ledger: officeId, write: async (path) => void paths.push(path) });
  expect(paths.filter((path) => path.startsWith('time-stamps'))).toEqual([]);
  await world.close();
});

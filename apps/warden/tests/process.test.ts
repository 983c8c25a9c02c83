/** The process as such: lock, hostile peers, slots over restarts and copies, failures of the disk, what lies on the disk. */
import { execFile } from 'node:child_process';
import { cpSync, readFileSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { encodeU32, newId, officeId, sealIntakeBox } from '@strongroom/core';
import type { RecordId } from '@strongroom/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startWarden, wardenFaultPoints } from '../src/index.ts';
import { openTableStore } from '../src/storage/table-store.ts';
import { createIdleFaultPoints } from '../src/test-control/fault-points.ts';
import { decodeRecord } from '../src/tables/journal-record.ts';
import { Tables } from '../src/tables/tables.ts';
import { Firm, engine } from './kit/firm.ts';
import { RunningWarden } from './kit/running-warden.ts';

let warden: RunningWarden;
beforeEach(async () => {
  warden = await RunningWarden.start();
});
afterEach(async () => {
  await warden.remove();
});

test('two wardens never run on one home', async () => {
  await expect(
    startWarden({ home: warden.home, socketPath: join(warden.directory, 't') }),
  ).rejects.toMatchObject({
    code: 'WARDEN_UNREACHABLE',
    details: { reason: 'WARDEN_BUSY' },
  });
  expect((await warden.client.hello()).isFresh).toBe(true);
});

test('test control is refused outside a test, and the status says when it is on', async () => {
  expect((await warden.client.getStatus()).isTestControlled).toBe(true);
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  const home = join(warden.directory, 'other');
  const args = [
    main,
    '--home',
    home,
    '--socket',
    join(warden.directory, 't'),
    '--test-control',
    join(warden.directory, 'u'),
  ];
  const environment = { ...process.env };
  delete environment['STRONGROOM_UNSAFE_TEST'];
  await expect(promisify(execFile)(process.execPath, args, { env: environment })).rejects.toMatchObject({
    code: 1,
  });
  await expect(promisify(execFile)(process.execPath, [main])).rejects.toMatchObject({ code: 2 });
});

test('hostile bytes are told off and the process lives', async () => {
  const hostile = [
    encodeU32(0xffffffff),
    Buffer.concat([encodeU32(5), Buffer.from('hello')]),
    Buffer.concat([encodeU32(1), Uint8Array.of(0x01)]),
    Buffer.alloc(4000, 0xff),
  ];
  for (const bytes of hostile) {
    const closed = await new Promise<Buffer>((resolve) => {
      const chunks: Buffer[] = [];
      const socket = connect(warden.process.socketPath, () => socket.write(bytes));
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      socket.on('error', () => resolve(Buffer.concat(chunks)));
      socket.on('close', () => resolve(Buffer.concat(chunks)));
    });
    expect(closed.toString('latin1')).toMatch(/CBOR_INVALID|LIMIT_EXCEEDED/);
  }
  const vault = newId(engine, 'vlt');
  const { client } = warden;
  const wrong = client as unknown as Record<string, (request: unknown) => Promise<unknown>>;
  for (const request of [
    {},
    { ledger: 1 },
    { ledger: vault, from: -1, items: [] },
    { ledger: vault, from: 0, items: [1] },
  ])
    await expect(wrong['append']!(request)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  await expect(client.takeSlots({ vault, room: 'x', hour: 0, count: 1 })).rejects.toMatchObject({
    code: 'INPUT_INVALID',
  });
  expect((await client.hello()).isFresh).toBe(true);
});

describe('slots', () => {
  test('are never given twice: over restarts, kills and copies', async () => {
    const firm = await Firm.create(warden.client, warden.nowMs);
    const seen = new Set<number>();
    const take = async (): Promise<number> => {
      const { first, count } = await warden.client.takeSlots({
        vault: firm.vault,
        room: firm.room,
        hour: 0,
        count: 100,
      });
      for (let slot = first; slot < first + count; slot++) {
        expect(seen.has(slot)).toBe(false);
        seen.add(slot);
      }
      return first;
    };
    const first = await take();
    await warden.restart();
    expect(await take()).toBe(first + 100 + 4_096);
    await warden.stop();
    const old = join(warden.directory, 'old');
    cpSync(warden.home, old, { recursive: true });
    await warden.start();
    for (let round = 0; round < 5; round++) await take();
    process.kill(warden.process.pid, 'SIGKILL');
    await warden.startAgain();
    await take();
    // The older copy in the original's place gives none of what the original gave since.
    await warden.stop();
    rmSync(warden.home, { recursive: true });
    renameSync(old, warden.home);
    await warden.start();
    expect(await take()).toBeGreaterThan(1_048_576);
    expect(warden.log.some((line) => line.includes('home.copied'))).toBe(true);
  });

  test('leave only when they are durable', async () => {
    const firm = await Firm.create(warden.client, warden.nowMs);
    const ask = { vault: firm.vault, room: firm.room, hour: 0, count: 10 };
    const { first } = await warden.client.takeSlots(ask);
    for (const point of [
      'warden.slots.before-write',
      'warden.journal.before-write',
      'warden.slots.before-answer',
    ]) {
      await warden.arm(point, 'kill');
      await expect(warden.client.takeSlots(ask)).rejects.toMatchObject({ code: 'WARDEN_UNREACHABLE' });
      await warden.startAgain();
    }
    expect((await warden.client.takeSlots(ask)).first).toBeGreaterThanOrEqual(first + 10);
  });

  test('a wrap is sealed only in a slot of a block of its room; limits are refusals', async () => {
    const firm = await Firm.create(warden.client, warden.nowMs);
    const [part] = await firm.sealParts(1);
    const item = { slot: part!.slot + 1, record: part!.record, version: 1, part: 'card', room: firm.room };
    const more = { wrapContextHash: part!.hw, box: engine.randomBytes(1184) };
    const seal = async (change: object): Promise<unknown> =>
      (await warden.client.seal({ vault: firm.vault, items: [{ ...item, ...more, ...change }] })).results[0];
    expect(await seal({})).toEqual({ code: 'SLOT_UNKNOWN' });
    expect(await seal({ slot: part!.slot, room: newId(engine, 'rom') })).toEqual({ code: 'SLOT_UNKNOWN' });
    expect(await seal({ slot: part!.slot })).toEqual({ code: 'DECRYPT_FAILED' });
    await expect(
      warden.client.takeSlots({ vault: firm.vault, room: firm.room, hour: 0, count: 1_001 }),
    ).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });
});

test('a slot holds one wrap: the same again is sealed again, another is refused, also after a crash', async () => {
  const firm = await Firm.create(warden.client, warden.nowMs);
  const [part] = await firm.sealParts(1);
  const seal = async (record: RecordId, hw: Uint8Array): Promise<string> => {
    const { keys } = await warden.client.getIntake(firm.vault);
    const { vault, room } = firm;
    const context = {
      vault,
      slot: part!.slot,
      record,
      version: 1,
      part: 'card',
      room,
      wrapContextHash: hw,
    } as const;
    const intakeKey = keys[0]!.pk;
    const box = await sealIntakeBox(engine, { intakeKey, context, wrap: part!.wrap });
    const { vault: _vault, ...item } = { ...context, box };
    const [result] = (await warden.client.seal({ vault, items: [item] })).results;
    return 'code' in result! ? result.code : 'sealed';
  };
  expect(await seal(part!.record, part!.hw)).toBe('sealed');
  expect(await seal(part!.record, engine.randomBytes(32))).toBe('SLOT_TAKEN');
  await warden.arm('warden.slots.before-write', 'kill');
  await expect(firm.sealParts(1)).rejects.toMatchObject({ code: 'WARDEN_UNREACHABLE' });
  await warden.startAgain();
  expect(await seal(part!.record, part!.hw)).toBe('sealed');
  expect(await seal(newId(engine, 'rec'), part!.hw)).toBe('SLOT_TAKEN');
  await warden.restart();
  expect(await seal(newId(engine, 'rec'), part!.hw)).toBe('SLOT_TAKEN');
});

test('intake keys: the two newest are accepted, older ones and those before a restart are not', async () => {
  const firm = await Firm.create(warden.client, warden.nowMs);
  const { keys } = await warden.client.getIntake(firm.vault);
  expect(keys).toHaveLength(1);
  await warden.advance(3_600_000);
  const later = await warden.client.getIntake(firm.vault);
  expect(later.keys).toHaveLength(2);
  expect(later.keys[1]!.pk).toEqual(keys[0]!.pk);
  await warden.advance(3_600_000);
  const last = await warden.client.getIntake(firm.vault);
  expect(last.keys.map(({ pk }) => Buffer.from(pk).toString('hex'))).not.toContain(
    Buffer.from(keys[0]!.pk).toString('hex'),
  );
});

describe('failures', () => {
  test.each([
    'warden.journal.before-write',
    'warden.journal.after-write',
    'warden.journal.after-fsync',
    'warden.append.before-sign',
    'warden.append.before-answer',
  ])('at %s: no release, then the same append goes through', async (point) => {
    const firm = await Firm.create(warden.client, warden.nowMs);
    for (const action of ['fail', 'kill'] as const) {
      const parts = await firm.sealParts(1);
      const { request, sent, kemSeed } = await firm.ask(parts);
      const item = firm.itemOf(request, sent, [parts[0]!.sealed]);
      const all = firm.entries.get(firm.vault)!;
      const from = all.length;
      all.push(item);
      await warden.arm(point, action);
      await expect(warden.client.append({ ledger: firm.vault, from, items: [item] })).rejects.toMatchObject({
        code: action === 'fail' ? 'FAULT_INJECTED' : 'WARDEN_UNREACHABLE',
      });
      if (action === 'kill') await warden.startAgain();
      firm.client = warden.client;
      const answer = await warden.client.append({ ledger: firm.vault, from, items: [item] });
      await firm.fold(firm.vault, from, answer.results);
      expect(await firm.openRelease(answer.results[0]!, sent, kemSeed)).toEqual(parts[0]!.wrap);
    }
  });

  test('preparing a ledger gives the same key after a crash that answered, and a new firm after none', async () => {
    const firm = newId(engine, 'frm');
    await warden.arm('warden.prepare-ledger.before-answer', 'kill');
    await expect(warden.client.prepareLedger({ ledger: officeId, firm })).rejects.toThrow();
    await warden.startAgain();
    const first = await warden.client.prepareLedger({ ledger: officeId, firm });
    await warden.restart();
    expect(await warden.client.prepareLedger({ ledger: officeId, firm })).toEqual(first);
    // A first run that was begun and left stands in nobody's way, until something is written.
    const other = newId(engine, 'frm');
    await expect(warden.client.prepareLedger({ ledger: officeId, firm: other })).rejects.toMatchObject({
      code: 'LEDGER_UNKNOWN',
    });
    const second = await warden.client.prepareLedger({ ledger: officeId, firm: other, isAnew: true });
    expect(second.origin).toBe(`strongroom/${other}/${officeId}/0`);
    expect(second.vkey).not.toBe(first.vkey);
    await warden.restart();
    const { vkey, origin } = second;
    expect(await warden.client.prepareLedger({ ledger: officeId, firm: other })).toMatchObject({
      vkey,
      origin,
    });
  });

  test('once a firm is written no other one is prepared', async () => {
    await Firm.create(warden.client, warden.nowMs);
    await expect(
      warden.client.prepareLedger({ ledger: officeId, firm: newId(engine, 'frm'), isAnew: true }),
    ).rejects.toMatchObject({ code: 'LEDGER_UNKNOWN' });
  });

  test('a crash while a snapshot is made loses nothing', async () => {
    const firm = await Firm.create(warden.client, warden.nowMs);
    for (const point of ['warden.snapshot.after-write', 'warden.snapshot.after-rename']) {
      const before = await warden.client.hello();
      await warden.arm(point, 'kill');
      await warden.process.stop();
      await warden.startAgain();
      const after = await warden.client.hello();
      expect(after.ledgers).toEqual(before.ledgers);
      firm.client = warden.client;
      await firm.act('class.set', firm.room, {
        room: firm.room,
        class: firm.vaultState.rooms.get(firm.room)!.class + 1,
      });
    }
  });
});

test('what the journal makes is what the snapshot holds', async () => {
  const firm = await Firm.create(warden.client, warden.nowMs);
  const parts = await firm.sealParts(3);
  await firm.open(parts);
  await firm.append(firm.vault, [{ entry: Uint8Array.of(9) }]);
  await firm.propose(parts);
  const copy = join(warden.directory, 'copy');
  cpSync(warden.home, copy, { recursive: true });
  await warden.stop();
  const context = { engine, faults: createIdleFaultPoints() };
  const nowMs = Date.now();
  const fromJournal = await openTableStore(join(copy, 'tables'), context);
  const replayed = new Tables(engine);
  for (const record of fromJournal.records) {
    replayed.replay(decodeRecord(record), { nowMs, monotonicMs: 0 });
    replayed.advance(record);
  }
  const stored = await openTableStore(join(warden.home, 'tables'), context);
  expect(stored.records).toEqual([]);
  const decoded = Tables.decode(engine, stored.snapshot!, 0);
  expect(decoded.encode(nowMs)).toEqual(replayed.encode(nowMs));
  await Promise.all([fromJournal.journal.close(), stored.journal.close()]);
  await warden.start();
});

test("everything on the disk is the owner's alone, and neither wraps nor keys are in the log or the journal", async () => {
  const firm = await Firm.create(warden.client, warden.nowMs);
  const parts = await firm.sealParts(2);
  await firm.open(parts);
  const files = readdirSync(warden.home, { recursive: true, withFileTypes: true });
  for (const found of files) {
    const path = join(found.parentPath, found.name);
    expect(statSync(path).mode & 0o077).toBe(0);
    if (found.isFile()) for (const { wrap } of parts) expect(readFileSync(path).includes(wrap)).toBe(false);
  }
  expect(statSync(warden.home).mode & 0o777).toBe(0o700);
  const fields = new Set(warden.log.flatMap((line) => Object.keys(JSON.parse(line) as object)));
  for (const field of fields)
    expect(['timeMs', 'event', 'code', 'op', 'ledger', 'pid', 'fileSystem', 'count', 'size']).toContain(
      field,
    );
});

test('the list of fault points holds each point that a test arms', () => {
  expect(new Set(wardenFaultPoints).size).toBe(wardenFaultPoints.length);
});

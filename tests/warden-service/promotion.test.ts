/**
 * A firm's warden dies, and the standby takes its place by the owner's kit: everybody's devices go on, by the statement alone. Then the one
 * before comes back beside it, with a server that still speaks to it: devices, the server and the other warden refuse it.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promoteWarden } from '@strongroom/backup';
import type { PromotionPlan } from '@strongroom/backup';
import { createNodeEngine } from '@strongroom/core/node';
import { encodeHex, encodeUtf8 } from '@strongroom/core';
import type { RecordId, RoomId, VaultId } from '@strongroom/core';
import { parsePolicy, parseTlogProof, verifyTlogProof } from '@strongroom/ledger';
import { startServer } from '@strongroom/server';
import type { RunningServer } from '@strongroom/server';
import { startWarden } from '@strongroom/warden';
import type { WardenProcess } from '@strongroom/warden';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../cli/command-line.ts';
import type { Ended } from '../cli/command-line.ts';
import { contentOf, fileOf, FirmWorld, MemorySink } from '../device/firm-world.ts';
import type { TestDevice } from '../device/firm-world.ts';

const engine = createNodeEngine();
const stepMs = 180_000;
const wardens = new Map<'first' | 'second', WardenProcess>();

let world: FirmWorld;
let ada: TestDevice;
let ben: TestDevice;
/** A device as it was before the promotion. */
let unaware: TestDevice;
let room: RoomId;
let record: RecordId;
let ledger: VaultId;
let stale: RunningServer | undefined;
let policyBefore = '';
let proofBefore = '';

async function startOne(name: 'first' | 'second', home: string): Promise<void> {
  wardens.set(name, await startWarden({ home: join(home, name), socketPath: join(home, `${name}.sock`) }));
}
function configure(folder: string, file: string, content: object): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, file), JSON.stringify(content), { mode: 0o600 });
}
async function codeOf(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => 'done',
    (cause: unknown) => (cause as { code?: string }).code ?? String(cause),
  );
}
async function open(by: TestDevice, which: RecordId = record): Promise<Uint8Array> {
  const sink = new MemorySink();
  await by.device.records.open({ record: which, purpose: 'work', sink });
  return Uint8Array.from(sink.bytes());
}
async function add(by: TestDevice, name: string): Promise<RecordId> {
  return (await by.device.records.add({ room, source: fileOf(name, contentOf(900, 1)) })).record;
}
/** Proof and policy of the first line of the room's ledger. */
async function receiptOf(by: TestDevice): Promise<{ readonly policy: string; readonly proof: string }> {
  const { proof } = await by.device.ledger.receipt({ ledger, index: 0 });
  return { proof, policy: await by.device.ledger.policy(ledger) };
}
async function isProof(policy: string, proof: string): Promise<boolean> {
  const parsed = parseTlogProof(proof);
  const entry = parsed.extra ?? new Uint8Array(0);
  return await verifyTlogProof(engine, {
    policy: parsePolicy(engine, encodeUtf8(policy)),
    proof,
    entry,
  }).then(
    () => true,
    () => false,
  );
}
async function promote(change: object = {}): Promise<PromotionPlan> {
  return await promoteWarden({
    engine,
    home: world.home,
    next: { socket: join(world.home, 'second.sock') },
    kit: ada.kit,
    nowMs: Date.now() + world.offsetMs,
    confirm: async () => undefined,
    ...change,
  });
}

beforeAll(async () => {
  world = await FirmWorld.start(async (home) => {
    configure(join(home, 'second'), 'settings.json', { role: 'standby' });
    await startOne('second', home);
    configure(join(home, 'first'), 'settings.json', { standby: { socket: join(home, 'second.sock') } });
    await startOne('first', home);
    configure(home, 'config.json', { port: 0, warden: { socket: 'first.sock' } });
  });
  ada = await world.foundFirm();
  const { code, person } = await ada.device.people.invite({ name: 'Ben', roles: ['opener'] });
  ben = await world.enrol(code);
  await ada.device.sync();
  const { fingerprint = '' } = await ada.device.people.show(person);
  await ada.device.people.admit({ person, fingerprint });
  const { vault } = await ada.device.vaults.add({ name: 'Group' });
  ledger = vault;
  ({ room } = await ada.device.clients.add({ vault, name: 'Oran' }));
  await ada.device.access.grant({ room, person, role: 'member', fingerprint, withHistory: true });
  record = await add(ada, 'kept.pdf');
  await ben.device.sync();
}, stepMs);
afterAll(async () => {
  await stale?.close();
  await world.server.close();
  for (const warden of wardens.values()) await warden.stop();
  await world.close();
});

test(
  'J16: nothing is done while the server runs, with another’s kit, for a warden that is none, or without the word',
  async () => {
    expect(await codeOf(promote())).toBe('HOME_IN_USE');
    unaware = world.newDevice();
    for (const [name, bytes] of ada.storage.entries) unaware.storage.entries.set(name, bytes.slice());
    ({ policy: policyBefore, proof: proofBefore } = await receiptOf(ada));
    await world.server.close();
    // What a server that nobody told goes on with.
    for (const name of ['data', 'opaque-setup', 'config.json'])
      cpSync(join(world.home, name), join(world.home, 'stale', name), { recursive: true });
    expect(await codeOf(promote({ kit: ben.kit }))).toBe('KIT_OTHER');
    const first = { socket: join(world.home, 'first.sock') };
    expect(await codeOf(promote({ next: first }))).toBe('STANDBY_UNFIT');
    const left = async () => {
      throw new Error('left');
    };
    expect(await codeOf(promote({ confirm: left }))).toContain('left');
    expect(existsSync(join(world.home, 'promotion-statement'))).toBe(false);
    expect(JSON.parse(readFileSync(join(world.home, 'config.json'), 'utf8'))).toMatchObject({
      warden: { socket: 'first.sock' },
    });
  },
  stepMs,
);

test(
  'J16: the standby takes the place of the one that died: all devices go on, old receipts stay good, new persons come',
  async () => {
    process.kill(wardens.get('first')?.pid ?? 0, 'SIGKILL');
    await wardens.get('first')?.exited;
    const plans: PromotionPlan[] = [];
    await promote({ confirm: async (plan: PromotionPlan) => void plans.push(plan) });
    expect(plans).toMatchObject([{ number: 2, behind: 0 }]);
    // Killed before it was told that it was done, it is done again; here as an operator types it.
    const typed = ['warden', 'promote', '--home', world.home, '--socket', join(world.home, 'second.sock')];
    const place = { folder: world.home, home: 'operator' };
    const byCommand = async (confirm: string): Promise<Ended> =>
      await run(place, [...typed, '--confirm', confirm], { '--kit-fd': ada.kit });
    const shown = await byCommand('00000000');
    expect([shown.code, shown.out]).not.toEqual([0, expect.anything()]);
    const [key = ''] = /\b[0-9a-f]{64}\b/u.exec(shown.err) ?? [];
    expect(key).toBe(encodeHex(plans[0]?.key ?? new Uint8Array(0)));
    const done = await byCommand(key.slice(0, 8));
    expect([done.code, done.out]).toEqual([0, expect.stringContaining(plans[0]?.ledgerKey ?? 'no key')]);
    expect(shown.err + done.out).not.toContain(ada.kit.slice(0, 9));
    world.server = await startServer({ home: world.home, port: 0, testControl: join(world.home, 'control') });
    expect(existsSync(join(world.home, 'promotion-statement'))).toBe(false);
    expect(world.server.context.ledgers.officeState.warden?.number).toBe(2);

    // In the middle of a session, and after a new start.
    expect(await open(ada)).toEqual(contentOf(900, 1));
    await ben.device.sync();
    expect(await open(ben)).toEqual(contentOf(900, 1));
    await ben.reopen();
    expect(await open(ben, await add(ben, 'after.pdf'))).toEqual(contentOf(900, 1));
    const { vault } = await ada.device.vaults.add({ name: 'Later' });
    await ada.device.clients.add({ vault, name: 'Ryba' });
    const { code } = await ada.device.people.invite({ name: 'Cleo', roles: ['opener'] });
    const cleo = await world.enrol(code);
    await cleo.device.sync();
    await cleo.reopen();
    expect(await cleo.device.ledger.alarms()).toEqual([]);

    const { policy, proof } = await receiptOf(ada);
    expect(await isProof(policy, proofBefore)).toBe(true);
    expect(await isProof(policy, proof)).toBe(true);
    expect(await isProof(policyBefore, proof)).toBe(false);
  },
  stepMs,
);

test(
  'J16: the one before comes back beside it, with a server of then: neither is listened to, and what they made is kept as evidence',
  async () => {
    const { home, server } = world;
    // Nobody tells the old warden: it runs alone, on the databases of then.
    configure(join(home, 'first'), 'settings.json', {});
    await startOne('first', home);
    configure(join(home, 'stale'), 'config.json', { port: 0, warden: { socket: '../first.sock' } });
    stale = await startServer({ home: join(home, 'stale'), port: 0 });
    expect(stale.context.ledgers.officeState.warden?.number).toBe(1);

    // To a device that knows of the promotion it shows less than that has seen, under a key that ended.
    world.server = stale;
    await ada.reopen();
    expect(await codeOf(ada.device.sync())).not.toBe('done');
    expect(await codeOf(open(ada))).not.toBe('done');
    expect((await ada.device.ledger.alarms()).length).toBeGreaterThan(0);
    // One that nobody has told goes on there, and what the old warden signs for it is more than its key may sign.
    await unaware.reopen();
    await unaware.device.people.invite({ name: 'Dee', roles: [] });
    await unaware.device.people.invite({ name: 'Eve', roles: [] });
    const alarms = await ada.device.ledger.alarms();
    expect(await codeOf(ada.device.sync())).toBe('LEDGER_FORKED');
    const since = (await ada.device.ledger.alarms()).filter(({ id }) => !alarms.some((one) => one.id === id));
    expect(since.map(({ kind }) => kind)).toContain('forked');
    expect(await ada.device.ledger.alarmFile(since[0]?.id ?? '')).toContain('strongroom/');
    await stale.close();

    // A server that has the statement does not start with it, and once it has the statement itself it does nothing more.
    world.server = server;
    await server.close();
    const config = readFileSync(join(home, 'config.json'), 'utf8');
    configure(home, 'config.json', { port: 0, warden: { socket: 'first.sock' } });
    expect(await codeOf(startServer({ home, port: 0 }))).toBe('WARDEN_FENCED');
    writeFileSync(join(home, 'config.json'), config);
    world.server = await startServer({ home, port: 0, testControl: join(home, 'control') });
    await ada.reopen();
    await ada.device.sync();
    expect(await open(ada)).toEqual(contentOf(900, 1));
    // And the one that was misled is told nothing that it would believe.
    expect(await codeOf(unaware.device.sync())).not.toBe('done');
  },
  stepMs,
);

/**
 * What a firm of one hands out across a change of its warden: one document destroyed under the first, another under the second. The verifier,
 * the certificates and the check of a server that stands still take each key for the lines that it could sign, and for no others.
 */
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { promoteWarden } from '@strongroom/backup';
import { encodeUtf8, officeId } from '@strongroom/core';
import type { DisposalId, RecordId, RoomId, VaultId } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import { parseTlogProof } from '@strongroom/ledger';
import { startServer } from '@strongroom/server';
import { checkHome } from '@strongroom/server/fsck';
import { checkEvidence } from '@strongroom/verifier';
import type { Finding, GivenTrust } from '@strongroom/verifier';
import { startWarden } from '@strongroom/warden';
import type { WardenProcess } from '@strongroom/warden';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildVerifier } from '../../tools/build-verifier.ts';
import { run } from '../cli/command-line.ts';
import { contentOf, fileOf, FirmWorld, MemorySink } from '../device/firm-world.ts';
import type { TestDevice } from '../device/firm-world.ts';

const engine = createNodeEngine();
const hourMs = 3_600_000;
const wardens = new Map<string, WardenProcess>();
type Files = Readonly<Record<string, string | Uint8Array>>;
type CertificateFile = {
  readonly facts: {
    readonly wardens: readonly { readonly number: number }[];
    readonly residuals: readonly string[];
  };
  readonly policy: string;
  readonly foundation: readonly object[];
};

let world: FirmWorld;
let ada: TestDevice;
let vault: VaultId;
let room: RoomId;
let root = '';
/** Of the first document, as it was made then and as it is made now, and of the second. */
const certificates = { old: '', now: '', second: '' };
/** The same line before and after, and one that the first warden signed when it was none any more. */
const receipts = { old: '', now: '', beyond: '' };
const policies = { old: '', now: '' };
const exported: Record<string, Uint8Array> = {};

async function startOne(home: string, name: string, settings: object): Promise<void> {
  mkdirSync(join(home, name), { recursive: true, mode: 0o700 });
  writeFileSync(join(home, name, 'settings.json'), JSON.stringify(settings), { mode: 0o600 });
  const [socketPath, testControl] = [join(home, `${name}.sock`), join(home, `control.${name}`)];
  wardens.set(name, await startWarden({ home: join(home, name), socketPath, testControl }));
}

async function kill(name: string): Promise<void> {
  process.kill(wardens.get(name)?.pid ?? 0, 'SIGKILL');
  await wardens.get(name)?.exited;
}

/** Time passes for these and for the devices. */
async function advance(ms: number, ...sockets: readonly string[]): Promise<void> {
  world.offsetMs += ms;
  for (const socket of sockets) await world.control(socket, { op: 'clock.advance', ms });
}

async function destroyed(disposal: DisposalId): Promise<string> {
  const isDone = async (): Promise<boolean> =>
    (await ada.device.disposals.list({ room })).some(
      (one) => one.disposal === disposal && one.state === 'destroyed',
    );
  for (let tries = 0; !(await isDone()); tries++) {
    if (tries === 1_000) throw new Error('the warden did not destroy');
    await sleep(100);
  }
  return (await ada.device.disposals.certificate({ disposal })).json;
}

async function receipt(index: number): Promise<string> {
  return (await ada.device.ledger.receipt({ ledger: vault, index })).proof;
}

async function check(files: Files, trust?: GivenTrust): Promise<readonly Finding[]> {
  const picked = Object.entries(files).map(([path, content]) => ({
    path,
    read: async () => (typeof content === 'string' ? encodeUtf8(content) : content),
  }));
  return await checkEvidence(engine, picked, trust);
}

beforeAll(async () => {
  world = await FirmWorld.start(async (home) => {
    await startOne(home, 'second', { role: 'standby' });
    await startOne(home, 'first', { standby: { socket: join(home, 'second.sock') } });
    writeFileSync(join(home, 'config.json'), JSON.stringify({ warden: { socket: 'first.sock' } }));
  });
  const { home } = world;
  const all = ['control', 'control.first', 'control.second'];
  ada = await world.foundFirm();
  ({ root } = await ada.device.firm.describe());
  ({ vault } = await ada.device.vaults.add({ name: 'Group' }));
  ({ room } = await ada.device.clients.add({ vault, name: 'Oran', class: 1 }));
  const records: RecordId[] = [];
  for (const name of ['kept.pdf', 'one.pdf', 'two.pdf'])
    records.push((await ada.device.records.add({ room, source: fileOf(name, contentOf(300, 1)) })).record);
  const [kept, one, two] = records as [RecordId, RecordId, RecordId];
  const propose = async (record: RecordId): Promise<DisposalId> =>
    (await ada.device.disposals.propose({ records: [record] })).disposal;
  const [first, second] = [await propose(one), await propose(two)];
  await advance(24 * hourMs, ...all);
  await ada.reopen();
  await ada.device.disposals.approve({ disposal: first });
  await advance(80 * hourMs, ...all);
  await ada.reopen();
  certificates.old = await destroyed(first);
  receipts.old = await receipt(0);
  policies.old = await ada.device.ledger.policy(vault);

  const storage = new Map(ada.storage.entries);
  await world.server.close();
  await kill('first');
  for (const name of ['data', 'opaque-setup', 'config.json'])
    cpSync(join(home, name), join(home, 'stale', name), { recursive: true });
  writeFileSync(join(home, 'stale', 'config.json'), JSON.stringify({ warden: { socket: '../first.sock' } }));
  const nowMs = Date.now() + world.offsetMs;
  const next = { socket: join(home, 'second.sock') };
  await promoteWarden({ engine, home, next, kit: ada.kit, nowMs, confirm: async () => undefined });
  const passedMs = world.offsetMs;
  world.offsetMs = 0;
  world.server = await startServer({ home, port: 0, testControl: join(home, 'control') });
  await advance(passedMs, 'control');
  await ada.reopen();
  // A person's signed request agrees with the new warden's clock: only then does it destroy what is due.
  await ada.device.records.open({ record: kept, sink: new MemorySink(), purpose: 'work' });
  await ada.device.disposals.approve({ disposal: second });
  await advance(80 * hourMs, 'control', 'control.second');
  await ada.reopen();
  certificates.second = await destroyed(second);
  certificates.now = await destroyed(first);
  receipts.now = await receipt(0);
  policies.now = await ada.device.ledger.policy(vault);
  for (const ledger of [officeId, vault])
    await ada.device.ledger.exportTo({
      ledger,
      write: async (path, bytes) => {
        exported[`${ledger === officeId ? 'office' : ledger}/${path}`] = bytes;
      },
    });
  await world.server.close();

  // The one before goes on beside it, with a server of then and a device of then.
  await startOne(home, 'first', {});
  world.offsetMs = 0;
  world.server = await startServer({
    home: join(home, 'stale'),
    port: 0,
    testControl: join(home, 'stale', 'control'),
  });
  await advance(passedMs, 'stale/control', 'control.first');
  for (const [name, bytes] of storage) ada.storage.entries.set(name, bytes);
  await ada.reopen();
  const { line } = await ada.device.records.open({ record: kept, sink: new MemorySink(), purpose: 'work' });
  receipts.beyond = await receipt(line.index);
  await world.server.close();
}, 180_000);
afterAll(async () => {
  for (const warden of wardens.values()) await warden.stop();
  await world.close();
});

test('a certificate made before, the same one made now, and one of now are proved by the root on the kit alone', async () => {
  for (const [name, number, isAfter] of [
    ['old', 1, false],
    ['now', 1, true],
    ['second', 2, true],
  ] as const) {
    const json = certificates[name];
    expect(await check({ 'c.json': json }, { root }), name).toMatchObject([
      { kind: 'certificate', trust: 'root', firmRoot: root },
    ]);
    expect(await check({ 'c.json': json }), name).toMatchObject([{ kind: 'certificate', trust: 'own' }]);
    const { facts } = JSON.parse(json) as CertificateFile;
    expect(facts.wardens.map((warden) => warden.number)).toEqual([number]);
    expect(facts.residuals.includes('ended-wardens'), name).toBe(isAfter);
  }
});

test('the trust file of before knows nothing of the new key; that of now knows both', async () => {
  const kindsBy = async (policy: string): Promise<string[]> =>
    (
      await check(
        { 'a.tlog-proof': receipts.old, 'b.tlog-proof': receipts.now, 'c.json': certificates.second },
        { policy },
      )
    ).map(({ kind }) => kind);
  expect(await kindsBy(policies.old)).toEqual(['refused', 'receipt', 'refused']);
  expect(await kindsBy(policies.now)).toEqual(['certificate', 'receipt', 'receipt']);
});

test('a certificate that leaves out by what right the second warden signed is refused', async () => {
  const certificate = JSON.parse(certificates.second) as CertificateFile;
  const { foundation } = JSON.parse(certificates.old) as CertificateFile;
  const without = { ...certificate, foundation };
  expect(await check({ 'c.json': JSON.stringify(without) }, { root })).toMatchObject([
    { kind: 'refused', reason: 'certificate-differs', where: 'policy' },
  ]);
  expect(
    await check({ 'c.json': JSON.stringify({ ...without, policy: policies.old }) }, { root }),
  ).toMatchObject([{ kind: 'refused', reason: 'unknown-key' }]);
});

test('J16: the ledgers are whole and judged, and a receipt of the first warden counts up to where its key ended', async () => {
  const findings = await check(
    { ...exported, 'a.tlog-proof': receipts.old, 'b.tlog-proof': receipts.now, 'c.json': certificates.now },
    { root },
  );
  expect(findings).toMatchObject([
    { kind: 'ledger', trust: 'root', firmRoot: root, disagreements: [], isJudged: true },
    { kind: 'ledger', name: vault, trust: 'root', disagreements: [], isJudged: true },
    { kind: 'certificate', trust: 'root' },
    { kind: 'receipt', trust: 'root' },
    { kind: 'receipt', trust: 'root' },
  ]);
  // Good by the keys alone; by the ledger it was signed when another was the warden.
  expect(await check({ a: receipts.beyond }, { policy: policies.old })).toMatchObject([{ kind: 'receipt' }]);
  expect((await check({ ...exported, a: receipts.beyond }, { root })).at(-1)).toMatchObject({
    kind: 'refused',
    reason: 'unknown-key',
  });
});

test('the command says the same of the folder', async () => {
  for (const [path, bytes] of Object.entries(exported)) {
    mkdirSync(dirname(join(world.home, 'out', path)), { recursive: true });
    writeFileSync(join(world.home, 'out', path), bytes);
  }
  const place = { folder: world.home, home: 'nobody' };
  const { code, out } = await run(place, ['ledger', 'verify', 'out', '--root', root]);
  expect([code, out]).toEqual([0, expect.stringContaining(vault)]);
});

const executablePath = '/usr/bin/chromium';
const noChromium = existsSync(executablePath) ? '' : ' [skipped: no Chromium]';

test.skipIf(noChromium !== '')(
  `J16: the page says the same in Chromium: each key for its lines, and what the first warden signed beyond is refused${noChromium}`,
  { timeout: 120_000 },
  async () => {
    const all: Files = {
      ...exported,
      'old.tlog-proof': receipts.old,
      'now.tlog-proof': receipts.now,
      'beyond.tlog-proof': receipts.beyond,
      'old.json': certificates.old,
      'second.json': certificates.second,
    };
    const folder = join(world.home, 'page');
    for (const [path, content] of Object.entries(all)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    const path = join(world.home, 'verifier.html');
    await buildVerifier(path);
    const browser = await chromium.launch({
      executablePath,
      chromiumSandbox: false,
      args: ['--disable-gpu', '--no-first-run', '--disable-background-networking'],
    });
    const look = async (files: string | readonly string[], trust: string): Promise<[string[], string]> => {
      const page = await browser.newPage({ locale: 'en-GB', offline: true });
      await page.goto(pathToFileURL(path).href);
      await page.getByLabel('The firm’s root').fill(trust);
      await page.locator(typeof files === 'string' ? '#folder' : '#pick').setInputFiles(files);
      await page.getByRole('button', { name: 'Check', exact: true }).click();
      const cards = page.locator('#results article');
      await cards.first().waitFor();
      const states = await cards.evaluateAll((found) =>
        found.map((card) => card.getAttribute('data-state') ?? ''),
      );
      const words = await page.locator('#results').innerText();
      await page.close();
      return [states.toSorted((left, right) => left.localeCompare(right)), words];
    };
    try {
      const [states, words] = await look(folder, root);
      expect(states).toEqual([...Array.from({ length: 6 }, () => 'proved'), 'refused']);
      // Of the two certificates the first was made with a second warden beside it, the second without one.
      expect(words.split('The second warden had destroyed these keys too')).toHaveLength(2);
      const both = ['old.json', 'second.json'].map((name) => join(folder, name));
      expect((await look(both, ''))[0]).toEqual(['own', 'own']);
      expect((await look(both, 'ab'.repeat(32)))[0]).toEqual(['refused', 'refused']);
    } finally {
      await browser.close();
    }
  },
);

test('a server that stands still is sound, with heads that were countersigned under either key', async () => {
  const database = new DatabaseSync(join(world.home, 'data', 'vaults', vault, 'vault.sqlite'));
  const insert = database.prepare('insert or replace into cosigned_heads values (?, ?, ?, 0)');
  const countersigned = (witness: string, proof: string): number => {
    const { checkpoint } = parseTlogProof(proof);
    const size = Number(checkpoint.split('\n')[1]);
    insert.run(witness, size, checkpoint);
    return size;
  };
  countersigned('old', receipts.old);
  countersigned('now', receipts.now);
  const { firmRoot, ledgers } = await checkHome(world.home);
  expect(firmRoot).toBe(root);
  expect(ledgers.map(({ difference }) => difference)).toEqual([undefined, undefined]);
  const line = countersigned('beyond', receipts.beyond);
  database.close();
  expect((await checkHome(world.home)).ledgers[1]?.difference).toMatchObject({
    table: 'cosigned_heads',
    line,
  });
});

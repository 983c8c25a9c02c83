/**
 * A certificate of a warden that keeps its key at level L2 and destroyed while its second one was away: what its line says of both is what
 * the certificate, the verifier, the command and the page say, and no word of it can be changed.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { encodeUtf8 } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import { checkEvidence } from '@strongroom/verifier';
import type { Finding, GivenTrust } from '@strongroom/verifier';
import { changeLevel, startWarden } from '@strongroom/warden';
import type { WardenProcess } from '@strongroom/warden';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildVerifier } from '../../tools/build-verifier.ts';
import { run } from '../cli/command-line.ts';
import { makeFirmEvidence } from './firm-evidence.ts';
import type { FirmEvidence } from './firm-evidence.ts';

const engine = createNodeEngine();
const folder = mkdtempSync(join(tmpdir(), 'sr-alone-'));
const away = 'The second warden was away and had not destroyed these keys yet';
let firm: FirmEvidence;
let second: WardenProcess | undefined;

type Files = Readonly<Record<string, string | Uint8Array>>;

async function check(files: Files, trust?: GivenTrust): Promise<readonly Finding[]> {
  const picked = Object.entries(files).map(([path, content]) => ({
    path,
    read: async () => (typeof content === 'string' ? encodeUtf8(content) : content),
  }));
  return await checkEvidence(engine, picked, trust);
}

/** The server's own warden has a part of its key on a stick, and a second warden that it goes on without. */
async function prepare(home: string): Promise<void> {
  const [own, other, stick] = [join(home, 'warden'), join(home, 'second'), join(folder, 'stick')];
  for (const one of [own, other, stick]) mkdirSync(one, { recursive: true, mode: 0o700 });
  await (await startWarden({ home: own })).stop();
  await changeLevel({ engine, home: own, wanted: { hasTpm: false, folder: stick } });
  const socketPath = join(home, 'second.sock');
  writeFileSync(join(other, 'settings.json'), JSON.stringify({ role: 'standby' }), { mode: 0o600 });
  second = await startWarden({ home: other, socketPath });
  const settings = { standby: { socket: socketPath }, continueAlone: true };
  writeFileSync(join(own, 'settings.json'), JSON.stringify(settings), { mode: 0o600 });
}

beforeAll(async () => {
  firm = await makeFirmEvidence({ prepare, beforeDestroying: async () => await second?.stop() });
  for (const [path, bytes] of Object.entries({ 'c.json': encodeUtf8(firm.certificate) })
    .concat([['c.tlog-proof', encodeUtf8(firm.certificateProof)]])
    .concat([...firm.exported].map(([name, content]) => [join('out', name), content]))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}, 180_000);
afterAll(async () => {
  await second?.stop();
  await firm.world.close();
  for (const path of [folder, firm.home]) rmSync(path, { recursive: true, force: true });
});

const destroyed = { level: 'L2', second: 'absent' };

test('the certificate carries the level of the warden’s state and that the second was away, as its line does', async () => {
  const { facts } = JSON.parse(firm.certificate) as { facts: object };
  expect(facts).toMatchObject({ destroyed });
  const { root, policy } = firm;
  expect(await check({ 'c.json': firm.certificate })).toMatchObject([
    { kind: 'certificate', trust: 'own', destroyed },
  ]);
  for (const trust of [{ root }, { policy }])
    expect(await check({ 'c.json': firm.certificate }, trust)).toMatchObject([
      { kind: 'certificate', trust: Object.keys(trust)[0], destroyed },
    ]);
  expect(await check({ 'c.tlog-proof': firm.certificateProof }, { policy })).toMatchObject([
    { kind: 'receipt', line: { kind: 'destroyed', destroyed } },
  ]);
  const exported = Object.fromEntries([...firm.exported].map(([name, bytes]) => [`out/${name}`, bytes]));
  expect(await check({ ...exported, 'c.json': firm.certificate }, { root })).toMatchObject([
    { kind: 'ledger', disagreements: [], isJudged: true },
    { kind: 'ledger', name: firm.vault, disagreements: [], isJudged: true },
    { kind: 'certificate', trust: 'root', destroyed },
  ]);
});

test.each([
  ['that the second had followed', { second: 'current' }, 'destroyed.second'],
  ['nothing of a second', { second: undefined }, 'destroyed.second'],
  ['a lower level', { level: 'L0' }, 'destroyed.level'],
  ['another level', { level: 'L1' }, 'destroyed.level'],
])('a certificate that says %s is refused by the verifier and the command', async (_, change, where) => {
  const value = JSON.parse(firm.certificate) as { facts: { destroyed: object } };
  const facts = { ...value.facts, destroyed: { ...value.facts.destroyed, ...change } };
  const changed = JSON.stringify({ ...value, facts });
  expect(await check({ 'c.json': changed }, { root: firm.root })).toMatchObject([
    { kind: 'refused', reason: 'certificate-differs', where },
  ]);
  writeFileSync(join(folder, 'changed.json'), changed);
  const place = { folder, home: 'nobody' };
  const { code } = await run(place, ['ledger', 'verify', 'changed.json', '--root', firm.root]);
  expect(code).toBe(5);
});

test('ledger verify takes it, alone and beside the exported ledgers, and says that the second was away', async () => {
  const place = { folder, home: 'nobody' };
  for (const path of ['c.json', 'c.tlog-proof']) {
    writeFileSync(join(folder, 'policy'), firm.policy);
    const trust = path === 'c.json' ? ['--root', firm.root] : ['--policy', 'policy'];
    const { code, out, err } = await run(place, ['ledger', 'verify', path, ...trust]);
    expect([path, code, err]).toEqual([path, 0, expect.stringContaining(away)]);
    expect(out).not.toContain('had destroyed these keys too');
  }
  const { code, err } = await run(place, ['ledger', 'verify', 'out', '--root', firm.root]);
  expect([code, err]).toEqual([0, '']);
});

const executablePath = '/usr/bin/chromium';
const noChromium = existsSync(executablePath) ? '' : ' [skipped: no Chromium]';

test.skipIf(noChromium !== '')(
  `the page says the same in Chromium${noChromium}`,
  { timeout: 120_000 },
  async () => {
    const path = join(folder, 'verifier.html');
    await buildVerifier(path);
    const browser = await chromium.launch({
      executablePath,
      chromiumSandbox: false,
      args: ['--disable-gpu', '--no-first-run', '--disable-background-networking'],
    });
    try {
      const page = await browser.newPage({ locale: 'en-GB', offline: true });
      await page.goto(pathToFileURL(path).href);
      await page.getByLabel('The firm’s root').fill(firm.root);
      await page.locator('#pick').setInputFiles(join(folder, 'c.json'));
      await page.getByRole('button', { name: 'Check', exact: true }).click();
      const card = page.locator('#results article');
      await card.first().waitFor();
      expect(await card.getAttribute('data-state')).toBe('proved');
      const words = await page.locator('#results').innerText();
      expect(words).toContain(away);
      expect(words).not.toContain('had destroyed these keys too');
    } finally {
      await browser.close();
    }
  },
);

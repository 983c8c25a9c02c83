/** The verifier over what a real firm hands out: by its functions, and as the one file that it is, in a browser without a network. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import AxeBuilder from '@axe-core/playwright';
import { encodeUtf8, officeId } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import { checkHome } from '@strongroom/server/fsck';
import { checkEvidence } from '@strongroom/verifier';
import type { Finding, GivenTrust } from '@strongroom/verifier';
import fc from 'fast-check';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildVerifier } from '../../tools/build-verifier.ts';
import { makeFirmEvidence } from './firm-evidence.ts';
import type { FirmEvidence } from './firm-evidence.ts';
import { ledgerTables, listCells, spoilCell } from './spoil-cell.ts';

const engine = createNodeEngine();
const folder = mkdtempSync(join(tmpdir(), 'sr-verifier-'));
let firm: FirmEvidence;

beforeAll(async () => {
  firm = await makeFirmEvidence();
}, 180_000);
afterAll(async () => {
  await firm.world.close();
  for (const path of [folder, firm.home]) rmSync(path, { recursive: true, force: true });
});

type Files = Readonly<Record<string, string | Uint8Array>>;

async function check(files: Files, trust?: GivenTrust): Promise<readonly Finding[]> {
  const picked = Object.entries(files).map(([path, content]) => ({
    path,
    read: async () => (typeof content === 'string' ? encodeUtf8(content) : content),
  }));
  return await checkEvidence(engine, picked, trust);
}

/** The exported ledgers in a folder, with one file changed. */
function exportedWith(change?: (path: string, bytes: Uint8Array) => Uint8Array): Files {
  return Object.fromEntries(
    [...firm.exported].map(([path, bytes]) => [`out/${path}`, change?.(path, bytes) ?? bytes]),
  );
}

/** The command, as a process of its own. */
function fsck(home: string): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  const bin = join(import.meta.dirname, '../../bin/strongroom.mjs');
  return spawnSync(process.execPath, [bin, 'ledger', 'fsck', home, '--json'], { encoding: 'utf8' });
}

function flip(bytes: Uint8Array, at: number): Uint8Array {
  const changed = bytes.slice();
  changed[at] = (changed[at] ?? 0) ^ 1;
  return changed;
}

/** Another base64 digit in the middle of a line of text. */
function spoil(text: string, at: number): string {
  return `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
}

describe('a receipt', () => {
  test('holds its line, and is proved by a trust file', async () => {
    const [finding, ...more] = await check({ 'line.tlog-proof': firm.receipt.proof, trust: firm.policy });
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      kind: 'receipt',
      trust: 'policy',
      line: { index: firm.receipt.index, kind: 'released' },
      head: { cosigners: [], witnesses: 0 },
    });
  });

  test('without a key says that nobody’s signature was checked', async () => {
    expect(await check({ 'line.tlog-proof': firm.receipt.proof })).toMatchObject([
      { kind: 'unsigned', line: { index: firm.receipt.index } },
    ]);
  });

  test('is proved by the root beside the exported ledger, whose heads it must fit', async () => {
    const findings = await check(
      { ...exportedWith(), 'line.tlog-proof': firm.receipt.proof },
      { root: ` ${firm.root.toUpperCase().replace(/(.{8})/gu, '$1 ')}` },
    );
    expect(findings).toMatchObject([
      { kind: 'ledger', trust: 'root', firmRoot: firm.root, disagreements: [], isJudged: true },
      { kind: 'ledger', name: firm.vault, trust: 'root', disagreements: [], isJudged: true },
      { kind: 'receipt', trust: 'root' },
    ]);
  });

  test('is refused with another line, another index, another signature, another key', async () => {
    const { proof, entry, index } = firm.receipt;
    const reasonOf = async (files: Files, trust: GivenTrust = { policy: firm.policy }): Promise<unknown> => {
      const [finding] = await check(files, trust);
      return finding?.kind === 'refused' ? finding.reason : finding?.kind;
    };
    expect(await reasonOf({ 'a.tlog-proof': proof, 'a.entry': flip(entry, 40) })).toBe('proof');
    expect(await reasonOf({ a: proof.replace(`index ${index}`, `index ${index - 1}`) })).toBe('proof');
    expect(await reasonOf({ a: spoil(proof, proof.length - 20) })).toBe('signature');
    expect(await reasonOf({ a: proof.replace(/extra .*\n/u, '') })).toBe('entry-missing');
    expect(await reasonOf({ a: proof.slice(0, 60) })).toBe('format');
    const office = new TextDecoder().decode(firm.exported.get('office/policy'));
    expect(await reasonOf({ a: proof }, { policy: office })).toBe('unknown-key');
    expect(await reasonOf({ a: proof }, { policy: 'not a key' })).toBe('policy-format');
    expect(await reasonOf({ a: proof }, { root: '12' })).toBe('root-format');
  });
});

describe('a certificate', () => {
  test('alone agrees with itself; by a trust file it is proved', async () => {
    const own = { kind: 'certificate', trust: 'own', destroyed: { level: 'L0' }, horizonDays: 7 };
    expect(await check({ 'c.json': firm.certificate })).toMatchObject([own]);
    const [key = ''] = /\S+\+[0-9a-f]{8}\+\S+/u.exec(firm.policy) ?? [];
    expect(await check({ 'c.json': firm.certificate }, { policy: key })).toMatchObject([
      { ...own, trust: 'policy' },
    ]);
    expect(await check({ 'c.tlog-proof': firm.certificateProof }, { policy: key })).toMatchObject([
      { kind: 'receipt', line: { kind: 'destroyed', destroyed: { level: 'L0' } } },
    ]);
  });

  test('with the root on a kit it needs nothing else: genesis and the vault’s statement lead to the key', async () => {
    const [proved] = await check({ 'c.json': firm.certificate }, { root: firm.root });
    expect(proved).toMatchObject({ kind: 'certificate', trust: 'root', firmRoot: firm.root });
    const other = 'ab'.repeat(32);
    expect(await check({ 'c.json': firm.certificate }, { root: other })).toMatchObject([
      { kind: 'refused', reason: 'root-differs' },
    ]);
    type Line = { index: number; entry: string; proof: string };
    type Parts = { facts: object; policy: string; foundation: Line[]; entries: Line[] };
    const value = JSON.parse(firm.certificate) as Parts;
    const refused = async (parts: Partial<Parts>): Promise<unknown> =>
      (await check({ 'c.json': JSON.stringify({ ...value, ...parts }) }, { root: firm.root }))[0];
    const [genesis, vault] = value.foundation as [Line, Line];
    const differs = (where: string): object => ({ kind: 'refused', reason: 'certificate-differs', where });
    const [line] = value.entries as [Line];
    expect(await refused({ foundation: [genesis, line] })).toMatchObject({ kind: 'refused' });
    expect(await refused({ foundation: [vault, genesis] })).toMatchObject(differs('foundation[0]'));
    expect(await refused({ foundation: [genesis] })).toMatchObject(differs('foundation'));
    const spoilt = { ...genesis, entry: spoil(genesis.entry, 900) };
    expect(await refused({ foundation: [spoilt, vault] })).toMatchObject({ kind: 'refused' });
    // Another's key in the policy: what it signed would be taken for the vault's.
    const office = new TextDecoder().decode(firm.exported.get('office/policy'));
    expect(await refused({ policy: office })).toMatchObject(differs('policy'));
    // Certificates made before there was a foundation are checked as before, by the keys that are given.
    expect(await check({ 'c.json': JSON.stringify({ ...value, foundation: undefined }) })).toMatchObject([
      { kind: 'certificate', trust: 'own' },
    ]);
  });

  test('is refused at the first fact that no line bears out', async () => {
    const value = JSON.parse(firm.certificate) as { facts: Record<string, unknown> & { items: object[] } };
    const refused = async (facts: object): Promise<unknown> =>
      (await check({ 'c.json': JSON.stringify({ ...value, facts: { ...value.facts, ...facts } }) }))[0];
    const differs = (where: string): object => ({ kind: 'refused', reason: 'certificate-differs', where });
    const { items } = value.facts;
    expect(await refused({ items: items.slice(1) })).toMatchObject(differs('items'));
    expect(await refused({ disposal: 'dsp_another' })).toMatchObject(differs('disposal'));
    const done = value.facts['destroyed'] as object;
    expect(await refused({ destroyed: { ...done, atMs: 1 } })).toMatchObject(differs('destroyed.atMs'));
    expect(await refused({ destroyed: { ...done, level: 'L2' } })).toMatchObject(differs('destroyed.level'));
    // That a second warden had followed is believed by no word but the line's.
    const second = { destroyed: { ...done, second: 'current' } };
    expect(await refused(second)).toMatchObject(differs('destroyed.second'));
    expect(await check({ 'c.json': firm.certificate.slice(0, -9) })).toMatchObject([
      { reason: 'certificate-format' },
    ]);
  });
});

describe('an exported ledger', () => {
  test('is refused at the first file that differs, whichever byte of it', async () => {
    for (const path of firm.exported.keys()) {
      if (path.endsWith('policy')) continue;
      const size = firm.exported.get(path)?.length ?? 0;
      for (const at of [0, Math.floor(size / 3), size - 2]) {
        const [finding] = (
          await check(exportedWith((one, bytes) => (one === path ? flip(bytes, at) : bytes)))
        ).filter(({ kind }) => kind === 'refused');
        expect(finding, `${path} ${at}`).toMatchObject({ kind: 'refused' });
        if (finding?.kind !== 'refused' || path.endsWith('checkpoint')) continue;
        // A changed entry shows in the first tile over it; both files are named by where they lie.
        if (finding.where !== undefined) expect(finding.where, `${path} ${at}`).toMatch(/^tile\//u);
      }
    }
  });

  test('says what is missing, and whose root it is not', async () => {
    const { ...files } = exportedWith();
    const bundle = Object.keys(files).find((path) => path.includes('office/tile/entries')) ?? '';
    delete (files as Record<string, unknown>)[bundle];
    expect((await check(files))[0]).toMatchObject({
      reason: 'file-missing',
      where: bundle.slice('out/office/'.length),
    });
    expect((await check(exportedWith(), { root: '0'.repeat(64) }))[0]).toMatchObject({
      reason: 'root-differs',
    });
  });

  test('a vault alone is whole by a trust file, and not judged', async () => {
    const alone = Object.fromEntries([...firm.exported].filter(([path]) => path.startsWith(firm.vault)));
    expect(await check(alone, { policy: firm.policy })).toMatchObject([{ kind: 'ledger', isJudged: false }]);
    expect(await check(alone)).toMatchObject([{ kind: 'refused', reason: 'unknown-key' }]);
  });
});

describe('a server’s home that stands still', () => {
  test('is sound, by the firm’s root; and the command says so', async () => {
    const found = await checkHome(firm.home);
    expect(found.firmRoot).toBe(firm.root);
    expect(found.ledgers).toMatchObject([{ ledger: officeId }, { ledger: firm.vault }]);
    for (const { difference, heads } of found.ledgers) {
      expect(difference).toBeUndefined();
      expect(heads).toBeGreaterThan(0);
    }
    const { status, stdout } = fsck(firm.home);
    expect([status, JSON.parse(stdout)]).toMatchObject([0, { firmRoot: firm.root }]);
    await expect(checkHome(join(firm.home, 'nowhere'))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });

  test('is told where one byte, sign or number of a ledger’s tables is another', async () => {
    const cells = listCells(firm.home, firm.vault);
    expect(new Set(cells.map(({ table }) => table))).toEqual(new Set(ledgerTables));
    const tables = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...ledgerTables), fc.nat(), fc.nat(), async (table, pick, at) => {
        const some = cells.filter((one) => one.table === table);
        const cell = some[pick % some.length]!;
        const undo = spoilCell(cell, at);
        if (undo === undefined) return; // the database itself refuses the value
        try {
          const { ledgers } = await checkHome(firm.home);
          const difference = ledgers.find(({ ledger }) => ledger === cell.ledger)?.difference;
          expect(difference, `${cell.table}.${cell.column}`).toMatchObject({ table: cell.table });
          if (cell.table === 'entries' && cell.column !== 'position')
            expect(difference?.line).toBe(cell.row['position']);
          tables.add(cell.table);
        } finally {
          undo();
        }
      }),
      { numRuns: 50, seed: 4 },
    );
    expect(tables.size).toBe(ledgerTables.length);
    expect((await checkHome(firm.home)).ledgers.every((one) => one.difference === undefined)).toBe(true);
  });

  test('ends the command with 5 where a tile differs', () => {
    const [tile] = listCells(firm.home, firm.vault).filter(({ column }) => column === 'hashes');
    const undo = spoilCell(tile!, 70);
    const { status, stdout } = fsck(firm.home);
    undo?.();
    expect([status, stdout]).toEqual([5, expect.stringContaining('"table": "tiles"')]);
  });
});

describe.skipIf(!existsSync('/usr/bin/chromium'))('the page in Chromium (skipped without it)', () => {
  let browser: Browser;
  let page: Page;
  const asked: string[] = [];
  const said: string[] = [];
  const path = join(folder, 'verifier.html');

  beforeAll(async () => {
    const [built] = await Promise.all([buildVerifier(path), launch()]);
    expect(built.sizeBytes).toBeLessThan(300_000);
    page = await browser.newPage({ viewport: { width: 390, height: 844 }, locale: 'en-GB' });
    page.setDefaultTimeout(5_000);
    page.on('request', (request) => asked.push(request.url()));
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(error.message));
    await page.goto(pathToFileURL(path).href);
  }, 180_000);
  afterAll(async () => await browser.close());

  async function launch(): Promise<void> {
    browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      chromiumSandbox: false,
      args: ['--disable-gpu', '--no-first-run', '--disable-background-networking'],
    });
  }

  async function states(...files: readonly (readonly [name: string, content: string])[]): Promise<string[]> {
    await page.locator('#clear').dispatchEvent('click');
    const payloads = files.map(([name, content]) => ({ name, mimeType: '', buffer: Buffer.from(content) }));
    await page.locator('#pick').setInputFiles(payloads);
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    await page.locator('#results article').first().waitFor();
    return await page
      .locator('#results article')
      .evaluateAll((cards) => cards.map((card) => card.getAttribute('data-state') ?? ''));
  }

  test('proves a real receipt and a real certificate, and refuses one tampered with each', async () => {
    const { proof, index } = firm.receipt;
    const trust = ['trust', firm.policy] as const;
    expect(await states(['a.tlog-proof', proof], ['c.json', firm.certificate], trust)).toEqual([
      'proved',
      'proved',
    ]);
    const text = await page.locator('#results').innerText();
    expect(text).toContain(`This line stands at ${index}`);
    expect(text).toContain('nobody but the operator');
    expect(text).toContain('The warden destroyed the keys of 1 record.');
    const bad = firm.certificate.replace(/"slot": \d/u, '"slot": 9');
    expect(await states(['a.tlog-proof', spoil(proof, 40)], ['c.json', bad], trust)).toEqual([
      'refused',
      'refused',
    ]);
    expect(await page.locator('#results').innerText()).toContain('First difference: items');
    expect(await states(['c.json', firm.certificate])).toEqual(['own']);
  });

  test('checks a folder by the root from a kit', async () => {
    for (const [name, bytes] of firm.exported) {
      mkdirSync(dirname(join(folder, 'exported', name)), { recursive: true });
      writeFileSync(join(folder, 'exported', name), bytes);
    }
    await page.locator('#clear').dispatchEvent('click');
    await page.locator('#folder').setInputFiles(join(folder, 'exported'));
    await page.getByLabel('The firm’s root').fill(firm.root);
    await page.keyboard.press('Enter');
    await page.locator('#results article').nth(1).waitFor();
    expect(await page.locator('#results .finding-proved').count()).toBe(2);
    expect(await page.locator('#results').innerText()).toContain(
      'Nothing is missing and nothing was changed from line 0',
    );
    await page.getByLabel('The firm’s root').fill('');
  });

  test('speaks four languages, fits a telephone, and axe has nothing to say in light and dark', async () => {
    for (const [language, word] of [
      ['fr', 'Ce que cela prouve'],
      ['zh', '已证明的内容'],
      ['pl', 'Czego to dowodzi'],
      ['en', 'What this proves'],
    ] as const) {
      await page.getByRole('combobox').selectOption(language);
      expect(await page.locator('#results').innerText()).toContain(word);
      const wide = await page.evaluate('document.documentElement.scrollWidth');
      expect(wide, language).toBeLessThanOrEqual(390);
    }
    for (const [colorScheme, width] of [
      ['light', 390],
      ['dark', 1440],
    ] as const) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      await page.evaluate(`Promise.all(document.getAnimations().map((one) => one.finished))`);
      const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
    }
  });

  test('its policy lets nothing in or out, and it asked for nothing', async () => {
    expect(asked).toEqual([pathToFileURL(path).href]);
    expect(said).toEqual([]);
    const html = readFileSync(path, 'utf8');
    expect(html).not.toMatch(/https?:\/\/(?!www\.w3\.org)/u);
    const tried = await page.evaluate<string[]>(`(async () => {
      const blocked = [];
      document.addEventListener('securitypolicyviolation', (event) => blocked.push(event.effectiveDirective));
      await fetch('https://example.org/').catch(() => undefined);
      document.body.append(Object.assign(document.createElement('img'), { src: 'https://example.org/a.png' }));
      try { document.body.innerHTML = '<p></p>'; } catch { /* what is wanted */ }
      for (let tries = 0; tries < 300 && blocked.length < 3; tries++) await new Promise((settle) => setTimeout(settle, 100));
      return blocked;
    })()`);
    expect(tried).toEqual(expect.arrayContaining(['connect-src', 'img-src', 'require-trusted-types-for']));
    expect(await page.locator('main').count()).toBe(1);
  });
});

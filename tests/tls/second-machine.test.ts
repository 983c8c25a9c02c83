/**
 * The app from another machine, by its host name, in Debian's Chromium: a network namespace with a cable to the server, names of its own,
 * and the server's authority trusted as a person would trust it.
 */
import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { startServer } from '@strongroom/server';
import type { RunningServer } from '@strongroom/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildWeb } from '../../tools/build-web.ts';
import { makeSecondMachine, whyNoSecondMachine } from './second-machine.ts';
import type { SecondMachine } from './second-machine.ts';

// In the page.
declare const location: { readonly host: string };
declare const isSecureContext: boolean;
declare const crossOriginIsolated: boolean;
declare const document: { querySelector(selector: string): { readonly childElementCount: number } | null };

/** A field in the page. */
interface Labelled {
  readonly labels?: readonly { readonly textContent: string }[];
}

const password = 'cedar lantern harbour ninety';
const executablePath = '/usr/bin/chromium';
const certutil = '/usr/bin/certutil';
const openssl = '/usr/bin/openssl';
const hostName = 'strongroom.test';
const reason = whyNoSecondMachine() ?? (existsSync(executablePath) ? undefined : 'no Chromium');
const title = `from a second machine${reason === undefined ? '' : ` [skipped: ${reason}]`}`;

describe.skipIf(reason !== undefined)(title, () => {
  const folder = mkdtempSync(join(tmpdir(), 'sr-second-'));
  let machine: SecondMachine;
  let server: RunningServer;
  let trusting: Browser;
  let strange: Browser;

  /** Debian's Chromium over there, with what its user trusts in `home`. */
  const launch = (home: string, more: readonly string[] = []): Promise<Browser> =>
    chromium.launch({
      executablePath: machine.wrap(folder, executablePath),
      chromiumSandbox: false,
      args: ['--disable-gpu', '--disable-quic', '--disable-background-networking', ...more],
      env: { ...process.env, HOME: home, XDG_DATA_HOME: join(home, '.local/share') },
    });

  beforeAll(async () => {
    await buildWeb();
    machine = makeSecondMachine([hostName, 'other.test']);
    server = await startServer({
      home: join(folder, 'server'),
      listening: { hostName, ownAuthority: true, listen: machine.address, port: 0 },
    });
    const home = join(folder, 'trusting');
    trusting = await launch(home, trustAuthority(home, server));
    strange = await launch(join(folder, 'strange'));
  }, 240_000);

  afterAll(async () => {
    await trusting?.close();
    await strange?.close();
    await server?.close();
    machine?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const goto = async (browser: Browser, url: string): Promise<string> => {
    const page = await browser.newPage();
    try {
      const answer = await page.goto(url);
      return String(answer?.status());
    } catch (error) {
      return /net::(ERR_[A-Z_]+)/.exec(String(error))?.[1] ?? String(error);
    } finally {
      await page.close();
    }
  };

  test('the app opens by its host name, over TLS, isolated, and without breaking its policy', async () => {
    const page = await trusting.newPage();
    const broken = collectViolations(page);
    const answer = await page.goto(`${server.url}/start`);
    expect(answer?.status()).toBe(200);
    expect((await answer?.securityDetails())?.protocol).toBe('TLS 1.3');
    expect(await page.evaluate(() => [location.host, isSecureContext, crossOriginIsolated])).toEqual([
      new URL(server.url).host,
      true,
      true,
    ]);
    await page.waitForFunction(() => document.querySelector('#root')?.childElementCount);
    expect(await page.evaluate(async () => (await fetch('/v1/health')).status)).toBe(200);
    expect(broken).toEqual([]);
    await page.close();
  });

  test('a firm is founded from there, and a second browser there signs in with the kit by the host name', async () => {
    const page = await trusting.newPage();
    const broken = collectViolations(page);
    await page.goto(`${server.url}/start#code=${server.firstRunCode ?? ''}`);
    const groups = await foundFirm(page);
    const factOf = (name: string): Promise<string> =>
      page.getByRole('term').filter({ hasText: name }).locator('xpath=following-sibling::dd').innerText();
    const [person, root] = [await factOf('Person number'), await factOf('Root of the firm')];
    await page.getByRole('checkbox', { name: /sample room/u }).setChecked(false, { force: true });
    await page.getByRole('button', { name: 'Open Strongroom' }).click();
    await page.getByRole('navigation', { name: 'Main' }).waitFor();
    const other = await (await trusting.newContext()).newPage();
    broken.push(...collectViolations(other));
    await other.goto(
      `${server.url}/signin#kit=1.${person}.${root.replaceAll(/\s/gu, '')}.${groups.join('-')}`,
    );
    await other.getByLabel('Password', { exact: true }).fill(password);
    await other.getByRole('button', { name: 'Sign in' }).click();
    // Their own place is called "You" until their name is read.
    const main = other.getByRole('navigation', { name: 'Main' });
    await main.getByRole('link', { name: /Anna Lindqvist|^You/u }).click();
    await other.getByRole('heading', { level: 1, name: 'Anna Lindqvist' }).waitFor();
    expect(new URL(other.url()).hostname).toBe(hostName);
    expect(broken).toEqual([]);
    await other.context().close();
    await page.close();
  });

  test('nothing is answered without TLS, nor under another name or an address', async () => {
    const { port } = server;
    expect(await goto(trusting, `http://${hostName}:${port}/`)).toMatch(/^ERR_(EMPTY_RESPONSE|CONNECTION_)/);
    expect(await goto(trusting, `https://other.test:${port}/`)).toMatch(/^ERR_(SSL|CONNECTION|CERT)_/);
    expect(await goto(trusting, `https://${machine.address}:${port}/`)).toMatch(/^ERR_(SSL|CERT)_/);
  });

  test('who does not trust the authority is warned off', async () => {
    expect(await goto(strange, server.url)).toBe('ERR_CERT_AUTHORITY_INVALID');
  });

  test.skipIf(!existsSync(openssl))('TLS 1.1 is refused, 1.2 is not (skipped without openssl)', async () => {
    const speak = (version: string): Promise<string> =>
      machine.run(openssl, [
        's_client',
        version,
        '-cipher',
        'DEFAULT@SECLEVEL=0',
        '-servername',
        hostName,
        '-connect',
        `${hostName}:${server.port}`,
      ]);
    expect(await speak('-tls1_1')).toMatch(/protocol version/);
    expect(await speak('-tls1_2')).toMatch(/Protocol *: TLSv1\.2|TLSv1\.2, Cipher is ECDHE/);
  });
});

/** The first run, up to the finished kit. Answers its groups. */
async function foundFirm(page: Page): Promise<readonly string[]> {
  const next = page.getByRole('button', { name: 'Continue' });
  await page.getByLabel('Name of the firm').fill('Lindqvist & Partners');
  await page.getByRole('checkbox', { name: 'Poland' }).check({ force: true });
  await next.click();
  await page.getByLabel('Your name').fill('Anna Lindqvist');
  await next.click();
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByLabel('The same password again').fill(password);
  await page
    .getByRole('status')
    .filter({ hasText: /Good|Strong/u })
    .waitFor();
  await next.click();
  const list = page.getByRole('list', { name: 'Groups of the kit' }).getByRole('listitem');
  await list.first().waitFor();
  const groups = await list.allTextContents();
  await page.getByRole('checkbox', { name: /I understand/u }).check({ force: true });
  await page.getByRole('button', { name: 'I have printed it' }).click();
  const fields = page.getByRole('textbox', { name: /^Group \d$/u });
  await fields.nth(1).waitFor();
  for (const field of await fields.all()) {
    const number = /\d/u.exec(
      (await field.evaluate((input: Labelled) => input.labels?.[0]?.textContent)) ?? '',
    );
    await field.fill(groups[Number(number?.[0]) - 1] ?? '');
  }
  await page.getByRole('button', { name: 'Create the firm' }).click();
  await page.getByRole('heading', { name: 'Your firm is ready' }).waitFor();
  return groups;
}

/** As a person does it; where Debian's libnss3-tools are missing, Chromium is told the key of the certificate. */
function trustAuthority(home: string, server: RunningServer): readonly string[] {
  const store = join(home, '.pki/nssdb');
  mkdirSync(store, { recursive: true });
  const { authority, context } = server;
  if (existsSync(certutil)) {
    execFileSync(certutil, ['-d', `sql:${store}`, '-N', '--empty-password']);
    const file = authority?.certificateFile ?? '';
    execFileSync(certutil, ['-d', `sql:${store}`, '-A', '-t', 'C,,', '-n', 'strongroom', '-i', file]);
    expect(readFileSync(file, 'utf8')).toBe(authority?.certificate);
    return [];
  }
  const { publicKey } = new X509Certificate(context.tls?.pair.certificate ?? '');
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return [
    `--ignore-certificate-errors-spki-list=${createHash('sha256').update(spki).digest('base64')}`,
    `--user-data-dir=${join(home, 'profile')}`,
  ];
}

/** What the browser says against the page's policies. */
function collectViolations(page: Page): string[] {
  const found: string[] = [];
  page.on('console', (message) => {
    if (/Content Security Policy|Permissions-Policy|TrustedScript|Trusted Type/i.test(message.text()))
      found.push(message.text());
  });
  page.on('pageerror', (error) => found.push(error.message));
  return found;
}

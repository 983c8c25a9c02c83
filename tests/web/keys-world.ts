/**
 * A real server that serves a page with nothing but the keys, under the policy of the app, and Debian's Chromium. What a test asks of the
 * worker goes through the client that the screens use.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { build } from 'vite';
import { startServer } from '@strongroom/server';
import type { RunningServer } from '@strongroom/server';
import { SlowLine } from './slow-line.ts';
import { makeBundleList } from '../../tools/web/bundle.ts';

const executablePath = '/usr/bin/chromium';
/** Whether there is a browser to test with. */
export const hasChromium: boolean = existsSync(executablePath);
const pages = fileURLToPath(new URL('../../apps/web/tests/pages/', import.meta.url));
const chromiumArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
export const password = 'correct horse battery staple';

/** What a call gave: its value, or the code of its error. */
export type Asked<T> = { readonly ok: T } | { readonly error: string };

export class KeysWorld {
  readonly home: string;
  readonly webRoot: string;
  server: RunningServer;
  readonly browser: Browser;
  readonly line: SlowLine;
  /** What went wrong in any page or worker, and every violation of the policy. */
  readonly troubles: string[] = [];

  private constructor(
    home: string,
    webRoot: string,
    server: RunningServer,
    browser: Browser,
    line: SlowLine,
  ) {
    this.home = home;
    this.webRoot = webRoot;
    this.server = server;
    this.browser = browser;
    this.line = line;
  }

  static async start(): Promise<KeysWorld> {
    process.env['STRONGROOM_UNSAFE_TEST'] = '1';
    const webRoot = await mkdtemp(join(tmpdir(), 'strongroom-keys-page-'));
    await build({
      configFile: false,
      logLevel: 'error',
      root: pages,
      worker: { format: 'es' },
      build: {
        outDir: webRoot,
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        target: 'es2023',
        minify: false,
        emptyOutDir: true,
      },
    });
    await writeFile(join(webRoot, 'bundle.json'), `${JSON.stringify(makeBundleList(webRoot, 1))}\n`);
    const home = await mkdtemp(join(tmpdir(), 'strongroom-keys-'));
    const server = await startServer({ home, port: 0, webRoot });
    const browser = await chromium.launch({
      executablePath,
      args: chromiumArguments,
      chromiumSandbox: false,
    });
    const line = await SlowLine.open(() => Number(new URL(server.url).port));
    return new KeysWorld(home, webRoot, server, browser, line);
  }

  async close(): Promise<void> {
    await this.browser.close();
    this.line.close();
    await this.server.close();
    await rm(this.home, { recursive: true, force: true });
    await rm(this.webRoot, { recursive: true, force: true });
  }

  /** The same home on the same port, after a while without one. */
  async restartServer(whileGone: () => Promise<void>): Promise<void> {
    const port = Number(new URL(this.server.url).port);
    await this.server.close();
    await whileGone();
    this.server = await startServer({ home: this.home, port, webRoot: this.webRoot });
  }

  /** A browser of its own: nothing is shared with others. */
  async newBrowser(): Promise<BrowserContext> {
    const context = await this.browser.newContext();
    context.on('weberror', (error) => this.troubles.push(error.error().message));
    context.on('console', (message) => {
      if (message.type() === 'error' && message.text().includes('Content Security Policy'))
        this.troubles.push(message.text());
    });
    return context;
  }

  /** A browser whose profile stays on the disk. */
  async newProfile(folder: string): Promise<BrowserContext> {
    return await chromium.launchPersistentContext(folder, {
      executablePath,
      args: chromiumArguments,
      chromiumSandbox: false,
    });
  }

  /** A tab with the page. */
  async newTab(context: BrowserContext, prepare?: (page: Page) => Promise<void>): Promise<Page> {
    const page = await context.newPage();
    await prepare?.(page);
    await page.goto(this.line.url);
    await until(page, `typeof client === 'object'`);
    return page;
  }

  /** The first run, in a tab. Answers the printed kit. */
  async foundFirm(page: Page, name = 'Ada Vogel'): Promise<string> {
    return await complete(
      page,
      `session.beginFirm(${JSON.stringify({
        code: this.server.firstRunCode,
        firm: { name: 'Vogel & Hart', language: 'en', countries: ['IE'], profession: 'law' },
        person: { name },
        password,
      })})`,
    );
  }

  /** Takes up an invitation, in a tab. */
  async enrol(page: Page, code: string): Promise<string> {
    return await complete(page, `session.beginEnrolment(${JSON.stringify({ code, password })})`);
  }
}

async function complete(page: Page, begin: string): Promise<string> {
  const start = await askOk<{ kitText: string; groups: string[]; askGroups: [number, number] }>(page, begin);
  const typedGroups = start.askGroups.map((number) => start.groups[number - 1]);
  await askOk(page, `session.completeStart(${JSON.stringify({ typedGroups })})`);
  return start.kitText;
}

/** Asks the keys of a page; `source` is what follows `keys.`. */
export async function ask<T>(page: Page, source: string): Promise<Asked<T>> {
  return await run<T>(page, `client.keys.${source}`);
}

/** Runs an expression in a page, where `client` and `events` are. */
export async function run<T>(page: Page, expression: string): Promise<Asked<T>> {
  return (await page.evaluate(
    `(async () => { try { return { ok: await (${expression}) } } catch (error) { return { error: error.code ?? String(error) } } })()`,
  )) as Asked<T>;
}

/** Waits until an expression is true; the page's own way of asking again would need what the policy forbids. */
export async function until(page: Page, expression: string, timeoutMs = 30_000): Promise<void> {
  for (let waitedMs = 0; waitedMs < timeoutMs; waitedMs += 50) {
    // While a page loads anew there is nothing to ask.
    const found = await run<unknown>(page, expression).catch((cause: unknown) => ({ error: String(cause) }));
    if ('ok' in found && found.ok === true) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
  throw new Error(`waited in vain: ${expression}`);
}

/** The value of a call that must not fail. */
export async function askOk<T>(page: Page, source: string): Promise<T> {
  return valueOf(await ask<T>(page, source));
}

/** The value of an expression that must not fail. */
export async function runOk<T>(page: Page, expression: string): Promise<T> {
  return valueOf(await run<T>(page, expression));
}

function valueOf<T>(asked: Asked<T>): T {
  if ('error' in asked) throw new Error(asked.error);
  return asked.ok;
}

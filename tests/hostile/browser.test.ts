/**
 * What only a browser can show: a hostile document in the sealed viewer, bombs, bytes that are not whole, and script in a page that wants
 * the keys. Real Chromium, the built app from the real server under its policies. Skipped where Debian's Chromium is missing.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { chromium } from 'playwright-core';
import type { Browser, Frame, Page } from 'playwright-core';
import { startServer } from '@strongroom/server';
import type { RunningServer } from '@strongroom/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildWeb, webDist } from '../../tools/build-web.ts';
import { ask, askOk, hasChromium, KeysWorld, run, runOk, until } from '../web/keys-world.ts';

const bomb = 48 * 1024 * 1024;

/** The page's own frame round a document, and what the viewer said. */
interface Shown {
  readonly frame: Frame;
  readonly said: readonly { readonly kind: string; readonly reason?: string }[];
}

describe.skipIf(!hasChromium)('the sealed viewer (skipped without /usr/bin/chromium)', () => {
  let home = '';
  let server: RunningServer;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    await buildWeb();
    home = await mkdtemp(join(tmpdir(), 'strongroom-viewer-'));
    server = await startServer({ home, port: 0, webRoot: webDist });
    browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      chromiumSandbox: false,
      args: ['--disable-gpu', '--disable-background-networking', '--no-first-run'],
    });
    page = await (await browser.newContext()).newPage();
    await page.goto(`${server.url}/signin`);
  }, 180_000);

  afterAll(async () => {
    await browser.close();
    await server.close();
    await rm(home, { recursive: true, force: true });
  });

  /** Shows bytes as the document's screen does: a frame that may run scripts and nothing else. */
  async function show(view: string, type: string, bytes: Uint8Array): Promise<Shown> {
    await page.evaluate(
      async ([kind, media, base64]) => {
        document.querySelector('#probe')?.remove();
        const frame = document.createElement('iframe');
        frame.id = 'probe';
        frame.setAttribute('sandbox', 'allow-scripts');
        const said: unknown[] = [];
        Object.assign(globalThis, { said });
        const ready = new Promise<void>((settle) => {
          window.addEventListener('message', ({ source, data }: MessageEvent<{ kind: string }>) => {
            if (source !== frame.contentWindow) return;
            said.push(data);
            if (data.kind === 'ready') settle();
          });
        });
        frame.src = '/viewer.html';
        document.body.append(frame);
        await ready;
        const buffer = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)).buffer;
        frame.contentWindow?.postMessage(
          {
            kind: 'show',
            view: kind,
            type: media,
            bytes: buffer,
            theme: 'light',
            language: 'en',
            words: { page: '', truncated: '(cut)' },
          },
          '*',
          [buffer],
        );
      },
      [view, type, Buffer.from(bytes).toString('base64')] as const,
    );
    await waitUntilShown();
    const frame = page.frames().find((each) => each.url().endsWith('/viewer.html'));
    if (frame === undefined) throw new Error('no viewer frame');
    return {
      frame,
      said: await page.evaluate(() => (globalThis as unknown as { said: Shown['said'] }).said),
    };
  }

  /** Playwright's own way of waiting needs `eval`, which the policy forbids. */
  async function waitUntilShown(): Promise<void> {
    for (let waitedMs = 0; waitedMs < 60_000; waitedMs += 50) {
      const said = await page.evaluate(() => (globalThis as unknown as { said: { kind: string }[] }).said);
      if (said.some(({ kind }) => kind === 'shown' || kind === 'failed')) return;
      await new Promise((settle) => {
        setTimeout(settle, 50);
      });
    }
    throw new Error('the viewer said nothing');
  }

  test('C13: a document that is a page in disguise is shown as the text it is, and its script reaches nothing', async () => {
    const hostile =
      '<script>parent.postMessage("out", "*"); document.title = "run"</script><img src=x onerror="document.title=1">';
    const { frame, said } = await show('text', 'text/html', Buffer.from(hostile));
    expect(said.some(({ kind }) => kind === 'shown')).toBe(true);
    expect(await frame.evaluate(() => document.querySelector('.sheet')?.textContent)).toBe(hostile);
    expect(await frame.evaluate(() => document.title)).toBe('Strongroom');
    expect(await frame.evaluate(() => document.images.length)).toBe(0);
    const assets = readdirSync(join(webDist, 'assets')).filter((name) => name.endsWith('.css'));
    const probes = await frame.evaluate(async (asset) => {
      const attempt = async (act: () => unknown): Promise<string> => {
        try {
          return `did: ${String(await act())}`;
        } catch (error) {
          return error instanceof Error ? error.name : String(error);
        }
      };
      return {
        origin: globalThis.origin,
        storage: await attempt(() => localStorage.length),
        parent: await attempt(() => parent.document.title),
        navigate: await attempt(() => {
          window.top?.location.assign('about:blank');
          return 'gone';
        }),
        open: await attempt(() => window.open('about:blank')),
        // Assets may be read by any origin, so the policy alone keeps the frame off the network.
        fetch: await attempt(async () => (await fetch(`/assets/${asset}`)).status),
        image: await attempt(async () => {
          const image = new Image();
          image.src = '/favicon.svg';
          await image.decode();
        }),
        markup: await attempt(() => {
          document.body.setHTMLUnsafe('<b>x</b>');
          return 'set';
        }),
      };
    }, assets[0] ?? '');
    expect(probes).toEqual({
      origin: 'null',
      storage: 'SecurityError',
      parent: 'SecurityError',
      navigate: 'SecurityError',
      open: 'did: null',
      fetch: 'TypeError',
      image: 'EncodingError',
      markup: 'TypeError',
    });
    expect(new URL(page.url()).origin).toBe(server.url);
  }, 180_000);

  test('C14: an archive that unpacks to more than the limit is refused on the way, in bounded memory', async () => {
    const content = new Uint8Array(bomb).fill(0x61);
    const archive = zipSync({ 'word/document.xml': content }, { level: 9 });
    expect(archive.length).toBeLessThan(200_000);
    const { said } = await show('docx', '', archive);
    expect(said).toContainEqual({ kind: 'failed', reason: 'too-large' });
  }, 180_000);

  test('C14: a picture whose header says 4 billion pixels is refused before it is decoded', async () => {
    const png = Buffer.from('89504e470d0a1a0a0000000d494844520000ffff0000ffff0802000000000000000000', 'hex');
    const { said, frame } = await show('image', 'image/png', png);
    expect(said).toContainEqual({ kind: 'failed', reason: 'too-large' });
    expect(await frame.evaluate(() => document.images.length)).toBe(0);
  }, 180_000);

  test('C14: entities, deep nesting and a document type do not grow a text', async () => {
    const xml = `<!DOCTYPE a [<!ENTITY x "${'y'.repeat(1000)}">]><w:document>${'<w:p>'.repeat(50_000)}&x;</w:document>`;
    const { said } = await show('docx', '', zipSync({ 'word/document.xml': Buffer.from(xml) }));
    expect(said).toContainEqual({ kind: 'failed', reason: 'broken' });
  }, 180_000);
});

describe.skipIf(!hasChromium)('bytes and keys in a browser (skipped without /usr/bin/chromium)', () => {
  let world: KeysWorld;
  let page: Page;
  let record = '';

  beforeAll(async () => {
    world = await KeysWorld.start();
    page = await world.newTab(await world.newBrowser());
    await world.foundFirm(page);
    const { vault } = await askOk<{ vault: string }>(page, `device.vaults.add({ name: 'Group' })`);
    const { room } = await askOk<{ room: string }>(
      page,
      `device.clients.add(${JSON.stringify({ vault, name: 'Client' })})`,
    );
    await runOk(
      page,
      `client.keys.files.add({ room: '${room}', files: [{ folder: [], file: new File(['a line of text\\n'.repeat(90000)], 'long.txt') }] })`,
    );
    await until(page, `client.snapshot().uploads.some(({ state }) => state === 'done')`);
    const [row] = await askOk<{ record: string }[]>(page, `device.records.list({ room: '${room}' })`);
    record = row?.record ?? '';
  }, 180_000);

  afterAll(async () => {
    await world.close();
  });

  test('K4: script in a page gets what the contract says and no key: nothing unlisted, no bytes of a key anywhere', async () => {
    for (const path of ['device.close', 'device.endSession', 'device.records.open', 'device.records.add'])
      expect(await run(page, `client.keys.${path}('x')`), path).toHaveProperty('error');
    const held = await runOk<string[]>(
      page,
      `(() => {
        const found = [];
        const seen = new Set();
        const look = (value, path) => {
          if (value === null || (typeof value !== 'object' && typeof value !== 'function') || seen.has(value)) return;
          seen.add(value);
          if (value instanceof CryptoKey || (value instanceof Uint8Array && value.length === 32)) found.push(path);
          for (const name of Reflect.ownKeys(value)) {
            let inner;
            try { inner = value[name]; } catch { continue; }
            look(inner, path + '.' + String(name));
          }
        };
        look(client.snapshot(), 'snapshot');
        look(events, 'events');
        return found;
      })()`,
    );
    expect(held).toEqual([]);
    const state = await runOk<string>(
      page,
      `client.keys.session.state().then((state) => JSON.stringify(state))`,
    );
    expect(state).not.toMatch(/deviceFileKey|kitSecret|seed|token/iu);
    expect(await run(page, `navigator.serviceWorker.register('/index.html')`)).toHaveProperty('error');
    expect(
      await runOk<number>(page, `navigator.serviceWorker.getRegistrations().then((all) => all.length)`),
    ).toBe(0);
  }, 180_000);

  test('C15: a body that was changed near its end gives an error and not one byte', async () => {
    const blob = findLargest(join(world.home, 'data'));
    const whole = readFileSync(blob);
    expect(
      await ask(
        page,
        `files.open({ record: '${record}', purpose: 'work' }).then(({ sizeBytes }) => sizeBytes)`,
      ),
    ).toEqual({
      ok: 1_350_000,
    });
    const changed = Buffer.from(whole);
    const last = changed.length - 40;
    changed[last] = (changed[last] ?? 0) ^ 1;
    writeFileSync(blob, changed);
    const answer = await ask<unknown>(page, `files.open({ record: '${record}', purpose: 'review' })`);
    writeFileSync(blob, whole);
    expect(answer).toEqual({ error: 'RELEASE_REJECTED' });
  }, 180_000);
});

/** The largest file below a folder: the body of the one document. */
function findLargest(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const [largest] = files
    .filter((path) => !/\.(?:db|sqlite|db-wal|db-shm)/u.test(path))
    .toSorted((left, right) => readFileSync(right).length - readFileSync(left).length);
  if (largest === undefined) throw new Error('no blob');
  return largest;
}

/** The worker that holds the keys, in a real browser against a real server: one owner for all tabs, locking, uploads, openings, what is at rest. */
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, askOk, hasChromium, KeysWorld, password, run, runOk, until } from './keys-world.ts';

const canary = 'Kanarienvogel Ltd';

/** Makes a file of bytes that do not repeat, in the page. */
const makeFile = (name: string, size: number): string =>
  `(() => { const bytes = new Uint8Array(${size}); for (let at = 0; at < bytes.length; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536)); return new File([bytes], ${JSON.stringify(name)}, { lastModified: 1800000000000 }) })()`;

describe.skipIf(!hasChromium)('the worker that holds the keys (skipped without /usr/bin/chromium)', () => {
  let world: KeysWorld;
  let browser: BrowserContext;
  let page: Page;
  let room = '';

  beforeAll(async () => {
    world = await KeysWorld.start();
    browser = await world.newBrowser();
    page = await world.newTab(browser);
    expect(await askOk(page, 'session.state()')).toEqual({ kind: 'blank', isFirmThere: false });
    await world.foundFirm(page);
    const { vault } = await askOk<{ vault: string }>(page, `device.vaults.add({ name: 'Group' })`);
    const made = await askOk<{ room: string }>(
      page,
      `device.clients.add(${JSON.stringify({ vault, name: canary })})`,
    );
    room = made.room;
  }, 120_000);
  afterAll(async () => {
    expect(world.troubles).toEqual([]);
    await world.close();
  });

  test('a second tab sees the same state, and the same lock', async () => {
    const second = await world.newTab(browser);
    expect(await askOk(second, 'session.state()')).toMatchObject({
      kind: 'unlocked',
      personName: 'Ada Vogel',
    });
    await askOk(second, 'session.lock()');
    expect(await askOk(page, 'session.state()')).toMatchObject({ kind: 'locked', reason: 'asked' });
    expect(await ask(page, 'device.clients.list()')).toEqual({ error: 'DEVICE_LOCKED' });
    expect(await ask(page, `session.unlock({ password: 'not the password' })`)).toEqual({
      error: 'SIGN_IN_REFUSED',
    });
    await askOk(page, `session.unlock({ password: '${password}' })`);
    expect(await askOk(second, 'session.state()')).toMatchObject({ kind: 'unlocked' });
    await second.close();
  });

  test('a reload stays unlocked; a closed tab does not', async () => {
    await page.reload();
    expect(await askOk(page, 'session.state()')).toMatchObject({ kind: 'unlocked' });
    expect(await askOk(page, 'device.clients.list()')).toMatchObject([{ name: canary }]);
    await page.close();
    page = await world.newTab(browser);
    expect(await askOk(page, 'session.state()')).toMatchObject({ kind: 'locked', reason: 'closed' });
    await askOk(page, `session.unlock({ password: '${password}' })`);
  });

  test('after a lock a reload is locked, and the ticket of before is worthless', async () => {
    const ticket = await runOk<string>(page, `sessionStorage.getItem('strongroom-ticket')`);
    expect(ticket.length).toBeGreaterThan(60);
    await askOk(page, 'session.lock()');
    expect(await runOk(page, `sessionStorage.getItem('strongroom-ticket')`)).toBeNull();
    await runOk(page, `sessionStorage.setItem('strongroom-ticket', ${JSON.stringify(ticket)})`);
    await page.reload();
    expect(await askOk(page, 'session.state()')).toMatchObject({ kind: 'locked' });
    await askOk(page, `session.unlock({ password: '${password}' })`);
  });

  test('a page calls what is listed and nothing else', async () => {
    expect(await run(page, `Object.keys(client.keys.device).includes('close')`)).toEqual({ ok: false });
    expect(await run(page, `client.keys.device.records.open`)).toEqual({ ok: undefined });
  });

  test('files go up, small first, and come back the same, opened and packed', async () => {
    const files = [
      ['large.bin', 9_000_000],
      ['small.txt', 1_000],
      ['middle.bin', 600_000],
    ] as const;
    await runOk(
      page,
      `(async () => { globalThis.files = [${files.map(([name, size]) => makeFile(name, size)).join(',')}] })()`,
    );
    await askOk(
      page,
      `files.add({ room: '${room}', files: files.map((file) => ({ file, folder: ['In', 'Folder'] })) })`,
    );
    await until(
      page,
      `client.snapshot().uploads.length === 3 && client.snapshot().uploads.every(({ state }) => state === 'done')`,
    );
    const rows = await askOk<{ name: string; record: string; folder: string[] }[]>(
      page,
      `device.records.list({ room: '${room}' })`,
    );
    expect(rows.map(({ name }) => name).sort()).toEqual(['large.bin', 'middle.bin', 'small.txt']);
    expect(rows[0]?.folder).toEqual(['In', 'Folder']);
    const isSame = await runOk<boolean[]>(
      page,
      `(async () => { const same = []; for (const { name, record } of ${JSON.stringify(rows)}) {
        const opened = await client.keys.files.open({ record, purpose: 'work' });
        const [one, other] = await Promise.all([opened.bytes, files.find((file) => file.name === name)].map(async (each) => new Uint8Array(await crypto.subtle.digest('SHA-256', await each.arrayBuffer()))));
        same.push(opened.bytes.type === 'application/octet-stream' && one.every((byte, index) => byte === other[index]));
      } return same })()`,
    );
    expect(isSame).toEqual([true, true, true]);
    const zipped = await runOk<{ size: number; files: number; refused: unknown[] }>(
      page,
      `client.keys.files.zip({ documents: ${JSON.stringify(rows)}, purpose: 'work' }).then(({ bytes, files, refused }) => ({ size: bytes.size, files, refused }))`,
    );
    expect(zipped).toMatchObject({ files: 3, refused: [] });
    expect(zipped.size).toBeGreaterThan(9_600_000);
  });
});

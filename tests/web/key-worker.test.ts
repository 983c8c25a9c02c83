/** The worker that holds the keys, in a real browser against a real server: one owner for all tabs, locking, uploads, openings, what is at rest. */
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, askOk, hasChromium, KeysWorld, password, run, runOk, until } from './keys-world.ts';

const canary = 'Kanarienvogel Ltd';

/** Makes a file of bytes that do not repeat, in the page. */
const makeFile = (name: string, size: number): string =>
  `(() => { const bytes = new Uint8Array(${size}); for (let at = 0; at < bytes.length; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536)); return new File([bytes], ${JSON.stringify(name)}, { lastModified: 1800000000000 }) })()`;

/** Counts the parts that wait in the private file system, and answers an expression over the count. */
const countStaged = (expression: string): string =>
  `(async () => { let count = 0; const walk = async (folder) => { for await (const each of folder.values()) { if (each.kind === 'directory') await walk(each); else if ((await each.getFile()).size > 0) count += 1; } }; await walk(await navigator.storage.getDirectory()); return ${expression} })()`;

describe.skipIf(!hasChromium)('the worker that holds the keys (skipped without /usr/bin/chromium)', () => {
  let world: KeysWorld;
  let browser: BrowserContext;
  let page: Page;
  let room = '';
  /** Of somebody who unlocked it in the beginning, and touches it no more; and when it is to lock. */
  let untouched: Page;
  let untouchedLocksAtMs = 0;

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
    const { code } = await askOk<{ code: string }>(page, `device.people.invite({ name: 'Dora Lang' })`);
    untouched = await world.newTab(await world.newBrowser());
    await world.enrol(untouched, code);
    await askOk(untouched, 'session.setIdleLimit(1)');
    await askOk(untouched, 'session.touch()');
    ({ locksAtMs: untouchedLocksAtMs } = await askOk<{ locksAtMs: number }>(untouched, 'session.state()'));
    await runOk(
      untouched,
      `(async () => { setInterval(() => { if (client.snapshot().session.kind === 'locked') globalThis.lockedAtMs ??= Date.now(); }, 50); })()`,
    );
  });
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

  test('a reload stays unlocked while the server does not answer, and what this device keeps is read', async () => {
    world.line.isCutForCalls = true;
    await page.reload();
    expect(await askOk(page, 'session.state()')).toMatchObject({ kind: 'unlocked' });
    expect(await askOk(page, 'device.clients.list({ refresh: false })')).toMatchObject([{ name: canary }]);
    expect(await ask(page, `device.vaults.add({ name: 'Later' })`)).toEqual({ error: 'SERVER_UNREACHABLE' });
    world.line.isCutForCalls = false;
    await askOk(page, 'connection.syncNow()');
    expect(await runOk(page, 'client.snapshot().connection.kind')).toBe('online');
  });

  test('after a lock a reload is locked, and the ticket of before is worthless', async () => {
    const ticket = await runOk<string>(page, `sessionStorage.getItem('strongroom-ticket')`);
    expect(ticket.length).toBeGreaterThan(60);
    await askOk(page, 'session.lock()');
    expect(await runOk(page, `sessionStorage.getItem('strongroom-ticket')`)).toBeNull();
    await runOk(page, `sessionStorage.setItem('strongroom-ticket', ${JSON.stringify(ticket)})`);
    await page.reload();
    expect(await askOk(page, 'session.state()')).toMatchObject({ kind: 'locked', reason: 'asked' });
    await askOk(page, `session.unlock({ password: '${password}' })`);
  });

  test('a person who is suspended is locked out and told, until he is back', async () => {
    const other = await world.newBrowser();
    const { code, person } = await askOk<{ code: string; person: string }>(
      page,
      `device.people.invite({ name: 'Cleo Marsh' })`,
    );
    const cut = await world.newTab(other);
    await world.enrol(cut, code);
    await askOk(page, `device.people.suspend('${person}')`);
    expect(await ask(cut, 'connection.syncNow()')).toHaveProperty('error');
    await until(cut, `client.snapshot().session.kind === 'locked'`);
    expect(await askOk(cut, 'session.state()')).toMatchObject({ kind: 'locked', reason: 'cut-off' });
    await cut.reload();
    expect(await askOk(cut, 'session.state()')).toMatchObject({ kind: 'locked', reason: 'cut-off' });
    expect(await ask(cut, `session.unlock({ password: '${password}' })`)).toEqual({
      error: 'SIGN_IN_REFUSED',
    });
    await askOk(page, `device.people.reinstate('${person}')`);
    await askOk(cut, `session.unlock({ password: '${password}' })`);
    await other.close();
  });

  test('a worker of another build takes the keys over: pages load anew and stay unlocked', async () => {
    await runOk(page, `Promise.resolve(globalThis.isOld = true)`);
    await runOk(page, `new BroadcastChannel('strongroom-workers').postMessage('step-aside')`);
    await until(page, `globalThis.isOld !== true && client.snapshot().session.kind === 'unlocked'`);
    expect(await ask(page, 'device.vaults.list()')).toHaveProperty('ok');
  });

  test('a page calls what is listed and nothing else', async () => {
    expect(await run(page, `Object.keys(client.keys.device).includes('close')`)).toEqual({ ok: false });
    expect(await run(page, `client.keys.device.records.open`)).toEqual({ ok: undefined });
  });

  test('every call that is listed is there', async () => {
    const missing = await runOk<string[]>(
      page,
      `(async () => { const missing = []; const walk = async (node, path) => { for (const [name, each] of Object.entries(node)) {
        if (typeof each !== 'function') await walk(each, path + name + '.');
        else await each(null).catch(({ code }) => { if (code === 'REQUEST_INVALID') missing.push(path + name); });
      } }; for (const area of ['device', 'files', 'import', 'opaque', 'connection']) await walk(client.keys[area], area + '.'); return missing; })()`,
    );
    expect(missing).toEqual([]);
    expect(await askOk(page, 'session.state()')).toMatchObject({ kind: 'unlocked' });
  });

  test('without a SharedWorker one tab has the worker, all tabs reach it, and another takes over', async () => {
    const alone = await world.newBrowser();
    await alone.addInitScript('delete globalThis.SharedWorker');
    const invited = await askOk<{ code: string }>(page, `device.people.invite({ name: 'Ben Hart' })`);
    const first = await world.newTab(alone);
    await world.enrol(first, invited.code);
    const second = await world.newTab(alone);
    expect(await askOk(second, 'session.state()')).toMatchObject({ kind: 'unlocked' });
    await until(second, `sessionStorage.getItem('strongroom-ticket') !== null`);
    await first.close();
    await until(second, `client.keys.session.state().then(({ kind }) => kind === 'unlocked')`);
    expect(await ask(second, 'device.vaults.list()')).toHaveProperty('ok');
    await alone.close();
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

  test('an upload is paused and resumed, and goes on after a reload without its file', async () => {
    world.line.bytesPerSecond = 2_000_000;
    const ids = await runOk<string[]>(
      page,
      `client.keys.files.add({ room: '${room}', files: [{ file: ${makeFile('film.bin', 30_000_000)}, folder: [] }] })`,
    );
    const id = ids[0] ?? '';
    const itemOf = `client.snapshot().uploads.find(({ id }) => id === '${id}')`;
    await until(page, `${itemOf}?.doneBytes > 0`);
    await askOk(page, `files.pause('${id}')`);
    await until(page, `${itemOf}?.state === 'paused'`);
    const paused = await runOk<number>(page, `${itemOf}.doneBytes`);
    expect(paused).toBeLessThan(30_000_000);
    // From here on the line takes next to nothing, and sealing runs ahead of it.
    world.line.bytesPerSecond = 100_000;
    await askOk(page, `files.resume('${id}')`);
    // Eight parts; the note that all of it is sealed comes after the last.
    await until(page, countStaged(`count + Math.round(${itemOf}.doneBytes / 4193792) >= 8`), 60_000);
    await page.waitForTimeout(8_000);
    await page.reload();
    await until(page, `${itemOf} !== undefined`);
    expect(await runOk(page, `${itemOf}.state`)).not.toBe('needs-source');
    expect(await runOk(page, `${itemOf}.doneBytes`)).toBeGreaterThan(0);
    world.line.bytesPerSecond = Number.POSITIVE_INFINITY;
    await until(page, `${itemOf}.state === 'done'`, 60_000);
    // What was sealed goes once the list that is kept here no longer names the file.
    await until(page, countStaged('count === 0'), 60_000);
  }, 180_000);

  test('files that were chosen and not begun are asked for again after a reload', async () => {
    world.line.bytesPerSecond = 1_000_000;
    const make = `Promise.all([1, 2, 3, 4, 5].map(async (size) => new File([new Uint8Array(size * 20_000_000).fill(size)], 'part' + size)))`;
    const ids = await runOk<string[]>(
      page,
      `${make}.then((files) => client.keys.files.add({ room: '${room}', files: files.map((file) => ({ file, folder: [] })) }))`,
    );
    await askOk(page, 'files.pause()');
    await page.reload();
    world.line.bytesPerSecond = Number.POSITIVE_INFINITY;
    await until(page, `client.snapshot().uploads.length >= 5`);
    const last = ids.at(-1) ?? '';
    const itemOf = `client.snapshot().uploads.find(({ id }) => id === '${last}')`;
    expect(await runOk(page, `${itemOf}.state`)).toBe('needs-source');
    expect(await ask(page, `files.provide('${last}', new File([new Uint8Array(5)], 'part5'))`)).toEqual({
      error: 'SOURCE_CHANGED',
    });
    await askOk(page, `files.provide('${last}', new File([new Uint8Array(100_000_000).fill(5)], 'part5'))`);
    await until(page, `${itemOf}.state === 'done'`, 60_000);
    for (const id of ids.slice(0, -1)) await askOk(page, `files.abandon('${id}')`);
    expect(await askOk<unknown[]>(page, 'files.queue()')).not.toContainEqual(
      expect.objectContaining({ state: 'needs-source' }),
    );
  });

  test('an upload waits while the server is gone, and goes on by itself', async () => {
    await runOk(page, `(async () => { globalThis.later = ${makeFile('later.bin', 3_000_000)} })()`);
    await world.restartServer(async () => {
      await askOk(page, `files.add({ room: '${room}', files: [{ file: later, folder: [] }] })`);
      await until(
        page,
        `client.snapshot().uploads.some(({ name, state }) => name === 'later.bin' && state === 'offline')`,
      );
      await until(page, `client.snapshot().connection.kind === 'offline'`);
    });
    await until(
      page,
      `client.snapshot().uploads.some(({ name, state }) => name === 'later.bin' && state === 'done')`,
      60_000,
    );
    expect(await runOk(page, 'client.snapshot().connection.kind')).toBe('online');
  });

  test('the list of clients is told once, then what differs, and a search answers with places in it', async () => {
    type Changes = { list: string; from: number; to: number; rows: { name?: string; room: string }[] };
    expect(await askOk(page, 'device.clients.follow({ refresh: false })')).toMatchObject({
      from: 0,
      isWhole: true,
    });
    const first = await askOk<Changes & { namedCount: number }>(page, 'device.clients.follow()');
    const [row] = first.rows;
    expect(first.namedCount).toBe(first.rows.length);
    const have = JSON.stringify({ list: first.list, change: first.to });
    expect(await askOk(page, `device.clients.follow({ have: ${have} })`)).toMatchObject({
      list: first.list,
      from: first.to,
      rows: [],
    });
    await askOk(
      page,
      `device.clients.update({ client: { room: '${row?.room ?? ''}' }, aliases: ['Told Again'] })`,
    );
    const changes = await askOk<Changes>(page, `device.clients.follow({ have: ${have} })`);
    expect(changes.rows).toMatchObject([{ room: row?.room, aliases: ['Told Again'] }]);
    expect(
      await askOk(page, `device.clients.match('told again').then(({ list, places }) => [list, [...places]])`),
    ).toEqual([first.list, [0]]);
    // Another unlock is another list, whatever a page says it has.
    await askOk(page, 'session.lock()');
    await askOk(page, `session.unlock({ password: '${password}' })`);
    const again = await askOk<Changes>(page, `device.clients.follow({ have: ${have}, refresh: false })`);
    expect(again).toMatchObject({ from: 0, rows: [{ room: row?.room }] });
    expect(again.list).not.toBe(first.list);
  });

  test('an import goes on after a reload, and makes nobody twice', async () => {
    const { vault } = await askOk<{ vault: string }>(page, `device.clients.list().then(([row]) => row)`);
    const text = [
      'Name;Country',
      ...Array.from({ length: 60 }, (_, index) => `Imported ${index};PL`),
      `${canary};FR`,
    ].join('\\n');
    const file = await runOk<{ rows: unknown[]; doubles: unknown[]; problems: unknown[] }>(
      page,
      `client.keys.import.readClients({ bytes: new TextEncoder().encode('${text}') })`,
    );
    expect(file.problems).toEqual([]);
    expect(file.rows).toHaveLength(61);
    expect(file.doubles).toMatchObject([{ line: 62 }]);
    const { job } = await askOk<{ job: string }>(
      page,
      `import.startClients(${JSON.stringify({ vault, rows: file.rows.slice(0, 60) })})`,
    );
    await until(page, `(client.snapshot().jobs.get('${job}')?.done ?? 0) > 3`);
    await page.reload();
    await until(page, `client.snapshot().jobs.get('${job}')?.state === 'done'`, 60_000);
    const rows = await askOk<{ name: string }[]>(page, `device.clients.list()`);
    const names = rows.map(({ name }) => name).filter((name) => name.startsWith('Imported'));
    expect(names).toHaveLength(60);
    expect(new Set(names).size).toBe(60);
  });

  test('an id stands for a text, after a reload too', async () => {
    const id = await askOk<string>(page, `opaque.idOf('Contracts/2026')`);
    expect(id).toMatch(/^[a-z2-7]{26}$/u);
    await page.reload();
    expect(await askOk(page, `opaque.textOf('${id}')`)).toBe('Contracts/2026');
    expect(await askOk(page, `opaque.textOf('constructor')`)).toBeUndefined();
  });

  // While the other tests ran: a minute is a minute.
  test('locks when nobody touches a page for the limit, and not before', async () => {
    expect(await ask(page, 'session.setIdleLimit(0)')).toEqual({ error: 'INPUT_INVALID' });
    expect(await ask(page, 'session.setIdleLimit(61)')).toEqual({ error: 'INPUT_INVALID' });
    await askOk(page, 'session.setIdleLimit(1)');
    await askOk(page, 'session.touch()');
    const { locksAtMs } = await askOk<{ locksAtMs: number }>(page, 'session.state()');
    expect(locksAtMs - (await runOk<number>(page, 'Date.now()'))).toBeGreaterThan(50_000);
    await until(untouched, `globalThis.lockedAtMs !== undefined`, 80_000);
    const lateMs = (await runOk<number>(untouched, 'globalThis.lockedAtMs')) - untouchedLocksAtMs;
    expect(lateMs).toBeGreaterThanOrEqual(0);
    expect(lateMs).toBeLessThan(10_000);
    expect(await askOk(untouched, 'session.state()')).toMatchObject({ kind: 'locked', reason: 'idle' });
    expect(await ask(untouched, 'device.clients.list()')).toEqual({ error: 'DEVICE_LOCKED' });
    await untouched.reload();
    expect(await askOk(untouched, 'session.state()')).toMatchObject({ kind: 'locked', reason: 'idle' });
  });
});

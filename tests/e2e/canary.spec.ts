/**
 * The job in a browser, with marks in everything that is a firm's secret; then none of them is at the server, on the line, in an address, in
 * what pages and workers say, nor in the clear in anything that the browser keeps: IndexedDB, private files, caches, storages, and the
 * profile's files on the disk (history, session, form data, caches). How marks are found: tests/canary/README.md.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import type { BrowserContext, Page } from '@playwright/test';
import { Finder } from '../canary/finder.ts';
import { makeMark, markOfText } from '../canary/marks.ts';
import type { Mark } from '../canary/marks.ts';
import { startRecordingProxy } from '../canary/recording-proxy.ts';
import type { RecordingProxy } from '../canary/recording-proxy.ts';
import { searchBytes, searchFolder } from '../canary/search.ts';
import type { Place } from '../canary/search.ts';
import { readStores, Witness } from './browser-stores.ts';
import type { KeptItem } from './browser-stores.ts';
import { expect, test } from './fixtures.ts';
import { OwnServer } from './own-server.ts';
import { visit } from './screens.ts';
import { addClient, addFiles, goTo, goToTab, printKit, proveKit, rowOf, textFile, tick } from './steps.ts';

test.describe.configure({ mode: 'serial' });

const texts = Object.fromEntries(
  [
    'firm',
    'owner',
    'client',
    'alias',
    'folder',
    'view',
    'file',
    'big file',
    'content',
    'search',
    'hold reason',
    'colleague',
    'password',
  ].map((name) => [name, makeMark(name)]),
);
const marks: Mark[] = Object.values(texts);
const textOf = (name: string): string => texts[name]?.text ?? '';

let scratch: string;
let server: OwnServer;
let proxy: RecordingProxy;
let context: BrowserContext;
let witness: Witness;
let page: Page;
let code = '';
/** What parts of uploads wait for, and whether one did. */
let gate: Promise<void> | undefined;
let hasWaited = false;
const kept: KeptItem[] = [];

test.beforeAll(async ({ launchOptions }) => {
  scratch = await mkdtemp(join(tmpdir(), 'strongroom-browser-canary-'));
  server = await OwnServer.start();
  proxy = await startRecordingProxy(
    () => server.url,
    async (line) => {
      if (!line.startsWith('PUT ')) return;
      hasWaited ||= gate !== undefined;
      await gate;
    },
  );
  context = await chromium.launchPersistentContext(join(scratch, 'profile'), {
    ...launchOptions,
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'Europe/Warsaw',
  });
  witness = new Witness(context);
  page = context.pages()[0] ?? (await context.newPage());
});
test.afterAll(async () => {
  await context.close();
  await proxy.close();
  await server.remove();
  await rm(scratch, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
});

async function typePassword(): Promise<void> {
  await page.getByLabel('Password', { exact: true }).fill(textOf('password'));
}

test('a firm is founded in the browser', async () => {
  await page.goto(`${proxy.url}/start#code=${server.firstRunCode}`);
  await page.getByLabel('Name of the firm').fill(textOf('firm'));
  await tick(page.getByRole('checkbox', { name: 'Poland' }));
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Your name').fill(textOf('owner'));
  await page.getByRole('button', { name: 'Continue' }).click();
  await typePassword();
  await page.getByLabel('The same password again').fill(textOf('password'));
  await page.getByRole('button', { name: 'Continue' }).click();
  const groups = await printKit(page);
  marks.push(markOfText('kit', groups.join('-'), groups.join('')));
  await proveKit(page, groups);
  await page.getByRole('button', { name: 'Create the firm' }).click();
  await expect(page.getByRole('heading', { name: 'Your firm is ready' })).toBeVisible({ timeout: 30_000 });
  await tick(page.getByRole('checkbox', { name: /sample room/u }), false);
  await page.getByRole('button', { name: 'Open Strongroom' }).click();
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible({ timeout: 30_000 });
});

test('a client is added and found, a document opened, a hold placed, a colleague invited', async () => {
  code = await addClient(page, textOf('client'));
  await page.getByRole('button', { name: 'More for this room' }).click();
  await page.getByRole('menuitem', { name: 'Edit client' }).click();
  const editing = page.getByRole('dialog');
  await editing.getByLabel('Other names').fill(textOf('alias'));
  await editing.getByRole('button', { name: 'Save' }).click();
  await expect(editing).toHaveCount(0, { timeout: 30_000 });
  await goToTab(page, 'Documents');
  const name = `${textOf('file')}.txt`;
  await addFiles(page, [textFile(name, `${textOf('content')}\n${textOf('content')}`)]);
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'New folder' }).click();
  await page.getByRole('dialog').getByLabel('Name of the folder').fill(textOf('folder'));
  await page.getByRole('dialog').getByRole('button', { name: 'Choose files' }).click();
  await (await choosing).setFiles([textFile('inside.txt', textOf('content'))]);
  await expect(page.getByRole('button', { name: textOf('folder'), exact: true })).toBeVisible({
    timeout: 30_000,
  });
  await page.getByRole('button', { name: textOf('folder'), exact: true }).click();
  await expect(rowOf(page, 'inside.txt')).toBeVisible({ timeout: 30_000 });
  await page.goBack();
  await expect(rowOf(page, name).getByRole('link', { name })).toBeVisible({ timeout: 30_000 });
  await page.getByRole('button', { name: `Actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: 'Place a hold' }).click();
  await page.getByRole('dialog').getByLabel('Reason').fill(textOf('hold reason'));
  await page.getByRole('dialog').getByRole('button', { name: 'Place hold' }).click();
  await expect(rowOf(page, name)).toContainText('Held');
  await rowOf(page, name).getByRole('link', { name }).click();
  await expect(page.frameLocator('iframe').getByText(textOf('content')).first()).toBeVisible({
    timeout: 30_000,
  });
  await goTo(page, 'Clients');
  await page.getByRole('searchbox').first().fill(textOf('client'));
  await expect(page.getByRole('row').filter({ hasText: code })).toBeVisible();
  await page.getByRole('searchbox').first().fill(textOf('alias'));
  await expect(page.getByRole('row').filter({ hasText: code })).toBeVisible();
  await page.getByRole('searchbox').first().fill(textOf('search'));
  await expect(page.getByRole('row').filter({ hasText: code })).toHaveCount(0);
  await page.getByRole('searchbox').first().fill('');
  await page.getByLabel('Filter by class').selectOption({ label: 'Confidential' });
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('menuitem', { name: 'Save this view' }).click();
  await page.getByRole('dialog').getByLabel('Name of the view').fill(textOf('view'));
  await page.getByRole('dialog').getByRole('button', { name: 'Save view' }).click();
  await expect(page.getByRole('button', { name: textOf('view') })).toBeVisible({ timeout: 30_000 });
  await page.keyboard.press('ControlOrMeta+k');
  await page.getByRole('dialog').getByRole('combobox').fill(textOf('search'));
  await page.keyboard.press('Escape');
  await goTo(page, 'People and access');
  await page.getByRole('button', { name: 'Invite', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill(textOf('colleague'));
  await dialog.getByRole('button', { name: 'Make the code' }).click();
  const invitation = (await dialog.getByLabel('Invitation code', { exact: true }).textContent()) ?? '';
  expect(invitation.trim().length).toBeGreaterThan(40);
  marks.push(markOfText('invitation', invitation.trim(), invitation.trim().replaceAll('-', '')));
  await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
});

test('an upload is cut by the end of the server, the tab is loaded anew, locked and unlocked; what is kept is read each time', async () => {
  await visit(page, `/clients/${code}/documents`);
  const big = Buffer.concat([
    Buffer.from(textOf('content')),
    randomBytes(6_000_000),
    Buffer.from(textOf('content')),
  ]);
  let release = (): void => undefined;
  gate = new Promise((settle) => {
    release = settle;
  });
  await addFiles(page, [
    { name: `${textOf('big file')}.bin`, mimeType: 'application/octet-stream', buffer: big },
  ]);
  await expect(
    page
      .getByRole('main')
      .getByText(`${textOf('big file')}.bin`)
      .first(),
  ).toBeVisible();
  await expect.poll(() => hasWaited, { timeout: 30_000 }).toBe(true);
  kept.push(...(await readStores(page)));
  await server.stop();
  release();
  await server.startAgain();
  await expect(rowOf(page, `${textOf('big file')}.bin`).getByRole('link')).toBeVisible({ timeout: 90_000 });
  await page.reload();
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible({ timeout: 30_000 });
  kept.push(...(await readStores(page)));
  await page.keyboard.press('Shift+L');
  await expect(page.getByRole('heading', { name: 'Locked' })).toBeVisible();
  kept.push(...(await readStores(page)));
  await typePassword();
  await page.getByRole('button', { name: 'Show password' }).click();
  await expectSessionKept();
  await page.getByRole('button', { name: 'Unlock' }).click();
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible({ timeout: 30_000 });
});

/** Chromium writes down every few seconds what it would need to open this tab again, with what stands in its fields. */
async function expectSessionKept(): Promise<void> {
  const folder = join(scratch, 'profile/Default/Sessions');
  const readAll = (): Buffer =>
    Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
  const before = readAll().length;
  const noteAgain = async (): Promise<number> => {
    // It may have been written a moment ago; a change of the tab's history has it written again.
    await page.evaluate(() => history.replaceState(history.state, ''));
    return readAll().length;
  };
  await expect.poll(noteAgain, { timeout: 60_000, intervals: [1_000] }).toBeGreaterThan(before);
  expect(readAll().includes(page.url())).toBe(true);
}

/** Everywhere but in the person's head and on the screen. */
function search(finder: Finder): Place[] {
  return [
    ...kept.flatMap(({ place, bytes }) => searchBytes(finder, place, bytes)),
    ...searchBytes(finder, 'addresses', Buffer.from(witness.addresses.join('\n'))),
    ...searchBytes(finder, 'console', Buffer.from(witness.said.join('\n'))),
    ...searchFolder(finder, join(scratch, 'profile')).map((place) => ({
      ...place,
      place: `profile ${place.place}`,
    })),
    ...searchFolder(finder, server.home),
    ...proxy.exchanges.flatMap(({ line, requestHeaders, requestBody, answerHeaders, answerBody }) => [
      ...searchBytes(finder, `request ${line}`, Buffer.from([line, ...requestHeaders].join('\n'))),
      ...searchBytes(finder, `body of ${line}`, requestBody),
      ...searchBytes(finder, `answer to ${line}`, answerBody),
      ...searchBytes(finder, `headers of the answer to ${line}`, Buffer.from(answerHeaders.join('\n'))),
    ]),
  ];
}

test('no mark is at the server, on the line, in an address, in the console, or in the clear in the browser', async () => {
  await context.close();
  await server.stop();
  expect(kept.filter(({ place }) => place.startsWith('IndexedDB')).length).toBeGreaterThan(50);
  expect(kept.some(({ place }) => place.startsWith('private file'))).toBe(true);
  expect(proxy.exchanges.length).toBeGreaterThan(100);
  const calls = proxy.exchanges.filter(({ line }) => line.includes(' /v1/'));
  expect(
    calls.flatMap(({ answerHeaders }) => answerHeaders.map((header) => header.toLowerCase())),
  ).not.toContain('content-encoding');
  expect(search(new Finder(marks))).toEqual([]);
});

test('a mark that is planted in any of these is found', async () => {
  const planted = makeMark('planted');
  kept.push({ place: 'IndexedDB planted', bytes: Buffer.from(planted.text) });
  witness.addresses.push(`${proxy.url}/clients?q=${encodeURIComponent(planted.text)}`);
  witness.said.push(planted.fragments[1] ?? '');
  expect(new Set(search(new Finder([planted])).map(({ place }) => place))).toEqual(
    new Set(['IndexedDB planted', 'addresses', 'console']),
  );
});

/** The list of uploads: paused and gone on with, kept over a reload and a browser that was closed, and a file that is needed again. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import type { BrowserContext, Locator, Page } from '@playwright/test';
import { expect, profileOptions, signIn, test, watchForFaults } from './fixtures.ts';
import type { OfficeRoom } from './office.ts';
import { addFiles, rowOf, textFile } from './steps.ts';

test.describe.configure({ mode: 'serial' });

const megabyte = 1_000_000;
let scratch: string;
let room: OfficeRoom;
let context: BrowserContext;
let page: Page;
let launch: () => Promise<void>;
const scans = randomBytes(16 * megabyte);
const minutes = randomBytes(megabyte);

test.beforeAll(async ({ office, launchOptions }) => {
  scratch = await mkdtemp(join(tmpdir(), 'strongroom-uploads-'));
  await writeFile(join(scratch, 'Scans.bin'), scans);
  await writeFile(join(scratch, 'Minutes.bin'), minutes);
  await writeFile(join(scratch, 'Other.bin'), randomBytes(megabyte + 1));
  room = await office.addRoom('Kowalski Transport');
  launch = async () => {
    context = await chromium.launchPersistentContext(join(scratch, 'profile'), {
      ...launchOptions,
      ...profileOptions,
      baseURL: office.url,
    });
    await watchForFaults(context);
    page = context.pages()[0] ?? (await context.newPage());
  };
  await launch();
  await signIn(page, office, 'Anna Lindqvist');
  await page.goto(`/clients/${room.code}/documents`);
  await expect(page.getByRole('button', { name: 'Add files' }).first()).toBeVisible({ timeout: 30_000 });
});
test.afterAll(async ({ office }) => {
  office.line.bytesPerSecond = Number.POSITIVE_INFINITY;
  office.line.mend();
  await context.close();
  await rm(scratch, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
});

/** The drawer, open. */
async function openDrawer(): Promise<Locator> {
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  const drawer = page.getByRole('dialog', { name: 'Add files' });
  await expect(drawer).toContainText('Everything is encrypted on this device before it leaves.');
  return drawer;
}

function item(drawer: Locator, name: string): Locator {
  return drawer
    .getByRole('list', { name: 'Files on their way' })
    .getByRole('listitem')
    .filter({ hasText: name });
}

async function unlock(password: string): Promise<void> {
  await page.goto(`/clients/${room.code}/documents`);
  await expect(page.getByText('The browser was closed. Your password opens it again.')).toBeVisible({
    timeout: 30_000,
  });
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Unlock' }).click();
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible({ timeout: 30_000 });
}

const isPaused = /Paused at [\d.]+ MB of 16 MB/u;

test('a file is paused in the drawer: others go past it, and it stays where it was', async ({ office }) => {
  office.line.bytesPerSecond = megabyte / 2;
  await addFiles(page, [join(scratch, 'Scans.bin')]);
  const drawer = await openDrawer();
  // Bytes that the server has acknowledged; by then all of it is sealed and waits on this device.
  await expect(item(drawer, 'Scans.bin')).toContainText(/[1-9][\d.]* MB of 16 MB, encrypted here/u, {
    timeout: 30_000,
  });
  await item(drawer, 'Scans.bin').getByRole('button', { name: 'Pause Scans.bin' }).click();
  await expect(item(drawer, 'Scans.bin')).toContainText(isPaused);
  const standing = await item(drawer, 'Scans.bin').textContent();
  await drawer.getByRole('button', { name: 'Close' }).first().click();
  await addFiles(page, [textFile('Note.txt', 'Small.')]);
  await expect(rowOf(page, 'Note.txt').getByRole('link')).toBeVisible({ timeout: 30_000 });
  await expect(rowOf(page, 'Scans.bin').getByRole('link')).toHaveCount(0);
  const shown = await openDrawer();
  await expect(item(shown, 'Scans.bin')).toHaveText(standing ?? '');
});

test('after a reload it is still paused, and goes on from there', async ({ office }) => {
  await page.reload();
  // What was in the room before this device had noted it is found there: its file is not asked for.
  await expect(page.getByText(/^(0 of 1 file|1 of 2 files)$/u)).toBeVisible({ timeout: 30_000 });
  const drawer = await openDrawer();
  await expect(item(drawer, 'Scans.bin')).toContainText(isPaused);
  // Slow enough that what is left does not arrive before it is paused again.
  office.line.bytesPerSecond = megabyte / 50;
  await item(drawer, 'Scans.bin').getByRole('button', { name: 'Go on with Scans.bin' }).click();
  await expect(item(drawer, 'Scans.bin').getByRole('button', { name: 'Pause Scans.bin' })).toBeVisible();
  await drawer.getByRole('button', { name: 'Pause all' }).click();
  await expect(item(drawer, 'Scans.bin')).toContainText(isPaused);
});

test('after the browser was closed it goes on with what lies sealed here; a file that was not begun is asked for', async ({
  office,
}) => {
  const drawer = page.getByRole('dialog', { name: 'Add files' });
  await drawer.getByRole('button', { name: 'Close' }).first().click();
  office.line.cut();
  await addFiles(page, [join(scratch, 'Minutes.bin')]);
  await expect(rowOf(page, 'Minutes.bin')).toContainText('Waits for the connection', { timeout: 30_000 });
  await context.close();
  office.line.mend();
  office.line.bytesPerSecond = Number.POSITIVE_INFINITY;
  await launch();
  await unlock(office.password);
  await expect(page.getByText('0 of 2 files, 1 needs a look')).toBeVisible({ timeout: 30_000 });
  const list = await openDrawer();
  await expect(item(list, 'Scans.bin')).toContainText(isPaused);
  const late = item(list, 'Minutes.bin');
  await expect(late).toContainText('The file itself is needed again to finish; what was sent stays');
  const provide = late.getByLabel('Choose Minutes.bin again');
  await provide.setInputFiles(join(scratch, 'Other.bin'));
  await expect(
    page.getByRole('log').getByText('This is not the file that was begun. Choose Minutes.bin as it was'),
  ).toBeVisible();
  await expect(late).toContainText('The file itself is needed again');
  await provide.setInputFiles(join(scratch, 'Minutes.bin'));
  await expect(late).toContainText('In the room, 1 MB', { timeout: 30_000 });
  await list.getByRole('button', { name: 'Go on with all' }).click();
  await expect(item(list, 'Scans.bin')).toContainText('In the room, 16 MB', { timeout: 30_000 });
  await list.getByRole('button', { name: 'Clear finished' }).click();
  await expect(list).toContainText('No files on their way');
  await list.getByRole('button', { name: 'Close' }).first().click();
  for (const name of ['Scans.bin', 'Minutes.bin'])
    await expect(rowOf(page, name).getByRole('link', { name })).toHaveCount(1);
});

test('what arrived is what was chosen, once each', async ({ office }) => {
  const rows = await office.anna.records.list({ room: room.room });
  expect(rows.map(({ name }) => name).toSorted()).toEqual(['Minutes.bin', 'Note.txt', 'Scans.bin']);
  const hashOf = async (name: string): Promise<string> => {
    const hash = createHash('sha256');
    const { record } = rows.find((row) => row.name === name) ?? {};
    if (record === undefined) throw new Error(`${name} is not there`);
    await office.anna.records.open({
      record,
      purpose: 'work',
      sink: {
        write: async (bytes) => void hash.update(bytes),
        commit: async () => undefined,
        abort: async () => undefined,
      },
    });
    return hash.digest('hex');
  };
  expect(await hashOf('Scans.bin')).toBe(createHash('sha256').update(scans).digest('hex'));
  expect(await hashOf('Minutes.bin')).toBe(createHash('sha256').update(minutes).digest('hex'));
});

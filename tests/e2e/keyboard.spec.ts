/** The job without a mouse: a client, files, access, a download and an invitation, with the focus seen at each step. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { keepDownload } from './check-elsewhere.ts';
import { expect, test } from './fixtures.ts';
import type { Profile } from './fixtures.ts';
import { expectVisibleFocus, tabInto, tabTo } from './keyboard.ts';
import { comeIn, SmallFirm } from './small-firm.ts';
import { textFile } from './steps.ts';

test.describe.configure({ mode: 'serial' });

let firm: SmallFirm;
let annas: Profile;
let folder: string;

test.beforeAll(async ({ profiles }) => {
  test.setTimeout(180_000);
  folder = await mkdtemp(join(tmpdir(), 'strongroom-keys-'));
  firm = await SmallFirm.start();
  await firm.add({ name: 'Michael Okonkwo', roles: ['opener'] });
  await firm.addClient('Fontaine SARL');
  annas = await profiles.make(firm.server.url);
  await comeIn(annas.page, firm.owner);
  // The runner takes choosers over from now on: a key is pressed too soon after to wait for that.
  annas.page.on('filechooser', () => undefined);
  // A mouse that moves or clicks is a fault of this spec.
  await annas.page.evaluate(() => {
    for (const kind of ['pointerdown', 'mousedown'])
      addEventListener(kind, () => document.body.setAttribute('data-mouse', ''), { capture: true });
  });
});
test.afterEach(async () => {
  await expect(annas.page.locator('[data-mouse]')).toHaveCount(0);
});
test.afterAll(async () => {
  await annas.context.close();
  await firm.remove();
  await rm(folder, { recursive: true, force: true });
});

/** Reaches something with Tab and presses Enter. */
async function press(page: Page, role: 'button' | 'link', name: string | RegExp): Promise<void> {
  await tabTo(page, role, name);
  await page.keyboard.press('Enter');
}

test('a new client is added, and its room opened', async () => {
  const { page } = annas;
  // The second key counts only soon after the first.
  await expect(async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('c');
    await expect(page).toHaveURL(/\/clients$/u, { timeout: 2_000 });
  }).toPass({ timeout: 60_000 });
  await expect(page.getByRole('row').filter({ hasText: 'Fontaine SARL' })).toBeVisible({ timeout: 30_000 });
  await page.keyboard.press('Control+k');
  await page.keyboard.type('Add a client');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'New client' });
  await expect(dialog.getByLabel('Name', { exact: true })).toBeFocused();
  await page.keyboard.type('Dubois Holdings');
  await page.keyboard.press('Enter');
  const made = page.getByRole('dialog', { name: 'Dubois Holdings is added' });
  await expect(made.getByRole('link', { name: 'Open room' })).toBeFocused();
  await expectVisibleFocus(page);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Dubois Holdings');
});

test('files are chosen by a key, and go up', async () => {
  const { page } = annas;
  await tabTo(page, 'button', 'Add files');
  const choosing = page.waitForEvent('filechooser');
  await page.keyboard.press('Enter');
  await (
    await choosing
  ).setFiles([textFile('Letter.txt', 'Dear client.'), textFile('Opinion.txt', 'Our opinion.')]);
  await expect(page.getByText('2 of 2 files')).toBeVisible({ timeout: 30_000 });
});

test('a colleague is let in: found with arrows, the level chosen, the ten seconds cut short', async () => {
  const { page } = annas;
  await press(page, 'button', 'Grant access');
  const dialog = page.getByRole('dialog', { name: 'Grant access' });
  await expect(dialog.getByRole('combobox', { name: 'Person' })).toBeFocused();
  await page.keyboard.type('Mich');
  await expect(page.getByRole('option', { name: /Michael Okonkwo/u })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(dialog.getByText(/^Michael Okonkwo will be able to open 2 documents/u)).toBeVisible();
  await page.keyboard.press('Tab');
  await expectVisibleFocus(page);
  await page.keyboard.press('ArrowDown');
  await expect(dialog.getByRole('radio', { name: /^Manage/u })).toBeChecked();
  await press(page, 'button', 'Grant');
  await expect(dialog).toHaveCount(0);
  await press(page, 'button', 'Grant now');
  await expect(page.getByText(/^Michael Okonkwo has access: line \d+$/u)).toBeVisible({ timeout: 30_000 });
});

test('a document is opened and downloaded', async () => {
  const { page } = annas;
  await press(page, 'link', /^Documents \d+$/u);
  const rows = page
    .getByRole('grid', { name: /^Documents in / })
    .getByRole('rowgroup')
    .last();
  await tabInto(page, rows);
  await page.keyboard.press('Enter');
  await expect(page.frameLocator('iframe').getByText('Dear client.')).toBeVisible({ timeout: 30_000 });
  await tabTo(page, 'button', 'Download');
  const path = await keepDownload(page, folder, async () => await page.keyboard.press('Enter'));
  expect(path).toMatch(/\/Letter\.txt$/u);
  expect(await readFile(path, 'utf8')).toBe('Dear client.');
});

test('somebody is invited, and the code copied', async () => {
  const { page, context } = annas;
  await context.grantPermissions(['clipboard-write']);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('People and access');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'People and access' })).toBeVisible();
  await press(page, 'button', 'Invite');
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel('Name')).toBeFocused();
  await page.keyboard.type('Yue Zhao');
  await tabTo(page, 'checkbox', /^Officer/u);
  await page.keyboard.press('Space');
  await expect(dialog.getByRole('checkbox', { name: 'Officer' })).toBeChecked();
  await page.keyboard.press('Enter');
  await expect(dialog.getByLabel('Invitation code', { exact: true })).toBeVisible({ timeout: 30_000 });
  await expectVisibleFocus(page);
  await press(page, 'button', 'Copy the code');
  await expect(page.getByText('Copied')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expectVisibleFocus(page);
  await expect(page.getByRole('row').filter({ hasText: 'Yue Zhao' })).toBeVisible();
});

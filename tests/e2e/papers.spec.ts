/** From the screen and from paper: the QR code of an invitation leads to the invited person's kit, and the kit's PDF to a second device. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepDownload } from './check-elsewhere.ts';
import { expect, test } from './fixtures.ts';
import type { Profile } from './fixtures.ts';
import { readPdf, readQrCode } from './read-papers.ts';
import type { ReadPdf } from './read-papers.ts';
import { visit } from './screens.ts';
import { comeIn, SmallFirm } from './small-firm.ts';
import { choosePassword, goTo, goToMine, newPassword, proveKit, tick } from './steps.ts';

test.describe.configure({ mode: 'serial' });

let firm: SmallFirm;
let annas: Profile;
let yues: Profile;
let folder: string;
let invitation: string;
let kit: ReadPdf;

test.beforeAll(async ({ profiles }) => {
  test.setTimeout(180_000);
  folder = await mkdtemp(join(tmpdir(), 'strongroom-papers-'));
  firm = await SmallFirm.start();
  [annas, yues] = await Promise.all([profiles.make(firm.server.url), profiles.make(firm.server.url)]);
  await comeIn(annas.page, firm.owner);
});
test.afterAll(async () => {
  await Promise.all([annas.context.close(), yues.context.close()]);
  await firm.remove();
  await rm(folder, { recursive: true, force: true });
});

test('the QR code of an invitation, read off the screen, is its link', async ({ browser }) => {
  const { page } = annas;
  await goTo(page, 'People and access');
  await page.getByRole('button', { name: 'Invite', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Yue Zhao');
  await dialog.getByRole('button', { name: 'Make the code' }).click();
  const code = ((await dialog.getByLabel('Invitation code', { exact: true }).textContent()) ?? '').trim();
  const picture = dialog.getByRole('img', { name: 'QR code of the invitation' });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const read = await readQrCode(browser, await picture.screenshot());
    expect(read, colorScheme).toBe(`${firm.server.url}/invitation#code=${encodeURIComponent(code)}`);
    invitation = read ?? '';
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
});

test('the kit is saved as a PDF, which has its groups, its words and a QR code of what it opens', async ({
  browser,
}) => {
  const { page } = yues;
  await page.goto(invitation);
  await choosePassword(page);
  const sheet = page.getByRole('region', { name: 'Your kit' });
  await expect(sheet.getByRole('list', { name: 'Groups of the kit' }).getByRole('listitem')).toHaveCount(8);
  const path = await keepDownload(
    page,
    folder,
    async () => await page.getByRole('button', { name: 'Save as PDF' }).click(),
  );
  expect(path).toMatch(/strongroom-recovery-kit\.pdf$/u);
  kit = await readPdf(browser, await readFile(path));
  expect(kit.pages).toBe(1);
  const groups = await sheet
    .getByRole('list', { name: 'Groups of the kit' })
    .getByRole('listitem')
    .allTextContents();
  const text = kit.text.replaceAll(/\s/gu, '');
  for (const group of groups) expect(text).toContain(group);
  expect(text).toContain(firm.root);
  expect(kit.text).toContain('Recovery kit');
  expect(text).toContain('Itdoesnotreplaceaforgottenpassword.');
  expect(kit.qrCode).toMatch(new RegExp(`^${firm.server.url}/signin#kit=1\\.per_[a-z2-7]{26}\\.`, 'u'));
  expect(kit.qrCode).toContain(groups.join('-'));
  await tick(page.getByRole('checkbox', { name: /I understand/u }));
  await page.getByRole('button', { name: 'Continue' }).click();
  await proveKit(page, groups);
  await page.getByRole('button', { name: 'Join' }).click();
  await expect(page.getByRole('heading', { name: 'You have joined' })).toBeVisible({ timeout: 30_000 });
});

test('who is let in goes on by itself; and the code on the paper makes another browser a device', async ({
  profiles,
}) => {
  const { page } = annas;
  await visit(page, '/');
  await goTo(page, 'People and access');
  await page.getByRole('link', { name: 'Yue Zhao' }).click();
  // Who has joined is there after the next sync, which comes every 20 seconds.
  await page.getByRole('button', { name: 'They match, let in' }).click({ timeout: 60_000 });
  await expect(page.getByRole('button', { name: 'They match, let in' })).toHaveCount(0);
  const second = await profiles.make(firm.server.url);
  await second.page.goto(kit.qrCode ?? '');
  await expect(second.page.getByText('The kit is read from your link.')).toBeVisible();
  await second.page.getByLabel('Password', { exact: true }).fill(newPassword);
  await second.page.getByRole('button', { name: 'Sign in' }).click();
  await expect(second.page.getByRole('navigation', { name: 'Main' })).toBeVisible({ timeout: 30_000 });
  await goToMine(second.page);
  await expect(second.page.getByRole('heading', { level: 1, name: 'Yue Zhao' })).toBeVisible({
    timeout: 30_000,
  });
  await second.context.close();
  // The page that waited asks again by itself.
  await expect(yues.page.getByRole('heading', { name: 'You have joined' })).toHaveCount(0, {
    timeout: 60_000,
  });
});

/** From an empty server to a firm of two: every step of the first run, a firm in which nothing is yet, and a colleague who joins and waits. */
import type { Page } from '@playwright/test';
import { expect } from './fixtures.ts';
import { settle, visit } from './screens.ts';
import {
  addFiles,
  choosePassword,
  goTo,
  printKit,
  proveKit,
  textFile,
  tick,
  untilUploaded,
} from './steps.ts';

/** Is called at each stop. */
export type Look = (page: Page, name: string) => Promise<void>;

/** The first run, in English, step by step. */
export async function walkFirstRun(page: Page, url: string, code: string, look: Look): Promise<void> {
  await page.goto(`${url}/start`);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await look(page, 'start-code');
  await page.goto('about:blank');
  await page.goto(`${url}/start#code=${code}`);
  await page.getByLabel('Name of the firm').fill('Lindqvist & Partners');
  await tick(page.getByRole('checkbox', { name: 'Poland' }));
  await look(page, 'start-firm');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Your name').fill('Anna Lindqvist');
  await look(page, 'start-person');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Password', { exact: true }).fill('cedar');
  await look(page, 'start-password');
  await choosePassword(page);
  await expect(page.getByRole('list', { name: 'Groups of the kit' })).toBeVisible({ timeout: 30_000 });
  await look(page, 'start-kit');
  const groups = await printKit(page);
  await look(page, 'start-proof');
  await proveKit(page, groups);
  await page.getByRole('button', { name: 'Create the firm' }).click();
  await expect(page.getByRole('heading', { name: 'Your firm is ready' })).toBeVisible({ timeout: 30_000 });
  await look(page, 'start-ready');
  await tick(page.getByRole('checkbox', { name: /sample room/u }), false);
  await page.getByRole('button', { name: 'Open Strongroom' }).click();
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible({ timeout: 30_000 });
}

/** Screens of a firm in which nothing is yet, then its first client, room and document. */
export async function walkEmptyFirm(page: Page, look: Look): Promise<void> {
  for (const name of ['today', 'clients', 'people', 'disposal', 'ledger', 'me'] as const) {
    await visit(page, name === 'today' ? '/' : `/${name}`);
    await look(page, `empty-${name}`);
  }
  await visit(page, '/clients/new');
  await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill('Dubois Holdings');
  await page.getByRole('dialog').getByRole('button', { name: 'Add client' }).click();
  const added = page.getByRole('dialog', { name: /is added$/u });
  await expect(added).toBeVisible({ timeout: 30_000 });
  await look(page, 'client-added');
  await added.getByRole('link', { name: 'Open room' }).click();
  await settle(page);
  const room = new URL(page.url()).pathname;
  for (const tab of ['', '/documents', '/holds'] as const) {
    await visit(page, `${room}${tab}`);
    await look(page, `empty-room${tab.replace('/', '-')}`);
  }
  const opinion = textFile('Opinion on the sale of shares.txt', 'Our opinion on the merger.');
  await visit(page, `${room}/documents`);
  await addFiles(page, [opinion]);
  await untilUploaded(page, 1);
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await look(page, 'uploads');
  await page.keyboard.press('Escape');
  await addFiles(page, [opinion]);
  await expect(page.getByRole('dialog')).toBeVisible();
  await look(page, 'clash');
  await page.keyboard.press('Escape');
}

/** A colleague is invited, joins in a browser of her own, and waits at the gate until somebody compares the fingerprint. */
export async function walkJoining(page: Page, guest: Page, url: string, look: Look): Promise<void> {
  await goTo(page, 'People and access');
  await page.getByRole('button', { name: 'Invite', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Michael Okonkwo');
  await dialog.getByRole('button', { name: 'Make the code' }).click();
  const shown = dialog.getByLabel('Invitation code', { exact: true });
  const code = ((await shown.textContent()) ?? '').trim();
  await look(page, 'invited');
  await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
  await guest.goto(`${url}/invitation#code=${encodeURIComponent(code)}`);
  await expect(guest.getByRole('heading', { level: 1 })).toBeVisible();
  await look(guest, 'join');
  await choosePassword(guest);
  const groups = await printKit(guest);
  await proveKit(guest, groups);
  await guest.getByRole('button', { name: 'Join' }).click();
  await expect(guest.getByRole('navigation', { name: 'Main' })).toBeVisible({ timeout: 30_000 });
  await expect(guest.locator('.gate-fingerprint')).toBeVisible({ timeout: 30_000 });
  await look(guest, 'gate');
  await goTo(page, 'Today');
  await goTo(page, 'People and access');
  await page.getByRole('link', { name: 'Michael Okonkwo' }).click();
  await expect(page.getByRole('button', { name: 'They differ' })).toBeVisible({ timeout: 60_000 });
  await look(page, 'let-in');
  await page.getByRole('button', { name: 'They differ' }).click();
  await look(page, 'they-differ');
}

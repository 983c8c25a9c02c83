/** A browser that is closed and started again with the same profile on the disk: locked, with nothing to see, and all there after the password. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import type { BrowserContext, LaunchOptions, Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { comeBack, comeIn, SmallFirm } from './small-firm.ts';
import { rowOf } from './steps.ts';

const client = 'Dubois Holdings';

async function launch(folder: string, options: LaunchOptions): Promise<readonly [BrowserContext, Page]> {
  const context = await chromium.launchPersistentContext(folder, {
    ...options,
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'Europe/Warsaw',
  });
  return [context, context.pages()[0] ?? (await context.newPage())];
}

test('the browser comes back locked where it was; the password is all it takes', async ({
  launchOptions,
}) => {
  const folder = await mkdtemp(join(tmpdir(), 'strongroom-relaunch-'));
  const firm = await SmallFirm.start();
  const { code } = await firm.addClient(client, [{ name: 'Opinion.txt', text: 'Our opinion.' }]);
  const address = `${firm.server.url}/clients/${code}/documents`;
  const [first, before] = await launch(folder, launchOptions);
  await comeIn(before, firm.owner);
  await before.goto(`${firm.server.url}/settings`);
  await before.getByRole('radio', { name: 'Dark' }).check({ force: true });
  await before.goto(address);
  await rowOf(before, 'Opinion.txt').getByRole('link', { name: 'Opinion.txt' }).click();
  await expect(before.frameLocator('iframe').getByText('Our opinion.')).toBeVisible({ timeout: 30_000 });
  await first.close();

  const [second, page] = await launch(folder, launchOptions);
  await page.goto(address);
  await expect(page.getByRole('heading', { name: 'Locked' })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText('The browser was closed. Your password opens it again.')).toBeVisible();
  expect(await page.content()).not.toContain(client);
  await expect(page.getByRole('navigation', { name: 'Main' })).toHaveCount(0);
  await comeBack(page);
  await expect(page).toHaveURL(address);
  await rowOf(page, 'Opinion.txt').getByRole('link', { name: 'Opinion.txt' }).click();
  await expect(page.frameLocator('iframe').getByText('Our opinion.')).toBeVisible({ timeout: 30_000 });
  await page.goto(`${firm.server.url}/settings`);
  await expect(page.getByRole('radio', { name: 'Dark' })).toBeChecked({ timeout: 30_000 });
  await second.close();
  await firm.remove();
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
});

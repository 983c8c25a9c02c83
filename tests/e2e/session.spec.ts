/** Locked and unlocked: by the keyboard, a reload, a second tab, a closed browser, and when nobody is there. */
import type { Page } from '@playwright/test';
import { expect, signIn, test } from './fixtures.ts';
import type { Profile } from './fixtures.ts';
import { busyClient } from './screens.ts';
import { goTo, goToTab } from './steps.ts';

test.describe.configure({ mode: 'serial' });

let joanna: Profile;

test.beforeAll(async ({ people, demo }) => {
  joanna = await people.blank();
  await signIn(joanna.page, demo, 'Joanna Kowalczyk');
});
test.afterAll(async () => {
  await joanna.context.close();
});

async function unlock(page: Page, password: string): Promise<void> {
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Unlock' }).click();
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible({ timeout: 30_000 });
}

async function expectLocked(page: Page, why: string): Promise<void> {
  await expect(page.getByRole('heading', { name: 'Locked' })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(why)).toBeVisible();
  await expect(page.getByRole('navigation', { name: 'Main' })).toHaveCount(0);
}

test('a lock covers everything, and only the right password ends it, where the person was', async ({
  demo,
}) => {
  const { page } = joanna;
  await goTo(page, 'Clients');
  await expect(page.getByRole('row').filter({ hasText: busyClient }).first()).toBeVisible();
  // The screen begins in its search field, where a letter is a letter.
  await page.keyboard.press('Escape');
  await page.keyboard.press('Shift+L');
  await expectLocked(page, 'You locked this browser. Your password opens it again.');
  expect(await page.content()).not.toContain(busyClient);
  await page.getByLabel('Password', { exact: true }).fill('not the password at all');
  await page.getByRole('button', { name: 'Unlock' }).click();
  await expect(page.getByRole('alert')).toContainText('SIGN_IN_REFUSED');
  await page.reload();
  await expectLocked(page, 'You locked this browser. Your password opens it again.');
  await unlock(page, demo.password);
  await expect(page).toHaveURL(/\/clients$/u);
  await expect(page.getByRole('row').filter({ hasText: busyClient }).first()).toBeVisible();
});

test('a reload stays unlocked and keeps the screen', async () => {
  const { page } = joanna;
  await page.reload();
  await expect(page.getByRole('row').filter({ hasText: busyClient }).first()).toBeVisible({
    timeout: 30_000,
  });
  await expect(page).toHaveURL(/\/clients$/u);
});

test('going elsewhere the focus stands at the heading, and a line and what was seen lately are found by keys', async () => {
  const { page } = joanna;
  await goTo(page, 'Ledger');
  await expect(page.getByRole('heading', { level: 1, name: 'Ledger' })).toBeFocused();
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: 'Find or do' });
  await field.fill('#3');
  await page
    .getByRole('option', { name: /^Line 3 of / })
    .first()
    .click();
  await expect(page).toHaveURL(/\/ledger#line-3$/u);
  await goTo(page, 'Settings');
  await page.getByRole('checkbox', { name: 'Single keys work' }).uncheck();
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await expect(page).toHaveURL(/\/settings$/u);
  await goTo(page, 'Clients');
  await page.getByRole('row').filter({ hasText: busyClient }).first().click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(busyClient);
  await goToTab(page, 'Documents');
  const rowInFocus = page.locator('tbody tr:focus');
  const pressJ = async (): Promise<void> => {
    await expect(page.locator('tbody tr[data-row]').first()).toBeVisible({ timeout: 30_000 });
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.press('j');
  };
  await pressJ();
  await expect(rowInFocus).toHaveCount(0);
  await goTo(page, 'Settings');
  await page.getByRole('checkbox', { name: 'Single keys work' }).check();
  await page.goBack();
  // The key does nothing before the screen that was come back to stands.
  await expect(async () => {
    await pressJ();
    await expect(rowInFocus).toHaveCount(1, { timeout: 2_000 });
  }).toPass({ timeout: 60_000 });
  await goTo(page, 'Ledger');
  await page.keyboard.press('Control+k');
  await page.getByRole('group', { name: 'Lately' }).getByRole('option', { name: busyClient }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(busyClient);
  await page.keyboard.press('Control+k');
  await field.fill('hold');
  await expect(page.getByRole('option', { name: 'Place a hold' })).toBeVisible();
  await page.keyboard.press('Escape');
  await goTo(page, 'Clients');
});

test('a device that was added elsewhere is told, until the person says whose it is', async ({
  people,
  demo,
}) => {
  const { page } = joanna;
  const other = await people.blank();
  await signIn(other.page, demo, 'Joanna Kowalczyk');
  await other.context.close();
  const news = page.getByText('A device was added to your account since this one last looked.');
  // It is known after the next sync, which comes every 20 seconds.
  await expect(news).toBeVisible({ timeout: 60_000 });
  await page.reload();
  await expect(news).toBeVisible({ timeout: 30_000 });
  await page.getByRole('button', { name: 'That was not me' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cut it off' }).click();
  await expect(page.getByText('Cut off. Tell an administrator now.')).toBeVisible({ timeout: 30_000 });
  await expect(news).toBeHidden();
});

test('a second tab is unlocked with the first, and locked with it', async ({ demo }) => {
  const { page, context } = joanna;
  const second = await context.newPage();
  await second.goto('/me');
  await expect(second.getByRole('heading', { level: 1, name: 'Joanna Kowalczyk' })).toBeVisible({
    timeout: 30_000,
  });
  await second.getByRole('main').getByRole('button', { name: 'Lock now' }).click();
  await expectLocked(second, 'You locked this browser.');
  await expectLocked(page, 'You locked this browser.');
  await unlock(page, demo.password);
  await expect(second.getByRole('navigation', { name: 'Main' })).toBeVisible({ timeout: 30_000 });
  await second.close();
});

test('when nobody is there it is said in time, and one press stays', async () => {
  const { page, context } = joanna;
  const watched = await context.newPage();
  await watched.clock.install();
  await watched.goto('/settings');
  await expect(watched.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible({ timeout: 30_000 });
  await expect(watched.getByText('Nobody seems to be here')).toHaveCount(0);
  await watched.clock.fastForward('14:05');
  await expect(watched.getByText('Nobody seems to be here: this browser is about to lock.')).toBeVisible();
  await expect(watched.getByRole('button', { name: 'Stay unlocked' })).toBeVisible();
  await watched.close();
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();
});

test('a closed browser is locked when it comes back, and another profile knows nobody', async ({
  people,
  demo,
}) => {
  const { context, page } = joanna;
  const again = page;
  await again.close();
  const next = await context.newPage();
  joanna = { ...joanna, page: next };
  await next.goto('/clients');
  await expectLocked(next, 'The browser was closed. Your password opens it again.');
  await unlock(next, demo.password);
  const { page: stranger, context: other } = await people.blank();
  // The screen that was asked for is there well before the one to sign in with: nothing of it is shown meanwhile.
  const asked = stranger.waitForResponse(/\/clients-page-[^/]+\.js$/u);
  await stranger.route(/\/sign-in-page-[^/]+\.js$/u, async (route) => {
    await (await asked).finished();
    await stranger.waitForTimeout(300);
    await route.continue();
  });
  await stranger.goto('/clients');
  await expect(stranger).toHaveURL(/\/signin$/u);
  await expect(stranger.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await other.close();
});

test('signing out ends the session, and the password begins a new one', async ({ demo }) => {
  const { page } = joanna;
  await page.goto('/me');
  await page.getByRole('main').getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Locked' })).toBeVisible();
  await unlock(page, demo.password);
});

/** French, Chinese and Polish on every screen at both widths (of dialogs: accessibility.spec.ts): the right language is marked, everything fits, no word is left behind. */
import { sayIn } from './catalogues.ts';
import { expect, test } from './fixtures.ts';
import { listScreens, settle, visit } from './screens.ts';
import { listTroubles } from './words.ts';

test('from the sign-in in Polish through every screen in three languages', async ({ people, demo }) => {
  test.setTimeout(300_000);
  const { page, context } = await people.blank();
  await page.goto('/signin');
  const troubles = [...(await listTroubles(page, 'sign-in'))];
  await page.goto('/signin/device');
  await expect(page.locator('svg[role=img]')).toBeVisible();
  troubles.push(...(await listTroubles(page, 'sign-in-device')));
  await page.goto('/invitation');
  await page.getByRole('combobox').last().selectOption('pl');
  troubles.push(...(await listTroubles(page, 'invitation')));
  await page.goto(demo.find('Anna Lindqvist').link);
  await page.getByLabel('Hasło', { exact: true }).fill(demo.password);
  await page.getByRole('button', { name: 'Zaloguj' }).click();
  await expect(page.getByRole('navigation').first()).toBeVisible({ timeout: 30_000 });
  const { page: annasPage } = await people.open('Anna Lindqvist');
  for (const { name, path } of await listScreens(annasPage, demo)) {
    await visit(page, path);
    troubles.push(...(await listTroubles(page, name)));
  }
  await context.close();
  expect(troubles).toEqual([]);
});

test('a language chosen in one tab is spoken in the other one too, in Chinese as it is locked and opened', async ({
  people,
  demo,
}) => {
  const { page, context } = await people.blank();
  await page.goto(demo.find('Yue Zhao').link);
  await page.getByLabel('Language').selectOption('zh');
  await page.getByLabel('密码', { exact: true }).fill(demo.password);
  await page.getByRole('button', { name: '登录' }).click();
  await expect(page.getByRole('navigation').first()).toBeVisible({ timeout: 30_000 });
  const other = await context.newPage();
  await other.goto('/settings');
  await settle(other);
  await other.locator('select').first().selectOption('pl');
  await expect(page.locator('html[lang=pl]')).toHaveCount(1);
  await other.locator('select').first().selectOption('zh');
  await expect(page.locator('html[lang^=zh]')).toHaveCount(1);
  await page.keyboard.press('Shift+L');
  await page.getByLabel('密码', { exact: true }).fill(demo.password);
  await page.getByRole('button', { name: sayIn('zh')('web.shell.lock.unlock') }).click();
  await expect(page.getByRole('navigation').first()).toBeVisible({ timeout: 30_000 });
  await context.close();
});

/** The app's own code does not come through: the visitor reads why the page is empty, in every language, without a script. */
import { expect, profileOptions, test } from './fixtures.ts';

test('a page whose code is lost on the way says so; loaded again it is the app, and says nothing of it', async ({
  browser,
  demo,
}) => {
  // Not a profile of `people`: what the browser says on its console here is what is meant to happen.
  const context = await browser.newContext({ ...profileOptions, baseURL: demo.url });
  const page = await context.newPage();
  await page.route('**/assets/*.js', (route) => route.abort());
  await page.goto('/signin');
  const words = page.locator('#unloaded p');
  await expect(words).toHaveCount(4);
  await expect(words.first()).toBeHidden();
  for (const text of [
    'Strongroom could not be loaded. Check the connection, then load this page again.',
    'Strongroom n’a pas pu être chargé.',
    'Strongroom 未能加载。',
    'Nie udało się wczytać Strongroom.',
  ])
    await expect(words.filter({ hasText: text })).toBeVisible({ timeout: 60_000 });
  await page.unroute('**/assets/*.js');
  await page.reload();
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
  await expect(page.locator('#unloaded')).toBeHidden();
  await context.close();
});

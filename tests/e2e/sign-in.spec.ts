/** Getting in, and what stays closed: the wrong password, a closed browser, a locked one. */
import { expect, signIn, test } from './fixtures.ts';

test('a person signs in on a new browser with the link of the kit and the password', async ({
  people,
  demo,
}) => {
  const { page } = await people.blank();
  await signIn(page, demo, 'Anna Lindqvist');
  await expect(page).toHaveURL(/\/$/u);
  expect(await page.evaluate(() => location.hash)).toBe('');
});

test('a wrong password is refused in words, and the right one still works', async ({ people, demo }) => {
  const { page } = await people.blank();
  // Pasted into the page that is open already.
  await page.goto('/signin');
  await expect(page.getByRole('button', { name: 'Sign in with my kit' })).toBeVisible();
  await page.evaluate((link) => {
    location.hash = new URL(link).hash;
  }, demo.find('Michael Okonkwo').link);
  await expect(page.getByText('The kit is read from your link.')).toBeVisible();
  expect(await page.evaluate(() => location.hash)).toBe('');
  await page.getByLabel('Password', { exact: true }).fill('not the password at all');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toContainText('SIGN_IN_REFUSED');
  await signIn(page, demo, 'Michael Okonkwo');
});

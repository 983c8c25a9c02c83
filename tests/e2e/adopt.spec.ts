/** A new browser is adopted by one that is signed in: over the code on its screen, with nothing but the password to type. */
import { expect, signIn, test } from './fixtures.ts';
import { goTo, goToMine, tick } from './steps.ts';

const who = 'Anna Lindqvist';

test('a signed-in browser adds a new one by its code; the password is all that is typed on it', async ({
  people,
  demo,
}) => {
  const { page: fresh } = await people.blank();
  await fresh.goto('/signin');
  await fresh.getByRole('link', { name: 'Use a device that is signed in' }).click();
  const sheet = fresh.getByRole('region', { name: 'Code of this browser' });
  await expect(sheet.getByRole('img', { name: /QR code/u })).toBeVisible();
  const code = (await sheet.getByText(/^(?:[0-9A-Z]{4}-){5}[0-9A-Z]{4}$/u).textContent()) ?? '';
  const fingerprint = (await sheet.getByText(/^(?:[2-7A-Z]{4}-){3}[2-7A-Z]{4}$/u).textContent()) ?? '';
  await expect(fresh.getByRole('status')).toContainText('Waiting for your other device');

  const { page } = await people.blank();
  await signIn(page, demo, who);
  await goToMine(page);
  await page.getByRole('button', { name: 'Add a device' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a device' });
  // Mistyped first.
  await dialog
    .getByLabel('Code of the new device')
    .fill(`${code.slice(0, -1)}${code.endsWith('0') ? '1' : '0'}`);
  await dialog.getByRole('button', { name: 'Find the device' }).click();
  await expect(dialog.getByRole('alert')).toContainText('ADOPTION_CODE_INVALID');
  await dialog.getByLabel('Code of the new device').fill(code.toLowerCase().replaceAll('-', ' '));
  await dialog.getByRole('button', { name: 'Find the device' }).click();
  const confirm = page.getByRole('dialog', { name: 'Add this device?' });
  await expect(confirm).toContainText('Chrome · Linux');
  await expect(confirm).toContainText(fingerprint);
  await expect(fresh.getByRole('status')).toContainText('Compare the fingerprint');
  await tick(confirm.getByRole('checkbox', { name: /same fingerprint/u }));
  await confirm.getByRole('button', { name: 'Add this device' }).click();
  await expect(page.getByRole('dialog', { name: 'The device is added' })).toContainText('Type your password');
  await page.getByRole('button', { name: 'Done' }).click();

  await expect(fresh.getByText(`added to the account of ${who}`)).toBeVisible();
  await fresh.getByLabel('Password', { exact: true }).fill('not the password at all');
  await fresh.getByRole('button', { name: 'Sign in' }).click();
  await expect(fresh.getByRole('alert')).toContainText('SIGN_IN_REFUSED');
  await fresh.getByLabel('Password', { exact: true }).fill(demo.password);
  await fresh.getByRole('button', { name: 'Sign in' }).click();
  await expect(fresh.getByRole('navigation', { name: 'Main' })).toBeVisible({ timeout: 30_000 });
  await goTo(fresh, 'Clients');
  await expect(fresh.getByRole('row').filter({ hasText: 'Dubois Holdings' })).toBeVisible();

  // The code was good once. The link of a QR code asks, and leaves nothing in the address.
  await page.evaluate((used) => {
    location.hash = `#adopt=${used}`;
  }, code);
  const again = page.getByRole('dialog', { name: 'Add a device' });
  await expect(again.getByLabel('Code of the new device')).toHaveValue(code);
  await expect(page).toHaveURL(/\/me\?add=device$/u);
});

test('an administrator hears of a device on somebody else’s account until she says so', async ({
  people,
  demo,
}) => {
  const { page } = await people.open(who);
  const { page: theirs } = await people.blank();
  await signIn(theirs, demo, 'Michael Okonkwo');
  await goTo(page, 'Clients');
  await goTo(page, 'Today');
  const told = page
    .getByRole('listitem')
    .filter({ hasText: 'A device was added to the account of Michael Okonkwo' });
  await expect(told.first()).toBeVisible({ timeout: 60_000 });
  // Which device it is: more of them may be told of meanwhile.
  const number = (await told.first().locator('.mono').textContent()) ?? '';
  expect(number).not.toBe('');
  const chosen = told.filter({ hasText: number });
  await chosen.getByRole('button', { name: 'I have seen it' }).click();
  await expect(chosen).toHaveCount(0);
});

/** What is a person's own: devices, kit, openings beside their receipts, what the firm records; and a device or a person cut off, and back. */
import type { RecordId } from '@strongroom/core';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import type { Profile } from './fixtures.ts';
import { visit } from './screens.ts';
import { comeBack, comeIn, SmallFirm } from './small-firm.ts';
import type { Colleague } from './small-firm.ts';
import { newPassword, rowOf, tick } from './steps.ts';

test.describe.configure({ mode: 'serial' });

let firm: SmallFirm;
let michael: Colleague;
let annas: Profile;
let michaels: Profile;
let code: string;
let record: RecordId | undefined;

test.beforeAll(async ({ profiles }) => {
  test.setTimeout(180_000);
  firm = await SmallFirm.start();
  michael = await firm.add({ name: 'Michael Okonkwo', roles: ['opener'] });
  const documents = [{ name: 'Opinion.txt', text: 'Our opinion.' }];
  const client = await firm.addClient('Dubois Holdings', documents, [michael]);
  code = client.code;
  [record] = client.records;
  [annas, michaels] = await Promise.all([profiles.make(firm.server.url), profiles.make(firm.server.url)]);
  await Promise.all([comeIn(annas.page, firm.owner), comeIn(michaels.page, michael)]);
});
test.afterAll(async () => {
  await Promise.all([annas.context.close(), michaels.context.close()]);
  await firm.remove();
});

/** A card of the screen, by its heading. */
function card(page: Page, title: string): Locator {
  return page
    .getByRole('main')
    .locator('section')
    .filter({ has: page.getByRole('heading', { name: title, exact: true }) });
}

test('openings stand beside the receipts of this device, and those of another device say so', async () => {
  const { page } = annas;
  if (record === undefined) throw new Error('no document was added');
  const sink = { write: async () => undefined, commit: async () => undefined, abort: async () => undefined };
  const { line: elsewhere } = await firm.owner.device.records.open({ record, sink, purpose: 'work' });
  await visit(page, `/clients/${code}/documents`);
  await rowOf(page, 'Opinion.txt').getByRole('link', { name: 'Opinion.txt' }).click();
  await expect(page.frameLocator('iframe').getByText('Our opinion.')).toBeVisible({ timeout: 30_000 });
  const sentence = page.getByText(/^Your opening is line \d+ of the ledger/u);
  const here = /\d+/u.exec((await sentence.textContent()) ?? '')?.[0] ?? '';
  await visit(page, '/me');
  const openings = page.getByRole('table', { name: 'My openings' });
  const rowAt = (line: string): Locator =>
    openings
      .getByRole('row')
      .filter({ hasText: 'document opened' })
      .filter({ has: page.getByText(line, { exact: true }) });
  await expect(rowAt(here)).toContainText('1 document opened');
  await expect(rowAt(here)).toContainText('Dubois Holdings');
  await expect(rowAt(here)).toContainText('Receipt kept here');
  await expect(rowAt(String(elsewhere.index))).toContainText('Another device of yours');
  await expect(page.getByText(/^\d+ lines name you, and nothing is missing\./u)).toBeVisible();
});

test('the kit, the devices and what the firm records are told as they are', async () => {
  const { page } = annas;
  await expect(card(page, 'My kit')).toContainText('You confirmed that you hold it on ');
  await expect(card(page, 'My kit').getByRole('listitem')).toContainText([/Password with kit secret/u]);
  const devices = card(page, 'My devices').getByRole('listitem');
  await expect(devices).toHaveCount(2);
  await expect(devices.first()).toContainText('This browser');
  await expect(devices.first().getByRole('button')).toHaveCount(0);
  const records = card(page, 'What the firm records about me');
  await expect(records.getByText('In the firm since')).toBeVisible();
  await expect(records.getByText('Sign-ins', { exact: true })).toBeVisible();
  const told = records.getByRole('list', { name: 'What the firm records about me' }).getByRole('listitem');
  for (const words of [/added a device|device/u, /kit/u])
    await expect(told.filter({ hasText: words }).first()).toBeVisible();
  // No other person's line is among them.
  await expect(told.filter({ hasText: 'Michael Okonkwo signed in' })).toHaveCount(0);
});

test('another device of mine is cut off: that browser is told and locked, and its password opens nothing', async ({
  profiles,
}) => {
  const { page } = annas;
  const lost = await profiles.make(firm.server.url);
  await comeIn(lost.page, firm.owner);
  await visit(lost.page, '/me');
  const own = card(lost.page, 'My devices').getByRole('listitem').filter({ hasText: 'This browser' });
  const number = (await own.locator('.mono').textContent()) ?? '';
  await visit(lost.page, `/clients/${code}/documents`);
  const opinion = await addressOf(lost.page, 'Opinion.txt');
  await visit(page, '/');
  await page.getByRole('button', { name: 'That was me' }).click({ timeout: 60_000 });
  await visit(page, '/me');
  const row = card(page, 'My devices').getByRole('listitem').filter({ hasText: number });
  // It is there after the next sync, which comes every 20 seconds.
  await expect(row).toBeVisible({ timeout: 60_000 });
  await row.getByRole('button', { name: 'Cut off' }).click();
  const dialog = page.getByRole('dialog', { name: `Cut off device ${number}` });
  await expect(dialog).toContainText('It can open nothing more from the moment the line is in the ledger.');
  await tick(dialog.getByRole('radio', { name: 'Stolen' }));
  await dialog.getByRole('button', { name: 'Cut off' }).click();
  await expect(
    page.getByRole('log').getByText('The device is cut off. Your keys and those of your rooms are renewed.'),
  ).toBeVisible({ timeout: 30_000 });
  await expect(row).toContainText('cut off');
  await expect(row.getByRole('button')).toHaveCount(0);
  // Whatever it asks for next is the moment at which it is told: this, or a call that came by itself and took the row to click away.
  await visit(lost.page, opinion);
  await expectCutOff(lost.page);
  await lost.page.getByRole('button', { name: 'Try the password' }).click();
  await lost.page.getByLabel('Password', { exact: true }).fill(newPassword);
  await lost.page.getByRole('button', { name: 'Unlock' }).click();
  await expect(lost.page.getByRole('alert')).toContainText('SIGN_IN_REFUSED');
  await lost.context.close();
  // The one that cut it off goes on with the renewed keys.
  await visit(page, `/clients/${code}/documents`);
  await rowOf(page, 'Opinion.txt').getByRole('link', { name: 'Opinion.txt' }).click();
  await expect(page.frameLocator('iframe').getByText('Our opinion.')).toBeVisible({ timeout: 30_000 });
});

/** Where a document of the list leads. */
async function addressOf(page: Page, name: string): Promise<string> {
  const link = rowOf(page, name).getByRole('link', { name });
  await expect(link).toBeVisible({ timeout: 30_000 });
  return (await link.getAttribute('href')) ?? '';
}

async function expectCutOff(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { name: 'Locked' })).toBeVisible({ timeout: 40_000 });
  await expect(page.getByText('The firm cut this device off, or suspended your account.')).toBeVisible();
  await expect(page.getByRole('navigation', { name: 'Main' })).toHaveCount(0);
}

test('a person is suspended: their open session is told and locked; reinstated, their password works again', async () => {
  const { page } = annas;
  const { page: his } = michaels;
  await visit(his, `/clients/${code}/documents`);
  const opinion = await addressOf(his, 'Opinion.txt');
  await visit(page, `/people/${michael.person}`);
  await page.getByRole('button', { name: 'Suspend' }).click();
  const question = page.getByRole('alertdialog', { name: 'Suspend Michael Okonkwo' });
  await expect(question).toContainText('What they opened before they may still hold.');
  await question.getByRole('button', { name: 'Suspend' }).click();
  await expect(page.getByText('Suspended', { exact: true })).toBeVisible({ timeout: 30_000 });
  await visit(his, opinion);
  await expectCutOff(his);
  expect(await his.content()).not.toContain('Opinion.txt');
  await page.getByRole('button', { name: 'Reinstate' }).click();
  await expect(page.getByRole('button', { name: 'Suspend' })).toBeVisible({ timeout: 30_000 });
  await his.getByRole('button', { name: 'Try the password' }).click();
  await comeBack(his);
  await visit(his, `/clients/${code}/documents`);
  await rowOf(his, 'Opinion.txt').getByRole('link', { name: 'Opinion.txt' }).click();
  await expect(his.frameLocator('iframe').getByText('Our opinion.')).toBeVisible({ timeout: 30_000 });
});

/** A real restore raises a wall round a colleague who lost access since the backup; the owner finds it, is refused a grant by it, and lifts it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeBackup, restoreBackup } from '@strongroom/backup';
import { createNodeEngine } from '@strongroom/core/node';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import type { Profile } from './fixtures.ts';
import { expectVisibleFocus, tabInto } from './keyboard.ts';
import { listBroken } from './rules.ts';
import { speak, visit } from './screens.ts';
import { comeIn, SmallFirm } from './small-firm.ts';
import type { Colleague } from './small-firm.ts';
import { rowOf } from './steps.ts';
import { listTroubles } from './words.ts';

test.describe.configure({ mode: 'serial' });

const client = 'Dubois Holdings';
const name = 'Michael Okonkwo';
let firm: SmallFirm;
let helena: Colleague;
let annas: Profile;
let target: string;
let code: string;

test.beforeAll(async ({ profiles }) => {
  test.setTimeout(480_000);
  target = await mkdtemp(join(tmpdir(), 'strongroom-walls-'));
  firm = await SmallFirm.start();
  const { server, owner } = firm;
  const michael = await firm.add({ name, roles: [] });
  helena = await firm.add({ name: 'Helena Brandt', roles: ['administrator'] });
  ({ code } = await firm.addClient(
    client,
    [{ name: 'Opinion.txt', text: 'Our opinion.' }],
    [michael, helena],
  ));
  const restoring = {
    engine: createNodeEngine(),
    home: server.home,
    target,
    signal: new AbortController().signal,
  };
  await makeBackup({ ...restoring, nowMs: Date.now() });
  const room = (await owner.device.clients.list()).find((row) => row.code === code)?.room;
  if (room === undefined) throw new Error('the client has no room');
  await owner.device.access.revoke({ room, person: michael.person });
  await server.stop();
  await rm(join(server.home, 'data'), { recursive: true });
  const { statement } = await restoreBackup({ ...restoring, kit: owner.kit, nowMs: Date.now() });
  expect(statement?.walls).toBe(1);
  await server.startAgain();
  annas = await profiles.make(server.url);
  await comeIn(annas.page, owner);
});
test.afterAll(async () => {
  await annas.context.close();
  await firm.remove();
  await rm(target, { recursive: true, force: true });
});

/** The list of walls in a screen. */
function wallsOf(page: Page): Locator {
  return page.locator('#walls');
}

/** All rules and what fits, in both themes at both widths, and all languages; then in English again. */
async function expectSound(page: Page, what: string): Promise<void> {
  expect(await listBroken(page, what)).toEqual([]);
  expect(await listTroubles(page, what)).toEqual([]);
  await speak(page, 'en');
}

test('people and access lists whom the restore keeps out of what, since when and why', async () => {
  test.setTimeout(480_000);
  const { page } = annas;
  await visit(page, '/people');
  const row = wallsOf(page).getByRole('row').filter({ hasText: name });
  await expect(row).toContainText('kept out of 1 room');
  await expect(row.getByRole('link', { name: client })).toBeVisible();
  await expect(row).toContainText('A restore raised it');
  await expect(row.getByRole('link', { name: /^line \d+$/u })).toBeVisible();
  await expect(row).toContainText('Still a member there: revoke the access before you lift the wall.');
  await expectSound(page, 'people with a wall');
  // Who is still a member would be back at once: the question says so, and Escape changes nothing.
  await row.getByRole('button', { name: 'Lift the wall' }).click();
  const question = page.getByRole('alertdialog');
  await expect(question).toContainText(`${name} is still a member of ${client}`);
  await expectSound(page, 'lifting a wall');
  await page.keyboard.press('Escape');
  await expect(question).toHaveCount(0);
  await expect(row).toBeVisible();
});

test('an administrator who is no officer sees the wall and may not lift it', async ({ profiles }) => {
  const { page, context } = await profiles.make(firm.server.url);
  await comeIn(page, helena);
  await visit(page, '/people');
  const lift = wallsOf(page).getByRole('button', { name: 'Lift the wall' });
  await expect(lift).toHaveAttribute('aria-disabled', 'true');
  await context.close();
});

test('a grant that the wall forbids says so and leads to it', async () => {
  test.setTimeout(480_000);
  const { page } = annas;
  await visit(page, `/clients/${code}/people`);
  await expect(page.getByRole('link', { name: '1 person is kept out' })).toBeVisible();
  await rowOf(page, name).getByRole('button', { name: 'Revoke access' }).click();
  const revoking = page.getByRole('dialog');
  await revoking.getByRole('button', { name: 'Take access' }).click();
  await expect(revoking).toHaveCount(0, { timeout: 30_000 });
  await visit(page, `/clients/${code}`);
  await page.locator('.plate').getByRole('button', { name: 'Grant access' }).click();
  const granting = page.getByRole('dialog', { name: 'Grant access' });
  await granting.getByRole('combobox', { name: 'Person' }).fill('Michael');
  await granting.getByRole('option', { name: new RegExp(name, 'u') }).click();
  await expect(granting).toContainText(`${name} has stood behind an ethical wall here since`);
  await expect(granting.getByRole('button', { name: 'Grant', exact: true })).toHaveAttribute(
    'aria-disabled',
    'true',
  );
  await expectSound(page, 'a grant that a wall forbids');
  await granting.getByRole('link', { name: 'See the wall' }).click();
  await expect(granting).toHaveCount(0);
  await expect(page).toHaveURL(new RegExp(`/clients/${code}/people#walls$`, 'u'));
  await expect(wallsOf(page)).toBeFocused();
});

test('the wall is lifted by the keyboard, and access is given again', async () => {
  const { page } = annas;
  const walls = wallsOf(page);
  await expect(walls).not.toContainText('Still a member');
  await tabInto(page, walls.getByRole('button', { name: 'Lift the wall' }));
  await expectVisibleFocus(page);
  await page.keyboard.press('Enter');
  const question = page.getByRole('alertdialog');
  await expect(question).toContainText(`${name} can open ${client} again only after a manager grants access`);
  await tabInto(page, question.getByRole('button', { name: 'Lift the wall' }));
  await page.keyboard.press('Enter');
  await expect(question).toHaveCount(0, { timeout: 30_000 });
  await expect(walls).toHaveCount(0);
  await visit(page, '/people');
  await expect(wallsOf(page).getByText('No wall stands')).toBeVisible();
  await visit(page, `/clients/${code}`);
  await page.locator('.plate').getByRole('button', { name: 'Grant access' }).click();
  const granting = page.getByRole('dialog', { name: 'Grant access' });
  await granting.getByRole('combobox', { name: 'Person' }).fill('Michael');
  await granting.getByRole('option', { name: new RegExp(name, 'u') }).click();
  await granting.getByRole('button', { name: 'Grant', exact: true }).click();
  // After the ten seconds in which a grant can be taken back.
  await expect(granting).toHaveCount(0);
  await visit(page, `/clients/${code}/people`);
  await expect(rowOf(page, name).getByRole('button', { name: 'Revoke access' })).toBeVisible({
    timeout: 60_000,
  });
  await expect(rowOf(page, name)).not.toContainText('behind an ethical wall');
  await visit(page, '/ledger');
  const lines = page.getByRole('list', { name: /^Lines of / });
  await expect(lines).toContainText('Anna Lindqvist lifted an ethical wall', { timeout: 30_000 });
});

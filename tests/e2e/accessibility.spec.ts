/** WCAG 2.2 AA and what fits, on every screen and in every dialog, in both themes at both widths; and the main job by the keyboard alone. */
import { sayIn } from './catalogues.ts';
import { walkEmptyFirm, walkFirstRun, walkJoining } from './first-run.ts';
import type { Look } from './first-run.ts';
import { expect, signIn, test } from './fixtures.ts';
import { expectVisibleFocus, tabInto, tabTo } from './keyboard.ts';
import { findPlaces, lookAtLayers, openApproval } from './layers.ts';
import { OwnServer } from './own-server.ts';
import { listBroken, listBrokenCrosswise } from './rules.ts';
import { listScreens, quietClient, speak, visit } from './screens.ts';
import { listTroubles } from './words.ts';

test('every screen before a browser is a device', async ({ people, demo }) => {
  const { page, context } = await people.blank();
  const found: string[] = [];
  await page.goto('/signin');
  found.push(...(await listBroken(page, 'sign-in')));
  await page.getByRole('button', { name: 'Sign in with my kit' }).click();
  found.push(...(await listBroken(page, 'sign-in with a kit')));
  await page.goto('/signin/device');
  await expect(page.getByRole('img', { name: /QR code/u })).toBeVisible();
  found.push(...(await listBroken(page, 'sign-in with another device')));
  await signIn(page, demo, 'Yue Zhao');
  await page.keyboard.press('Shift+L');
  await expect(page.getByRole('heading', { name: 'Locked' })).toBeVisible();
  found.push(...(await listBroken(page, 'locked')));
  await context.close();
  expect(found).toEqual([]);
});

test('every screen of the app, with the document that lies open in the sealed frame', async ({
  people,
  demo,
}) => {
  test.setTimeout(480_000);
  const { page } = await people.open('Anna Lindqvist');
  const found: string[] = [];
  for (const { name, path } of await listScreens(page, demo)) {
    await visit(page, path);
    found.push(...(await listBroken(page, name)));
  }
  expect(found).toEqual([]);
});

test('every step of a first run, a firm with nothing in it, and a colleague who joins', async ({
  profiles,
}) => {
  test.setTimeout(480_000);
  const server = await OwnServer.start();
  const owner = await profiles.make(server.url);
  const guest = await profiles.make(server.url);
  const found: string[] = [];
  let turn = 0;
  const look: Look = async (page, name) => {
    found.push(...(await listBrokenCrosswise(page, name, turn++)));
  };
  await walkFirstRun(owner.page, server.url, server.firstRunCode, look);
  await walkEmptyFirm(owner.page, look);
  await walkJoining(owner.page, guest.page, server.url, look);
  await owner.context.close();
  await guest.context.close();
  await server.remove();
  expect(found).toEqual([]);
});

test('every dialog', async ({ people, demo }) => {
  test.setTimeout(480_000);
  const { page } = await people.open('Anna Lindqvist');
  const places = await findPlaces(page, demo);
  const say = sayIn('en');
  let turn = 0;
  const found = [
    ...(await lookAtLayers(page, places, say, async ({ name }) => {
      const broken = await listBrokenCrosswise(page, name, turn++);
      const troubles = await listTroubles(page, name, [390]);
      await speak(page, 'en');
      return [...broken, ...troubles];
    })),
  ];
  await openApproval(page, say);
  found.push(...(await listBroken(page, 'approve')));
  // This browser is other specs' too: it is left as it was found.
  await page.keyboard.press('Escape');
  await expect(page.locator('dialog[open]')).toHaveCount(0);
  expect(found).toEqual([]);
});

test('sign in, find a client, open a document, go back, ask for a hold: without a mouse', async ({
  people,
  demo,
}) => {
  const { page, context } = await people.blank();
  await page.goto(demo.find('Anna Lindqvist').link);
  await expect(page.getByLabel('Password', { exact: true })).toBeVisible();
  await tabTo(page, 'textbox', 'Password');
  await page.keyboard.type(demo.password);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible({ timeout: 30_000 });
  await page.keyboard.press('Control+k');
  // Whoever presses Enter before the answer stands gets what the words find, not what stood there before.
  await page.keyboard.type(quietClient.slice(0, 6));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: quietClient })).toBeVisible();
  await tabTo(page, 'link', /^Documents \d+$/u);
  await page.keyboard.press('Enter');
  const grid = page.getByRole('grid', { name: /^Documents in / });
  await expect(grid).toBeVisible();
  const rows = grid.getByRole('rowgroup').last();
  await tabInto(page, rows);
  // A folder opens with Enter as a document does; what lies in it is reached in the same way.
  for (let depth = 0; depth < 4 && !page.url().includes('/d/'); depth++) {
    const before = page.url();
    const row = await page.evaluateHandle(() => document.activeElement);
    await page.keyboard.press('Enter');
    await expect(page).not.toHaveURL(before);
    // The address changes before the list does: until then Enter is the same row's.
    await expect.poll(async () => await row.evaluate((element) => element?.isConnected)).toBe(false);
    if (!page.url().includes('/d/')) await tabInto(page, rows);
  }
  await expect(page.getByRole('button', { name: 'Download' }).first()).toBeVisible({ timeout: 30_000 });
  await tabTo(page, 'link', 'Documents');
  await page.keyboard.press('Enter');
  await expect(grid).toBeVisible();
  await tabTo(page, 'link', /^Holds and retention/u);
  await page.keyboard.press('Enter');
  await tabTo(page, 'button', 'Place a hold');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectVisibleFocus(page);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expectVisibleFocus(page);
  await context.close();
});

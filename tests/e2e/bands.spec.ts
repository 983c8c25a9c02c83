/** What is not as it should be stands above the screen while it is so, and is gone when it is over; and what passes by covers nothing. */
import type { Locator, Page } from '@playwright/test';
import { CutLine } from './cut-line.ts';
import { expect, test } from './fixtures.ts';
import type { Profile } from './fixtures.ts';
import { setWidth, visit, widths } from './screens.ts';
import { comeIn, SmallFirm } from './small-firm.ts';
import { goTo, newPassword, rowOf } from './steps.ts';
import { WorkerScope } from './worker-scope.ts';

test.describe.configure({ mode: 'serial' });

const minuteMs = 60_000;
let firm: SmallFirm;
let line: CutLine;
let annas: Profile;
let code: string;

test.beforeAll(async ({ profiles }) => {
  test.setTimeout(180_000);
  firm = await SmallFirm.start({
    hasControl: true,
    url: async (server) => {
      line = await CutLine.open(Number(new URL(server.url).port));
      return line.url;
    },
  });
  const documents = ['Letter', 'Opinion', 'Return'].map((name) => ({ name: `${name}.txt`, text: name }));
  ({ code } = await firm.addClient('Dubois Holdings', documents));
  annas = await profiles.make(line.url);
  await comeIn(annas.page, firm.owner);
});
test.afterAll(async () => {
  await annas.context.close();
  line.close();
  await firm.remove();
});

/** The bands of the shell. */
function bandOf(page: Page, words: RegExp | string): Locator {
  return page.getByRole('complementary', { name: 'State of the connection' }).getByText(words);
}

/** The worker asks the server now, as it does when the system says that there is a network; before that time may pass for it. */
async function haveAsked(passedMs = 0): Promise<void> {
  const worker = await WorkerScope.reach(annas.page);
  if (passedMs > 0) {
    await worker.advance(passedMs);
    // Somebody is there: after fifteen minutes of these the browser would lock.
    await annas.page.keyboard.press('Shift');
  }
  await worker.evaluate(`void dispatchEvent(new Event('online'))`);
  await worker.close();
}

test('warden and server on one machine: it is said to who can change it, until it is hidden', async () => {
  const { page } = annas;
  const band = bandOf(page, /^Server and warden run on one machine\./u);
  await expect(band).toBeVisible({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Hide for now' }).click();
  await expect(band).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible({ timeout: 30_000 });
  await haveAsked();
  await goTo(page, 'Settings');
  await expect(page.getByText(/the warden runs as the server’s user/u).first()).toBeVisible({
    timeout: 30_000,
  });
  await expect(band).toHaveCount(0);
});

test('no line to the server: offline, with the time, until it is back', async () => {
  const { page } = annas;
  const band = bandOf(page, /^Offline since .*\d/u);
  await goTo(page, 'Ledger');
  await expect(page.getByRole('button', { name: 'Check on this device' })).toBeVisible({ timeout: 30_000 });
  line.cut();
  await haveAsked();
  await expect(band).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole('button', { name: 'Check now' })).toBeVisible();
  line.mend();
  await haveAsked();
  await expect(band).toHaveCount(0, { timeout: 30_000 });
});

test('nothing checked for more than ten minutes: it is said since when, until it is checked', async () => {
  const { context } = annas;
  const page = await context.newPage();
  await page.clock.install();
  await page.goto('/ledger');
  await expect(page.getByRole('heading', { level: 1, name: 'Ledger' })).toBeVisible({ timeout: 30_000 });
  const band = bandOf(page, /^Last checked against the ledger at .*\d.*Newer lines may be missing here\.$/u);
  await page.clock.fastForward(9 * minuteMs);
  await expect(band).toHaveCount(0);
  await page.clock.fastForward(2 * minuteMs);
  await expect(band).toBeVisible();
  // The server and the worker have the eleven minutes behind them too.
  await firm.server.advance(11 * minuteMs);
  await haveAsked(11 * minuteMs);
  await expect(band).toHaveCount(0, { timeout: 30_000 });
  await page.close();
});

test('a warden that is gone: nobody opens anything until it answers again', async () => {
  const { page } = annas;
  const band = bandOf(page, 'The warden does not answer. Until it does, nobody can open a document.');
  await firm.server.endWarden();
  await haveAsked(minuteMs);
  await expect(band).toBeVisible({ timeout: 30_000 });
  await firm.server.bringWardenBack();
  await expect(async () => {
    await haveAsked(minuteMs);
    await expect(band).toHaveCount(0, { timeout: 2_000 });
  }).toPass({ timeout: 120_000 });
  await visit(page, `/clients/${code}/documents`);
  await rowOf(page, 'Letter.txt').getByRole('link', { name: 'Letter.txt' }).click();
  await expect(page.frameLocator('iframe').getByText('Letter')).toBeVisible({ timeout: 30_000 });
});

/** Controls that something of the dock lies over, although each was brought into view as the focus brings it. */
async function listCovered(page: Page): Promise<readonly string[]> {
  return await page.evaluate(() => {
    const isOver = (one: DOMRect, other: DOMRect): boolean =>
      one.left < other.right - 1 &&
      other.left < one.right - 1 &&
      one.top < other.bottom - 1 &&
      other.top < one.bottom - 1;
    const dock = document.querySelector('[role=log]')?.closest('section');
    const toasts = [...document.querySelectorAll('[role=log] > *')];
    if (dock === null || dock === undefined || toasts.length === 0) return ['no toast stands'];
    const covered: string[] = [];
    const controls = document.querySelectorAll<HTMLElement>('a[href], button, input, select, textarea');
    for (const control of controls) {
      if (dock.contains(control) || !control.checkVisibility({ visibilityProperty: true })) continue;
      control.scrollIntoView({ block: 'nearest' });
      const box = control.getBoundingClientRect();
      if (box.width <= 1 || box.height <= 1 || box.right < 0) continue;
      if (toasts.some((toast) => isOver(toast.getBoundingClientRect(), box)))
        covered.push(control.getAttribute('aria-label') ?? control.textContent);
    }
    return covered;
  });
}

test('a toast covers no control at either width: whatever is brought into view stands clear of it', async () => {
  const { page } = annas;
  const covered: string[] = [];
  for (const width of widths) {
    await setWidth(page, width);
    await visit(page, `/clients/${code}/documents`);
    if (width === widths[0]) {
      // With nothing to say it covers nothing either.
      const dock = page.getByRole('region', { name: 'Under way' });
      await expect
        .poll(async () => await dock.evaluate((element) => element.getBoundingClientRect().height))
        .toBe(0);
    }
    const menu = page.getByRole('button', { name: /^Actions for Opinion/u });
    await menu.click();
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    await page
      .getByRole('dialog')
      .getByLabel('Name')
      .fill(`Opinion ${String(width)}.txt`);
    await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
    const toasts = page.getByRole('log');
    // Under the mouse it stays while screens come and go, however long they take.
    await toasts.getByRole('button', { name: 'Undo' }).last().hover();
    for (const path of [`/clients/${code}/documents`, `/clients/${code}`, '/settings', '/clients']) {
      await visit(page, path);
      await toasts.getByRole('button', { name: 'Undo' }).last().focus();
      covered.push(...(await listCovered(page)).map((name) => `${path} at ${String(width)} px: ${name}`));
    }
  }
  await setWidth(page, widths[0]);
  expect(covered).toEqual([]);
});

test('whoever stands on a toast keeps it, also when the mouse passes by; then its time goes on', async () => {
  const { context } = annas;
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(`/clients/${code}/documents`);
  await page.getByRole('button', { name: /^Actions for Opinion/u }).click();
  await page.getByRole('menuitem', { name: 'Rename' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('Opinion.txt');
  await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
  const undo = page.getByRole('log').getByRole('button', { name: 'Undo' });
  await undo.focus();
  await undo.hover();
  await page.mouse.move(0, 0);
  await page.clock.fastForward(minuteMs);
  await page.clock.runFor(1_000);
  await expect(undo).toBeFocused();
  await undo.hover();
  await undo.evaluate((element) => element.blur());
  await page.clock.fastForward(minuteMs);
  await page.clock.runFor(1_000);
  await expect(undo).toBeVisible();
  await page.mouse.move(0, 0);
  await page.clock.fastForward(minuteMs);
  await expect(undo).toHaveCount(0);
  await page.close();
});

// The last one here: nobody's browser works at this firm any more.
test('code below the firm’s minimum: it is said at once, and it does not unlock', async () => {
  const { page } = annas;
  await firm.owner.device.bundles.publish({ number: 2, minimum: 2, hash: '5a'.repeat(32) });
  await haveAsked(minuteMs);
  await expect(bandOf(page, /^The firm no longer allows this version of the app\./u)).toBeVisible({
    timeout: 30_000,
  });
  await expect(page.getByRole('button', { name: 'Reload' })).toBeVisible();
  await page.keyboard.press('Shift+L');
  await page.getByLabel('Password', { exact: true }).fill(newPassword);
  await page.getByRole('button', { name: 'Unlock' }).click();
  await expect(page.getByRole('alert')).toContainText(
    'This version of the web application may no longer unlock',
    { timeout: 30_000 },
  );
  await expect(page.getByRole('navigation', { name: 'Main' })).toHaveCount(0);
});

/**
 * What a handful of pieces look like, pixel by pixel: those in which nothing changes from day to day, or where what does is covered.
 * A change that is meant is taken over with `playwright test looks --update-snapshots`, after looking at it.
 */
import type { Locator, Page } from '@playwright/test';
import { sayIn } from './catalogues.ts';
import { expect, test } from './fixtures.ts';
import { findPlaces, layers, openLayer } from './layers.ts';
import { chooseTheme } from './rules.ts';
import { setWidth, settle, speak, visit } from './screens.ts';

type Theme = 'light' | 'dark';

/** Compares a piece of the page, or the window. What is of today or of chance is covered. */
async function compare(
  page: Page,
  piece: Locator | undefined,
  name: string,
  theme: Theme = 'light',
): Promise<void> {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.mouse.move(0, 0);
  await chooseTheme(page, theme);
  const options = {
    maxDiffPixelRatio: 0.015,
    mask: [(piece ?? page).locator('time, .mono, code, .plate-code, .avatar, .tape-band')],
    maskColor: '#808080',
  };
  await (piece === undefined
    ? expect(page).toHaveScreenshot(`${name}.png`, options)
    : expect(piece).toHaveScreenshot(`${name}.png`, options));
  await chooseTheme(page, undefined);
}

/** A room's plate by itself: what stands above it, and how long a date is, moves nothing in the picture. */
async function comparePlate(page: Page, name: string, theme: Theme = 'light'): Promise<void> {
  const plate = page.locator('.plate-and-tape');
  await plate.evaluate((element) => {
    const { width } = element.getBoundingClientRect();
    Object.assign((element as HTMLElement).style, {
      position: 'fixed',
      inset: '0 auto auto 0',
      width: `${String(Math.round(width))}px`,
      zIndex: '99',
    });
    for (const { firstChild } of element.querySelectorAll('time'))
      if (firstChild instanceof Text) firstChild.data = '11 Sept 2027';
  });
  await compare(page, plate, name, theme);
  await plate.evaluate((element) => element.removeAttribute('style'));
}

test('before a browser is a device', async ({ people }) => {
  const { page, context } = await people.blank();
  await page.goto('/signin');
  await settle(page);
  await compare(page, undefined, 'sign-in');
  await setWidth(page, 390);
  await speak(page, 'pl');
  await page.getByRole('button', { name: sayIn('pl')('web.start.signin.kit') }).click();
  await compare(page, undefined, 'sign-in-kit-390-pl', 'dark');
  await context.close();
});

test('plates, dialogs and cards', async ({ people, demo }) => {
  const { page } = await people.open('Anna Lindqvist');
  const places = await findPlaces(page, demo);
  const say = sayIn('en');
  const dialog = page.locator('dialog[open]');
  const open = async (name: string): Promise<void> => {
    const layer = layers.find((each) => each.name === name);
    if (layer === undefined) throw new Error(`there is no layer ${name}`);
    await openLayer(page, layer, places, say);
  };
  await visit(page, `${places.busy}/holds`);
  await comparePlate(page, 'plate');
  await comparePlate(page, 'plate-dark', 'dark');
  await setWidth(page, 390);
  await visit(page, places.busy);
  await comparePlate(page, 'plate-390');
  await setWidth(page, 1440);
  await open('keyboard-map');
  await compare(page, dialog, 'keyboard-map');
  await page.keyboard.press('Escape');
  await open('hold');
  await compare(page, dialog, 'hold');
  await setWidth(page, 390);
  await compare(page, dialog, 'hold-390', 'dark');
  await page.keyboard.press('Escape');
  await setWidth(page, 1440);
  await visit(page, '/clients/import');
  await compare(page, page.locator('.import'), 'import');
  await visit(page, '/settings');
  await compare(page, page.locator('.card').first(), 'settings');
  await setWidth(page, 390);
  await visit(page, '/no-such-screen');
  await compare(page, page.locator('.notice-page'), 'nowhere-390');
  await setWidth(page, 1440);
});

/** Every address of the app as a person of the demo firm can reach it, and what it takes to look at one: to go there, and to wait until it stands still. */
import type { Page } from '@playwright/test';
import type { DemoFirm } from './demo-firm.ts';
import { expect } from './fixtures.ts';
import { goTo } from './steps.ts';

/** The client of the demo in whose room most happens. */
export const busyClient = 'Dubois Holdings';
/** One whose documents open without a question. */
export const quietClient = 'Fontaine SARL';

/** Names of documents that the sealed frame shows page by page, with all its tools. */
const withPages = /\.pdf/u;

/** A screen and its address. */
export interface Screen {
  readonly name: string;
  readonly path: string;
}

/** Finds the addresses that a signed-in owner has. */
export async function listScreens(page: Page, demo: DemoFirm): Promise<readonly Screen[]> {
  const code = await findCode(page, busyClient);
  await visit(page, `/clients/${code}`);
  const secret = await findLink(page, `/clients/${code}/d/`);
  const other = await findCode(page, quietClient);
  await visit(page, `/clients/${other}`);
  const document = await findLink(page, `/clients/${other}/d/`, withPages);
  await visit(page, '/disposal?tab=done');
  const disposal = await findLink(page, '/disposal/');
  return [
    { name: 'today', path: '/' },
    { name: 'clients', path: '/clients' },
    { name: 'clients-found', path: '/clients?only=hold' },
    { name: 'new-client', path: '/clients/new' },
    { name: 'import', path: '/clients/import' },
    { name: 'room', path: `/clients/${code}` },
    { name: 'room-documents', path: `/clients/${code}/documents` },
    { name: 'room-people', path: `/clients/${code}/people` },
    { name: 'room-holds', path: `/clients/${code}/holds` },
    { name: 'room-ledger', path: `/clients/${code}/ledger` },
    { name: 'document', path: document },
    { name: 'document-secret', path: secret },
    { name: 'disposal', path: '/disposal' },
    { name: 'disposal-done', path: '/disposal?tab=done' },
    { name: 'disposal-details', path: disposal },
    { name: 'ledger', path: '/ledger' },
    { name: 'people', path: '/people' },
    { name: 'person', path: `/people/${demo.find('Michael Okonkwo').person}` },
    { name: 'me', path: '/me' },
    { name: 'settings', path: '/settings' },
    { name: 'nowhere', path: '/no-such-screen' },
  ];
}

/** The first address in the screen that begins so, of a link with such words. */
export async function findLink(page: Page, start: string, name?: RegExp): Promise<string> {
  const links = page.getByRole('main').locator(`a[href^="${start}"]`);
  const link = (name === undefined ? links : links.filter({ hasText: name })).first();
  const href = await link.getAttribute('href', { timeout: 30_000 }).catch(() => null);
  if (href === null) throw new Error(`no link to ${start} on ${page.url()}`);
  return href;
}

/** The code of a client, from the list. */
export async function findCode(page: Page, name: string): Promise<string> {
  await goTo(page, 'Clients');
  const row = page.getByRole('row').filter({ hasText: name }).first();
  await expect(row).toBeVisible({ timeout: 30_000 });
  return (await row.locator('code').textContent()) ?? '';
}

/** Goes to an address without loading the app anew, as its links do. */
export async function visit(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => history.pushState({}, '', to), path);
  // The address changes first: until the screen is there too, what stands still is the one before.
  await expect.poll(async () => await isArrived(page), { timeout: 30_000 }).toBe(true);
  await settle(page);
}

/** Whether the screen on show is that of the address, by the app's router. */
async function isArrived(page: Page): Promise<boolean> {
  return await page.evaluate(() => {
    const { __TSR_ROUTER__: router } = globalThis as unknown as {
      readonly __TSR_ROUTER__: {
        readonly state: {
          readonly status: string;
          readonly resolvedLocation?: { readonly pathname: string };
        };
      };
    };
    return router.state.status === 'idle' && router.state.resolvedLocation?.pathname === location.pathname;
  });
}

/** Waits until a screen stands: its heading is there and nothing in it is being read any more. */
export async function settle(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible({ timeout: 30_000 });
  await expect(page.locator('.skeleton')).toHaveCount(0, { timeout: 30_000 });
  await expect(page.locator('.document-wait [role=progressbar]')).toHaveCount(0, { timeout: 30_000 });
  await page.evaluate(async () => await document.fonts.ready);
}

/** The two widths that the design names. */
export const widths = [1440, 390] as const;

/** Makes the window wide or narrow. */
export async function setWidth(page: Page, width: number): Promise<void> {
  await page.setViewportSize({ width, height: width < 600 ? 844 : 900 });
}

/** Has the page speak another language, as it does when one is chosen in another tab. */
export async function speak(page: Page, locale: string): Promise<void> {
  // A page that was just opened does not listen yet.
  await expect(async () => {
    await page.evaluate(
      (newValue) => dispatchEvent(new StorageEvent('storage', { key: 'strongroom.locale', newValue })),
      locale,
    );
    await expect(page.locator(`html[lang^=${locale}]`)).toHaveCount(1, { timeout: 2_000 });
  }).toPass({ timeout: 60_000 });
  await page.evaluate(async () => await new Promise((resolve) => requestAnimationFrame(resolve)));
}

/** Paper: printing a document is a line of its own, of the pages that were chosen, marked where it is Secret; and screens print as lists, not as windows. */
import type { Page } from '@playwright/test';
import { writePdf } from '../../tools/demo/content/pdf.ts';
import { expect, test } from './fixtures.ts';
import type { OfficeRoom } from './office.ts';
import { readPdfWords } from './pdf-words.ts';
import { settle, visit } from './screens.ts';
import { rowOf } from './steps.ts';

test.describe.configure({ mode: 'serial' });

const pageCount = 203;
const clientCount = 40;
const documentCount = 40;
let plain: OfficeRoom;
let secret: OfficeRoom;

/** What lay in the layer for paper when the system's dialog would have opened. */
interface Printed {
  readonly pages: number;
  readonly dark: readonly number[];
  readonly paragraphs: readonly string[];
  readonly watermarks: readonly string[];
  readonly isAppHidden: boolean;
  readonly isLayerShown: boolean;
}

test.beforeAll(async ({ office, desk: { page } }) => {
  plain = await office.addRoom('Weber Print');
  await office.add(plain, [
    {
      name: 'Report.pdf',
      type: 'application/pdf',
      bytes: writePdf(
        'Report',
        Array.from({ length: pageCount }, (_, place) => ({
          lines: [`Page ${String(place + 1)}`, 'W'.repeat(place >= pageCount - 2 ? 40 : 4)],
        })),
      ),
    },
    { name: 'Letter.txt', bytes: Buffer.from('Dear client,\nall is well.') },
  ]);
  secret = await office.addRoom('Orion Papers', 3);
  await office.add(secret, [
    { name: 'Minutes.pdf', type: 'application/pdf', bytes: writePdf('Minutes', [{ lines: ['Minutes'] }]) },
  ]);
  await page.goto(`/clients/${plain.code}/documents`);
  await expect(rowOf(page, 'Report.pdf')).toBeVisible({ timeout: 30_000 });
  await page.evaluate(() => {
    const printed: Printed[] = [];
    const readDark = (image: HTMLImageElement): number => {
      const canvas = document.createElement('canvas');
      canvas.width = Math.floor(image.naturalWidth / 2);
      canvas.height = Math.floor(image.naturalHeight / 2);
      const drawing = canvas.getContext('2d');
      drawing?.drawImage(image, 0, 0, canvas.width, canvas.height);
      const { data = [] } = drawing?.getImageData(0, 0, canvas.width, canvas.height) ?? {};
      let dark = 0;
      for (let at = 0; at < data.length; at += 4) if ((data[at] ?? 255) < 160) dark += 1;
      return dark;
    };
    window.print = () => {
      const layer = document.querySelector('.print-pictures');
      const app = document.querySelector('.shell');
      if (layer === null || app === null) throw new Error('nothing to print');
      printed.push({
        pages: layer.querySelectorAll('.print-page').length,
        dark: [...layer.querySelectorAll('img')].map(readDark),
        paragraphs: [...layer.querySelectorAll(':scope > p')].map((each) => each.textContent ?? ''),
        watermarks: [...layer.querySelectorAll('.print-watermark')].map((each) => each.textContent ?? ''),
        isAppHidden: !app.checkVisibility(),
        isLayerShown: layer.checkVisibility(),
      });
    };
    Object.assign(globalThis, { printed });
  });
});

/** What was printed so far. */
async function readPrinted(page: Page): Promise<readonly Printed[]> {
  return await page.evaluate(() => (globalThis as unknown as { printed: Printed[] }).printed);
}

async function open(page: Page, { code }: OfficeRoom, name: string): Promise<void> {
  await visit(page, `/clients/${code}/documents`);
  await rowOf(page, name).getByRole('link', { name }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}

/** Presses what prints, while the page is laid out for paper, and waits for the paper. */
async function print(page: Page, button: string): Promise<Printed> {
  const before = (await readPrinted(page)).length;
  await page.emulateMedia({ media: 'print' });
  await page.getByRole('button', { name: button, includeHidden: true }).dispatchEvent('click');
  await expect.poll(async () => (await readPrinted(page)).length, { timeout: 30_000 }).toBe(before + 1);
  await page.emulateMedia({ media: null });
  const printed = (await readPrinted(page)).at(-1);
  if (printed === undefined) throw new Error('nothing was printed');
  expect(printed).toMatchObject({ isAppHidden: true, isLayerShown: true });
  await expect(page.locator('.print-pictures')).toHaveCount(0);
  return printed;
}

test('of a long PDF the pages that were chosen are printed, as a line that says so', async ({
  desk: { page },
  office,
}) => {
  await open(page, plain, 'Report.pdf');
  await page.getByRole('button', { name: 'Print', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Print part of this document' });
  await expect(dialog).toContainText('This document has 203 pages. At most 200 are printed at once');
  await expect(dialog.getByLabel('From page')).toHaveValue('1');
  await expect(dialog.getByLabel('To page')).toHaveValue('200');
  await dialog.getByLabel('To page').fill('203');
  await expect(dialog.getByLabel('To page')).toHaveAccessibleDescription(
    'Choose pages between 1 and 203, at most 200 of them.',
  );
  await dialog.getByLabel('From page').fill('202');
  const printed = await print(page, 'Print 2 pages of 203');
  expect(printed).toMatchObject({ pages: 2, watermarks: [] });
  // The last two pages alone have a long line of capitals.
  for (const dark of printed.dark) expect(dark).toBeGreaterThan(500);
  const openings = await office.listOpenings(plain);
  expect(openings.map(({ reason, purpose }) => [purpose, reason])).toEqual([
    ['work', undefined],
    ['work', 'For printing · pages 202 to 203'],
  ]);
  await page.getByRole('button', { name: 'Print', exact: true }).click();
  await expect(dialog.getByLabel('From page')).toHaveValue('1');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  expect(await office.listOpenings(plain)).toHaveLength(2);
});

test('text is printed as text, without a question, and the line says for printing', async ({
  desk: { page },
  office,
}) => {
  await open(page, plain, 'Letter.txt');
  await expect(page.frameLocator('iframe').getByText('all is well.')).toBeVisible({ timeout: 30_000 });
  const printed = await print(page, 'Print');
  expect(printed).toMatchObject({ pages: 0, paragraphs: ['Dear client,', 'all is well.'], watermarks: [] });
  const [last] = (await office.listOpenings(plain)).toReversed();
  expect(last?.reason).toBe('For printing');
  await visit(page, `/clients/${plain.code}/ledger`);
  const line = String(last?.index);
  await page.getByRole('button', { name: `Open line ${line}`, exact: true }).click();
  await page.getByRole('button', { name: `Show the reason of line ${line}` }).click();
  await expect(page.getByText('Reason: For printing')).toBeVisible({ timeout: 30_000 });
});

test('a Secret document is printed with reader, time and the line of the printing across each page', async ({
  desk: { page },
  office,
}) => {
  await open(page, secret, 'Minutes.pdf');
  await page.getByLabel('Why', { exact: true }).fill('For the board');
  await page.getByRole('main').getByRole('button', { name: 'Open', exact: true }).click();
  await expect(page.frameLocator('iframe').locator('.page canvas')).toBeVisible({ timeout: 30_000 });
  const mark = page.frameLocator('iframe').locator('.watermark');
  const [first] = await office.listOpenings(secret);
  await expect(mark).toContainText(`Anna Lindqvist · `);
  await expect(mark).toContainText(` · ${String(first?.index)}  `);
  const printed = await print(page, 'Print');
  const [, second] = await office.listOpenings(secret);
  expect(second?.reason).toBe('For printing · For the board');
  expect(printed.pages).toBe(1);
  expect(printed.watermarks).toHaveLength(1);
  expect(printed.watermarks[0]).toMatch(
    new RegExp(`Anna Lindqvist · \\d+ \\w+ \\d{4}, \\d\\d:\\d\\d CES?T · ${String(second?.index)} `, 'u'),
  );
  expect(second?.index).not.toBe(first?.index);
});

/** The words of what a browser would print of the page, sheet by sheet. */
async function printToPdf(page: Page): Promise<readonly string[]> {
  return await readPdfWords(await page.pdf({ preferCSSPageSize: true, format: 'A4' }));
}

test('screens print whose they are and what they list, wholly and without what is clicked', async ({
  desk: { page },
  office,
}) => {
  await office.anna.clients.addMany(
    Array.from({ length: clientCount }, (_, place) => ({ name: `Paperclient${String(place + 1)}.` })),
    { vault: office.vault },
  );
  const crowded = await office.addRoom('Crowded');
  await office.add(
    crowded,
    Array.from({ length: documentCount }, (_, place) => ({
      name: `Sheet${String(place + 1)}.txt`,
      bytes: Buffer.from('.'),
    })),
  );
  await page.goto('/clients');
  await expect(page.getByRole('row').filter({ hasText: 'Crowded' })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole('row').filter({ hasText: `Paperclient${String(clientCount)}.` })).toBeVisible();
  await expect(page.getByText(/^\d+ clients$/u)).toBeVisible();
  const clients = (await printToPdf(page)).join(' ');
  for (let number = 1; number <= clientCount; number++)
    expect(clients).toContain(`Paperclient${String(number)}.`);
  await visit(page, `/clients/${crowded.code}/documents`);
  // A browser that synced while they were added has some of them first.
  for (let number = 1; number <= documentCount; number++)
    await expect(rowOf(page, `Sheet${String(number)}.txt`)).toBeVisible({ timeout: 60_000 });
  const [first = '', ...others] = await printToPdf(page);
  // The list begins on the sheet that says whose it is, and goes on over others.
  expect(first).toContain('Sheet1.txt');
  expect(others.length).toBeGreaterThan(0);
  const documents = [first, ...others].join(' ');
  for (let number = 1; number <= documentCount; number++)
    expect(documents).toContain(`Sheet${String(number)}.txt`);
  await visit(page, `/clients/${plain.code}/ledger`);
  await expect(page.getByRole('list', { name: 'Lines about Weber Print' })).toContainText('added Report.pdf');
  const ledger = (await printToPdf(page)).join(' ');
  expect(ledger).toContain('added Report.pdf');
  for (const words of [clients, documents, ledger]) {
    expect(words).toContain('Lindqvist & Partners');
    expect(words).toMatch(/Printed by Anna Lindqvist, \d+ \w+ \d{4}, \d\d:\d\d CES?T/u);
    for (const clicked of ['New client', 'Add files', 'Check on this device', 'Lock now', 'Find in'])
      expect(words).not.toContain(clicked);
  }
});

test('paper is white and nothing of the shell is on it, also of the dark app', async ({ desk: { page } }) => {
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  for (const path of ['/', '/clients', `/clients/${plain.code}`, '/ledger', '/people', '/me', '/disposal']) {
    await visit(page, path);
    await settle(page);
    await expect(page.getByRole('heading', { level: 1 }).first(), path).toBeVisible();
    await expect(page.getByText(/^Printed by Anna Lindqvist/u), path).toBeVisible();
    await expect(page.getByRole('navigation', { name: 'Main' }), path).toHaveCount(0);
    // The numbers of lines are drawn as the words that they are.
    const buttons = page.getByRole('main').getByRole('button', { name: /^(?!Open line )/u });
    await expect(buttons.filter({ visible: true }), path).toHaveCount(0);
    const { ground, isTooWide } = await page.evaluate(() => ({
      ground: getComputedStyle(document.body).backgroundColor,
      isTooWide: document.documentElement.scrollWidth > window.innerWidth,
    }));
    expect(ground, path).toBe('rgb(255, 255, 255)');
    expect(isTooWide, path).toBe(false);
  }
  await page.emulateMedia({ media: null, colorScheme: null });
});

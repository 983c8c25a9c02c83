/** What the sealed viewer shows: PDF, pictures, text and the words of a DOCX; and what is said of files that it does not show. */
import type { FrameLocator, Page } from '@playwright/test';
import { writeJpeg } from '../../tools/demo/content/jpeg.ts';
import { writeDocx, writeXlsx } from '../../tools/demo/content/office.ts';
import { writePdf } from '../../tools/demo/content/pdf.ts';
import { writePng } from '../../tools/demo/content/pictures.ts';
import type { GreyPicture } from '../../tools/demo/content/pictures.ts';
import { expect, test } from './fixtures.ts';
import type { OfficeFile, OfficeRoom } from './office.ts';
import { visit } from './screens.ts';
import { rowOf, savedBy } from './steps.ts';

test.describe.configure({ mode: 'serial' });

/** Dark on the left, light on the right. */
const picture: GreyPicture = {
  width: 320,
  height: 200,
  grey: Uint8Array.from({ length: 320 * 200 }, (_, at) => (at % 320 < 160 ? 20 : 235)),
};
const contract = writePdf('Contract', [
  { lines: ['Contract', 'An indemnity is given.', 'No other indemnity is.'] },
  { lines: ['Second page', 'Nothing of it here.'] },
  { lines: ['Third page', 'The indemnity ends.'] },
]);
const workbook = writeXlsx('Sheet', [['Fees', 1_200]]);
const broken = Buffer.from(`%PDF-1.7\n${'not a document of any kind '.repeat(40)}`);
const files: readonly OfficeFile[] = [
  { name: 'Contract.pdf', bytes: contract, type: 'application/pdf' },
  { name: 'Scan.png', bytes: writePng(picture), type: 'image/png' },
  { name: 'Photo.jpg', bytes: writeJpeg(picture), type: 'image/jpeg' },
  { name: 'Notes.txt', bytes: Buffer.from('First line, <b>not bold</b>.\nZażółć 深圳, and a line.\n') },
  {
    name: 'Opinion.docx',
    bytes: writeDocx(['Opinion', 'On the merger & <its> terms.', 'Świadectwo.']),
    type: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  },
  {
    name: 'Fees.xlsx',
    bytes: workbook,
    type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  },
  { name: 'Broken.pdf', bytes: broken, type: 'application/pdf' },
  { name: 'Broken.png', bytes: Buffer.from('no picture'), type: 'image/png' },
];
let room: OfficeRoom;

test.beforeAll(async ({ office, desk: { page } }) => {
  room = await office.addRoom('Morel Cartographie');
  await office.add(room, files);
  await page.goto(`/clients/${room.code}/documents`);
  await expect(rowOf(page, 'Broken.png')).toBeVisible({ timeout: 30_000 });
});

/** Opens a document from the room's list. */
async function open(page: Page, name: string): Promise<FrameLocator> {
  await visit(page, `/clients/${room.code}/documents`);
  await rowOf(page, name).getByRole('link', { name }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  return page.frameLocator(`iframe[title="Sealed viewer: ${name}"]`);
}

function tools(page: Page): ReturnType<Page['getByRole']> {
  return page.getByRole('toolbar', { name: 'Viewer' });
}

/** How many points of what is drawn are dark. */
function countDark(element: HTMLCanvasElement | HTMLImageElement | SVGElement | HTMLElement): number {
  const canvas = document.createElement('canvas');
  const source = element as HTMLCanvasElement | HTMLImageElement;
  canvas.width = 'naturalWidth' in source ? source.naturalWidth : source.width;
  canvas.height = 'naturalHeight' in source ? source.naturalHeight : source.height;
  const drawing = canvas.getContext('2d');
  if (drawing === null) throw new Error('no canvas');
  drawing.drawImage(source, 0, 0);
  const { data } = drawing.getImageData(0, 0, canvas.width, canvas.height);
  let dark = 0;
  for (let at = 0; at < data.length; at += 4)
    if ((data[at + 3] ?? 0) > 128 && (data[at] ?? 255) < 128) dark += 1;
  return dark;
}

test('a PDF is drawn, counted, made larger, and searched over its pages', async ({ desk: { page } }) => {
  const frame = await open(page, 'Contract.pdf');
  const first = frame.getByRole('region', { name: 'Page 1 of 3' });
  await expect(first.locator('canvas')).toBeVisible({ timeout: 30_000 });
  await expect(frame.locator('section.page')).toHaveCount(3);
  await expect(tools(page).getByText('Page 1 of 3')).toBeVisible();
  expect(await first.locator('canvas').evaluate(countDark)).toBeGreaterThan(200);
  const widthOf = async (): Promise<number> =>
    await first.evaluate((element) => element.getBoundingClientRect().width);
  const zoom = tools(page).getByRole('button', { name: 'Fit to the width' });
  await tools(page).getByRole('button', { name: 'Larger' }).click();
  await expect(zoom).toHaveText('125%');
  await expect.poll(widthOf).toBe(Math.floor(595 * 1.25));
  await expect(first.locator('canvas')).toBeVisible();
  await tools(page).getByRole('button', { name: 'Smaller' }).click();
  await expect(zoom).toHaveText('100%');
  await expect.poll(widthOf).toBe(595);
  await zoom.click();
  await expect(zoom).toHaveText('Fit');
  await tools(page).getByRole('searchbox', { name: 'Find in this document' }).fill('INDEMNITY');
  const found = tools(page).locator('.document-found');
  await expect(found).toHaveText('1 of 3');
  await tools(page).getByRole('button', { name: 'Find the one before' }).click();
  await expect(found).toHaveText('3 of 3');
  await expect(tools(page).getByText('Page 3 of 3')).toBeVisible();
  await tools(page).getByRole('searchbox').press('Enter');
  await expect(found).toHaveText('1 of 3');
  await tools(page).getByRole('searchbox').fill('no such word');
  await expect(found).toHaveText('Not found');
});

test('what happens to the document meanwhile leaves it open where it was read', async ({
  desk: { page },
}) => {
  const frame = await open(page, 'Contract.pdf');
  const third = frame.getByRole('region', { name: 'Page 3 of 3' });
  await third.scrollIntoViewIfNeeded();
  await expect(third.locator('canvas')).toBeVisible({ timeout: 30_000 });
  await third.evaluate((element) => element.setAttribute('data-same', ''));
  const about = page.getByRole('complementary', { name: 'About this document' });
  await about.getByRole('button', { name: 'Place a hold' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('Order 2026-11');
  await dialog.getByRole('button', { name: 'Place hold' }).click();
  await expect(about.getByText('On hold: cannot be destroyed')).toBeVisible({ timeout: 30_000 });
  await expect(tools(page).getByText('Page 3 of 3')).toBeVisible();
  await expect(frame.locator('section.page[data-same]')).toHaveCount(1);
  await about.getByRole('button', { name: 'Rename' }).click();
  await dialog.getByLabel('Name').fill('Agreement.pdf');
  await dialog.getByRole('button', { name: 'Rename' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Agreement.pdf' })).toBeVisible({
    timeout: 30_000,
  });
  // The same page of the same opening, under the name that it has now.
  const renamed = page.frameLocator('iframe[title="Sealed viewer: Agreement.pdf"]');
  await expect(renamed.locator('section.page[data-same]')).toHaveCount(1);
  await expect(tools(page).getByText('Page 3 of 3')).toBeVisible();
});

for (const name of ['Scan.png', 'Photo.jpg'])
  test(`${name} is shown as the picture that it is`, async ({ desk: { page } }) => {
    const frame = await open(page, name);
    const image = frame.locator('img');
    await expect(image).toBeVisible({ timeout: 30_000 });
    const dark = await image.evaluate(countDark);
    expect(dark).toBeGreaterThan(31_000);
    expect(dark).toBeLessThan(33_000);
    expect(await image.evaluate((element) => (element as HTMLImageElement).naturalWidth)).toBe(320);
    await expect(tools(page).getByRole('searchbox')).toHaveCount(0);
    await tools(page).getByRole('button', { name: 'Larger' }).click();
    await expect
      .poll(async () => await image.evaluate((element) => element.getBoundingClientRect().width))
      .toBe(400);
  });

test('text is shown as it is, marks and all, and searched', async ({ desk: { page } }) => {
  const frame = await open(page, 'Notes.txt');
  await expect(frame.getByRole('article').getByRole('paragraph')).toHaveText([
    'First line, <b>not bold</b>.',
    'Zażółć 深圳, and a line.',
    '',
  ]);
  await tools(page).getByRole('searchbox', { name: 'Find in this document' }).fill('line');
  await expect(tools(page).getByText('1 of 2')).toBeVisible();
  await tools(page).getByRole('button', { name: 'Find the next one' }).click();
  await expect(tools(page).getByText('2 of 2')).toBeVisible();
});

test('of a DOCX the words are shown', async ({ desk: { page } }) => {
  const frame = await open(page, 'Opinion.docx');
  await expect(frame.getByRole('article').getByRole('paragraph')).toHaveText([
    'Opinion',
    'On the merger & <its> terms.',
    'Świadectwo.',
  ]);
  await expect(tools(page).getByRole('button', { name: 'Print' })).toBeEnabled();
});

test('a kind that is not shown is offered as a download, unchanged', async ({ desk: { page } }) => {
  await open(page, 'Fees.xlsx');
  await expect(page.getByText('No preview for this kind of file')).toBeVisible({
    timeout: 30_000,
  });
  await expect(page.locator('iframe')).toHaveCount(0);
  const saved = await savedBy(page, async () =>
    page.getByRole('button', { name: 'Download', exact: true }).click(),
  );
  expect(saved.name).toBe('Fees.xlsx');
  expect(Buffer.from(saved.bytes).equals(workbook)).toBe(true);
  await expect(page.getByText(/Your opening is line \d+ of the ledger/u)).toBeVisible();
});

test('a damaged PDF and a picture that is none say so, and can be taken out as they are', async ({
  desk: { page },
}) => {
  await open(page, 'Broken.pdf');
  const said = page.getByRole('main').getByRole('alert');
  await expect(said).toContainText('This file cannot be shown: it is damaged or not what its name says', {
    timeout: 30_000,
  });
  await expect(said).toContainText('The file itself was verified and is unchanged.');
  const saved = await savedBy(page, async () => said.getByRole('button', { name: 'Download' }).click());
  expect(Buffer.from(saved.bytes).equals(broken)).toBe(true);
  await open(page, 'Broken.png');
  await expect(said).toContainText('There is no preview for this kind of picture', { timeout: 30_000 });
});

test('every one of these openings is a line, and no download added another', async ({ office }) => {
  const openings = await office.listOpenings(room);
  // The contract was opened twice.
  expect(openings).toHaveLength(files.length + 1);
  expect(new Set(openings.flatMap(({ records }) => records)).size).toBe(files.length);
  expect(openings.every(({ person }) => person === office.anna.me.person)).toBe(true);
});

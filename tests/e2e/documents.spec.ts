/** Many documents at once: taken out as one archive, dropped in as a folder tree, and dragged from folder to folder. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { unzipSync } from 'fflate';
import { expect, test } from './fixtures.ts';
import type { OfficeRoom } from './office.ts';
import { visit } from './screens.ts';
import { rowOf, savedBy, tick } from './steps.ts';

test.describe.configure({ mode: 'serial' });

const client = 'Brandt Logistik';
const letter = Buffer.from('A letter.');
const taxLetter = Buffer.from('A letter about tax, of some length. '.repeat(2_000));
const summary = Buffer.from('Zażółć gęślą jaźń.');
const odd = Buffer.from('With a name that no file system takes.');
const damaged = 'Annex.txt';
let room: OfficeRoom;

test.beforeAll(async ({ office, desk: { page } }) => {
  room = await office.addRoom(client);
  await office.add(room, [
    { name: 'Letter.txt', bytes: letter },
    { name: 'Letter.txt', bytes: taxLetter, folder: ['Tax', '2025'] },
    { name: 'Podsumowanie zażółć.txt', bytes: summary, folder: ['Tax'] },
    { name: 'Offer: 1/2?.txt', bytes: odd },
  ]);
  const before = new Set(await office.listBodies());
  await office.add(room, [{ name: damaged, bytes: Buffer.from('Damaged on the disk.') }]);
  for (const body of await office.listBodies()) if (!before.has(body)) await office.damage(body);
  await page.goto(`/clients/${room.code}/documents`);
  await expect(rowOf(page, damaged)).toBeVisible({ timeout: 30_000 });
});

function bar(page: Page): Locator {
  return page.getByRole('region', { name: /^\d+ selected, /u });
}

test('documents and folders are selected one by one and all at once, and what is selected is counted', async ({
  desk: { page },
}) => {
  const all = page.getByRole('checkbox', { name: 'Select all documents listed' });
  await tick(page.getByRole('checkbox', { name: 'Select Letter.txt' }));
  await expect(bar(page)).toHaveAccessibleName('1 selected, 9 bytes');
  await expect(rowOf(page, 'Letter.txt')).toHaveAttribute('aria-selected', 'true');
  await tick(page.getByRole('checkbox', { name: 'Select all in Tax' }));
  await expect(bar(page)).toHaveAccessibleName(/^3 selected, /u);
  await rowOf(page, damaged).click({ modifiers: ['Control'] });
  await expect(bar(page)).toHaveAccessibleName(/^4 selected, /u);
  await expect(all).not.toBeChecked();
  await tick(all);
  await expect(bar(page)).toHaveAccessibleName(/^5 selected, /u);
  await bar(page).getByRole('button', { name: 'Clear' }).click();
  await expect(bar(page)).toHaveCount(0);
  await expect(rowOf(page, 'Letter.txt')).toHaveAttribute('aria-selected', 'false');
  // With shift all from the row that was chosen last, by row and by box.
  await rowOf(page, damaged).click({ modifiers: ['Control'] });
  await rowOf(page, 'Offer: 1/2?.txt').click({ modifiers: ['Shift'] });
  await expect(bar(page)).toHaveAccessibleName(/^3 selected, /u);
  await expect(rowOf(page, 'Letter.txt')).toHaveAttribute('aria-selected', 'true');
  await bar(page).getByRole('button', { name: 'Clear' }).click();
});

test('an archive holds what could be opened, byte for byte and in its folders, and names what could not', async ({
  desk: { page },
  office,
}) => {
  await tick(page.getByRole('checkbox', { name: 'Select all documents listed' }));
  await bar(page).getByRole('button', { name: 'Download as zip' }).click();
  const dialog = page.getByRole('dialog', { name: 'Download 5 documents' });
  await expect(dialog).toContainText('Opening them is 5 lines in the ledger.');
  await dialog.getByLabel('Reason').fill('For the auditors');
  const saved = await savedBy(page, async () =>
    dialog.getByRole('button', { name: 'Download', exact: true }).click(),
  );
  expect(saved.name).toBe(`${client}.zip`);
  const files = Object.entries(unzipSync(saved.bytes)).map(([name, bytes]) => [name, Buffer.from(bytes)]);
  expect(new Map(files as [string, Buffer][])).toEqual(
    new Map([
      ['Letter.txt', letter],
      ['Tax/2025/Letter.txt', taxLetter],
      ['Tax/Podsumowanie zażółć.txt', summary],
      ['Offer_ 1_2_.txt', odd],
    ]),
  );
  const left = page.getByRole('dialog', { name: '4 documents saved to this device' });
  await expect(left).toContainText('1 document could not be opened and is not in the ZIP file.');
  await expect(left.getByRole('list', { name: 'Left out' }).getByRole('listitem')).toHaveText([
    /^Annex\.txt./u,
  ]);
  await left.getByRole('button', { name: 'Close' }).last().click();
  // The key of the damaged one was handed out too: its line is as true as the others.
  const openings = await office.listOpenings(room);
  expect(openings.map(({ reason, purpose }) => [purpose, reason])).toEqual(
    Array.from({ length: 5 }, () => ['work', 'For the auditors']),
  );
  expect(new Set(openings.flatMap(({ records }) => records)).size).toBe(5);
  await bar(page).getByRole('button', { name: 'Clear' }).click();
});

test('a folder tree that is dropped from the system comes in with its folders', async ({
  desk: { page },
}) => {
  const scratch = await mkdtemp(join(tmpdir(), 'strongroom-drop-'));
  const tree = join(scratch, 'Closing');
  await mkdir(join(tree, 'Deeds', 'Signed'), { recursive: true });
  await writeFile(join(tree, 'Checklist.txt'), 'All done.');
  await writeFile(join(tree, 'Deeds', 'Signed', 'Deed.txt'), 'This deed.');
  const loose = join(scratch, 'Cover note.txt');
  await writeFile(loose, 'With a tree beside it.');
  const cdp = await page.context().newCDPSession(page);
  const drag = async (type: 'dragEnter' | 'dragOver' | 'drop'): Promise<void> => {
    await cdp.send('Input.dispatchDragEvent', {
      type,
      x: 700,
      y: 500,
      data: { items: [], files: [tree, loose], dragOperationsMask: 1 },
    });
  };
  await drag('dragEnter');
  await drag('dragOver');
  await expect(page.getByText(`Drop to encrypt and add to ${client}`)).toBeVisible();
  await drag('drop');
  await cdp.detach();
  await expect(page.getByText(`Drop to encrypt and add to ${client}`)).toHaveCount(0);
  await expect(rowOf(page, 'Cover note.txt').getByRole('link')).toBeVisible({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Closing', exact: true }).click();
  await expect(rowOf(page, 'Checklist.txt').getByRole('link')).toBeVisible({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Deeds', exact: true }).click();
  await page.getByRole('button', { name: 'Signed', exact: true }).click();
  await expect(rowOf(page, 'Deed.txt').getByRole('link')).toBeVisible({ timeout: 30_000 });
  await rm(scratch, { recursive: true });
});

test('rows are dragged into a folder and out of it, alone and with the others that are selected', async ({
  desk: { page },
  office,
}) => {
  const said = page.getByRole('log');
  const foldersOf = async (): Promise<Readonly<Record<string, string>>> =>
    Object.fromEntries(
      (await office.anna.records.list({ room: room.room }))
        .filter(({ name }) => ['Cover note.txt', damaged].includes(name))
        .map(({ name, folder }) => [name, folder.join('/')]),
    );
  await visit(page, `/clients/${room.code}/documents`);
  const folder = rowOf(page, 'Closing');
  await rowOf(page, 'Cover note.txt').dragTo(folder);
  // Whoever points at it has its time stand still.
  await said.getByText('1 document moved to Closing').hover();
  await expect(rowOf(page, 'Cover note.txt')).toHaveCount(0);
  await said.getByRole('button', { name: 'Undo' }).last().click();
  await expect(rowOf(page, 'Cover note.txt')).toBeVisible({ timeout: 30_000 });
  await tick(page.getByRole('checkbox', { name: 'Select Cover note.txt' }));
  await tick(page.getByRole('checkbox', { name: `Select ${damaged}` }));
  await rowOf(page, damaged).dragTo(folder);
  await expect(said.getByText('2 documents moved to Closing')).toBeVisible({ timeout: 30_000 });
  await expect(bar(page)).toHaveCount(0);
  expect(await foldersOf()).toEqual({ 'Cover note.txt': 'Closing', [damaged]: 'Closing' });
  await page.getByRole('button', { name: 'Closing', exact: true }).click();
  const steps = page.getByRole('navigation', { name: 'Folders' });
  await rowOf(page, damaged).dragTo(steps.getByRole('button', { name: client }));
  await expect(rowOf(page, damaged)).toHaveCount(0);
  await expect.poll(foldersOf, { timeout: 30_000 }).toEqual({ 'Cover note.txt': 'Closing', [damaged]: '' });
  // A folder goes into another with all that lies in it, never into itself.
  await steps.getByRole('button', { name: client }).click();
  await rowOf(page, 'Closing').dragTo(rowOf(page, 'Tax'));
  await expect(said.getByText('Closing moved to Tax')).toBeVisible({ timeout: 30_000 });
  expect(await foldersOf()).toEqual({ 'Cover note.txt': 'Tax/Closing', [damaged]: '' });
});

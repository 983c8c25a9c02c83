/** What people do again and again, by the words on the screen. */
import { readFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';
import { expect } from './fixtures.ts';

/** A password that the strength meter lets pass. */
export const newPassword = 'cedar lantern harbour ninety';

/** A file as the file chooser takes it. */
export interface PickedFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** A text file. */
export function textFile(name: string, text: string): PickedFile {
  return { name, mimeType: 'text/plain', buffer: Buffer.from(text) };
}

/** Sets a checkbox or radio button; its label takes the click, as it does for people. */
export async function tick(box: Locator, wanted = true): Promise<void> {
  await box.setChecked(wanted, { force: true });
}

/** Types a new password twice and goes on. */
export async function choosePassword(page: Page): Promise<void> {
  await page.getByLabel('Password', { exact: true }).fill(newPassword);
  await page.getByLabel('The same password again').fill(newPassword);
  await expect(page.getByRole('status').filter({ hasText: /Good|Strong/u })).toBeVisible();
  await page.getByRole('button', { name: 'Continue' }).click();
}

/** Reads the sheet, signs its note and goes to the proof. Answers the groups. */
export async function printKit(page: Page): Promise<readonly string[]> {
  await page.evaluate(() => {
    window.print = () => document.body.setAttribute('data-printed', '');
  });
  const groups = page.getByRole('list', { name: 'Groups of the kit' }).getByRole('listitem');
  await expect(groups).toHaveCount(8, { timeout: 30_000 });
  const texts = await groups.allTextContents();
  await page.getByRole('button', { name: 'Print', exact: true }).click();
  await expect(page.locator('body[data-printed]')).toHaveCount(1);
  await tick(page.getByRole('checkbox', { name: /I understand/u }));
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { name: 'Read two groups off the paper' })).toBeVisible();
  return texts;
}

/** Types the two groups that are asked for. */
export async function proveKit(page: Page, groups: readonly string[]): Promise<void> {
  const fields = page.getByRole('textbox', { name: /^Group \d$/u });
  await expect(fields).toHaveCount(2);
  for (const field of await fields.all()) {
    const label = (await field.evaluate((input: HTMLInputElement) => input.labels?.[0]?.textContent)) ?? '';
    await field.fill(groups[Number(/\d/u.exec(label)?.[0]) - 1] ?? '');
  }
}

/** The first run up to the kit, which is still to be printed. */
export async function beginFirm(
  page: Page,
  url: string,
  code: string,
  names: { readonly firm: string; readonly person: string },
): Promise<void> {
  await page.goto(`${url}/start#code=${code}`);
  await page.getByLabel('Name of the firm').fill(names.firm);
  await tick(page.getByRole('checkbox', { name: 'Poland' }));
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Your name').fill(names.person);
  await page.getByRole('button', { name: 'Continue' }).click();
  await choosePassword(page);
}

/** The first run, from the printed address to Today. */
export async function foundFirm(
  page: Page,
  url: string,
  code: string,
  names: { readonly firm: string; readonly person: string; readonly hasSample: boolean },
): Promise<void> {
  await beginFirm(page, url, code, names);
  await proveKit(page, await printKit(page));
  await page.getByRole('button', { name: 'Create the firm' }).click();
  await expect(page.getByRole('heading', { name: 'Your firm is ready' })).toBeVisible({ timeout: 30_000 });
  await tick(page.getByRole('checkbox', { name: /sample room/u }), names.hasSample);
  await page.getByRole('button', { name: 'Open Strongroom' }).click();
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible({ timeout: 30_000 });
}

/** Adds a client and goes to its room. Answers the code. */
export async function addClient(page: Page, name: string): Promise<string> {
  await goTo(page, 'Clients');
  await page
    .getByRole('link', { name: /New client|Add the first client/u })
    .first()
    .click();
  const dialog = page.getByRole('dialog', { name: 'New client' });
  await dialog.getByLabel('Name', { exact: true }).fill(name);
  await dialog.getByRole('button', { name: 'Add client' }).click();
  await page
    .getByRole('dialog', { name: `${name} is added` })
    .getByRole('link', { name: 'Open room' })
    .click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(name);
  return decodeURIComponent(/\/clients\/([^/]+)/u.exec(page.url())?.[1] ?? '');
}

/** By the rail. */
export async function goTo(page: Page, place: string): Promise<void> {
  await page
    .getByRole('navigation', { name: 'Main' })
    .getByRole('link', { name: place, exact: true })
    .click();
}

/** To the person's own page, by the rail: the link is called "You" until the name is known, and by the name from then on. */
export async function goToMine(page: Page): Promise<void> {
  await page.getByRole('navigation', { name: 'Main' }).locator('a[href="/me"]').click();
}

/** A tab of the room. */
export async function goToTab(page: Page, tab: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Room' }).getByRole('link', { name: tab }).click();
}

/** Chooses files through the button of the room's plate. */
export async function addFiles(page: Page, files: readonly (PickedFile | string)[] | string): Promise<void> {
  const choosing = page.waitForEvent('filechooser');
  if (typeof files === 'string') {
    await page.getByRole('button', { name: 'More for this room' }).click();
    await page.getByRole('menuitem', { name: 'Add a folder' }).click();
  } else {
    await page.getByRole('button', { name: 'Add files' }).first().click();
  }
  const chooser = await choosing;
  await chooser.setFiles(files as string | string[] | PickedFile[]);
}

/** The row of a document or folder. */
export function rowOf(page: Page, name: string): Locator {
  return page.getByRole('row').filter({ hasText: name });
}

/** Waits until everything of the upload queue is in. */
export async function untilUploaded(page: Page, count: number, timeout = 60_000): Promise<void> {
  await expect(page.getByText(`${String(count)} of ${String(count)} file`)).toBeVisible({ timeout });
}

/** A file that the page saved. */
export interface SavedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What is saved by what somebody does. */
export async function savedBy(page: Page, act: () => Promise<void>): Promise<SavedFile> {
  const saving = page.waitForEvent('download');
  await act();
  const saved = await saving;
  return { name: saved.suggestedFilename(), bytes: await readFile(await saved.path()) };
}

/** The rows of a saved list of comma-separated values, without its mark. None of its cells holds a quotation mark or a line break. */
export function readSavedList({ bytes }: SavedFile): readonly (readonly string[])[] {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  expect(text.startsWith('\uFEFF')).toBe(true);
  return text
    .slice(1)
    .trimEnd()
    .split('\r\n')
    .map((row) =>
      [...row.matchAll(/(?:^|,)(?:"([^"]*)"|([^",]*))/gu)].map((cell) => cell[1] ?? cell[2] ?? ''),
    );
}

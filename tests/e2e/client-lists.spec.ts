/** Client lists as firms have them: tried without writing anything, told what is wrong with which line, imported, and not imported twice. */
import type { Locator, Page } from '@playwright/test';
import { encodeText } from './code-pages.ts';
import { expect, test } from './fixtures.ts';
import { goTo, readSavedList, savedBy } from './steps.ts';
import type { PickedFile } from './steps.ts';

test.describe.configure({ mode: 'serial' });

const longName = 'N'.repeat(300);
const list = [
  'Client,Other names,Class,Country,Lead',
  'Ćwikła i Wspólnicy,Ćwikła | CiW,Confidential,PL,Anna Lindqvist',
  '北京远大商贸有限公司,远大,Standard,CN,',
  'Société du Nord,,Standard,FR,Nobody Here',
  ',,Standard,PL,',
  '"Stone, Marsh & Co",,Ultra,Atlantis,',
  `${longName},,,,`,
  'Ćwikła i Wspólnicy,,,,',
  '"Never closed,,,,',
].join('\r\n');
const added = ['Ćwikła i Wspólnicy', '北京远大商贸有限公司', 'Société du Nord', 'Stone, Marsh & Co'];

/** A list in a file. */
function csv(name: string, buffer: Buffer): PickedFile {
  return { name, mimeType: 'text/csv', buffer };
}

/** By the menu of the clients, as far as what was understood of the file. */
async function choose(page: Page, file: PickedFile): Promise<void> {
  await goTo(page, 'Clients');
  await page.getByRole('button', { name: 'More for clients' }).click();
  await page.getByRole('menuitem', { name: 'Import a list' }).click();
  await expect(page).toHaveURL(/\/clients\/import$/u);
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose a file' }).click();
  await (await choosing).setFiles([file]);
  await expect(page.getByRole('heading', { name: file.name })).toBeVisible();
}

/** A part of the screen under a heading. */
function card(page: Page, title: string): Locator {
  return page.getByRole('region', { name: title, exact: true });
}

test('a trial says what will be added and what is wrong with which line, and writes nothing', async ({
  desk: { page },
  office,
}) => {
  await choose(page, csv('clients.csv', Buffer.from(list)));
  await expect(page.getByLabel('Encoding')).toHaveValue('utf-8');
  await expect(page.getByLabel('Separator')).toHaveValue(',');
  for (const [title, field] of [
    ['Client', 'name'],
    ['Other names', 'alias'],
    ['Class', 'class'],
    ['Country', 'country'],
    ['Lead', 'lead'],
  ] as const)
    await expect(page.getByRole('group', { name: 'Columns' }).getByLabel(title)).toHaveValue(field);
  await expect(page.getByText('5 rows understood')).toBeVisible();
  const preview = page.getByRole('table', { name: 'First rows' });
  await expect(preview.getByRole('row').filter({ hasText: '北京远大商贸有限公司' })).toContainText(
    'Standard',
  );
  await expect(preview.getByRole('row').filter({ hasText: 'CiW' })).toContainText('Anna Lindqvist');
  const problems = card(page, '6 problems').getByRole('listitem');
  await expect(problems).toHaveText([
    /^Line 4\s*Nobody of that name here\s*Nobody Here\s*The value is left out, the client is added\.$/u,
    /^Line 5\s*No name\s*The line is left out\.$/u,
    /^Line 6\s*Unknown class\s*Ultra\s*The value is left out/u,
    /^Line 6\s*Unknown country\s*Atlantis\s*The value is left out/u,
    /^Line 7\s*The name is too long\s*N{200}\s*The line is left out\.$/u,
    /^Line 9\s*A quotation mark is not closed\s*The line is left out\.$/u,
  ]);
  const saved = await savedBy(page, async () =>
    page.getByRole('button', { name: 'Download problems' }).click(),
  );
  expect(saved.name).toMatch(/^import-problems-\d{4}-\d\d-\d\d\.csv$/u);
  expect(readSavedList(saved).map((row) => row.slice(0, 3))).toEqual([
    ['Line', 'Problem', 'Value'],
    ['4', 'Nobody of that name here', 'Nobody Here'],
    ['5', 'No name', ''],
    ['6', 'Unknown class', 'Ultra'],
    ['6', 'Unknown country', 'Atlantis'],
    ['7', 'The name is too long', longName.slice(0, 200)],
    ['9', 'A quotation mark is not closed', ''],
  ]);
  const doubles = card(page, '1 client is here already').getByRole('listitem');
  await expect(doubles).toHaveText([
    /^Line 8\s*Add Ćwikła i Wspólnicy all the same\s*stands in the list twice$/u,
  ]);
  await expect(page.getByRole('status').filter({ hasText: 'will be added' })).toHaveText(
    '4 will be added · 1 skipped · 5 lines have problems',
  );
  const names = (await office.anna.clients.list()).map(({ name }) => name);
  for (const name of added) expect(names).not.toContain(name);
});

test('the import reports which line became which client; they are there, and no name stands in an address', async ({
  desk: { page },
  office,
}) => {
  await page.getByRole('button', { name: 'Add 4 clients' }).click();
  await expect(page.getByText('4 clients are added.')).toBeVisible({ timeout: 30_000 });
  expect(decodeURIComponent(page.url())).not.toMatch(/wik|Nord|Stone/u);
  const saved = await savedBy(page, async () =>
    page.getByRole('button', { name: 'Download report' }).click(),
  );
  expect(saved.name).toMatch(/^import-report-\d{4}-\d\d-\d\d\.csv$/u);
  const [head, ...rows] = readSavedList(saved);
  expect(head).toEqual(['Line', 'Code', 'Name', 'Result']);
  const clients = await office.anna.clients.list();
  const codeOf = (name: string): string => clients.find((row) => row.name === name)?.code ?? '';
  expect(rows).toEqual(
    added.map((name, place) => [['2', '3', '4', '6'][place], codeOf(name), name, 'added']),
  );
  const wolf = clients.find(({ name }) => name === 'Ćwikła i Wspólnicy');
  expect(wolf).toMatchObject({ aliases: ['Ćwikła', 'CiW'], class: 2, countries: ['PL'] });
  expect(wolf?.lead).toBe(office.anna.me.person);
  expect(clients.find(({ name }) => name === 'Stone, Marsh & Co')).toMatchObject({ class: 2, countries: [] });
  await page.getByRole('link', { name: 'Go to clients' }).click();
  for (const name of added) await expect(page.getByRole('row').filter({ hasText: name })).toHaveCount(1);
  await page.getByRole('searchbox', { name: 'Find in all groups' }).fill('cwikla');
  await expect(page.getByRole('row').filter({ hasText: codeOf('Ćwikła i Wspólnicy') })).toBeVisible();
  await page.getByRole('button', { name: 'Clear search' }).click();
});

test('the same list again has nothing to add, until somebody says so of one line', async ({
  desk: { page },
  office,
}) => {
  await choose(page, csv('clients.csv', Buffer.from(list)));
  const code = (await office.anna.clients.find('Société du Nord'))[0]?.code ?? '';
  const doubles = card(page, '5 clients are here already').getByRole('listitem');
  await expect(doubles).toHaveCount(5);
  await expect(doubles.nth(2)).toHaveText(
    new RegExp(`^Line 4\\s*Add Société du Nord all the same\\s*is ${code}$`, 'u'),
  );
  const start = page.getByRole('button', { name: /^Add \d+ clients?$/u });
  await expect(start).toHaveAttribute('aria-disabled', 'true');
  await expect(start).toHaveAccessibleDescription('No row of this list can be added.');
  await doubles.nth(2).getByRole('checkbox').setChecked(true, { force: true });
  await expect(page.getByRole('button', { name: 'Add 1 client' })).toBeEnabled();
  await doubles.nth(2).getByRole('checkbox').setChecked(false, { force: true });
  await expect(start).toHaveAttribute('aria-disabled', 'true');
});

test('a Polish list in Windows-1250 is understood, and read otherwise when somebody says so', async ({
  desk: { page },
  office,
}) => {
  const text = 'Nazwa;Kraj;Klasa\r\nŻółkiewska Łucja;Polska;poufne\r\nGęślą Jaźń sp. z o.o.;PL;\r\n';
  await choose(page, csv('klienci.csv', encodeText(text, 'windows-1250')));
  const encoding = page.getByLabel('Encoding');
  await expect(encoding).toHaveValue('windows-1250');
  await expect(page.getByLabel('Separator')).toHaveValue(';');
  const preview = page.getByRole('table', { name: 'First rows' });
  await expect(preview).toContainText('Żółkiewska Łucja');
  await encoding.selectOption('windows-1252');
  await expect(preview).not.toContainText('Żółkiewska');
  await encoding.selectOption('windows-1250');
  await expect(preview).toContainText('Gęślą Jaźń sp. z o.o.');
  await page.getByRole('button', { name: 'Add 2 clients' }).click();
  await expect(page.getByText('2 clients are added.')).toBeVisible({ timeout: 30_000 });
  const [found] = await office.anna.clients.find('Żółkiewska Łucja');
  expect(found).toMatchObject({ countries: ['PL'] });
});

test('a Chinese list in GBK is understood', async ({ desk: { page }, office }) => {
  const text = '客户名称,国家,简称\r\n深圳华强电子有限公司,中国,华强\r\n上海东方律师事务所,中国,\r\n';
  await choose(page, csv('客户.csv', encodeText(text, 'gb18030')));
  await expect(page.getByLabel('Encoding')).toHaveValue('gb18030');
  await page.getByRole('button', { name: 'Add 2 clients' }).click();
  await expect(page.getByText('2 clients are added.')).toBeVisible({ timeout: 30_000 });
  await page.getByRole('link', { name: 'Go to clients' }).click();
  await expect(page.getByRole('row').filter({ hasText: '深圳华强电子有限公司' })).toBeVisible();
  const [found] = await office.anna.clients.find('华强');
  expect(found).toMatchObject({ name: '深圳华强电子有限公司', countries: ['CN'] });
});

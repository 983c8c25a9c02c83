/** What a ledger gives away to be checked by others: receipts, the whole ledger, lists; and what is checked of it here. */
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { checkWithPage, keepDownload, runStrongroom, unpack } from './check-elsewhere.ts';
import { expect, test } from './fixtures.ts';
import type { Profile } from './fixtures.ts';
import { readPdf } from './read-papers.ts';
import { visit } from './screens.ts';
import { comeIn, SmallFirm } from './small-firm.ts';
import type { Colleague } from './small-firm.ts';
import { goTo, rowOf, tick } from './steps.ts';

test.describe.configure({ mode: 'serial' });

const client = 'Dubois Holdings';
let firm: SmallFirm;
let michael: Colleague;
let annas: Profile;
let michaels: Profile;
let folder: string;
let verifier: string;
let code: string;
let receipt: string;
let exported: string;

test.beforeAll(async ({ profiles }) => {
  test.setTimeout(180_000);
  folder = await mkdtemp(join(tmpdir(), 'strongroom-receipts-'));
  firm = await SmallFirm.start();
  michael = await firm.add({ name: 'Michael Okonkwo', roles: ['opener'] });
  ({ code } = await firm.addClient(client, [{ name: 'Opinion.txt', text: 'Our opinion.' }], [michael]));
  [annas, michaels] = await Promise.all([profiles.make(firm.server.url), profiles.make(firm.server.url)]);
  await Promise.all([comeIn(annas.page, firm.owner), comeIn(michaels.page, michael)]);
});
test.afterAll(async () => {
  await Promise.all([annas.context.close(), michaels.context.close()]);
  await firm.remove();
  await rm(folder, { recursive: true, force: true });
});

/** The lines on the tape, by their words. */
function lines(page: Page): Locator {
  return page.getByRole('list', { name: /^Lines of / }).locator(':scope > li');
}

test('a document’s receipt is saved beside it, and the verifier’s page is taken away', async () => {
  const { page } = annas;
  await visit(page, `/clients/${code}/documents`);
  await rowOf(page, 'Opinion.txt').getByRole('link', { name: 'Opinion.txt' }).click();
  await expect(page.frameLocator('iframe').getByText('Our opinion.')).toBeVisible({ timeout: 30_000 });
  const about = page.getByRole('complementary', { name: 'About this document' });
  receipt = await keepDownload(
    page,
    folder,
    async () => await about.getByRole('button', { name: 'Save the receipt' }).click(),
  );
  const [, line] = /Your opening is line (\d+) of the ledger/u.exec(await about.innerText()) ?? [];
  expect(receipt).toMatch(new RegExp(`/line-${String(line)}\\.tlog-proof$`, 'u'));
  await goTo(page, 'Ledger');
  verifier = await keepDownload(
    page,
    folder,
    async () => await page.getByRole('link', { name: 'Check it elsewhere' }).click(),
  );
});

test('the ledger is taken away whole, and the command line checks it by the root on the kit', async () => {
  const { page } = annas;
  await page
    .getByRole('navigation', { name: 'Ledgers' })
    .getByRole('link', { name: /^Private clients/u })
    .click();
  await expect(page.getByRole('list', { name: 'Lines of Private clients' })).toBeVisible();
  const archive = await keepDownload(
    page,
    folder,
    async () => await page.getByRole('button', { name: 'Export with proofs' }).click(),
  );
  exported = join(folder, 'exported');
  const paths = await unpack(await readFile(archive), exported);
  expect(paths).toContain('office/checkpoint');
  const said = await runStrongroom('ledger', 'verify', exported, '--root', firm.root, '--json');
  const report = JSON.parse(said) as {
    readonly trust: string;
    readonly firmRoot: string;
    readonly ledgers: readonly { readonly disagreements: readonly unknown[]; readonly size: number }[];
  };
  expect(report).toMatchObject({ trust: 'root', firmRoot: firm.root });
  expect(report.ledgers.map(({ disagreements }) => disagreements)).toEqual([[], []]);
  const other = 'ab'.repeat(32);
  await expect(runStrongroom('ledger', 'verify', exported, '--root', other)).rejects.toThrow(
    /GENESIS_MISMATCH/u,
  );
});

test('the verifier’s page proves the receipt beside the ledger by the same root, and refuses it by another', async ({
  browser,
}) => {
  const alone = await checkWithPage(browser, verifier, { root: '', files: [receipt] });
  expect(alone.states).toEqual(['unsigned']);
  await copyFile(receipt, join(exported, 'line.tlog-proof'));
  const found = await checkWithPage(browser, verifier, { root: firm.root, files: exported });
  expect(found.states).toEqual(['proved', 'proved', 'proved']);
  expect(found.text).toContain('unchanged to the byte');
  const forged = await checkWithPage(browser, verifier, { root: 'ab'.repeat(32), files: exported });
  expect(forged.states).not.toContain('proved');
});

test('the kind of lines and the person are filters in the address, and stand after a reload', async () => {
  const { page } = annas;
  await page.getByLabel('Kind of line').selectOption({ label: 'Openings' });
  await expect(page).toHaveURL(/[?&]group=openings/u);
  await expect(lines(page).filter({ hasText: 'Opinion.txt' })).toHaveCount(1);
  await expect(lines(page).filter({ hasText: 'added' })).toHaveCount(0);
  await page.getByLabel('Person').selectOption({ label: 'Michael Okonkwo' });
  await expect(page).toHaveURL(new RegExp(`[?&]person=${michael.person}`, 'u'));
  await expect(lines(page).filter({ hasText: 'Opinion.txt' })).toHaveCount(0);
  await page.reload();
  await expect(page.getByLabel('Kind of line')).toHaveValue('openings', { timeout: 30_000 });
  await expect(page.getByLabel('Person')).toHaveValue(michael.person);
  await page.getByLabel('Person').selectOption({ label: 'Everybody' });
  await expect(page).not.toHaveURL(/person=/u);
  await expect(lines(page).filter({ hasText: 'Opinion.txt' })).toHaveCount(1);
  await page.getByLabel('Kind of line').selectOption({ label: 'Refusals' });
  await expect(page.getByText('No line fits these filters')).toBeVisible();
  await page.getByLabel('Kind of line').selectOption({ label: 'All kinds' });
});

test('“Check on this device” computes every line anew and says how far', async () => {
  const { page } = annas;
  const count = /of (\d+) lines/u.exec(
    (await page.getByText(/^\d+ of \d+ lines$/u).textContent()) ?? '',
  )?.[1];
  await page.getByRole('button', { name: 'Check on this device' }).click();
  const found = page.getByRole('status').filter({ hasText: 'recomputed here at' });
  await expect(found).toContainText(/Complete to \d+/u, { timeout: 30_000 });
  expect(Number(/(\d+) lines recomputed/u.exec(await found.innerText())?.[1])).toBeGreaterThanOrEqual(
    Number(count),
  );
  await expect(found).toContainText('Nobody but the operator has countersigned.');
});

/** Saves a list in a format; answers the path. */
async function saveList(
  page: Page,
  format: 'Table (CSV)' | 'To print (PDF)',
  withNames: boolean,
): Promise<string> {
  await page.getByRole('button', { name: 'Take away a list' }).click();
  const dialog = page.getByRole('dialog', { name: 'List of lines' });
  await tick(dialog.getByRole('radio', { name: format }));
  if (withNames) await tick(dialog.getByRole('checkbox', { name: 'With names and reasons' }));
  const path = await keepDownload(
    page,
    folder,
    async () => await dialog.getByRole('button', { name: 'Save the list' }).click(),
  );
  await expect(dialog).toHaveCount(0);
  return path;
}

test('a list without the right to name people has ids and codes, as a table and on paper', async ({
  browser,
}) => {
  const { page } = michaels;
  await goTo(page, 'Ledger');
  await page
    .getByRole('navigation', { name: 'Ledgers' })
    .getByRole('link', { name: /^Private clients/u })
    .click();
  await page.getByRole('button', { name: 'Take away a list' }).click();
  const dialog = page.getByRole('dialog', { name: 'List of lines' });
  await expect(dialog.getByText('Names in it are a right of its own, which an owner gives.')).toBeVisible();
  await expect(dialog.getByRole('checkbox')).toHaveCount(0);
  await page.keyboard.press('Escape');
  const table = await readFile(await saveList(page, 'Table (CSV)', false), 'utf8');
  expect(table).toContain(',Time (UTC),');
  const paper = await readPdf(browser, await readFile(await saveList(page, 'To print (PDF)', false)));
  for (const text of [table, paper.text]) {
    expect(text).toContain(code);
    expect(text).toContain(firm.owner.person.slice(0, 12));
    for (const name of ['Lindqvist', 'Okonkwo', 'Dubois', 'Opinion']) expect(text).not.toContain(name);
  }
  expect(paper.text).toContain('People, documents and clients appear by ids and codes.');
});

test('an owner gives the right; then a list has names, and the ledger says who took it', async ({
  browser,
}) => {
  const { page } = annas;
  await visit(page, `/people/${michael.person}`);
  const role = page.getByRole('checkbox', { name: 'Names in lists' });
  // It is checked when the line is in the ledger, not when it is clicked.
  await role.click({ force: true });
  await expect(role).toBeChecked({ timeout: 30_000 });
  const { page: his } = michaels;
  await his.reload();
  await his.getByRole('button', { name: 'Take away a list' }).click();
  const dialog = his.getByRole('dialog', { name: 'List of lines' });
  await expect(dialog.getByRole('checkbox', { name: 'With names and reasons' })).toBeVisible({
    timeout: 30_000,
  });
  await his.keyboard.press('Escape');
  const table = await readFile(await saveList(his, 'Table (CSV)', true), 'utf8');
  const paper = await readPdf(browser, await readFile(await saveList(his, 'To print (PDF)', true)));
  for (const text of [table, paper.text])
    for (const name of ['Anna Lindqvist', 'Michael Okonkwo', client, 'Opinion.txt'])
      expect(text).toContain(name);
  const [, line] = /stands in the office ledger, line (\d+)\./u.exec(paper.text) ?? [];
  await visit(page, '/ledger');
  await expect(
    page
      .getByRole('listitem')
      .filter({ hasText: line ?? 'no line' })
      .first(),
  ).toContainText(/Michael Okonkwo/u, { timeout: 60_000 });
});

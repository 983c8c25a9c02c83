/** A document destroyed to its end: proposed by one person, approved by another, three days later gone everywhere, and proved. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { checkWithPage, keepDownload } from './check-elsewhere.ts';
import { expect, test } from './fixtures.ts';
import type { Profile } from './fixtures.ts';
import { readPdf } from './read-papers.ts';
import { visit } from './screens.ts';
import { comeBack, comeIn, SmallFirm } from './small-firm.ts';
import { goTo, rowOf } from './steps.ts';
import { WorkerScope } from './worker-scope.ts';

test.describe.configure({ mode: 'serial' });

const hourMs = 3_600_000;
const gone = 'Old draft.txt';
const stays = 'Opinion.txt';
let firm: SmallFirm;
let annas: Profile;
let michaels: Profile;
let folder: string;
let code: string;

test.beforeAll(async ({ profiles }) => {
  test.setTimeout(180_000);
  folder = await mkdtemp(join(tmpdir(), 'strongroom-destruction-'));
  firm = await SmallFirm.start({ hasControl: true });
  const michael = await firm.add({ name: 'Michael Okonkwo', roles: ['officer'] });
  const documents = [
    { name: gone, text: 'Nobody needs this.' },
    { name: stays, text: 'Our opinion.' },
  ];
  ({ code } = await firm.addClient('Dubois Holdings', documents, [michael]));
  [annas, michaels] = await Promise.all([profiles.make(firm.server.url), profiles.make(firm.server.url)]);
  await Promise.all([comeIn(annas.page, firm.owner), comeIn(michaels.page, michael)]);
});
test.afterAll(async () => {
  await Promise.all([annas.context.close(), michaels.context.close()]);
  await firm.remove();
  await rm(folder, { recursive: true, force: true });
});

test('one person proposes, and another, who has read it, approves', async () => {
  const { page } = annas;
  const { page: his } = michaels;
  await visit(page, `/clients/${code}/documents`);
  await page.getByRole('button', { name: `Actions for ${gone}` }).click();
  await page.getByRole('menuitem', { name: 'Propose destruction' }).click();
  const question = page.getByRole('alertdialog');
  await question.getByLabel('Type 1 to confirm').fill('1');
  await question.getByRole('button', { name: 'Propose destruction' }).click();
  await expect(question).toHaveCount(0);
  await visit(his, `/clients/${code}/documents`);
  await rowOf(his, gone).getByRole('link', { name: gone }).click();
  await expect(his.frameLocator('iframe').getByText('Nobody needs this.')).toBeVisible({ timeout: 30_000 });
  await goTo(his, 'Disposal');
  await his.getByRole('link', { name: 'Dubois Holdings' }).click({ timeout: 60_000 });
  await his.getByRole('button', { name: 'Approve destruction' }).click();
  const approval = his.getByRole('alertdialog');
  await approval.getByLabel(`Type ${code} to confirm`).fill(code);
  await approval.getByRole('button', { name: 'Approve destruction' }).click();
  await expect(his.getByText(/^It is approved\. Until the time named above/u)).toBeVisible({
    timeout: 30_000,
  });
});

/** Three days: server, warden and the browsers' workers have them behind them; the person comes back to a lock. */
async function letThreeDaysPass(pages: readonly Page[]): Promise<void> {
  const workers = await Promise.all(pages.map(async (page) => await WorkerScope.reach(page)));
  await firm.server.advance(73 * hourMs);
  for (const worker of workers) {
    await worker.advance(73 * hourMs);
    await worker.close();
  }
}

test('three days later the warden has destroyed the key, and the steps are told with their lines', async () => {
  const { page } = annas;
  const { page: his } = michaels;
  await letThreeDaysPass([page, his]);
  for (const each of [page, his]) {
    // By its next call at the latest; one that comes by itself may have been sooner, and then no rail is there to press.
    await visit(each, '/disposal');
    await expect(each.getByRole('heading', { name: 'Locked' })).toBeVisible({ timeout: 30_000 });
    await comeBack(each);
  }
  await visit(page, '/disposal?tab=done');
  await page.getByRole('main').getByRole('link', { name: 'Dubois Holdings' }).click({ timeout: 60_000 });
  const steps = page.getByRole('region', { name: 'So far' }).getByRole('listitem');
  await expect(steps).toHaveText([/^Proposed/u, /^Approved by a second person/u, /^Keys destroyed/u]);
  await expect(steps.nth(1)).toContainText('Michael Okonkwo');
  await expect(steps.last()).toContainText(/The warden.*line \d+/u);
});

test('the certificate is a PDF for people, and its facts and proof hold by the root on the kit alone', async ({
  browser,
}) => {
  const { page } = annas;
  const keep = async (button: string): Promise<string> =>
    await keepDownload(
      page,
      folder,
      async () => await page.getByRole('main').getByRole('button', { name: button, exact: true }).click(),
    );
  const paper = await readPdf(browser, await readFile(await keep('Save as PDF')));
  for (const words of [
    'Certificate of destruction',
    'Dubois Holdings',
    code,
    'Anna Lindqvist',
    'Michael Okonkwo',
  ])
    expect(paper.text).toContain(words);
  expect(paper.text).not.toContain(gone);
  const files = [await keep('Facts (JSON)'), await keep('Proof')];
  const verifier = await keepDownload(
    page,
    folder,
    async () => await page.getByRole('link', { name: 'Check it elsewhere' }).click(),
  );
  const found = await checkWithPage(browser, verifier, { root: firm.root, files: files.slice(0, 1) });
  expect(found.states).toEqual(['proved']);
  expect(found.text).toContain('The warden destroyed the keys of 1 record.');
  const both = await checkWithPage(browser, verifier, { root: firm.root, files });
  expect(both.states[0]).toBe('proved');
  expect(['proved', 'unsigned']).toContain(both.states[1]);
  const forged = await checkWithPage(browser, verifier, { root: 'ab'.repeat(32), files: files.slice(0, 1) });
  expect(forged.states).toEqual(['refused']);
});

test('its name is gone from lists and search, on the second person’s device too; the other document opens', async () => {
  for (const { page } of [annas, michaels]) {
    await visit(page, `/clients/${code}`);
    await expect(rowOf(page, stays).first()).toBeVisible({ timeout: 30_000 });
    await expect(page.getByRole('main').getByText(gone)).toHaveCount(0);
    await page.getByRole('searchbox').first().fill('Old draft');
    await expect(page.getByText(/^No document in .*“Old draft” in its name or folder/u)).toBeVisible();
    await visit(page, `/clients/${code}/documents`);
    await expect(rowOf(page, stays)).toBeVisible();
    await expect(page.getByRole('main').getByText(gone)).toHaveCount(0);
    await visit(page, `/clients/${code}/ledger`);
    await expect(
      page
        .getByRole('main')
        .getByText(/destroyed/u)
        .first(),
    ).toBeVisible({ timeout: 30_000 });
    await expect(page.getByRole('main').getByText(gone)).toHaveCount(0);
    await visit(page, `/clients/${code}/documents`);
    await rowOf(page, stays).getByRole('link', { name: stays }).click();
    await expect(page.frameLocator('iframe').getByText('Our opinion.')).toBeVisible({ timeout: 30_000 });
  }
});

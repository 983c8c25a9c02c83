/** The main job, by two people in two profiles: from a server's first run to a record that was opened by a colleague and destroyed. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from './fixtures.ts';
import type { Profile } from './fixtures.ts';
import { OwnServer } from './own-server.ts';
import { visit } from './screens.ts';
import {
  addClient,
  addFiles,
  choosePassword,
  foundFirm,
  goTo,
  goToTab,
  printKit,
  proveKit,
  rowOf,
  textFile,
  tick,
  untilUploaded,
} from './steps.ts';

test.describe.configure({ mode: 'serial' });

let server: OwnServer;
let anna: Profile;
let michael: Profile;
let code = '';

test.beforeAll(async ({ profiles }) => {
  server = await OwnServer.start();
  anna = await profiles.make(server.url);
});
test.afterAll(async () => {
  await anna.context.close();
  await server.remove();
});

test('a first run ends on Today, with a sample room and what is left to set up', async () => {
  const { page } = anna;
  await foundFirm(page, server.url, server.firstRunCode, {
    firm: 'Lindqvist & Partners',
    person: 'Anna Lindqvist',
    hasSample: true,
  });
  await expect(page).toHaveURL(`${server.url}/`);
  await expect(page.getByRole('heading', { name: /^Set up your firm: \d of \d$/u })).toBeVisible();
  await untilUploaded(page, 3);
  await goTo(page, 'Clients');
  await expect(page.getByRole('row').filter({ hasText: 'Sample client' })).toBeVisible();
});

test('a client is added, and files and a folder tree are chosen and dropped', async () => {
  const { page } = anna;
  code = await addClient(page, 'Dubois Holdings');
  expect(code).toMatch(/^C-[0-9A-Z]{4,}$/u);
  await addFiles(page, [
    textFile('Opinion.txt', 'Our opinion on the merger.'),
    textFile('Draft.txt', 'A draft.'),
  ]);
  const folder = await mkdtemp(join(tmpdir(), 'strongroom-tree-'));
  await mkdir(join(folder, 'Tax', '2025'), { recursive: true });
  await writeFile(join(folder, 'Tax', 'Summary.txt'), 'Of all years.');
  await writeFile(join(folder, 'Tax', '2025', 'Return.txt'), 'The return of 2025.');
  await addFiles(page, join(folder, 'Tax'));
  await dropFile(page, 'Dropped.txt', 'Dropped on the page.');
  await goToTab(page, 'Documents');
  for (const name of ['Opinion.txt', 'Draft.txt', 'Dropped.txt', 'Tax'])
    await expect(rowOf(page, name).first()).toBeVisible();
  await page.getByRole('button', { name: 'Tax', exact: true }).click();
  await expect(rowOf(page, 'Summary.txt')).toBeVisible();
  await page.getByRole('button', { name: '2025', exact: true }).click();
  await expect(rowOf(page, 'Return.txt')).toBeVisible();
  await rm(folder, { recursive: true });
});

/** Drops a file where people drop it: anywhere. */
async function dropFile(page: Profile['page'], name: string, text: string): Promise<void> {
  const transfer = await page.evaluateHandle(
    ([fileName, content]) => {
      const data = new DataTransfer();
      data.items.add(new File([content ?? ''], fileName ?? '', { type: 'text/plain' }));
      return data;
    },
    [name, text],
  );
  const main = page.getByRole('main');
  for (const kind of ['dragenter', 'dragover', 'drop'])
    await main.dispatchEvent(kind, { dataTransfer: transfer });
  await transfer.dispose();
}

test('the level of a room is lowered, which says what it does not change, and raised again by undo', async () => {
  const { page } = anna;
  await page.getByRole('button', { name: 'More for this room' }).click();
  await page.getByRole('menuitem', { name: 'Change the level' }).click();
  const dialog = page.getByRole('dialog', { name: 'Classification level of Dubois Holdings' });
  const set = dialog.getByRole('button', { name: 'Set the level' });
  await expect(set).toHaveAttribute('aria-disabled', 'true');
  await tick(dialog.getByRole('radio', { name: 'Standard', exact: true }));
  await expect(dialog.getByText('Documents that were added at a higher level keep theirs.')).toBeVisible();
  await set.click();
  await expect(
    page.getByRole('log').getByText('The room is standard now. It is in the ledger.'),
  ).toBeVisible();
  await expect(dialog).toHaveCount(0);
  await page.getByRole('log').getByRole('button', { name: 'Undo' }).click();
  await expect(
    page.getByRole('log').getByText('The room is confidential now. It is in the ledger.'),
  ).toBeVisible();
});

test('a document is renamed and moved, and both are undone; a new version stands above the first', async () => {
  const { page } = anna;
  await goToTab(page, 'Room');
  await goToTab(page, 'Documents');
  await chooseFor(page, 'Draft.txt', 'Rename');
  await page.getByRole('dialog').getByLabel('Name').fill('Final.txt');
  await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
  await expect(rowOf(page, 'Final.txt')).toBeVisible();
  await page.getByRole('log').getByRole('button', { name: 'Undo' }).click();
  await expect(rowOf(page, 'Draft.txt')).toBeVisible();
  await expect(rowOf(page, 'Final.txt')).toHaveCount(0);
  await chooseFor(page, 'Draft.txt', 'Move to');
  await tick(page.getByRole('dialog').getByRole('radio', { name: 'Tax', exact: true }));
  await page.getByRole('dialog').getByRole('button', { name: 'Move' }).click();
  await expect(rowOf(page, 'Draft.txt')).toHaveCount(0);
  await page.getByRole('log').getByRole('button', { name: 'Undo' }).last().click();
  await expect(rowOf(page, 'Draft.txt')).toBeVisible();
  const choosing = page.waitForEvent('filechooser');
  await chooseFor(page, 'Draft.txt', 'Add a version');
  await (await choosing).setFiles([textFile('Draft.txt', 'A better draft.')]);
  await chooseFor(page, 'Draft.txt', 'Versions');
  const versions = page.getByRole('dialog');
  await expect(versions.getByText('New content.')).toBeVisible({ timeout: 30_000 });
  await page.keyboard.press('Escape');
});

test('a document opens in the sealed frame, and its opening is a line that this device checks', async () => {
  const { page } = anna;
  await rowOf(page, 'Draft.txt').getByRole('link', { name: 'Draft.txt' }).click();
  await expect(page.frameLocator('iframe').getByText('A better draft.')).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole('main').getByText(/Your opening is line \d+ of the ledger/u)).toBeVisible();
  await page.goBack();
  await goToTab(page, 'Ledger');
  const line = page
    .getByRole('main')
    .getByText(/Anna Lindqvist.*opened.*Draft\.txt/u)
    .first();
  await expect(line).toBeVisible();
  await page.getByRole('button', { name: 'Check on this device' }).click();
  await expect(page.getByText(/\d+ lines recomputed here at /u)).toBeVisible({ timeout: 30_000 });
});

test('a hold keeps a document from destruction, and destroying another needs a second person', async () => {
  const { page } = anna;
  await goToTab(page, 'Documents');
  await chooseFor(page, 'Opinion.txt', 'Place a hold');
  await page.getByRole('dialog').getByLabel('Reason').fill('Order 2026-07');
  await page.getByRole('dialog').getByRole('button', { name: 'Place hold' }).click();
  await expect(rowOf(page, 'Opinion.txt')).toContainText('Held');
  await expect(
    page.getByText(/^Legal hold since .*1 document in this room cannot be destroyed\.$/u),
  ).toBeVisible();
  await page.getByRole('button', { name: 'Actions for Opinion.txt' }).click();
  await expect(page.getByRole('menuitem', { name: 'Propose destruction' })).toHaveAttribute(
    'aria-disabled',
    'true',
  );
  await page.keyboard.press('Escape');
  await chooseFor(page, 'Draft.txt', 'Propose destruction');
  const question = page.getByRole('alertdialog');
  await expect(question).toContainText('Propose to destroy 1 document of Dubois Holdings');
  await question.getByLabel('Type 1 to confirm').fill('1');
  await question.getByRole('button', { name: 'Propose destruction' }).click();
  await expect(question).toHaveCount(0);
  await goToTab(page, 'Holds and retention');
  await expect(page.getByRole('listitem').filter({ hasText: 'Draft.txt' })).toContainText(
    'Proposed by Anna Lindqvist',
  );
  await page.getByRole('link', { name: '1 document', exact: true }).click();
  const approve = page.getByRole('button', { name: 'Approve destruction' });
  await expect(approve).toHaveAttribute('aria-disabled', 'true');
  await expect(approve).toHaveAccessibleDescription(
    /^You are the only person of this firm, so you may .* CES?T\.$/u,
  );
  await page.getByRole('link', { name: /^line \d+$/u }).click();
  await expect(page.locator('.ledger-tape > [data-sought]')).toContainText('proposed to destroy');
  await page
    .getByRole('button', { name: /^Open line \d+$/u })
    .first()
    .click();
  await expect(page.getByRole('button', { name: 'Save the receipt' })).toBeVisible();
});

test('a colleague is invited, joins, and is let in after the fingerprints were compared', async ({
  profiles,
}) => {
  const { page } = anna;
  michael = await profiles.make(server.url);
  await goTo(page, 'People and access');
  await page.getByRole('button', { name: 'Invite', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Michael Okonkwo');
  await tick(dialog.getByRole('checkbox', { name: 'Officer' }));
  await dialog.getByRole('button', { name: 'Make the code' }).click();
  const invitation = (
    (await dialog.getByLabel('Invitation code', { exact: true }).textContent()) ?? ''
  ).trim();
  await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
  const { page: michaels } = michael;
  await michaels.goto(`/invitation#code=${encodeURIComponent(invitation)}`);
  await choosePassword(michaels);
  const mark = michaels.getByRole('region', { name: 'Your kit' }).getByText(/^Your fingerprint/u);
  const fingerprint = ((await mark.textContent()) ?? '').replace('Your fingerprint', '').trim();
  await proveKit(michaels, await printKit(michaels));
  await michaels.getByRole('button', { name: 'Join' }).click();
  await expect(michaels.getByRole('navigation', { name: 'Main' })).toBeVisible({ timeout: 30_000 });
  await goTo(page, 'Today');
  await goTo(page, 'People and access');
  await page.getByRole('link', { name: 'Michael Okonkwo' }).click();
  await expect(page.getByRole('main').getByText(fingerprint).first()).toBeVisible({ timeout: 60_000 });
  await page.getByRole('button', { name: 'They match, let in' }).click();
  await expect(page.getByRole('button', { name: 'They match, let in' })).toHaveCount(0);
});

test('he is granted access in a plain sentence, opens a document, and the owner sees his line', async () => {
  const { page } = anna;
  const { page: michaels } = michael;
  await visit(page, `/clients/${code}`);
  await page.getByRole('button', { name: 'Grant access' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Grant access' });
  await dialog.getByRole('combobox', { name: 'Person' }).fill('Michael');
  await page.getByRole('option', { name: /Michael Okonkwo/u }).click();
  await expect(
    dialog.getByText(/^Michael Okonkwo will be able to open \d+ documents, 0 of them secret, until /u),
  ).toBeVisible();
  await expect(
    dialog.getByText(/This is the fingerprint of Michael Okonkwo\. Anna Lindqvist compared it/u),
  ).toBeVisible();
  await dialog.getByRole('button', { name: 'Grant', exact: true }).click();
  const held = page.getByRole('log');
  // Whoever points at it has its time stand still.
  await held.getByText('Michael Okonkwo gets access in ten seconds').hover();
  await held.getByRole('button', { name: 'Undo' }).click();
  await expect(held.getByText('Nothing was granted')).toBeVisible();
  await page.getByRole('button', { name: 'Grant access' }).first().click();
  await dialog.getByRole('combobox', { name: 'Person' }).fill('Michael');
  await page.getByRole('option', { name: /Michael Okonkwo/u }).click();
  await dialog.getByRole('button', { name: 'Grant', exact: true }).click();
  await held.getByRole('button', { name: 'Grant now' }).click();
  await expect(page.getByText(/^Michael Okonkwo has access: line \d+$/u)).toBeVisible({ timeout: 30_000 });
  await goTo(michaels, 'Clients');
  const row = michaels.getByRole('row').filter({ hasText: 'Dubois Holdings' });
  await expect(row).toBeVisible({ timeout: 60_000 });
  await visit(michaels, `/clients/${code}/documents`);
  await rowOf(michaels, 'Opinion.txt').getByRole('link', { name: 'Opinion.txt' }).click();
  await expect(michaels.frameLocator('iframe').getByText('Our opinion on the merger.')).toBeVisible({
    timeout: 30_000,
  });
  await visit(page, `/clients/${code}/ledger`);
  await expect(
    page
      .getByRole('main')
      .getByText(/Michael Okonkwo.*opened.*Opinion\.txt/u)
      .first(),
  ).toBeVisible({ timeout: 60_000 });
});

test('a colleague reads the reason of a hold, and a copy beside a newer version becomes the newest', async () => {
  const { page } = anna;
  const { page: michaels } = michael;
  await visit(michaels, `/clients/${code}/holds`);
  await expect(michaels.getByText('Reason: Order 2026-07')).toBeVisible({ timeout: 30_000 });
  await visit(michaels, `/clients/${code}/documents`);
  const choosing = michaels.waitForEvent('filechooser');
  await chooseFor(michaels, 'Opinion.txt', 'Add a version');
  const late = await choosing;
  await visit(page, `/clients/${code}/documents`);
  const first = page.waitForEvent('filechooser');
  await chooseFor(page, 'Opinion.txt', 'Add a version');
  await (await first).setFiles([textFile('Opinion.txt', 'Of Anna.')]);
  await expect(page.getByRole('main').getByText('8 bytes').first()).toBeVisible({ timeout: 30_000 });
  await late.setFiles([textFile('Opinion.txt', 'Of Michael.')]);
  const copy = rowOf(page, 'A copy: somebody saved first. Compare with');
  await expect(copy).toBeVisible({ timeout: 60_000 });
  await copy.getByRole('button', { name: 'Actions for Opinion.txt' }).click();
  await page.getByRole('menuitem', { name: 'Make this copy the newest' }).click();
  const question = page.getByRole('alertdialog', { name: 'Make the copy the newest version of Opinion.txt' });
  await expect(question.getByText(/^What the copy holds is written after version 2,/u)).toBeVisible();
  await question.getByRole('button', { name: 'Make it the newest' }).click();
  await expect(page.getByRole('log').getByText('Opinion.txt has version 3 now, from the copy.')).toBeVisible({
    timeout: 30_000,
  });
  await expect(copy).toHaveCount(0);
});

test('the one who proposed cannot approve; the second person does, and it can still be stopped', async () => {
  const { page } = anna;
  const { page: michaels } = michael;
  await goTo(page, 'Disposal');
  await page.getByRole('link', { name: 'Dubois Holdings' }).click();
  await expect(page.getByRole('button', { name: 'Approve destruction' })).toHaveAttribute(
    'aria-disabled',
    'true',
  );
  await goTo(michaels, 'Disposal');
  await michaels.getByRole('link', { name: 'Dubois Holdings' }).click({ timeout: 60_000 });
  await michaels.getByRole('button', { name: 'Approve destruction' }).click();
  const question = michaels.getByRole('alertdialog');
  await question.getByLabel(`Type ${code} to confirm`).fill(code);
  await question.getByRole('button', { name: 'Approve destruction' }).click();
  const isApproved = /^It is approved\. Until the time named above/u;
  await expect(michaels.getByText(isApproved)).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(isApproved)).toBeVisible({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Stop it' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Stop it' }).click();
  const steps = page.getByRole('region', { name: 'So far' }).getByRole('listitem');
  await expect(steps).toHaveText([
    /^Proposed/u,
    /^Approved by a second person/u,
    /^Stopped, nothing destroyed/u,
  ]);
  await expect(steps.last()).toContainText(/Anna Lindqvist.*CES?T · line \d+/u);
});

test('his access is taken, and he is told so in words', async () => {
  const { page } = anna;
  const { page: michaels } = michael;
  await visit(page, `/clients/${code}/people`);
  await page
    .getByRole('row')
    .filter({ hasText: 'Michael Okonkwo' })
    .getByRole('button', { name: 'Revoke access' })
    .click();
  const dialog = page.getByRole('dialog', { name: 'Take access to Dubois Holdings from Michael Okonkwo' });
  await expect(dialog.getByText('1 document was opened before: a copy may have been kept.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Take access' }).click();
  await expect(dialog).toHaveCount(0);
  await michaels.goto(`/clients/${code}/documents`);
  await expect(michaels.getByRole('heading', { name: 'No room that you can open' })).toBeVisible({
    timeout: 60_000,
  });
});

test('a client group is added and renamed, never to nothing', async () => {
  const { page } = anna;
  await visit(page, '/clients?dialog=new-group');
  const adding = page.getByRole('dialog', { name: 'New client group' });
  await adding.getByLabel('Name').fill('Estates');
  await adding.getByRole('button', { name: 'Add group' }).click();
  await expect(adding).toHaveCount(0, { timeout: 30_000 });
  await visit(page, '/clients?dialog=groups');
  await page.getByRole('dialog').getByRole('button', { name: 'Rename Estates' }).click();
  const renaming = page.getByRole('dialog', { name: 'Rename Estates' });
  await renaming.getByLabel('Name').fill('');
  await renaming.getByRole('button', { name: 'Rename', exact: true }).click();
  await expect(renaming.getByLabel('Name')).toHaveAttribute('aria-invalid', 'true');
  await renaming.getByLabel('Name').fill('Estates and trusts');
  await renaming.getByRole('button', { name: 'Rename', exact: true }).click();
  await expect(
    page.getByRole('dialog').getByRole('button', { name: 'Rename Estates and trusts' }),
  ).toBeVisible({ timeout: 30_000 });
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
});

test('the certificate of a destroyed record is a PDF', async ({ people }) => {
  const { page } = await people.open('Anna Lindqvist');
  await visit(page, '/disposal?tab=done');
  // The filter of one tab is part of another's: only the chosen one may say that it is.
  const tabs = page.getByRole('navigation', { name: 'Disposals by state' });
  await expect(tabs.locator('[aria-current]')).toHaveText(/^Done/u);
  await page.getByRole('main').getByRole('row').getByRole('link').first().click();
  await expect(page.getByRole('heading', { name: 'Certificate of destruction' })).toBeVisible();
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as PDF' }).click();
  const saved = await saving;
  expect(saved.suggestedFilename()).toMatch(/\.pdf$/u);
  const bytes = await readFile(await saved.path());
  expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
  expect(bytes.length).toBeGreaterThan(5_000);
});

/** Chooses from the menu of a document's row. */
async function chooseFor(page: Profile['page'], name: string, item: string): Promise<void> {
  await page.getByRole('button', { name: `Actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

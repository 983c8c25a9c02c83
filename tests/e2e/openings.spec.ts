/** Openings as the ledger tells them: why a Secret document was opened, and what became of one that was cut in the middle. */
import type { Locator, Page } from '@playwright/test';
import { expect, signIn, test } from './fixtures.ts';
import type { Profile } from './fixtures.ts';
import type { OfficeRoom } from './office.ts';
import { visit } from './screens.ts';
import { goTo, rowOf } from './steps.ts';

test.describe.configure({ mode: 'serial' });

const reason = 'Hearing on Monday, questions of the court';
const releases = /^POST \/v1\/vaults\/[^/]+\/releases /u;
const bodies = /^GET \/v1\/vaults\/[^ ]+\/body\?/u;
const unreachable = 'The server did not answer';
let secret: OfficeRoom;
let plain: OfficeRoom;
let michael: Profile;

test.beforeAll(async ({ office, profiles }) => {
  secret = await office.addRoom('Orion Board', 3);
  await office.add(secret, [{ name: 'Board minutes.txt', bytes: Buffer.from('The board met.') }]);
  plain = await office.addRoom('Vega Lines');
  await office.add(plain, [
    { name: 'First.txt', bytes: Buffer.from('Of the first.') },
    { name: 'Second.txt', bytes: Buffer.from('Of the second.') },
    { name: 'Third.txt', bytes: Buffer.from('Of the third.') },
  ]);
  const { device } = await office.bring('Michael Okonkwo', 'opener');
  await office.anna.access.grant({ room: secret.room, person: device.me.person, withHistory: true });
  michael = await profiles.make(office.url);
  await signIn(michael.page, office, 'Michael Okonkwo');
});
test.afterAll(async () => {
  await michael.context.close();
});

async function goToDocuments(page: Page, { code }: OfficeRoom, name: string): Promise<Locator> {
  await page.goto(`/clients/${code}/documents`);
  const link = rowOf(page, name).getByRole('link', { name });
  await expect(link).toBeVisible({ timeout: 30_000 });
  return link;
}

/** The number of the line that the page says this opening is. */
async function readLine(page: Page): Promise<number> {
  const said = page.getByText(/^Your opening is line \d+ of the ledger/u);
  await expect(said).toBeVisible({ timeout: 30_000 });
  return Number(/\d+/u.exec((await said.textContent()) ?? '')?.[0]);
}

test('a Secret document asks what for and why before anything is opened', async ({ office }) => {
  const { page } = michael;
  await (await goToDocuments(page, secret, 'Board minutes.txt')).click();
  await expect(page.getByRole('heading', { name: 'Why do you open it?' })).toBeVisible({ timeout: 30_000 });
  await expect(page.locator('iframe')).toHaveCount(0);
  const open = page.getByRole('main').getByRole('button', { name: 'Open', exact: true });
  await expect(open).toHaveAttribute('aria-disabled', 'true');
  await expect(open).toHaveAccessibleDescription('Write why first.');
  await page.getByLabel('Why', { exact: true }).fill('   ');
  await page.getByLabel('Why', { exact: true }).press('Enter');
  await expect(page.locator('iframe')).toHaveCount(0);
  expect(await office.listOpenings(secret)).toEqual([]);
  await page.getByLabel('What for').selectOption({ label: 'Review' });
  await page.getByLabel('Why', { exact: true }).fill(reason);
  await open.click();
  await expect(page.frameLocator('iframe').getByText('The board met.')).toBeVisible({ timeout: 30_000 });
  expect(decodeURIComponent(page.url())).not.toContain('Hearing');
  const index = await readLine(page);
  // The signed request beside the line holds the purpose, and the reason sealed for the room.
  const openings = await office.listOpenings(secret);
  expect(openings).toHaveLength(1);
  expect(openings[0]).toMatchObject({
    index,
    person: office.find('Michael Okonkwo').device.me.person,
    purpose: 'review',
    reason,
  });
});

test('the people of the room read the reason, beside the document and beside the line', async ({
  desk: { page },
  office,
}) => {
  const index = (await office.listOpenings(secret))[0]?.index ?? 0;
  const [record] = await office.anna.records.list({ room: secret.room });
  await page.goto(`/clients/${secret.code}/d/${record?.record ?? ''}`);
  const about = page.getByRole('complementary', { name: 'About this document' });
  const opening = about.getByRole('listitem').filter({ hasText: 'Michael Okonkwo' });
  await expect(opening).toContainText('review', { timeout: 30_000 });
  await expect(page.getByText(reason)).toHaveCount(0);
  await opening.getByRole('button', { name: `Show the reason of line ${String(index)}` }).click();
  await expect(opening.getByText(`Reason: ${reason}`)).toBeVisible({ timeout: 30_000 });
  // The button is gone: whoever pressed it stands on the answer, not at the top of the page.
  await expect(opening.getByText(`Reason: ${reason}`)).toBeFocused();
  await visit(page, `/clients/${secret.code}/ledger`);
  await page.getByRole('button', { name: `Open line ${String(index)}`, exact: true }).click();
  await page.getByRole('button', { name: `Show the reason of line ${String(index)}` }).click();
  await expect(page.getByText(`Reason: ${reason}`)).toBeVisible({ timeout: 30_000 });
  // Whoever wrote it reads it again, too.
  const { page: michaels } = michael;
  await visit(michaels, `/clients/${secret.code}/ledger`);
  await michaels.getByRole('button', { name: `Open line ${String(index)}`, exact: true }).click();
  await michaels.getByRole('button', { name: `Show the reason of line ${String(index)}` }).click();
  await expect(michaels.getByText(`Reason: ${reason}`)).toBeVisible({ timeout: 30_000 });
});

test('an auditor, who is in no room, learns that there is a reason and not what it says', async ({
  office,
  profiles,
}) => {
  const index = (await office.listOpenings(secret))[0]?.index ?? 0;
  await office.bring('Peter Hughes', 'auditor');
  const { page, context } = await profiles.make(office.url);
  await signIn(page, office, 'Peter Hughes');
  await visit(page, `/ledger?ledger=${office.vault}`);
  await page.getByRole('button', { name: `Open line ${String(index)}`, exact: true }).click();
  await expect(page.getByText('A reason was given. Only the members of the room can read it.')).toBeVisible({
    timeout: 30_000,
  });
  await expect(page.getByRole('button', { name: /^Show the reason/u })).toHaveCount(0);
  expect(await page.content()).not.toContain('Hearing');
  await context.close();
});

test('an answer that is lost is asked for again with the same request: one line, and the document is there', async ({
  desk: { page },
  office,
}) => {
  const link = await goToDocuments(page, plain, 'First.txt');
  const lost = office.line.loseAnswerTo(releases);
  await link.click();
  await lost;
  await expect(page.frameLocator('iframe').getByText('Of the first.')).toBeVisible({ timeout: 30_000 });
  const openings = await office.listOpenings(plain);
  expect(openings.map(({ index }) => index)).toEqual([await readLine(page)]);
});

test('cut between the line and the bytes it says so and shows nothing; tried again it opens, and both lines stay', async ({
  desk: { page },
  office,
}) => {
  const link = await goToDocuments(page, plain, 'Second.txt');
  const cut = office.line.cutAt(bodies);
  await link.click();
  await cut;
  const said = page.getByRole('region', { name: 'Content of the document' }).getByRole('alert');
  await expect(said).toContainText(unreachable, { timeout: 30_000 });
  await expect(said).toContainText('Nothing is lost. Check the network of this device');
  await expect(page.locator('iframe')).toHaveCount(0);
  await expect(page.getByText(/^Offline since /u)).toBeVisible();
  const before = await office.listOpenings(plain);
  expect(before).toHaveLength(2);
  office.line.mend();
  await said.getByRole('button', { name: 'Try again' }).click();
  await expect(page.frameLocator('iframe').getByText('Of the second.')).toBeVisible({ timeout: 30_000 });
  await expect(said).toHaveCount(0);
  const after = await office.listOpenings(plain);
  expect(after).toHaveLength(3);
  expect(after.slice(0, 2)).toEqual(before);
  // The key was handed out both times, so both are openings, and the page shows them so.
  expect(after[2]?.records).toEqual(after[1]?.records);
  expect(after[2]?.index).toBe(await readLine(page));
  const shown = page
    .getByRole('complementary', { name: 'About this document' })
    .getByRole('listitem')
    .filter({ hasText: 'Anna Lindqvist' });
  await expect(shown).toHaveCount(2);
  for (const { index } of after.slice(1))
    await expect(shown.getByRole('link', { name: `line ${String(index)}`, exact: true })).toBeVisible();
  await expect(page.getByText(/^Offline since /u)).toBeHidden();
});

test('a server that dies between the line and the bytes has kept the line when it is back', async ({
  desk: { page },
  office,
}) => {
  const link = await goToDocuments(page, plain, 'Third.txt');
  const cut = office.line.cutAt(bodies);
  await link.click();
  await cut;
  await office.server.kill();
  office.line.mend();
  const said = page.getByRole('region', { name: 'Content of the document' }).getByRole('alert');
  await expect(said).toContainText(unreachable, { timeout: 30_000 });
  await office.server.startAgain();
  const before = await office.listOpenings(plain);
  expect(before).toHaveLength(4);
  await said.getByRole('button', { name: 'Try again' }).click();
  await expect(page.frameLocator('iframe').getByText('Of the third.')).toBeVisible({ timeout: 30_000 });
  const after = await office.listOpenings(plain);
  expect(after.slice(0, 4)).toEqual(before);
  expect(after).toHaveLength(5);
  expect(after[4]?.records).toEqual(after[3]?.records);
  // What was cut is no cause for alarm: the person's own device knows that it asked.
  await goTo(page, 'Today');
  const ledger = await office.anna.ledger.verify({ ledger: office.vault });
  expect(ledger.disagreements).toEqual([]);
});

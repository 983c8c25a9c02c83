/** What each role is refused, and what a wrong code, a wrong kit and a used invitation get: words that say why and the way on. */
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { OwnServer } from './own-server.ts';
import { busyClient, findCode, quietClient, visit } from './screens.ts';
import { beginFirm, choosePassword, printKit, proveKit } from './steps.ts';

test('a first run: not by a wrong code, not with groups of another kit, not where somebody began later', async ({
  profiles,
}) => {
  const server = await OwnServer.start();
  const { page, context } = await profiles.make(server.url);
  const later = await profiles.make(server.url);
  const begin = async (who: Page, code: string): Promise<void> =>
    await beginFirm(who, server.url, code, { firm: 'Lindqvist & Partners', person: 'Anna Lindqvist' });
  const create = page.getByRole('button', { name: 'Create the firm' });
  const said = page.getByRole('alert');
  const wrong = `${server.firstRunCode.slice(0, -1)}${server.firstRunCode.endsWith('2') ? '3' : '2'}`;
  await begin(page, wrong);
  await expect(said).toContainText('This is not the code that the server printed');
  await expect(said).toContainText('Look at the server’s first output');
  await page.goto('about:blank');
  await begin(page, server.firstRunCode);
  const overtaken = await printKit(page);
  // Somebody else with the code begins, and leaves.
  await begin(later.page, server.firstRunCode);
  await expect(later.page.getByRole('list', { name: 'Groups of the kit' })).toBeVisible();
  await later.context.close();
  await proveKit(page, overtaken);
  await create.click();
  await expect(said).toContainText('Somebody began to set up this server after you');
  await page.goto('about:blank');
  await begin(page, server.firstRunCode);
  const groups = await printKit(page);
  await proveKit(page, [...groups].toReversed());
  await create.click();
  await expect(said).toContainText('The groups are not those of the kit');
  await proveKit(page, groups);
  await create.click();
  await expect(page.getByRole('heading', { name: 'Your firm is ready' })).toBeVisible();
  await context.close();
  await server.remove();
});

test('an invitation works once', async ({ people, demo }) => {
  const code = demo.invited[0]?.code ?? '';
  const begin = async (): Promise<Awaited<ReturnType<typeof people.blank>>> => {
    const profile = await people.blank();
    await profile.page.goto('/invitation');
    await profile.page.getByLabel('Invitation code').fill(code);
    await choosePassword(profile.page);
    return profile;
  };
  const first = await begin();
  await proveKit(first.page, await printKit(first.page));
  await first.page.getByRole('button', { name: 'Join' }).click();
  await expect(first.page.getByRole('navigation', { name: 'Main' })).toBeVisible({ timeout: 30_000 });
  const second = await begin();
  const refused = second.page.getByRole('alert');
  const kit = second.page.getByRole('list', { name: 'Groups of the kit' });
  await expect(refused.or(kit)).toBeVisible({ timeout: 30_000 });
  if (await kit.isVisible()) {
    await proveKit(second.page, await printKit(second.page));
    await second.page.getByRole('button', { name: 'Join' }).click();
  }
  await expect(refused).toContainText('The invitation is not open: used, withdrawn or ended');
  await expect(refused).toContainText('Ask your administrator for a new one.');
  await first.context.close();
  await second.context.close();
});

test('an auditor sees no rooms, by the list or by an address', async ({ people }) => {
  const { page: owners } = await people.open('Anna Lindqvist');
  const code = await findCode(owners, busyClient);
  const { page } = await people.open('Peter Hughes');
  await visit(page, '/clients');
  await expect(page.getByText('No client’s room is open to you')).toBeVisible();
  await expect(page.getByRole('link', { name: 'New client' })).toHaveCount(0);
  await visit(page, `/clients/${code}`);
  await expect(page.getByRole('heading', { name: 'No room that you can open' })).toBeVisible();
});

test('somebody whose access was revoked is told the rule and the way on, and nothing of the room', async ({
  people,
}) => {
  const { page: owners } = await people.open('Anna Lindqvist');
  const code = await findCode(owners, busyClient);
  const { page } = await people.open('Thomas Fontaine-Roux');
  await visit(page, `/clients/${code}/documents`);
  await expect(page.getByRole('heading', { name: 'No room that you can open' })).toBeVisible();
  await expect(page.getByText('ask the person who leads the matter, or an administrator')).toBeVisible();
  expect(await page.content()).not.toContain(busyClient);
});

test('somebody who only opens rooms cannot invite, and is told who can', async ({ people }) => {
  const { page } = await people.open('Joanna Kowalczyk');
  await visit(page, '/people');
  const invite = page.getByRole('button', { name: 'Invite', exact: true });
  await expect(invite).toHaveAttribute('aria-disabled', 'true');
  await expect(invite).toHaveAccessibleDescription(
    'Only an administrator or owner can do this. Ask one of them.',
  );
});

test('a member who is not a manager cannot grant, and one who is no officer places no hold: each says why', async ({
  people,
}) => {
  const { page: owners } = await people.open('Anna Lindqvist');
  const code = await findCode(owners, busyClient);
  const { page } = await people.open('Joanna Kowalczyk');
  await visit(page, `/clients/${code}/holds`);
  const grant = page.getByRole('button', { name: 'Grant access' });
  await expect(grant).toHaveAttribute('aria-disabled', 'true');
  await expect(grant).toHaveAccessibleDescription('Only a manager of the room grants access');
  const hold = page.getByRole('button', { name: 'Place a hold' });
  await expect(hold).toHaveAttribute('aria-disabled', 'true');
  await expect(hold).toHaveAccessibleDescription('Only an officer or the owner places holds');
});

test('an officer invites nobody, gives no access where another manages, and does not lift a hold of their own', async ({
  people,
}) => {
  const { page } = await people.open('Helena Brandt');
  await visit(page, '/people');
  await expectRefused(
    page.getByRole('button', { name: 'Invite', exact: true }),
    'Only an administrator or owner can do this. Ask one of them.',
  );
  const code = await findCode(page, 'Harrow & Pike Shipping');
  await visit(page, `/clients/${code}/holds`);
  await expectRefused(
    page.getByRole('button', { name: 'Grant access' }),
    'Only a manager of the room grants access',
  );
  await expectRefused(
    page.getByRole('button', { name: 'Lift the hold' }),
    'Whoever placed a hold cannot lift it: ask another officer or the owner',
  );
  await expectOffered(page.getByRole('button', { name: 'Place a hold' }));
});

test('an administrator invites, but places and lifts no hold, decides no retention and sees no room without a grant', async ({
  people,
}) => {
  const { page: owners } = await people.open('Anna Lindqvist');
  const closed = await findCode(owners, quietClient);
  const { page } = await people.open('Michael Okonkwo');
  await visit(page, '/people');
  await expectOffered(page.getByRole('button', { name: 'Invite', exact: true }));
  const code = await findCode(page, busyClient);
  await visit(page, `/clients/${code}/holds`);
  await expectRefused(
    page.getByRole('button', { name: 'Place a hold' }),
    'Only an officer or the owner places holds',
  );
  await expect(page.getByText(/^Placed by Anna Lindqvist/u)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Lift the hold' })).toHaveCount(0);
  await visit(page, '/settings');
  await expect(page.getByText('Kept for', { exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Decide' })).toHaveCount(0);
  await visit(page, `/clients/${closed}`);
  await expect(page.getByRole('heading', { name: 'No room that you can open' })).toBeVisible();
});

test('a manager gives access to the room, but places no hold there and invites nobody into the firm', async ({
  people,
}) => {
  const { page } = await people.open('Thomas Fontaine-Roux');
  const code = await findCode(page, quietClient);
  await visit(page, `/clients/${code}/holds`);
  await expectOffered(page.getByRole('button', { name: 'Grant access' }));
  await expectRefused(
    page.getByRole('button', { name: 'Place a hold' }),
    'Only an officer or the owner places holds',
  );
  await visit(page, '/people');
  await expectRefused(
    page.getByRole('button', { name: 'Invite', exact: true }),
    'Only an administrator or owner can do this. Ask one of them.',
  );
});

/** A button that stands there, does nothing and says why. */
async function expectRefused(button: Locator, why: string): Promise<void> {
  await expect(button).toHaveAttribute('aria-disabled', 'true');
  await expect(button).toHaveAccessibleDescription(why);
}

async function expectOffered(button: Locator): Promise<void> {
  await expect(button).toBeEnabled();
  await expect(button).not.toHaveAttribute('aria-disabled', 'true');
}

/** WCAG 2.2 AA on every screen and in every dialog, in both themes at both widths; and the main job by the keyboard alone. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { expect, signIn, test } from './fixtures.ts';
import { OwnServer } from './own-server.ts';
import { findCode, findLink, listScreens, quietClient, settle, setWidth, visit, widths } from './screens.ts';
import { choosePassword, printKit, proveKit, tick } from './steps.ts';

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** A change of theme runs through the colours; contrast in the middle of it is nobody's. */
async function finishTransitions(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const transitions = document.getAnimations().filter((each) => each instanceof CSSTransition);
    await Promise.allSettled(transitions.map(async (each) => await each.finished));
  });
}

/**
 * Of what holds it is enough to know that there is some: describing every place of it took half the time. A page of one frame needs no
 * second page in which the findings of several are put together.
 */
function newAxe(page: Page): AxeBuilder {
  const isOneFrame = page.frames().length === 1;
  return new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).setLegacyMode(isOneFrame);
}

/** What axe finds in the page as it stands, in both themes at both widths. A theme changes colours only, so in the dark only those are looked at. */
async function listViolations(page: Page, name: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const width of widths) {
    await setWidth(page, width);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await settle(page);
      await finishTransitions(page);
      const axe = newAxe(page);
      const { violations, passes } = await (
        colorScheme === 'light' ? axe.withTags(tags) : axe.withRules(['color-contrast', 'link-in-text-block'])
      ).analyze();
      if (passes.length === 0) found.push(`${name}: nothing was looked at`);
      for (const { id, nodes } of violations)
        for (const { target, failureSummary } of nodes.slice(0, 3))
          found.push(
            `${name}, ${String(width)} px, ${colorScheme}: ${id} at ${target.join(' ')} ${failureSummary?.split('\n')[1] ?? ''}`,
          );
    }
  }
  await setWidth(page, widths[0]);
  await page.emulateMedia({ colorScheme: 'light' });
  return found;
}

test('every screen before a browser is a device', async ({ people, demo }) => {
  const { page, context } = await people.blank();
  const found: string[] = [];
  await page.goto('/signin');
  found.push(...(await listViolations(page, 'sign-in')));
  await page.getByRole('button', { name: 'Sign in with my kit' }).click();
  found.push(...(await listViolations(page, 'sign-in with a kit')));
  await page.goto('/invitation');
  found.push(...(await listViolations(page, 'invitation')));
  await signIn(page, demo, 'Yue Zhao');
  await page.keyboard.press('Shift+L');
  await expect(page.getByRole('heading', { name: 'Locked' })).toBeVisible();
  found.push(...(await listViolations(page, 'locked')));
  await context.close();
  expect(found).toEqual([]);
});

test('every screen of the app, with the document that lies open in the sealed frame', async ({
  people,
  demo,
}) => {
  test.setTimeout(480_000);
  const { page } = await people.open('Anna Lindqvist');
  const found: string[] = [];
  for (const { name, path } of await listScreens(page, demo)) {
    await visit(page, path);
    found.push(...(await listViolations(page, name)));
  }
  expect(found).toEqual([]);
});

/** What axe finds in one theme at one width: each turn another of them, so that many layers see them all in the time of a few. */
async function listViolationsOnce(page: Page, name: string, turn: number): Promise<readonly string[]> {
  const width = widths[turn % 2] ?? widths[0];
  const colorScheme = turn % 4 < 2 ? 'light' : 'dark';
  await setWidth(page, width);
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await finishTransitions(page);
  const { violations, passes } = await newAxe(page).withTags(tags).analyze();
  await setWidth(page, widths[0]);
  await page.emulateMedia({ colorScheme: 'light' });
  if (passes.length === 0) return [`${name}: nothing was looked at`];
  return violations.flatMap(({ id, nodes }) =>
    nodes
      .slice(0, 3)
      .map(
        ({ target, failureSummary }) =>
          `${name}, ${String(width)} px, ${colorScheme}: ${id} at ${target.join(' ')} ${failureSummary?.split('\n')[1] ?? ''}`,
      ),
  );
}

test('every step of a first run', async ({ profiles }) => {
  const server = await OwnServer.start();
  const { page, context } = await profiles.make(server.url);
  const found: string[] = [];
  let turn = 0;
  const look = async (name: string): Promise<void> => {
    found.push(...(await listViolationsOnce(page, name, turn++)));
  };
  await page.goto(`${server.url}/start`);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await look('code');
  await page.goto('about:blank');
  await page.goto(`${server.url}/start#code=${server.firstRunCode}`);
  await page.getByLabel('Name of the firm').fill('Lindqvist & Partners');
  await look('firm');
  await tick(page.getByRole('checkbox', { name: 'Poland' }));
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Your name').fill('Anna Lindqvist');
  await look('person');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Password', { exact: true }).fill('cedar');
  await look('password');
  await choosePassword(page);
  await expect(page.getByRole('list', { name: 'Groups of the kit' })).toBeVisible({ timeout: 30_000 });
  await look('kit');
  const groups = await printKit(page);
  await look('proof');
  await proveKit(page, groups);
  await page.getByRole('button', { name: 'Create the firm' }).click();
  await expect(page.getByRole('heading', { name: 'Your firm is ready' })).toBeVisible({ timeout: 30_000 });
  await look('ready');
  await context.close();
  await server.remove();
  expect(found).toEqual([]);
});

/** Addresses that layers open over. */
interface Places {
  readonly code: string;
  readonly person: string;
  readonly disposal: string;
}

/** What opens over a screen: a button or key on an address. */
interface Layer {
  readonly name: string;
  readonly path: (places: Places) => string;
  readonly open: (page: Page) => Promise<void>;
}

/** Opens with a button. */
function byButton(name: string | RegExp): Layer['open'] {
  return async (page) => await page.getByRole('main').getByRole('button', { name }).first().click();
}

/** Opens from a menu. */
function byMenu(menu: string | RegExp, item: string): Layer['open'] {
  return async (page) => {
    await page.getByRole('button', { name: menu }).first().click();
    await page.getByRole('menuitem', { name: item, exact: true }).click();
  };
}

const aDocument = /^Actions for .+\.\w+$/u;
const inRoom = ({ code }: Places): string => `/clients/${code}`;
const inHolds = ({ code }: Places): string => `/clients/${code}/holds`;

const layers: readonly Layer[] = [
  { name: 'find or do', path: () => '/', open: async (page) => await page.keyboard.press('Control+k') },
  { name: 'keyboard map', path: () => '/', open: async (page) => await page.keyboard.press('?') },
  { name: 'new client', path: () => '/clients/new', open: async () => undefined },
  { name: 'client groups', path: () => '/clients?dialog=groups', open: async () => undefined },
  { name: 'new group', path: () => '/clients?dialog=new-group', open: async () => undefined },
  { name: 'edit client', path: inRoom, open: byMenu('More for this room', 'Edit client') },
  { name: 'grant', path: inRoom, open: openGrant },
  { name: 'revoke', path: ({ code }) => `/clients/${code}/people`, open: byButton('Revoke access') },
  {
    name: 'new folder',
    path: ({ code }) => `/clients/${code}/documents`,
    open: byButton('New folder'),
  },
  { name: 'move', path: inRoom, open: byMenu(aDocument, 'Move to') },
  { name: 'rename', path: inRoom, open: byMenu(aDocument, 'Rename') },
  { name: 'versions', path: inRoom, open: byMenu(aDocument, 'Versions') },
  { name: 'download', path: inRoom, open: byMenu(aDocument, 'Download') },
  { name: 'hold', path: inHolds, open: byButton('Place a hold') },
  { name: 'propose', path: inHolds, open: byButton('Propose destruction') },
  { name: 'destroy', path: inRoom, open: byMenu(aDocument, 'Propose destruction') },
  { name: 'stop', path: ({ disposal }) => disposal, open: byButton('Stop it') },
  { name: 'invite', path: () => '/people', open: byButton('Invite') },
  { name: 'withdraw', path: () => '/people', open: byButton('Withdraw') },
  { name: 'suspend', path: ({ person }) => person, open: byButton('Suspend') },
  { name: 'cut off', path: ({ person }) => person, open: byButton('Cut off') },
  { name: 'another name', path: () => '/me', open: byButton('Change my name') },
];

/** With somebody chosen, so that the sentence of what it allows stands there. */
async function openGrant(page: Page): Promise<void> {
  await byButton('Grant access')(page);
  const dialog = page.getByRole('dialog', { name: 'Grant access' });
  await dialog.getByRole('combobox', { name: 'Person' }).fill('Helena');
  await page.getByRole('option', { name: /Helena Brandt/u }).click();
  await expect(dialog.getByText('This is the fingerprint of Helena Brandt.')).toBeVisible();
}

test('every dialog', async ({ people, demo }) => {
  test.setTimeout(240_000);
  const { page } = await people.open('Anna Lindqvist');
  const code = await findCode(page, quietClient);
  await visit(page, '/disposal');
  const places: Places = {
    code,
    person: `/people/${demo.find('Michael Okonkwo').person}`,
    disposal: await findLink(page, '/disposal/'),
  };
  const found: string[] = [];
  for (const [turn, { name, path, open }] of layers.entries()) {
    await visit(page, path(places));
    await open(page);
    await expect(page.locator('dialog[open]'), name).toBeVisible();
    found.push(...(await listViolationsOnce(page, name, turn)));
    await page.keyboard.press('Escape');
    await expect(page.locator('dialog[open]')).toHaveCount(0);
  }
  expect(found).toEqual([]);
});

/** The focus stands on something that can be seen, and shows it. */
async function expectVisibleFocus(page: Page): Promise<void> {
  const focus = await page.evaluate(() => {
    const element = document.activeElement;
    // Between the last element and the first the browser itself has it.
    if (element === null || element === document.body) return 'seen';
    const nameOf = (one: Element): string =>
      `${one.tagName} ${one.className} ${one.textContent.slice(0, 40)}`;
    const box = element.getBoundingClientRect();
    if (box.width === 0 || box.height === 0) return `on ${nameOf(element)}, which has no size`;
    const shows = (one: Element | null): boolean => {
      if (one === null) return false;
      const style = getComputedStyle(one);
      return (style.outlineStyle !== 'none' && style.outlineWidth !== '0px') || style.boxShadow !== 'none';
    };
    const isShown =
      shows(element) ||
      shows(element.parentElement) ||
      shows(element.closest('[role=row], label, .field-box'));
    return isShown || element.id === 'main' ? 'seen' : `unseen on ${nameOf(element)}`;
  });
  expect(focus).toBe('seen');
}

/** Tabs until the focus is on something of a name. */
async function tabTo(page: Page, role: 'button' | 'link' | 'textbox', name: string | RegExp): Promise<void> {
  const wanted = page.getByRole(role, { name, exact: true }).first();
  if (await wanted.evaluate((element) => element === document.activeElement)) return;
  for (let step = 0; step < 60; step++) {
    await page.keyboard.press('Tab');
    await expectVisibleFocus(page);
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`the ${role} ${String(name)} is not reached with Tab`);
}

/** Tabs until the focus is within something, unless it is there. */
async function tabInto(page: Page, wanted: Locator): Promise<void> {
  for (let step = 0; step < 60; step++) {
    if (await wanted.evaluate((element) => element.contains(document.activeElement))) return;
    await page.keyboard.press('Tab');
    await expectVisibleFocus(page);
  }
  throw new Error('it is not reached with Tab');
}

test('sign in, find a client, open a document, go back, ask for a hold: without a mouse', async ({
  people,
  demo,
}) => {
  const { page, context } = await people.blank();
  await page.goto(demo.find('Anna Lindqvist').link);
  await expect(page.getByLabel('Password', { exact: true })).toBeVisible();
  await tabTo(page, 'textbox', 'Password');
  await page.keyboard.type(demo.password);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible({ timeout: 30_000 });
  await page.keyboard.press('Control+k');
  // Whoever presses Enter before the answer stands gets what the words find, not what stood there before.
  await page.keyboard.type(quietClient.slice(0, 6));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: quietClient })).toBeVisible();
  await tabTo(page, 'link', /^Documents \d+$/u);
  await page.keyboard.press('Enter');
  const grid = page.getByRole('grid', { name: /^Documents in / });
  await expect(grid).toBeVisible();
  const rows = grid.getByRole('rowgroup').last();
  await tabInto(page, rows);
  // A folder opens with Enter as a document does; what lies in it is reached in the same way.
  for (let depth = 0; depth < 4 && !page.url().includes('/d/'); depth++) {
    const before = page.url();
    await page.keyboard.press('Enter');
    await expect(page).not.toHaveURL(before);
    if (!page.url().includes('/d/')) await tabInto(page, rows);
  }
  await expect(page.getByRole('button', { name: 'Download' }).first()).toBeVisible({ timeout: 30_000 });
  await tabTo(page, 'link', 'Documents');
  await page.keyboard.press('Enter');
  await expect(grid).toBeVisible();
  await tabTo(page, 'link', /^Holds and retention/u);
  await page.keyboard.press('Enter');
  await tabTo(page, 'button', 'Place a hold');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectVisibleFocus(page);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expectVisibleFocus(page);
  await context.close();
});

/** What opens over a screen, in whatever language it is shown: dialogs, drawers, menus, and states that take a step or two to reach. */
import type { Page } from '@playwright/test';
import type { Say } from './catalogues.ts';
import type { DemoFirm } from './demo-firm.ts';
import { expect } from './fixtures.ts';
import { busyClient, findCode, findLink, quietClient, visit } from './screens.ts';

/** Addresses that layers open over. */
interface Places {
  /** The room where most happens, and one whose documents open without a question. */
  readonly busy: string;
  readonly quiet: string;
  readonly person: string;
  readonly disposal: string;
}

/** Finds them, for somebody who owns the firm. */
export async function findPlaces(page: Page, demo: DemoFirm): Promise<Places> {
  const busy = `/clients/${await findCode(page, busyClient)}`;
  const quiet = `/clients/${await findCode(page, quietClient)}`;
  await visit(page, '/disposal');
  const disposal = await findLink(page, '/disposal/');
  return { busy, quiet, person: `/people/${demo.find('Michael Okonkwo').person}`, disposal };
}

/** What opens over a screen. */
interface Layer {
  readonly name: string;
  readonly path: (places: Places) => string;
  readonly open: (page: Page, say: Say) => Promise<void>;
  /** True: it stands in the screen; else it is a dialog over it. */
  readonly isPart?: true;
}

const nothingToDo = async (): Promise<void> => undefined;

/** The words, before whatever else is said there, such as the keys of an item. */
function beginning(words: RegExp): RegExp {
  return new RegExp(words.source.replace(/\$$/u, ''), 'u');
}

/** A key that opens a dialog. */
function byKey(key: string): Layer['open'] {
  return async (page) => await page.keyboard.press(key);
}

/** A button of the screen. */
function byButton(id: string): Layer['open'] {
  return async (page, say) =>
    await page
      .getByRole('main')
      .getByRole('button', { name: say(id) })
      .first()
      .click();
}

/** An item of a menu. */
function byMenu(menu: string, item: string): Layer['open'] {
  return async (page, say) => {
    await page
      .getByRole('main')
      .getByRole('button', { name: say(menu) })
      .first()
      .click();
    await page.getByRole('menuitem', { name: beginning(say(item)) }).click();
  };
}

/** An item of the menu of the first document that has it: of the folders' menus only some do, and of one that is to be destroyed not all. */
function byDocument(item: string): Layer['open'] {
  return async (page, say) => {
    const menus = page
      .getByRole('row')
      .filter({ hasText: /\.\w{3,4}/u })
      .getByRole('button', { name: say('web.room.menu.of') });
    const choice = page.getByRole('menuitem', { name: beginning(say(item)) });
    await menus.first().click();
    await expect(choice).toBeVisible();
    const count = await menus.count();
    for (let place = 1; place < count && (await choice.getAttribute('aria-disabled')) === 'true'; place++) {
      await page.keyboard.press('Escape');
      await expect(choice).toHaveCount(0);
      await menus.nth(place).click();
      await expect(choice).toBeVisible();
    }
    await choice.click();
  };
}

/** Selects the first rows of a list. */
async function selectRows(page: Page, count: number): Promise<void> {
  const boxes = page.getByRole('main').getByRole('row').getByRole('checkbox');
  await expect(boxes.nth(count)).toBeVisible();
  for (let index = 1; index <= count; index++) await boxes.nth(index).check({ force: true });
}

/** With somebody chosen, so that the sentence of what it allows stands there. */
async function openGrant(page: Page, say: Say): Promise<void> {
  await byButton('web.room.grant')(page, say);
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox').first().fill('Helena');
  await page.getByRole('option', { name: /Helena Brandt/u }).click();
  await expect(dialog.locator('.grant-compared')).toBeVisible({ timeout: 30_000 });
}

/** A list with what a preview says: columns that are known, one that is not, a row that cannot be taken. */
const clientList = [
  'Code;Name;Class;Aliases;Remark',
  'A-1;Kowalska i Wspólnicy sp.k.;confidential;Kowalska;old',
  'A-2;Société Générale des Eaux de l’Ouest;secret;SGEO;',
  'A-3;;standard;;no name',
  'A-4;Dubois Holdings;secret;;stands there already',
].join('\n');

async function chooseList(page: Page, say: Say): Promise<void> {
  const choosing = page.waitForEvent('filechooser');
  await byButton('web.clients.import.choose')(page, say);
  const chooser = await choosing;
  await chooser.setFiles({ name: 'clients.csv', mimeType: 'text/csv', buffer: Buffer.from(clientList) });
  await expect(page.locator('.import-go')).toBeVisible();
}

/** Every layer that changes nothing by being looked at. */
export const layers: readonly Layer[] = [
  { name: 'palette', path: () => '/', open: byKey('Control+k') },
  { name: 'keyboard-map', path: () => '/', open: byKey('?') },
  { name: 'new-client', path: () => '/clients/new', open: nothingToDo },
  { name: 'groups', path: () => '/clients?dialog=groups', open: nothingToDo },
  { name: 'new-group', path: () => '/clients?dialog=new-group', open: nothingToDo },
  {
    name: 'save-view',
    path: () => '/clients?only=hold',
    open: byMenu('web.clients.views.menu', 'web.clients.views.save'),
  },
  {
    name: 'clients-selected',
    path: () => '/clients',
    open: async (page) => await selectRows(page, 3),
    isPart: true,
  },
  { name: 'bulk-lead', path: () => '/clients', open: byBulk('web.clients.bulk.lead') },
  { name: 'bulk-review', path: () => '/clients', open: byBulk('web.clients.bulk.review') },
  { name: 'import-preview', path: () => '/clients/import', open: chooseList, isPart: true },
  { name: 'edit-client', path: ({ busy }) => busy, open: byMenu('web.room.more', 'web.room.edit-client') },
  { name: 'class', path: ({ busy }) => busy, open: byMenu('web.room.more', 'web.room.class.change') },
  { name: 'grant', path: ({ busy }) => busy, open: openGrant },
  { name: 'revoke', path: ({ busy }) => `${busy}/people`, open: byButton('web.room.people.revoke') },
  { name: 'new-folder', path: ({ quiet }) => `${quiet}/documents`, open: byButton('web.room.folder.new') },
  { name: 'move', path: ({ quiet }) => quiet, open: byDocument('web.room.menu.move') },
  { name: 'rename', path: ({ quiet }) => quiet, open: byDocument('web.room.menu.rename') },
  { name: 'versions', path: ({ quiet }) => quiet, open: byDocument('web.room.menu.history') },
  { name: 'download', path: ({ busy }) => busy, open: byDocument('web.room.menu.download') },
  { name: 'peek', path: ({ quiet }) => quiet, open: byDocument('web.room.menu.peek') },
  {
    name: 'documents-selected',
    path: ({ busy }) => `${busy}/documents`,
    open: async (page) => await selectRows(page, 2),
    isPart: true,
  },
  { name: 'hold', path: ({ quiet }) => `${quiet}/holds`, open: byButton('web.room.hold.place') },
  { name: 'propose', path: ({ quiet }) => `${quiet}/holds`, open: byButton('web.room.menu.propose') },
  { name: 'destroy', path: ({ quiet }) => quiet, open: byDocument('web.room.menu.propose') },
  { name: 'stop', path: ({ disposal }) => disposal, open: byButton('web.disposal.stop') },
  { name: 'list-of-lines', path: () => '/ledger', open: byButton('web.ledger.list') },
  { name: 'invite', path: () => '/people', open: byButton('web.people.invite') },
  { name: 'withdraw', path: () => '/people', open: byButton('web.people.withdraw') },
  { name: 'suspend', path: ({ person }) => person, open: byButton('web.people.suspend') },
  { name: 'cut-off', path: ({ person }) => person, open: byButton('web.me.device.cut-off') },
  { name: 'add-device', path: () => '/me', open: byButton('web.adopt.add') },
  { name: 'cut-off-mine', path: () => '/me', open: byButton('web.me.device.cut-off') },
  { name: 'rename-me', path: () => '/me', open: byButton('web.me.rename') },
];

function byBulk(id: string): Layer['open'] {
  return async (page, say) => {
    await selectRows(page, 3);
    await page.getByRole('button', { name: say(id) }).click();
  };
}

/**
 * Opens each layer, looks at it, and leaves it as it was found. One that does not open is named, and the others are looked at all the
 * same.
 * @returns what was seen
 */
export async function lookAtLayers(
  page: Page,
  places: Places,
  say: Say,
  look: (layer: Layer) => Promise<readonly string[]>,
  wanted: readonly Layer[] = layers,
): Promise<readonly string[]> {
  const seen: string[] = [];
  for (const layer of wanted) {
    try {
      await openLayer(page, layer, places, say);
      seen.push(...(await look(layer)));
    } catch (cause) {
      seen.push(`${layer.name}: ${cause instanceof Error ? cause.message : String(cause)}`);
    }
    if (layer.isPart !== true) await page.keyboard.press('Escape');
    // What was selected or begun in a screen ends with it.
    await visit(page, '/settings');
  }
  return seen;
}

/** Goes to a layer's screen and opens it. */
export async function openLayer(page: Page, layer: Layer, places: Places, say: Say): Promise<void> {
  await visit(page, layer.path(places));
  await layer.open(page, say);
  if (layer.isPart !== true) await expect(page.locator('dialog[open]'), layer.name).toBeVisible();
}

/** The dialog of the second person, which a word is typed into: for an officer before whom a proposal of somebody else lies. */
export async function openApproval(page: Page, say: Say): Promise<void> {
  await visit(page, '/disposal');
  const links = page.getByRole('main').locator('a[href^="/disposal/"]');
  await expect(links.first()).toBeVisible();
  const addresses = await links.evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''));
  for (const address of new Set(addresses)) {
    await visit(page, address);
    const approve = page.getByRole('main').getByRole('button', { name: say('web.disposal.approve') });
    if ((await approve.count()) === 0 || (await approve.getAttribute('aria-disabled')) === 'true') continue;
    await approve.click();
    await expect(page.locator('dialog[open]')).toBeVisible();
    return;
  }
  throw new Error('nothing waits for approval by this person');
}

/**
 * `npm run screenshots [-- --out DIR] [--ready-file PATH]`: a picture of every screen and of what opens over them, from the demo firm, at
 * both widths, in both themes and three languages. The few that documents show go to docs/screenshots, the rest to DIR (default: a
 * new temporary folder). With `--ready-file` a demo that runs already is used: the file that its own `--ready-file` wrote.
 */
import { copyFile, mkdir, mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { startDemoFirm, useDemoFirm } from '../tests/e2e/demo-firm.ts';
import type { DemoFirm } from '../tests/e2e/demo-firm.ts';
import { busyClient, findCode, listScreens, setWidth, settle, visit } from '../tests/e2e/screens.ts';
import type { Screen } from '../tests/e2e/screens.ts';
import { buildWeb } from './build-web.ts';

const kept = resolve(import.meta.dirname, '../docs/screenshots');
const keptBytesMax = 250_000;
/** Pictures that README and guide show. */
const keptNames: ReadonlySet<string> = new Set([
  'today-1440-en',
  'clients-1440-en',
  'room-1440-en',
  'room-1440-dark-en',
  'document-1440-en',
  'ledger-1440-en',
  'room-390-en',
]);
const mainScreens: ReadonlySet<string> = new Set(['today', 'clients', 'room', 'document', 'ledger']);

interface Layer {
  readonly name: string;
  readonly path: string;
  readonly open: (page: Page) => Promise<void>;
}

/** Dialogs and states worth a look. */
function listLayers(code: string): readonly Layer[] {
  const press = (name: string) => async (page: Page) =>
    await page.getByRole('main').getByRole('button', { name, exact: true }).first().click();
  return [
    { name: 'palette', path: '/', open: async (page) => await page.keyboard.press('Control+k') },
    { name: 'keyboard-map', path: '/', open: async (page) => await page.keyboard.press('?') },
    { name: 'groups', path: '/clients?dialog=groups', open: async () => undefined },
    { name: 'grant', path: `/clients/${code}`, open: press('Grant access') },
    { name: 'new-folder', path: `/clients/${code}/documents`, open: press('New folder') },
    { name: 'hold', path: `/clients/${code}/holds`, open: press('Place a hold') },
    { name: 'propose', path: `/clients/${code}/holds`, open: press('Propose destruction') },
    {
      name: 'selection',
      path: `/clients/${code}/documents`,
      open: async (page) =>
        await page.getByRole('checkbox', { name: 'Select all documents listed' }).check({ force: true }),
    },
    { name: 'rename-me', path: '/me', open: press('Change my name') },
  ];
}

/** Takes pictures and remembers which were too large to keep. */
class Album {
  readonly #folder: string;
  count = 0;
  readonly tooLarge: string[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  async take(page: Page, name: string): Promise<void> {
    const path = join(this.#folder, `${name}.png`);
    await page.screenshot({ path, animations: 'disabled', caret: 'hide' });
    this.count += 1;
    if (!keptNames.has(name)) return;
    if ((await stat(path)).size > keptBytesMax) this.tooLarge.push(name);
    else await copyFile(path, join(kept, `${name}.png`));
  }
}

async function openProfile(browser: Browser, demo: DemoFirm): Promise<Page> {
  const context = await browser.newContext({
    baseURL: demo.url,
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'Europe/Warsaw',
    reducedMotion: 'reduce',
  });
  return await context.newPage();
}

async function signIn(page: Page, demo: DemoFirm): Promise<void> {
  await page.goto('about:blank');
  await page.goto(demo.find('Anna Lindqvist').link);
  await page.getByLabel('Password', { exact: true }).fill(demo.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Hide for now' }).click();
}

async function take(album: Album, page: Page, screen: Screen, name: string): Promise<void> {
  await visit(page, screen.path);
  // A document's first page is drawn in its frame, which says nothing of it.
  await page.waitForTimeout(screen.name === 'document' ? 1_500 : 300);
  await album.take(page, `${screen.name}-${name}`);
}

async function walk(page: Page, demo: DemoFirm, album: Album): Promise<void> {
  await page.goto('/signin');
  await settle(page);
  await album.take(page, 'sign-in-1440-en');
  await signIn(page, demo);
  const screens = await listScreens(page, demo);
  const code = await findCode(page, busyClient);
  for (const { width, colorScheme, name } of [
    { width: 1440, colorScheme: 'light', name: '1440-en' },
    { width: 1440, colorScheme: 'dark', name: '1440-dark-en' },
    { width: 390, colorScheme: 'light', name: '390-en' },
  ] as const) {
    await page.emulateMedia({ colorScheme });
    await setWidth(page, width);
    for (const screen of screens) await take(album, page, screen, name);
    if (colorScheme === 'dark') continue;
    for (const layer of listLayers(code)) {
      await visit(page, layer.path);
      await layer.open(page);
      await settle(page);
      await album.take(page, `${layer.name}-${name}`);
      await page.keyboard.press('Escape');
    }
  }
  for (const locale of ['pl', 'zh']) {
    await setWidth(page, 1440);
    await visit(page, '/settings');
    await page.locator('main select').first().selectOption(locale);
    for (const width of [1440, 390]) {
      await setWidth(page, width);
      for (const screen of screens.filter(({ name }) => mainScreens.has(name)))
        await take(album, page, screen, `${String(width)}-${locale}`);
    }
  }
  await page.keyboard.press('Escape');
  await page.keyboard.press('Shift+L');
  await page.locator('.lock-form').waitFor();
  await album.take(page, 'locked-390-zh');
}

const { values } = parseArgs({ options: { out: { type: 'string' }, 'ready-file': { type: 'string' } } });
const out = values.out ?? (await mkdtemp(join(tmpdir(), 'strongroom-screenshots-')));
await mkdir(out, { recursive: true });
await mkdir(kept, { recursive: true });
const readyFile = values['ready-file'];
if (readyFile === undefined) await buildWeb();
const demo = readyFile === undefined ? await startDemoFirm([]) : useDemoFirm(readyFile);
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  chromiumSandbox: false,
  args: ['--disable-gpu', '--disable-background-networking', '--font-render-hinting=none'],
});
const album = new Album(out);
try {
  await walk(await openProfile(browser, demo), demo, album);
} finally {
  await browser.close();
  await demo.stop();
}
process.stdout.write(`${String(album.count)} pictures in ${out}\n`);
if (album.tooLarge.length > 0) {
  process.stderr.write(`too large for ${kept}: ${album.tooLarge.join(', ')}\n`);
  process.exitCode = 1;
}

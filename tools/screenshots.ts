/**
 * `npm run screenshots [-- --out DIR] [--ready-file PATH] [--lang en,fr,zh,pl]`: a picture of every screen and of what opens over them,
 * from the demo firm, in four languages at both widths, the main ones in dark too. The few that documents show go to
 * docs/screenshots, the rest to DIR (default: a new temporary folder). With `--ready-file` a demo that runs already is used: the file
 * that its own `--ready-file` wrote. A screen that does not come to rest is named at the end, and the others are taken all the same.
 */
import { copyFile, mkdir, mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { createTranslator, intlTagOf, isLocale, locales } from '@strongroom/texts';
import type { Locale, TextId } from '@strongroom/texts';
import { startDemoFirm, useDemoFirm } from '../tests/e2e/demo-firm.ts';
import type { DemoFirm } from '../tests/e2e/demo-firm.ts';
import { busyClient, findCode, listScreens, setWidth, settle, visit, widths } from '../tests/e2e/screens.ts';
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
  'today-1440-pl',
]);
/** Taken in dark too. */
const mainScreens: ReadonlySet<string> = new Set(['today', 'room', 'document']);

type Translate = ReturnType<typeof createTranslator>['t'];

interface Layer {
  readonly name: string;
  readonly path: string;
  readonly open: (page: Page, t: Translate) => Promise<void>;
}

/** Texts without arguments, as buttons have them. */
type ButtonText = Extract<
  TextId,
  'web.room.grant' | 'web.room.folder.new' | 'web.room.hold.place' | 'web.room.propose.go' | 'web.me.rename'
>;

/** Dialogs and states worth a look. */
function listLayers(code: string): readonly Layer[] {
  const press = (text: ButtonText) => async (page: Page, t: Translate) =>
    await page
      .getByRole('main')
      .getByRole('button', { name: t(text), exact: true })
      .first()
      .click({ timeout: 10_000 });
  return [
    { name: 'palette', path: '/', open: pressKey('Control+k') },
    { name: 'keyboard-map', path: '/', open: pressKey('?') },
    { name: 'groups', path: '/clients?dialog=groups', open: async () => undefined },
    { name: 'grant', path: `/clients/${code}`, open: press('web.room.grant') },
    { name: 'new-folder', path: `/clients/${code}/documents`, open: press('web.room.folder.new') },
    { name: 'hold', path: `/clients/${code}/holds`, open: press('web.room.hold.place') },
    { name: 'propose', path: `/clients/${code}/holds`, open: press('web.room.propose.go') },
    {
      name: 'selection',
      path: `/clients/${code}/documents`,
      open: async (page, t) =>
        await page
          .getByRole('checkbox', { name: t('web.room.select.all') })
          .check({ force: true, timeout: 10_000 }),
    },
    { name: 'rename-me', path: '/me', open: press('web.me.rename') },
  ];
}

/** A key that opens a dialog, which may have to be fetched first. */
function pressKey(key: string): Layer['open'] {
  return async (page) => {
    await page.keyboard.press(key);
    await page.getByRole('dialog').waitFor({ timeout: 10_000 });
  };
}

/** Takes pictures, and remembers what did not come out and what was too large to keep. */
class Album {
  readonly #folder: string;
  count = 0;
  readonly tooLarge: string[] = [];
  readonly failed: string[] = [];

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

  /** Goes on with the next one when this fails. */
  async tryTo(name: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      this.failed.push(
        `${name}: ${(cause instanceof Error ? cause.message : String(cause)).split('\n')[0] ?? ''}`,
      );
    }
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

async function choose(page: Page, locale: Locale): Promise<void> {
  await page.locator('select').first().selectOption(locale);
  await page.locator(`html[lang^="${intlTagOf(locale).slice(0, 2)}"]`).waitFor();
}

/** One language: every screen at both widths, the main ones in dark too, then what opens over them. */
async function walk(
  page: Page,
  locale: Locale,
  album: Album,
  found: { readonly screens: readonly Screen[]; readonly layers: readonly Layer[] },
): Promise<void> {
  const { t } = createTranslator(locale);
  await setWidth(page, widths[0]);
  await visit(page, '/settings');
  await choose(page, locale);
  for (const { name, path } of found.screens)
    await album.tryTo(`${name} in ${locale}`, async () => {
      await setWidth(page, widths[0]);
      await visit(page, path);
      // A document's first page is drawn in its frame, which says nothing of it.
      await page.waitForTimeout(name.startsWith('document') ? 1_500 : 200);
      for (const width of widths) {
        await setWidth(page, width);
        await settle(page);
        if (name.startsWith('document')) await page.waitForTimeout(800);
        await album.take(page, `${name}-${String(width)}-${locale}`);
        if (!mainScreens.has(name)) continue;
        await page.emulateMedia({ colorScheme: 'dark' });
        await album.take(page, `${name}-${String(width)}-dark-${locale}`);
        await page.emulateMedia({ colorScheme: 'light' });
      }
    });
  for (const { name, path, open } of found.layers)
    await album.tryTo(`${name} in ${locale}`, async () => {
      await setWidth(page, widths[0]);
      await visit(page, path);
      await open(page, t);
      for (const width of widths) {
        await setWidth(page, width);
        await page.waitForTimeout(200);
        await album.take(page, `${name}-${String(width)}-${locale}`);
      }
      await page.keyboard.press('Escape');
    });
}

/** The screen before the sign-in, in every language. */
async function lookAtSignIn(page: Page, album: Album, wanted: readonly Locale[]): Promise<void> {
  await page.goto('/signin');
  for (const locale of wanted) {
    await settle(page);
    await choose(page, locale);
    for (const width of widths) {
      await setWidth(page, width);
      await album.take(page, `sign-in-${String(width)}-${locale}`);
    }
  }
  await choose(page, 'en');
  await setWidth(page, widths[0]);
}

async function takeAll(page: Page, demo: DemoFirm, album: Album, wanted: readonly Locale[]): Promise<void> {
  await lookAtSignIn(page, album, wanted);
  await signIn(page, demo);
  const screens = await listScreens(page, demo);
  const layers = listLayers(await findCode(page, busyClient));
  for (const locale of wanted) {
    await walk(page, locale, album, { screens, layers });
    process.stdout.write(`${locale}: ${String(album.count)} pictures so far\n`);
  }
  const last = wanted.at(-1) ?? 'en';
  await album.tryTo(`locked in ${last}`, async () => {
    await visit(page, '/');
    await page.keyboard.press('Shift+L');
    await page.locator('.lock-form').waitFor();
    for (const width of widths) {
      await setWidth(page, width);
      await album.take(page, `locked-${String(width)}-${last}`);
    }
  });
}

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    'ready-file': { type: 'string' },
    lang: { type: 'string', default: locales.join(',') },
  },
});
const wanted = values.lang.split(',').filter(isLocale);
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
  await takeAll(await openProfile(browser, demo), demo, album, wanted);
} finally {
  await browser.close();
  await demo.stop();
}
process.stdout.write(`${String(album.count)} pictures in ${out}\n`);
for (const failure of album.failed) process.stderr.write(`not taken: ${failure}\n`);
if (album.tooLarge.length > 0) process.stderr.write(`too large for ${kept}: ${album.tooLarge.join(', ')}\n`);
if (album.failed.length + album.tooLarge.length > 0) process.exitCode = 1;

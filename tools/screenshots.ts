/**
 * `npm run screenshots [-- --out DIR] [--ready-file PATH] [--lang en,fr,zh,pl] [--only NAME,NAME]`: a picture of every screen, of what
 * opens over it, of each step of a first run and of a firm with nothing in it, at both widths. In English all in both themes; in the
 * other languages those of `spoken`, in light. Pictures are as long as the screen, up to a limit; the few that documents show are as
 * large as a window and go to docs/screenshots, the rest to DIR (default: a new temporary folder). With `--ready-file` a demo that runs
 * already is used: the file that its own `--ready-file` wrote. What does not come to rest is named at the end, and the others are taken
 * all the same.
 */
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { isLocale, locales } from '@strongroom/texts';
import type { Locale } from '@strongroom/texts';
import { sayIn } from '../tests/e2e/catalogues.ts';
import { startDemoFirm, useDemoFirm } from '../tests/e2e/demo-firm.ts';
import type { DemoFirm } from '../tests/e2e/demo-firm.ts';
import { walkEmptyFirm, walkFirstRun, walkJoining } from '../tests/e2e/first-run.ts';
import { findPlaces, layers, lookAtLayers, openApproval } from '../tests/e2e/layers.ts';
import { OwnServer } from '../tests/e2e/own-server.ts';
import { chooseTheme } from '../tests/e2e/rules.ts';
import { listScreens, setWidth, settle, speak, visit, widths } from '../tests/e2e/screens.ts';
import { Album } from './screenshots/album.ts';
import { buildWeb } from './build-web.ts';

/** Taken in every language: where the longest words stand, and what a stranger sees first. */
const spoken: ReadonlySet<string> = new Set(
  [
    'sign-in sign-in-kit start-firm start-password start-kit start-ready join gate locked',
    'today clients room room-documents room-holds document document-secret',
    'disposal disposal-details ledger people person me settings',
    'new-client import-preview grant destroy hold invite documents-selected',
    'empty-today empty-clients empty-room uploads clash',
  ].flatMap((names) => names.split(' ')),
);

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    'ready-file': { type: 'string' },
    lang: { type: 'string', default: locales.join(',') },
    only: { type: 'string' },
  },
});
const wanted = values.lang.split(',').filter(isLocale);
const only = values.only?.split(',');
const out = values.out ?? (await mkdtemp(join(tmpdir(), 'strongroom-screenshots-')));
await mkdir(out, { recursive: true });
const readyFile = values['ready-file'];
if (readyFile === undefined) await buildWeb();
const album = new Album(out, resolve(import.meta.dirname, '../docs/screenshots'));
await album.open();
const demo = readyFile === undefined ? await startDemoFirm([]) : useDemoFirm(readyFile);
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  chromiumSandbox: false,
  args: [
    '--disable-gpu',
    '--disable-background-networking',
    '--font-render-hinting=none',
    // As on a phone and a Mac: bars that take no room.
    '--enable-features=OverlayScrollbar',
  ],
});
try {
  await lookAtFirm(browser, demo);
  if (only === undefined || only.some((name) => /^(?:start|empty|uploads|clash|join|gate)/u.test(name)))
    await lookAtBeginning(browser);
} finally {
  await browser.close();
  await demo.stop();
}
process.stdout.write(`${String(album.count)} pictures in ${out}\n`);
for (const failure of album.failed) process.stderr.write(`not taken: ${failure}\n`);
for (const name of album.tooLarge) process.stderr.write(`too large for the documents: ${name}\n`);
if (album.failed.length + album.tooLarge.length > 0) process.exitCode = 1;

function isWanted(name: string): boolean {
  return only === undefined || only.some((each) => name.startsWith(each));
}

/** The page as it stands: at both widths in each language, in English in both themes. Afterwards it is as it was, in English. */
async function look(page: Page, name: string): Promise<void> {
  if (!isWanted(name)) return;
  await page.mouse.move(0, 0);
  for (const width of widths) {
    await setWidth(page, width);
    await settle(page);
    // A document is drawn in its frame, which says nothing of it.
    if (name.startsWith('document')) await page.waitForTimeout(700);
    for (const locale of wanted)
      if (locale === 'en' || spoken.has(name)) await lookIn(page, name, width, locale);
  }
  await speak(page, 'en');
  await setWidth(page, widths[0]);
}

async function lookIn(page: Page, name: string, width: number, locale: Locale): Promise<void> {
  await speak(page, locale);
  for (const theme of locale === 'en' ? (['light', 'dark'] as const) : (['light'] as const)) {
    await chooseTheme(page, theme);
    const dark = theme === 'dark' ? '-dark' : '';
    await album.take(page, `${name}-${String(width)}${dark}-${locale}`);
  }
  await chooseTheme(page, undefined);
}

/** The demo firm, seen by its owner. */
async function lookAtFirm(from: Browser, firm: DemoFirm): Promise<void> {
  const page = await newPage(from, firm.url);
  await page.goto('/signin');
  await settle(page);
  await look(page, 'sign-in');
  await page.getByRole('button', { name: sayIn('en')('web.start.signin.kit') }).click();
  await look(page, 'sign-in-kit');
  await page.goto('/signin/device');
  await page.locator('svg[role=img]').waitFor();
  await look(page, 'sign-in-device');
  await signIn(page, firm, 'Anna Lindqvist');
  const places = await findPlaces(page, firm);
  for (const { name, path } of await listScreens(page, firm)) {
    if (!isWanted(name)) continue;
    await album.tryTo(name, async () => {
      await visit(page, path);
      if (name.startsWith('document')) await page.waitForTimeout(1_500);
      await look(page, name);
    });
  }
  process.stdout.write(`screens: ${String(album.count)} pictures so far\n`);
  const left = await lookAtLayers(
    page,
    places,
    sayIn('en'),
    async ({ name }) => {
      await look(page, name);
      return [];
    },
    layers.filter(({ name }) => isWanted(name)),
  );
  album.failed.push(...left);
  process.stdout.write(`what opens over them: ${String(album.count)} pictures so far\n`);
  if (isWanted('approve'))
    await album.tryTo('approve', async () => {
      await openApproval(page, sayIn('en'));
      await look(page, 'approve');
      await page.keyboard.press('Escape');
    });
  if (isWanted('locked'))
    await album.tryTo('locked', async () => {
      await visit(page, '/');
      await page.keyboard.press('Shift+L');
      await page.locator('.lock-form').waitFor();
      await look(page, 'locked');
    });
}

/** A firm that is just being founded, on a server of its own. */
async function lookAtBeginning(from: Browser): Promise<void> {
  const server = await OwnServer.start();
  const page = await newPage(from, server.url);
  const guest = await newPage(from, server.url);
  await album.tryTo('the first run', async () => {
    await walkFirstRun(page, server.url, server.firstRunCode, look);
    await walkEmptyFirm(page, look);
    await walkJoining(page, guest, server.url, look);
  });
  await server.remove();
}

async function newPage(from: Browser, url: string): Promise<Page> {
  const context = await from.newContext({
    baseURL: url,
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'Europe/Warsaw',
    reducedMotion: 'reduce',
  });
  return await context.newPage();
}

async function signIn(page: Page, firm: DemoFirm, name: string): Promise<void> {
  await page.goto('about:blank');
  await page.goto(firm.find(name).link);
  await page.getByLabel('Password', { exact: true }).fill(firm.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Hide for now' }).click();
}

/** The staff app itself over a firm of many clients: the first list on a new device, unlocking, searching, scrolling, memory. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openChromium } from '../web/open-chromium.ts';
import { readRendererBytes } from '../web/renderer-memory.ts';

/** Milliseconds, but for the counts. */
export interface AppReport {
  /** A device that is new: from the password until every name stands in the list. */
  readonly firstListMs: number;
  /** From the password until the list is whole, and from the lock screen's going until then; with the day's lease. */
  readonly passwordToListMs: readonly number[];
  readonly unlockedToListMs: readonly number[];
  /** From the lock screen's going until a word that was typed as soon as the list was whole has its answer. */
  readonly unlockedToFoundMs: readonly number[];
  /** From a keystroke until what it finds is shown. */
  readonly searchMs: readonly number[];
  readonly frameMs: readonly number[];
  readonly rendererBytes: number;
}

interface Order {
  /** The address with the kit that a new device is made from. */
  readonly link: string;
  readonly password: string;
  readonly rounds: number;
  /** As short as it can be: says nothing about speed. */
  readonly isTiny: boolean;
}

// The parts of a page that are used; benchmarks are checked without the browser's types.
type Element = { readonly textContent: string | null; dispatchEvent(event: object): void };
type Scope = {
  readonly Event: new (type: string, options: { readonly bubbles: boolean }) => object;
  readonly HTMLInputElement: { readonly prototype: object };
  readonly document: {
    querySelector(selector: string): Element | null;
    readonly documentElement: { readonly scrollHeight: number };
    addEventListener(type: string, listen: () => void, options: { readonly once: boolean }): void;
  };
  scrollTo(left: number, top: number): void;
  requestAnimationFrame(action: (atMs: number) => void): void;
};

const words = [
  'c',
  'cl',
  'cli',
  'clie',
  'client 1',
  'client 12',
  'lodz',
  '浦东',
  'soc',
  'alias 7',
  'ali',
  'wei',
];
const scrollMs = 5_000;
const patienceMs = 420_000;
const pauseMs = 3_000;
/** Finds some of the clients, never all of them. */
const firstWord = 'lodz';

/** Signs in on a new device and measures. */
export async function measureStaffApp({ link, password, rounds, isTiny }: Order): Promise<AppReport> {
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-bench-app-'));
  const browser = await openChromium(join(folder, 'profile'));
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(patienceMs);
    await page.goto(link);
    await page.locator('input[type=password]').first().fill(password);
    const startedMs = performance.now();
    await page.locator('button[type=submit]').click();
    await page.getByRole('navigation', { name: 'Main' }).waitFor();
    await page
      .getByRole('navigation', { name: 'Main' })
      .getByRole('link', { name: 'Clients', exact: true })
      .click();
    await watchList(page);
    const firstListMs = performance.now() - startedMs;
    const passwordToListMs: number[] = [];
    const unlockedToListMs: number[] = [];
    const unlockedToFoundMs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      // Out of the search field, where letters are text.
      await page.getByRole('heading', { level: 1 }).first().click();
      await page.keyboard.press('Shift+L');
      await page.getByLabel('Password', { exact: true }).fill(password);
      const watched = watchList(page, firstWord);
      await page.keyboard.press('Enter');
      const { unlockedMs, wholeMs, foundMs } = await watched;
      passwordToListMs.push(wholeMs);
      unlockedToListMs.push(wholeMs - unlockedMs);
      unlockedToFoundMs.push(foundMs - unlockedMs);
      // Each round begins after the sync of the one before.
      await page.waitForTimeout(isTiny ? 0 : pauseMs);
    }
    const searchMs = await search(page, isTiny ? words.slice(0, 3) : words);
    const frameMs = await scroll(page, isTiny ? 400 : scrollMs);
    const [rendererBytes = 0] = readRendererBytes(folder);
    return {
      firstListMs,
      passwordToListMs,
      unlockedToListMs,
      unlockedToFoundMs,
      searchMs,
      frameMs,
      rendererBytes,
    };
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * From the next keystroke, or from now: until no lock screen is there, until every name in sight is there, and, with a word, until what
 * it finds is shown: it is typed in the moment the list is whole.
 */
async function watchList(
  page: Page,
  word?: string,
): Promise<{ readonly unlockedMs: number; readonly wholeMs: number; readonly foundMs: number }> {
  return await page.evaluate(
    async ({ limitMs, typed }) => {
      const { document, Event, HTMLInputElement } = globalThis as unknown as Scope;
      let startedMs = performance.now();
      document.addEventListener('keydown', () => (startedMs = performance.now()), { once: true });
      const has = (selector: string): boolean => document.querySelector(selector) !== null;
      const read = (): string => document.querySelector('.clients-heading p')?.textContent ?? '';
      const type = (text: string): void => {
        const field = document.querySelector('[data-search]');
        // As a browser does it: what only sets the property is not seen by the field's own screen.
        Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(field, text);
        field?.dispatchEvent(new Event('input', { bubbles: true }));
      };
      const pause = async (ms: number): Promise<void> => {
        await new Promise((resolve) => {
          setTimeout(resolve, ms);
        });
      };
      let unlockedMs = 0;
      while (performance.now() - startedMs < limitMs) {
        if (has('input[type=password]')) unlockedMs = 0;
        else if (unlockedMs === 0) unlockedMs = performance.now();
        const isWhole =
          unlockedMs > 0 &&
          has('.data-grid-body > [role=row]') &&
          !has('.clients-progress') &&
          !has('.client-nameless') &&
          read() !== '';
        if (isWhole) {
          const wholeMs = performance.now();
          if (typed !== undefined) {
            const before = read();
            type(typed);
            while (read() === before && performance.now() - startedMs < limitMs) await pause(1);
          }
          const foundMs = performance.now();
          if (typed !== undefined) type('');
          return {
            unlockedMs: unlockedMs - startedMs,
            wholeMs: wholeMs - startedMs,
            foundMs: foundMs - startedMs,
          };
        }
        await pause(4);
      }
      throw new Error('the list did not become whole');
    },
    { limitMs: patienceMs, typed: word },
  );
}

/** The count in the heading changes when what was found is shown; words that find as many as those before are left out. */
async function search(page: Page, typed: readonly string[]): Promise<number[]> {
  const field = page.locator('[data-search]').first();
  const times: number[] = [];
  for (const word of typed) {
    const watched = page.evaluate(async () => {
      const { document } = globalThis as unknown as Scope;
      const read = (): string => document.querySelector('.clients-heading p')?.textContent ?? '';
      const before = read();
      let startedMs = 0;
      document.addEventListener('input', () => (startedMs = performance.now()), { once: true });
      const limitMs = performance.now() + 1_500;
      while (performance.now() < limitMs) {
        if (read() !== before) return performance.now() - startedMs;
        await new Promise((resolve) => {
          setTimeout(resolve, 1);
        });
      }
      return undefined;
    });
    await field.fill(word);
    const ms = await watched;
    if (ms !== undefined) times.push(ms);
  }
  await field.fill('');
  return times;
}

/** Scrolls through the list by two rows a frame, and gives the time between frames. */
async function scroll(page: Page, lastingMs: number): Promise<number[]> {
  await page.getByRole('heading', { level: 1 }).first().click();
  return await page.evaluate(async (limitMs) => {
    const scope = globalThis as unknown as Scope;
    const nextFrame = async (): Promise<number> =>
      await new Promise((resolve) => {
        scope.requestAnimationFrame(resolve);
      });
    await nextFrame();
    let before = await nextFrame();
    const endMs = performance.now() + limitMs;
    const frames: number[] = [];
    for (let top = 0; performance.now() < endMs; top += 120) {
      scope.scrollTo(0, top % scope.document.documentElement.scrollHeight);
      const atMs = await nextFrame();
      frames.push(atMs - before);
      before = atMs;
    }
    return frames;
  }, lastingMs);
}

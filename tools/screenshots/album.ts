/** Where pictures of screens go: all into one folder, and the few that documents show into theirs. */
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

const keptBytesMax = 250_000;
const heightMax = 1_800;

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

/** Takes pictures, and remembers what did not come out and what was too large to keep. */
export class Album {
  readonly #folder: string;
  readonly #kept: string;
  count = 0;
  readonly tooLarge: string[] = [];
  readonly failed: string[] = [];

  /** @param kept the folder of those that documents show */
  constructor(folder: string, kept: string) {
    this.#folder = folder;
    this.#kept = kept;
  }

  async open(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await mkdir(this.#kept, { recursive: true });
  }

  /** A picture of the whole screen, and one of the window where documents show it. What is drawn for a window is taken in one. */
  async take(page: Page, name: string): Promise<void> {
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    const width = page.viewportSize()?.width ?? 0;
    const options = { animations: 'disabled', caret: 'hide' } as const;
    const isForWindow = await page.evaluate(
      () => document.querySelector('dialog[open], [popover]:popover-open, .data-grid') !== null,
    );
    await page.screenshot({
      ...options,
      path: join(this.#folder, `${name}.png`),
      ...(isForWindow
        ? {}
        : { fullPage: true, clip: { x: 0, y: 0, width, height: Math.min(height, heightMax) } }),
    });
    this.count += 1;
    if (!keptNames.has(name)) return;
    const path = join(this.#kept, `${name}.png`);
    await page.screenshot({ ...options, path });
    if ((await stat(path)).size > keptBytesMax) this.tooLarge.push(name);
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

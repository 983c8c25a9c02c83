/** What somebody without a server has to check evidence by: the page that was taken away, opened from a disk, and the command line. */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Browser, Download, Page } from '@playwright/test';
import { unzipSync } from 'fflate';

const root = resolve(import.meta.dirname, '../..');

/** Waits for the download that an action begins, and keeps it in a folder under the name that was proposed. Answers the path. */
export async function keepDownload(page: Page, folder: string, action: () => Promise<void>): Promise<string> {
  const [download] = await Promise.all<[Promise<Download>, Promise<void>]>([
    page.waitForEvent('download'),
    action(),
  ]);
  const path = join(folder, download.suggestedFilename());
  await download.saveAs(path);
  return path;
}

/** Unpacks an archive, as people do before they check what is in it. */
export async function unpack(bytes: Uint8Array, folder: string): Promise<readonly string[]> {
  const files = Object.entries(unzipSync(bytes));
  for (const [path, content] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return files.map(([path]) => path);
}

/** `strongroom` with arguments, in a process of its own. Answers what it printed; fails as it fails. */
export async function runStrongroom(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(root, 'bin/strongroom.mjs'), ...args],
    { env: { ...process.env, LANG: 'en_GB.UTF-8' } },
  );
  return stdout;
}

/** What the verifier's page says of files. */
export interface VerifierWords {
  /** `proved`, `own`, `unsigned`, `refused`, one a finding. */
  readonly states: readonly string[];
  readonly text: string;
}

/** Opens the page from a disk, gives it a firm's root and files or a folder, and reads what it finds. */
export async function checkWithPage(
  browser: Browser,
  verifier: string,
  { root: firmRoot, files }: { readonly root: string; readonly files: readonly string[] | string },
): Promise<VerifierWords> {
  const page = await browser.newPage({ locale: 'en-GB', offline: true });
  try {
    await page.goto(pathToFileURL(verifier).href);
    await page.getByLabel('The firm’s root').fill(firmRoot);
    await page.locator(typeof files === 'string' ? '#folder' : '#pick').setInputFiles(files);
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    const found = page.getByRole('article');
    await found.first().waitFor();
    const states = await found.evaluateAll((cards) => cards.map((card) => card.dataset['state'] ?? ''));
    return { states, text: await page.locator('#results').innerText() };
  } finally {
    await page.close();
  }
}

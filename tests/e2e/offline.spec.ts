/** The line is cut and the server is gone in the middle of an upload and of an opening: it is said, it goes on, and nothing is there twice. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { CutLine } from './cut-line.ts';
import { expect, test } from './fixtures.ts';
import type { Profile } from './fixtures.ts';
import { OwnServer } from './own-server.ts';
import { addClient, addFiles, foundFirm, goTo, goToTab, rowOf, textFile } from './steps.ts';

test.describe.configure({ mode: 'serial' });

const megabyte = 1_000_000;
let server: OwnServer;
let line: CutLine;
let anna: Profile;
let folder: string;

test.beforeAll(async ({ profiles }) => {
  server = await OwnServer.start();
  line = await CutLine.open(Number(new URL(server.url).port));
  anna = await profiles.make(line.url);
  folder = await mkdtemp(join(tmpdir(), 'strongroom-big-'));
  const { page } = anna;
  await foundFirm(page, line.url, server.firstRunCode, {
    firm: 'Lindqvist & Partners',
    person: 'Anna Lindqvist',
    hasSample: false,
  });
  await addClient(page, 'Dubois Holdings');
});
test.afterAll(async () => {
  await anna.context.close();
  line.close();
  await server.remove();
  await rm(folder, { recursive: true, force: true });
});

/** A file that does not compress. */
async function makeFile(name: string, size: number): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, randomBytes(size));
  return path;
}

/** Waits until the server has acknowledged some of a file, and not all. */
async function untilUnderWay(page: Page, name: string): Promise<void> {
  const bar = page.getByRole('main').getByRole('progressbar', { name: `Upload of ${name}` });
  await expect
    .poll(async () => Number(await bar.getAttribute('value')), { timeout: 30_000, intervals: [50] })
    .toBeGreaterThan(5);
}

const offlineBand = /^Offline since /u;

/** The band ends with a click, or by itself before anybody has clicked. */
async function checkNow(page: Page): Promise<void> {
  const button = page.getByRole('button', { name: 'Check now' });
  await button.click({ timeout: 3_000 }).catch(() => undefined);
  await expect(page.getByText(offlineBand)).toBeHidden();
}

test('files that are the first ones chosen wait for a line too, when none is there', async () => {
  const { page } = anna;
  await goToTab(page, 'Documents');
  line.cut();
  await addFiles(page, [textFile('First.txt', 'The first of all.')]);
  await expect(rowOf(page, 'First.txt')).toContainText('Waits for the connection, then goes on by itself');
  await expect(page.getByText('0 of 1 file')).toBeVisible();
  line.mend();
  await checkNow(page);
  await expect(rowOf(page, 'First.txt').getByRole('link', { name: 'First.txt' })).toBeVisible();
});

test('a cut line stops an upload and says so; it goes on by itself, and the file is there once', async () => {
  const { page } = anna;
  await goToTab(page, 'Documents');
  line.bytesPerSecond = megabyte / 2;
  await addFiles(page, [await makeFile('Scans.bin', 12 * megabyte)]);
  await untilUnderWay(page, 'Scans.bin');
  line.cut();
  await expect(page.getByText(offlineBand)).toBeVisible();
  await expect(rowOf(page, 'Scans.bin')).toContainText('Waits for the connection, then goes on by itself');
  line.bytesPerSecond = Number.POSITIVE_INFINITY;
  line.mend();
  await checkNow(page);
  await expect(rowOf(page, 'Scans.bin').getByRole('link', { name: 'Scans.bin' })).toBeVisible({
    timeout: 60_000,
  });
  await expect(rowOf(page, 'Scans.bin')).toHaveCount(1);
});

test('a server that ends and starts again does too', async () => {
  const { page } = anna;
  line.bytesPerSecond = megabyte / 2;
  await addFiles(page, [await makeFile('Archive.bin', 12 * megabyte)]);
  await untilUnderWay(page, 'Archive.bin');
  // What is under way when a server ends has a few seconds: not enough for the rest of the file.
  line.bytesPerSecond = megabyte / 50;
  await server.stop();
  await expect(page.getByText(offlineBand)).toBeVisible();
  line.bytesPerSecond = Number.POSITIVE_INFINITY;
  await server.startAgain();
  await expect(rowOf(page, 'Archive.bin').getByRole('link', { name: 'Archive.bin' })).toBeVisible({
    timeout: 90_000,
  });
  await expect(rowOf(page, 'Archive.bin')).toHaveCount(1);
  await expect(page.getByText(offlineBand)).toBeHidden();
  await goToTab(page, 'Ledger');
  await expect(page.getByRole('main').getByText('Archive.bin')).toHaveCount(1);
});

test('a reload without the server stays unlocked, and the lists that this device keeps are there', async () => {
  const { page } = anna;
  await goTo(page, 'Clients');
  await expect(page.getByRole('row').filter({ hasText: 'Dubois Holdings' })).toBeVisible();
  line.areCallsCut = true;
  await page.reload();
  await expect(page.getByRole('row').filter({ hasText: 'Dubois Holdings' })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(offlineBand)).toBeVisible();
  await page.getByRole('row').filter({ hasText: 'Dubois Holdings' }).click();
  await goToTab(page, 'Documents');
  await expect(rowOf(page, 'Scans.bin')).toBeVisible();
  line.areCallsCut = false;
  await checkNow(page);
});

test('an opening without a line says what is missing, and works when the line is back', async () => {
  const { page } = anna;
  await goToTab(page, 'Documents');
  await addFiles(page, [
    textFile('Letter.txt', 'Dear client, all is well.'),
    textFile('Answer.txt', 'Dear firm, thank you.'),
  ]);
  const open = async (name: string): Promise<void> => {
    const link = rowOf(page, name).getByRole('link', { name });
    await expect(link).toBeVisible({ timeout: 30_000 });
    await link.click();
  };
  const frame = page.frameLocator('iframe');
  await open('Letter.txt');
  await expect(frame.getByText('Dear client, all is well.')).toBeVisible();
  await page.goBack();
  await expect(rowOf(page, 'Answer.txt')).toBeVisible();
  line.cut();
  await open('Answer.txt');
  await expect(page.getByRole('main').getByRole('alert')).toBeVisible({ timeout: 30_000 });
  line.mend();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(frame.getByText('Dear firm, thank you.')).toBeVisible();
  await page.goBack();
  await goToTab(page, 'Ledger');
  await expect(page.getByText(offlineBand)).toBeHidden();
});

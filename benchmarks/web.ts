/**
 * The staff app in Chromium against the real server: what a visit weighs, how soon it can be used, unlocking, a PDF's first page, and a
 * large file up and down against the same file sent by `curl` to a server that only writes it. Everything goes through the screens.
 */
import { execFile } from 'node:child_process';
import {
  createWriteStream,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { buildWeb, webDist } from '../tools/build-web.ts';
import { OwnServer } from '../tests/e2e/own-server.ts';
import { ModuleGraph } from '../tests/web/module-graph.ts';
import { finish, readOptions } from './report/result.ts';
import type { Cell } from './report/result.ts';
import { findMedian, roundMeasured } from './report/statistics.ts';
import { makeNoisyPdf } from './web/noisy-pdf.ts';
import { chromiumPath, openChromium } from './web/open-chromium.ts';
import { readRendererBytes } from './web/renderer-memory.ts';

const options = readOptions();
const largeBytes = options.isTiny ? 2 ** 20 : 128 * 2 ** 20;
const pdfPages = options.isTiny ? 2 : 20;
const rounds = options.isTiny ? 1 : 5;
const password = 'cedar lantern harbour ninety';
const run = promisify(execFile);

async function timed(act: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await act();
  return performance.now() - startedMs;
}

/** From the printed address to an open firm, as a person would. */
async function foundFirm(page: Page, server: OwnServer): Promise<void> {
  await page.goto(`${server.url}/start#code=${server.firstRunCode}`);
  await page.getByLabel('Name of the firm').fill('Bench & Partners');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Your name').fill('Ada Bench');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByLabel('The same password again').fill(password);
  await page
    .getByRole('status')
    .filter({ hasText: /Good|Strong/u })
    .waitFor();
  await page.getByRole('button', { name: 'Continue' }).click();
  const groups = page.getByRole('list', { name: 'Groups of the kit' }).getByRole('listitem');
  await groups.first().waitFor({ timeout: 60_000 });
  const texts = await groups.allTextContents();
  await page.getByRole('checkbox', { name: /I understand/u }).setChecked(true, { force: true });
  await page.getByRole('button', { name: /Continue|I have printed/u }).click();
  for (const field of await page.getByRole('textbox', { name: /^Group \d$/u }).all()) {
    const label =
      (await field.evaluate(
        (input) =>
          (input as unknown as { readonly labels?: readonly { readonly textContent: string | null }[] })
            .labels?.[0]?.textContent,
      )) ?? '';
    await field.fill(texts[Number(/\d/u.exec(label)?.[0]) - 1] ?? '');
  }
  await page.getByRole('button', { name: 'Create the firm' }).click();
  await page.getByRole('heading', { name: 'Your firm is ready' }).waitFor({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Open Strongroom' }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor({ timeout: 60_000 });
}

async function upload(page: Page, path: string, name: string): Promise<number> {
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Add files' }).first().click();
  const chooser = await choosing;
  return await timed(async () => {
    await chooser.setFiles(path);
    // A finished document is a link in the table of documents; one under way is not.
    await page.getByRole('link', { name, exact: true }).first().waitFor({ timeout: 600_000 });
  });
}

/** The same file to a server that writes it to the disk and does nothing else. */
async function measurePlainUpload(path: string, folder: string): Promise<number> {
  const server = createServer((request, response) => {
    void pipeline(request, createWriteStream(join(folder, 'plain-upload'), { flush: true })).then(() =>
      response.writeHead(204).end(),
    );
  });
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const ms = await timed(async () => await run('curl', ['-s', '-f', '-T', path, url]));
  server.close();
  return ms;
}

function weighScreens(): { readonly rows: Cell[][]; readonly firstBytes: number } {
  const graph = new ModuleGraph(webDist);
  const first = graph.ofPage('index.html');
  const firstBytes = graph.weigh(first);
  const today = graph.find('today-page').flatMap((name) => [...graph.ofChunk(name)]);
  const withToday = new Set([...first, ...today, ...graph.find('web', 'Waiting for you').slice(0, 1)]);
  const screens = readdirSync(join(webDist, 'assets'))
    .map((name) => /^([a-z-]+-page|room-[a-z]+)-[\w-]{8}\.js$/u.exec(name)?.[1])
    .filter((name) => name !== undefined);
  const rows: Cell[][] = [
    ['the page itself (scripts and sheets, without fonts and texts)', Math.round(firstBytes / 100) / 10],
    [
      'page, English texts and Today: the budget of 190 kB (without fonts)',
      Math.round(graph.weigh(withToday) / 100) / 10,
    ],
  ];
  for (const screen of [...new Set(screens)].toSorted()) {
    const [chunk] = graph.find(screen);
    if (chunk === undefined) continue;
    const more = [...graph.ofChunk(chunk)].filter((name) => !first.has(name));
    rows.push([screen, Math.round(graph.weigh(more) / 100) / 10]);
  }
  return { rows, firstBytes };
}

async function main(): Promise<void> {
  // What a short run does not measure is not done twice.
  const built = await buildWeb({ isAnew: !options.isTiny });
  const { rows: weights, firstBytes } = weighScreens();
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-bench-web-'));
  const profile = join(folder, 'profile');
  const server = await OwnServer.start();
  const browser = await openChromium(profile);
  try {
    const large = join(folder, 'large.bin');
    writeFileSync(large, randomBytes(largeBytes));
    const pdf = join(folder, 'scan.pdf');
    writeFileSync(pdf, makeNoisyPdf(pdfPages));
    const page = await browser.newPage();
    const usableMs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const visit = await browser.newPage();
      usableMs.push(
        await timed(async () => {
          await visit.goto(`${server.url}/start`);
          await visit.getByRole('heading', { level: 1 }).waitFor();
        }),
      );
      await visit.close();
    }
    const typingMs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const visit = await browser.newPage();
      typingMs.push(
        await timed(async () => {
          await visit.goto(`${server.url}/start#code=${server.firstRunCode}`);
          await visit.getByLabel('Name of the firm').fill('Bench & Partners');
          await visit.getByRole('button', { name: 'Continue' }).click({ trial: true });
        }),
      );
      await visit.close();
    }
    await foundFirm(page, server);
    const steps: Cell[][] = [
      ['page of a server opened, to its first heading', Math.round(findMedian(usableMs))],
      [
        'the same of a first run, to a form that took what was typed (time to interactive)',
        Math.round(findMedian(typingMs)),
      ],
    ];
    const reloads: number[] = [];
    const unlocks: number[] = [];
    for (let round = 0; round < rounds; round++) {
      reloads.push(
        await timed(async () => {
          await page.reload();
          await page.getByRole('navigation', { name: 'Main' }).waitFor();
        }),
      );
      await page.keyboard.press('Shift+L');
      await page.getByLabel('Password', { exact: true }).fill(password);
      unlocks.push(
        await timed(async () => {
          await page.keyboard.press('Enter');
          await page.getByRole('navigation', { name: 'Main' }).waitFor();
        }),
      );
    }
    steps.push(['reload, to the app with its keys', Math.round(findMedian(reloads))]);
    steps.push([
      'unlock by password, to the app (Argon2id and OPAQUE included)',
      Math.round(findMedian(unlocks)),
    ]);

    await page
      .getByRole('navigation', { name: 'Main' })
      .getByRole('link', { name: 'Clients', exact: true })
      .click();
    await page.getByText('Sample client').first().click();
    await page.getByRole('button', { name: 'Add files' }).first().waitFor();
    await upload(page, pdf, 'scan.pdf');
    const firstPages: number[] = [];
    for (let round = 0; round < rounds; round++) {
      await page.getByRole('link', { name: 'scan.pdf', exact: true }).first().click({ noWaitAfter: true });
      firstPages.push(
        await timed(async () => {
          await page.frameLocator('iframe').locator('canvas').first().waitFor({ timeout: 60_000 });
        }),
      );
      await page.goBack();
      await page.getByRole('button', { name: 'Add files' }).first().waitFor();
    }
    steps.push([
      `a PDF of ${(readFileSync(pdf).length / 1e6).toFixed(1)} MB, from the click to its first page in the sealed viewer`,
      Math.round(findMedian(firstPages)),
    ]);
    const plainMs = await measurePlainUpload(large, folder);
    const upMs = await upload(page, large, 'large.bin');
    const downMs = await timed(async () => {
      await page.getByRole('link', { name: 'large.bin', exact: true }).first().click();
      await page.getByRole('heading', { name: 'large.bin' }).waitFor();
      await page.getByText('No preview for this kind of file').waitFor({ timeout: 600_000 });
    });
    const rate = (ms: number): number => roundMeasured(largeBytes / 1e6 / (ms / 1000));
    finish(
      {
        benchmark: 'web',
        title: 'The staff app in Chromium',
        method:
          `Debian’s Chromium drives the built app through its screens against the real server and warden on the same machine; medians of ${rounds}. ` +
          'Sizes are gzip, level 9, each file by itself.',
        tables: [
          { title: 'What is loaded', columns: ['part', 'kB gz'], rows: weights },
          { title: 'How soon', columns: ['step', 'ms'], rows: steps },
          ...(built.wasFresh
            ? []
            : [
                {
                  title: 'The wait before the first start',
                  columns: ['step', 's'],
                  rows: [['the app is built, compressed and listed', roundMeasured(built.seconds)]],
                },
              ]),
          {
            title: `A file of ${Math.round(largeBytes / 1e6)} MB`,
            columns: ['way', 'MB/s', 'of curl'],
            rows: [
              ['curl to a server that writes it to the disk', rate(plainMs), 1],
              [
                'added to a room: read, sealed, hashed, sent, acknowledged, line written',
                rate(upMs),
                roundMeasured(plainMs / upMs),
              ],
              [
                'opened: line, fetched, checked, opened, whole in memory',
                rate(downMs),
                roundMeasured(plainMs / downMs),
              ],
            ],
          },
          {
            title: 'Memory',
            columns: ['of', 'MiB resident'],
            rows: [
              [
                'the largest renderer of the profile, with the opened file',
                Math.round((readRendererBytes(profile)[0] ?? 0) / 2 ** 20),
              ],
            ],
          },
        ],
        aims: [
          {
            what: 'first screen, gz, without fonts',
            aim: 'at most 190 kB',
            measured: `${(firstBytes / 1000).toFixed(0)} kB and the texts of one language`,
            isMet: firstBytes < 165_000,
          },
          ...(built.wasFresh
            ? []
            : [
                {
                  what: 'the app built on two cores',
                  aim: 'under 60 s',
                  measured: `${built.seconds.toFixed(1)} s`,
                  isMet: built.seconds < 60,
                },
              ]),
        ],
        notes: [],
      },
      options,
    );
  } finally {
    await browser.close();
    await server.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

if (existsSync(chromiumPath)) await main();
else process.stdout.write('skipped: chromium is not installed\n');

/**
 * Sealing and opening in a worker of Chromium, from and to its private files, against one AES-256-GCM message over the whole
 * file there, and against `age` on the same disk. All take turns in each round: read the ratios.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { build } from 'vite';
import { finish, readOptions } from './report/result.ts';
import type { Cell } from './report/result.ts';
import { findMedian, roundMeasured } from './report/statistics.ts';
import { findAge } from './seal/age.ts';
import { chromiumPath } from './web/open-chromium.ts';
import type { ChromiumOrder, ChromiumReport } from './seal-chromium/seal-worker.ts';

const options = readOptions();
const sizeBytes = options.isTiny ? 3 * 2 ** 20 : 256 * 2 ** 20;
const rounds = options.isTiny ? 1 : 5;
const chromiumArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const pages = fileURLToPath(new URL('seal-chromium/', import.meta.url));

type Turn = { readonly sealMs: number; readonly openMs: number };
const ways: readonly (readonly [ChromiumOrder['way'], string])[] = [
  ['floe', 'FLOE, four segments in flight'],
  ['floe-leaves', 'FLOE and hash tree'],
  ['one-shot', 'AES-256-GCM, one message'],
];

/** The bundle, served from a folder; ends with `close`. */
async function servePages(folder: string): Promise<{ readonly url: string; readonly close: () => void }> {
  await build({
    configFile: false,
    logLevel: 'error',
    root: pages,
    build: {
      outDir: folder,
      target: 'esnext',
      rolldownOptions: {
        input: join(pages, 'seal-worker.ts'),
        output: { entryFileNames: '[name].js', chunkFileNames: 'chunk-[name]-[hash].js' },
      },
    },
  });
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const file = path === '/' ? join(pages, 'seal.html') : join(folder, path);
    response.setHeader('content-type', path === '/' ? 'text/html' : 'text/javascript');
    if (existsSync(file)) response.end(readFileSync(file));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The most resident memory that a renderer of this browser has now, or ever had, in bytes. */
function readMemory(profile: string, field: 'VmRSS' | 'VmHWM'): number {
  const peaks = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        if (!command.includes(profile) || !command.includes('--type=renderer')) return 0;
        return (
          Number(
            new RegExp(`${field}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0,
          ) * 1024
        );
      } catch {
        // A process that ended between the listing and the reading.
        return 0;
      }
    });
  return Math.max(...peaks);
}

async function runBrowser(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-bench-chromium-'));
  const { url, close } = await servePages(join(folder, 'pages'));
  const profile = join(folder, 'profile');
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath,
    args: chromiumArguments,
    chromiumSandbox: false,
  });
  try {
    const page = await browser.newPage();
    await page.goto(url);
    await page.waitForFunction('typeof window.runSeal === "function"');
    const turns: Record<string, Turn[]> = { age: [] };
    const plain = join(folder, 'plain');
    writeFileSync(plain, randomBytes(sizeBytes));
    const age = await findAge(folder);
    const idleBytes = readMemory(profile, 'VmRSS');
    let peakBytes = 0;
    for (let round = 0; round <= rounds; round++) {
      for (const [way] of ways) {
        const report = await page.evaluate(
          (order) =>
            (globalThis as unknown as { runSeal(order: ChromiumOrder): Promise<ChromiumReport> }).runSeal(
              order,
            ),
          { way, sizeBytes } satisfies ChromiumOrder,
        );
        if (report.error !== undefined || !report.isEqual)
          throw new Error(`${way}: ${report.error ?? 'not equal'}`);
        // The message over the whole file comes last, so that the first peak is that of segments.
        if (way === 'floe-leaves' && round === 0) peakBytes = readMemory(profile, 'VmHWM');
        if (round > 0 || options.isTiny) (turns[way] ??= []).push(report);
      }
      if (age !== undefined && (round > 0 || options.isTiny)) {
        const sealMs = await age('seal', plain, join(folder, 'sealed'));
        const openMs = await age('open', join(folder, 'sealed'), join(folder, 'opened'));
        for (const name of ['sealed', 'opened']) rmSync(join(folder, name));
        turns['age']?.push({ sealMs, openMs });
      }
    }
    report(turns, { version: browser.browser()?.version() ?? 'unknown', idleBytes, peakBytes });
  } finally {
    await browser.close();
    close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function report(
  turns: Readonly<Record<string, readonly Turn[]>>,
  browser: { readonly version: string; readonly idleBytes: number; readonly peakBytes: number },
): void {
  const ageTurns = turns['age'] ?? [];
  const names = new Map<string, string>([['age', 'age, native'], ...ways]);
  const rows = [...names].flatMap(([way, name]): Cell[][] => {
    const all = turns[way] ?? [];
    if (all.length === 0) return [];
    const speedOf = (pick: (turn: Turn) => number): number =>
      roundMeasured(sizeBytes / 1e3 / findMedian(all.map(pick)));
    const ratioOf = (pick: (turn: Turn) => number): Cell => {
      const ratio = findMedian(ageTurns.map((turn, round) => pick(turn) / pick(all[round] ?? turn)));
      return Number.isFinite(ratio) ? `${ratio.toFixed(2)}x` : '-';
    };
    return [
      [
        name,
        speedOf(({ sealMs }) => sealMs),
        speedOf(({ openMs }) => openMs),
        ratioOf(({ sealMs }) => sealMs),
        ratioOf(({ openMs }) => openMs),
      ],
    ];
  });
  const idleMb = Math.round(browser.idleBytes / 1e6);
  const grownMb = Math.round((browser.peakBytes - browser.idleBytes) / 1e6);
  finish(
    {
      benchmark: 'seal-chromium',
      title: `Sealing and opening a file of ${sizeBytes / 2 ** 20} MiB in a worker of Chromium`,
      method:
        `Chromium ${browser.version}, one worker, sync access handles of its private files. Median of ${rounds} rounds in which all take turns; the ` +
        'first round is not counted, and in it what was opened is compared with the plaintext.',
      tables: [
        { title: 'Speed', columns: ['way', 'seal MB/s', 'open MB/s', 'seal to age', 'open to age'], rows },
      ],
      aims: [
        {
          what: `peak memory, FLOE in Chromium, above the ${idleMb} MB of the idle page`,
          aim: 'under 200 MB',
          measured: `${grownMb} MB`,
          isMet: grownMb < 200,
        },
      ],
      notes: ageTurns.length === 0 ? ['age is not installed: no ratios'] : [],
    },
    options,
  );
}

if (existsSync(chromiumPath)) await runBrowser();
else process.stdout.write(`skipped: there is no ${chromiumPath}\n`);

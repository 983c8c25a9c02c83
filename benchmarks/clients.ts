/**
 * A firm of many clients: importing them through the real server, then what a person waits for after unlocking, in Node and in a worker
 * of Chromium over IndexedDB: with the day's lease, and at the first unlock of a day, when every room's key is asked for. Then the staff
 * app itself, on a device that is new.
 */
import { existsSync } from 'node:fs';
import { createNodeEngine } from '@strongroom/core/node';
import type { VaultId } from '@strongroom/core';
import type { DeviceEnvironment } from '@strongroom/device';
import { startClientsBrowser } from './clients/browser.ts';
import { chromiumPath } from './web/open-chromium.ts';
import { measureStaffApp } from './clients/staff-app.ts';
import type { AppReport } from './clients/staff-app.ts';
import { measureUnlock } from './clients/measure-unlock.ts';
import type { UnlockReport } from './clients/measure-unlock.ts';
import { buildWeb } from '../tools/build-web.ts';
import { formatSignInLink } from '../tools/demo/sign-in-link.ts';
import { MemoryStorage } from '../tests/device/firm-world.ts';
import { openOffice } from './office/office.ts';
import type { BenchDevice } from './office/office.ts';
import { startServerProcess } from './office/server-process.ts';
import { finish, readOptions } from './report/result.ts';
import type { Aim, Cell } from './report/result.ts';
import { findMedian, findPercentile, roundMeasured } from './report/statistics.ts';

const options = readOptions();
const counts = options.isTiny ? [12] : options.count === undefined ? [1_000, 10_000] : [options.count];
const rounds = options.isTiny ? 1 : 3;
const dayMs = 86_400_000;
const password = 'correct horse battery staple';
const names = ['Łódź Mills', 'Client', '上海浦东发展', 'Société Anonyme', 'Weißbach & Söhne'];

const imports: Cell[][] = [];
const unlocks: Cell[][] = [];
const listings: Cell[][] = [];
const searches: Cell[][] = [];
const apps: Cell[][] = [];
const aims: Aim[] = [];
let version = 'not installed';

if (existsSync(chromiumPath)) await buildWeb();
for (const count of counts) await measure(count);

finish(
  {
    benchmark: 'clients',
    title: `A firm of ${counts.map((count) => count.toLocaleString('en')).join(' and of ')} clients`,
    method:
      'Real device code against the real server and warden on the same machine, one vault, one member. "Unlocked" is when the password was accepted; "searchable" is ' +
      `when every name is decrypted and a first search was answered. Median of ${rounds} with the day's lease, each in a new process or worker; the first unlock of a day ` +
      `once. Chromium ${version}, one worker, IndexedDB with strict durability; the page's server passes calls on. The staff app is the built one, through its screens, on a ` +
      'device that is new: it fetches and judges every chain, then every name. Its list is whole when no name is missing; a word is typed in that moment, and "searched" is when the count says how many it found. Typing later is measured the same way.',
    tables: [
      {
        title: 'Import',
        columns: [
          'clients',
          'rows a second',
          'device CPU ms a row',
          'server CPU ms a row',
          'warden CPU ms a row',
        ],
        rows: imports,
      },
      {
        title: 'From unlocked to searchable',
        columns: [
          'clients',
          'where',
          'lease',
          'device open ms',
          'first rows ms',
          'searchable ms',
          'first sync ms',
        ],
        rows: unlocks,
      },
      {
        title: 'The first listing on a device: a line and a cache key for 500 rooms together',
        columns: ['clients', 'where', 'seconds', 'clients a second'],
        rows: listings,
      },
      { title: 'Search', columns: ['clients', 'where', 'p50 ms', 'p95 ms'], rows: searches },
      ...(apps.length === 0
        ? []
        : [
            {
              title: 'The staff app',
              columns: [
                'clients',
                'new device: password to list s',
                'password to list ms',
                'unlocked to list ms',
                'and searched ms',
                'typed to shown p50 ms',
                'p95 ms',
                'scroll p95 ms a frame',
                'frames over 50 ms',
                'largest renderer MiB',
              ],
              rows: apps,
            },
          ]),
    ],
    aims,
    notes: [],
  },
  options,
);

async function measure(count: number): Promise<void> {
  const server = await startServerProcess({ isTimeMoved: true });
  try {
    const { owner, vault } = await openOffice(server);
    await importClients(owner, vault, count, server.readCpu);
    const listedFrom = performance.now();
    await owner.device.clients.list({ vault });
    const listedSeconds = (performance.now() - listedFrom) / 1_000;
    listings.push([count, 'Node', roundMeasured(listedSeconds), roundMeasured(count / listedSeconds)]);
    const { root } = await owner.device.firm.describe();
    await owner.device.sync();
    await owner.device.close();
    // The client that every bench office has, besides.
    const expectedCount = count + 1;
    const { entries } = owner.storage;
    let offsetMs = 0;
    const inNode = async (isNewDay: boolean): Promise<UnlockReport> =>
      await measureUnlock(environmentOf(server.url, entries, offsetMs), {
        password,
        isNewDay,
        expectedCount,
      });
    const nextDay = async (): Promise<void> => {
      await server.advance(dayMs + 60_000);
      offsetMs += dayMs + 60_000;
    };

    const browser = existsSync(chromiumPath) ? await startClientsBrowser(server.url, entries) : undefined;
    try {
      report(count, 'Node', 'valid', await repeat(async () => await inNode(false)));
      if (browser !== undefined) {
        ({ version } = browser);
        const inBrowser = async (isNewDay: boolean, isFilled = false): Promise<UnlockReport> =>
          await browser.run({ password, isNewDay, isFilled, expectedCount, offsetMs });
        await inBrowser(false, true);
        report(count, 'Chromium', 'valid', await repeat(async () => await inBrowser(false)));
        // A device of its own, while the clock of the browser is the server's.
        const link = formatSignInLink(server.url, { person: owner.device.me.person, root, kit: owner.kit });
        reportApp(count, await measureStaffApp({ link, password, rounds, isTiny: options.isTiny }));
        await nextDay();
        report(count, 'Chromium', 'first of the day', [await inBrowser(true)]);
      }
      await nextDay();
      report(count, 'Node', 'first of the day', [await inNode(true)]);
    } finally {
      await browser?.close();
    }
  } finally {
    await server.stop();
  }
}

async function importClients(
  { device }: BenchDevice,
  vault: VaultId,
  count: number,
  readCpu: () => { readonly server: number; readonly warden: number },
): Promise<void> {
  const rows = Array.from({ length: count }, (_, place) => ({
    name: `${names[place % names.length] ?? ''} ${place}`,
    aliases: [`Alias ${(place * 7919) % count}`],
    countries: ['PL'],
    lead: device.me.person,
    reviewAtMs: 1_800_000_000_000 + place,
  }));
  const before = { ...readCpu(), device: process.cpuUsage() };
  const startedAt = performance.now();
  const results = await device.clients.addMany(rows, { vault });
  const seconds = (performance.now() - startedAt) / 1_000;
  if (results.some(({ state }) => state !== 'added')) throw new Error('not every client was added');
  const after = { ...readCpu(), device: process.cpuUsage(before.device) };
  imports.push([
    count,
    roundMeasured(count / seconds),
    roundMeasured((after.device.user + after.device.system) / 1_000 / count),
    roundMeasured((after.server - before.server) / count),
    roundMeasured((after.warden - before.warden) / count),
  ]);
  aims.push({
    what: `importing ${count.toLocaleString('en')} clients`,
    aim: '100 a second',
    measured: `${roundMeasured(count / seconds)} a second`,
    isMet: count / seconds >= 100,
  });
}

function environmentOf(
  url: string,
  entries: ReadonlyMap<string, Uint8Array>,
  offsetMs: number,
): DeviceEnvironment {
  const storage = new MemoryStorage();
  for (const [key, bytes] of entries) storage.entries.set(key, bytes.slice());
  return {
    engine: createNodeEngine(),
    storage,
    clock: {
      nowMs: () => Date.now() + offsetMs,
      sleep: async (ms) => {
        await new Promise((resolve) => {
          setTimeout(resolve, ms);
        });
      },
    },
    transport: {
      async send({ method, path, headers, body }) {
        const response = await fetch(url + path, {
          method,
          headers: headers ?? {},
          ...(body === undefined ? {} : { body: body as Uint8Array<ArrayBuffer> }),
        });
        return {
          status: response.status,
          headers: Object.fromEntries(response.headers),
          body: new Uint8Array(await response.arrayBuffer()),
        };
      },
    },
  };
}

function reportApp(count: number, app: AppReport): void {
  const foundMs = roundMeasured(findMedian(app.unlockedToFoundMs));
  const searchMs = roundMeasured(findPercentile(app.searchMs, 95));
  const slowFrames = app.frameMs.filter((ms) => ms > 50).length;
  apps.push([
    count,
    roundMeasured(app.firstListMs / 1_000),
    roundMeasured(findMedian(app.passwordToListMs)),
    roundMeasured(findMedian(app.unlockedToListMs)),
    foundMs,
    roundMeasured(findPercentile(app.searchMs, 50)),
    searchMs,
    roundMeasured(findPercentile(app.frameMs, 95)),
    `${slowFrames} of ${app.frameMs.length}`,
    Math.round(app.rendererBytes / 2 ** 20),
  ]);
  const of = `${count.toLocaleString('en')} clients, staff app`;
  aims.push(
    {
      what: `unlocked to the whole list and the first search in it, ${of}`,
      aim: 'under 1,000 ms',
      measured: `${foundMs} ms`,
      isMet: foundMs < 1_000,
    },
    {
      what: `typed to shown, p95, ${of}`,
      aim: 'under 50 ms',
      measured: `${searchMs} ms`,
      isMet: searchMs < 50,
    },
    {
      what: `frames over 50 ms while scrolling, ${of}`,
      aim: 'none',
      measured: `${slowFrames} of ${app.frameMs.length}`,
      isMet: slowFrames === 0,
    },
  );
}

async function repeat(run: () => Promise<UnlockReport>): Promise<UnlockReport[]> {
  const reports: UnlockReport[] = [];
  for (let round = 0; round < rounds; round++) reports.push(await run());
  return reports;
}

function report(count: number, where: string, lease: string, reports: readonly UnlockReport[]): void {
  const median = (pick: (each: UnlockReport) => number): number =>
    roundMeasured(findMedian(reports.map(pick)));
  const searchableMs = median((each) => each.searchableMs);
  unlocks.push([
    count,
    where,
    lease,
    median((each) => each.openMs),
    median((each) => each.firstRowsMs),
    searchableMs,
    median((each) => each.syncMs),
  ]);
  if (lease !== 'valid') return;
  aims.push({
    what: `unlocked to searchable, ${count.toLocaleString('en')} clients, ${where}`,
    aim: 'under 1,000 ms',
    measured: `${searchableMs} ms`,
    isMet: searchableMs < 1_000,
  });
  const all = reports.flatMap(({ searchMs }) => searchMs);
  searches.push([
    count,
    where,
    roundMeasured(findPercentile(all, 50)),
    roundMeasured(findPercentile(all, 95)),
  ]);
}

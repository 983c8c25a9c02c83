/**
 * Audited openings through the real server and warden, each with its own signed request, its own line in the ledger and its own
 * sealed answer, against what the same disk commits durably.
 */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MemorySink } from '../tests/device/firm-world.ts';
import { openOffice } from './office/office.ts';
import type { BenchDevice, KeptRequest } from './office/office.ts';
import { startServerProcess } from './office/server-process.ts';
import type { LoadOrder, LoadReport } from './openings/load-child.ts';
import { finish, readOptions } from './report/result.ts';
import type { Cell } from './report/result.ts';
import { findMedian, findPercentile, roundMeasured } from './report/statistics.ts';

const options = readOptions();
const scale = options.isTiny ? 0.01 : 1;
const memberCount = options.isTiny ? 1 : 7;
const rounds = options.isTiny ? 1 : (options.count ?? 3);
const soloCount = 500 * scale;
const crowdCount = 2_000 * scale;
const pacedCount = 1_000 * scale;
const commitCount = 2_000 * scale;
const folder = mkdtempSync(join(tmpdir(), 'strongroom-bench-load-'));

/** Single-row durable commits a second, one caller: the limit of anything that writes a line for each opening alone. */
function measureCommits(): number {
  const path = join(folder, `commits-${performance.now()}.db`);
  const database = new DatabaseSync(path);
  database.exec(
    'pragma journal_mode = WAL; pragma synchronous = FULL; create table lines (id integer primary key, line blob)',
  );
  const insert = database.prepare('insert into lines (line) values (?)');
  const line = new Uint8Array(300).fill(7);
  const startedAt = performance.now();
  for (let commit = 0; commit < commitCount; commit++) insert.run(line);
  const perSecond = (commitCount * 1000) / (performance.now() - startedAt);
  database.close();
  return perSecond;
}

/** Requests by all devices in turns. */
async function signByTurns(
  devices: readonly BenchDevice[],
  record: Parameters<BenchDevice['signOpenings']>[0],
  count: number,
): Promise<KeptRequest[]> {
  const each = Math.ceil(count / devices.length);
  const signed: KeptRequest[][] = [];
  for (const device of devices) signed.push(await device.signOpenings(record, each));
  return Array.from({ length: each }, (_, turn) => signed.flatMap((all) => all[turn] ?? []))
    .flat()
    .slice(0, count);
}

type Load = LoadReport & { readonly cpu: { readonly server: number; readonly warden: number } };

async function runLoad(
  requests: readonly KeptRequest[],
  how: Pick<LoadOrder, 'callers' | 'perSecond'>,
): Promise<Load> {
  const { url } = server;
  const file = join(folder, 'requests.json');
  writeFileSync(file, JSON.stringify(requests));
  const child = fork(new URL('openings/load-child.ts', import.meta.url), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const answered = once(child, 'message');
  const before = server.readCpu();
  child.send({ url, file, ...how } satisfies LoadOrder);
  const [report] = (await answered) as [LoadReport];
  if (Object.keys(report.failures).length > 0)
    throw new Error(`not released: ${JSON.stringify(report.failures)}`);
  return { ...report, cpu: countCpu(before) };
}

function countCpu(before: Load['cpu']): Load['cpu'] {
  const after = server.readCpu();
  return { server: after.server - before.server, warden: after.warden - before.warden };
}

async function measureDevice(
  { device }: BenchDevice,
  record: Parameters<BenchDevice['signOpenings']>[0],
): Promise<Load> {
  const before = server.readCpu();
  const latenciesMs: number[] = [];
  const startedAt = performance.now();
  for (let round = 0; round < (options.isTiny ? 2 : 60); round++) {
    const beganAt = performance.now();
    await device.records.open({ record, sink: new MemorySink(), purpose: 'work' });
    latenciesMs.push(performance.now() - beganAt);
  }
  return {
    seconds: (performance.now() - startedAt) / 1000,
    latenciesMs,
    failures: {},
    cpu: countCpu(before),
  };
}

const server = await startServerProcess();
try {
  const office = await openOffice(server);
  const record = await office.addRecord('bench.bin', new Uint8Array(10_000).fill(3));
  const devices = [office.owner];
  for (let member = 0; member < memberCount; member++)
    devices.push(await office.addMember(`Member ${member}`));

  const commits: number[] = [];
  const reports = { solo: [] as Load[], crowd: [] as Load[], paced: [] as Load[], device: [] as Load[] };
  for (let round = 0; round < rounds; round++) {
    const solo = await signByTurns(devices, record, soloCount);
    const crowd = await signByTurns(devices, record, crowdCount);
    const paced = await signByTurns(devices, record, pacedCount);
    commits.push(measureCommits());
    reports.solo.push(await runLoad(solo, { callers: 1 }));
    commits.push(measureCommits());
    reports.crowd.push(await runLoad(crowd, { callers: 32 }));
    reports.paced.push(await runLoad(paced, { callers: 32, perSecond: 100 }));
    reports.device.push(await measureDevice(office.owner, record));
  }
  report(findMedian(commits), reports);
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

function report(
  commitsPerSecond: number,
  reports: Readonly<Record<'solo' | 'crowd' | 'paced' | 'device', readonly Load[]>>,
): void {
  const rateOf = (all: readonly Load[]): number =>
    findMedian(all.map(({ seconds, latenciesMs }) => latenciesMs.length / seconds));
  const cpuOf = (all: readonly Load[], process: 'server' | 'warden'): number =>
    roundMeasured(findMedian(all.map(({ cpu, latenciesMs }) => cpu[process] / latenciesMs.length)));
  const percentileOf = (all: readonly Load[], percent: number): number =>
    roundMeasured(findMedian(all.map(({ latenciesMs }) => findPercentile(latenciesMs, percent))));
  const rowOf = (name: string, all: readonly Load[]): Cell[] => [
    name,
    roundMeasured(rateOf(all)),
    roundMeasured(rateOf(all) / commitsPerSecond),
    ...[50, 95, 99].map((percent) => percentileOf(all, percent)),
    cpuOf(all, 'server'),
    cpuOf(all, 'warden'),
  ];
  const crowdRate = rateOf(reports.crowd);
  const pacedP95 = percentileOf(reports.paced, 95);
  finish(
    {
      benchmark: 'openings',
      title: 'Audited openings through the real server and warden',
      method:
        `Median of ${rounds} rounds. Server and warden run as "npm start" runs them, on the same machine as the callers. Requests are signed by ` +
        `${memberCount + 1} persons' real devices beforehand and sent by a process of its own, which reads each answer but does not verify it; each opens card and ` +
        'body key of a record and gets its own line, durable at the server and at the warden. "A whole opening by a device" is the real device code: sync, request, ' +
        'verified receipt, header, card and a body of one segment.',
      tables: [
        {
          title: 'Openings',
          columns: [
            'callers',
            'a second',
            'of the commit rate',
            'p50 ms',
            'p95 ms',
            'p99 ms',
            'server CPU ms each',
            'warden CPU ms each',
          ],
          rows: [
            rowOf('1', reports.solo),
            rowOf('32', reports.crowd),
            rowOf('100 a second at fixed times', reports.paced),
            rowOf('a whole opening by a device, 1', reports.device),
            [
              'durable single-row commits of the same disk, 1',
              roundMeasured(commitsPerSecond),
              1,
              '',
              '',
              '',
              '',
              '',
            ],
          ],
        },
      ],
      aims: [
        {
          what: 'openings a second, 32 callers',
          aim: '1,000',
          measured: String(Math.round(crowdRate)),
          isMet: crowdRate >= 1000,
        },
        {
          what: 'p95 of an opening at 100 a second',
          aim: 'under 20 ms',
          measured: `${pacedP95} ms`,
          isMet: pacedP95 < 20,
        },
      ],
      notes: [],
    },
    options,
  );
}

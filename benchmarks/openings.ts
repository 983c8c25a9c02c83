/**
 * Audited openings through the real server and warden, each with its own signed request, its own line in the ledger and its own
 * sealed answer, against what the same disk commits durably; and in the same run with a second warden, with a witness, with both.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { RecordId } from '@strongroom/core';
import { startBenchFirm } from './openings/bench-firm.ts';
import type { BenchFirm, FirmCase } from './openings/bench-firm.ts';
import { cpuOf, percentileOf, rateOf, runDevice, runLoad } from './openings/run-load.ts';
import type { Load } from './openings/run-load.ts';
import { finish, readOptions } from './report/result.ts';
import type { Cell } from './report/result.ts';
import { findMedian, roundMeasured } from './report/statistics.ts';

const options = readOptions();
const scale = options.isTiny ? 0.02 : 1;
const memberCount = options.isTiny ? 1 : 3;
const rounds = options.isTiny ? 1 : (options.count ?? 3);
const commitCount = 2_000 * scale;
const deviceCount = options.isTiny ? 2 : 60;
/** The longest that the newest head may wait for its cosignature. */
const cosignedMsMax = 60_000;
const folder = mkdtempSync(join(tmpdir(), 'strongroom-bench-load-'));

const cases: readonly FirmCase[] = [
  { name: 'alone', hasStandby: false, hasWitness: false },
  { name: 'a second warden', hasStandby: true, hasWitness: false },
  { name: 'a witness', hasStandby: false, hasWitness: true },
  { name: 'a second warden and a witness', hasStandby: true, hasWitness: true },
];

/** Loads of one kind of record in one firm, one of each a round. */
interface Measured {
  readonly name: string;
  readonly firm: BenchFirm;
  readonly record: RecordId;
  readonly counts: { readonly solo: number; readonly crowd: number; readonly paced: number };
  readonly loads: Record<'solo' | 'crowd' | 'paced', Load[]>;
}

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

function listMeasured(firms: readonly BenchFirm[]): Measured[] {
  const start = (name: string, firm: BenchFirm, record: RecordId, counts: Measured['counts']): Measured => ({
    name,
    firm,
    record,
    counts,
    loads: { solo: [], crowd: [], paced: [] },
  });
  const usual = { solo: 150 * scale, crowd: 600 * scale, paced: 300 * scale };
  const top = { solo: 50 * scale, crowd: 250 * scale, paced: 150 * scale };
  return firms.flatMap((firm) => {
    const { name } = firm.case;
    if (firm.top === undefined) return [start(name, firm, firm.usual, usual)];
    return [
      start(`${name}, usual class`, firm, firm.usual, usual),
      start(`${name}, top class`, firm, firm.top, top),
    ];
  });
}

async function runRound({ firm, record, counts, loads }: Measured): Promise<void> {
  firm.setResting(false);
  const [solo, crowd, paced] = [
    await firm.sign(record, counts.solo),
    await firm.sign(record, counts.crowd),
    await firm.sign(record, counts.paced),
  ];
  loads.solo.push(await runLoad(firm, solo, { callers: 1, folder }));
  loads.crowd.push(await runLoad(firm, crowd, { callers: 32, folder }));
  loads.paced.push(await runLoad(firm, paced, { callers: 32, perSecond: 100, folder }));
  firm.setResting(true);
}

/** Seconds from an opening of the usual class until the witness has cosigned a head with it. @throws Error after a minute */
async function measureCosigned(firm: BenchFirm): Promise<number> {
  const { owner, vault } = firm;
  await runDevice(firm, 1);
  const startedAt = performance.now();
  const look = async (): Promise<{ readonly size: number; readonly witnessedSize: number }> => {
    const stand = (await owner.device.witnesses.list()).ledgers.find(({ ledger }) => ledger === vault);
    if (stand === undefined) throw new Error('the vault has no ledger');
    return stand;
  };
  const { size } = await look();
  while ((await look()).witnessedSize < size) {
    if (performance.now() - startedAt > cosignedMsMax) throw new Error('no cosignature within a minute');
    await new Promise((resolve) => {
      setTimeout(resolve, 250);
    });
  }
  return (performance.now() - startedAt) / 1000;
}

const started = await Promise.allSettled(cases.map(async (each) => await startBenchFirm(each, memberCount)));
const firms = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
try {
  for (const one of started) if (one.status === 'rejected') throw one.reason;
  const measured = listMeasured(firms);
  const commits: number[] = [];
  const whole: Load[] = [];
  const cosigned: [string, number][] = [];
  for (const firm of firms) firm.setResting(true);
  for (let round = 0; round < rounds; round++) {
    commits.push(measureCommits());
    for (const each of measured) await runRound(each);
    commits.push(measureCommits());
    const [alone] = firms;
    if (alone === undefined) continue;
    alone.setResting(false);
    whole.push(await runDevice(alone, deviceCount));
    alone.setResting(true);
  }
  for (const firm of firms)
    if (firm.case.hasWitness) {
      firm.setResting(false);
      cosigned.push([firm.case.name, await measureCosigned(firm)]);
      firm.setResting(true);
    }
  report(measured, { commitsPerSecond: findMedian(commits), whole, cosigned });
} finally {
  for (const firm of firms) await firm.stop();
  rmSync(folder, { recursive: true, force: true });
}

function report(
  measured: readonly Measured[],
  {
    commitsPerSecond,
    whole,
    cosigned,
  }: {
    readonly commitsPerSecond: number;
    readonly whole: readonly Load[];
    readonly cosigned: readonly (readonly [string, number])[];
  },
): void {
  const [alone] = measured;
  if (alone === undefined) throw new Error('nothing was measured');
  const rowOf = (name: string, all: readonly Load[]): Cell[] => [
    name,
    roundMeasured(rateOf(all)),
    roundMeasured(rateOf(all) / commitsPerSecond),
    ...[50, 95, 99].map((percent) => percentileOf(all, percent)),
    cpuOf(all, 'server'),
    cpuOf(all, 'warden'),
  ];
  /** The median of the ratios within a round. */
  const ratioOf = (own: readonly Load[], base: readonly Load[]): number =>
    roundMeasured(
      findMedian(own.map((load, round) => rateOf([load]) / rateOf(base.slice(round, round + 1)))),
    );
  const crowdRate = rateOf(alone.loads.crowd);
  const pacedP95 = percentileOf(alone.loads.paced, 95);
  const { solo, crowd, paced } = alone.counts;
  finish(
    {
      benchmark: 'openings',
      title: 'Audited openings through the real server and warden',
      method:
        `Median of ${rounds} rounds, in which all take turns. Server and warden run as "npm start" runs them, on the same machine as the callers. Requests are signed by ` +
        `${memberCount + 1} persons' real devices beforehand and sent by a process of its own, which reads each answer but does not verify it; each opens card and ` +
        `body key of a record and gets its own line, durable at the server and at the warden. ${solo} openings by one caller, ${crowd} by 32, ${paced} at 100 a second; of the top class fewer. ` +
        '"A whole opening by a device" is the real device code: sync, request, verified receipt, header, card and a body of one segment. Each firm of the second table has its own server and warden; ' +
        'second warden and witness are processes of the same machine, and those of the firms that are not measured stand still. The second warden has acknowledged each line before anybody is answered; the witness is named by the firm: what is of the top ' +
        'class is answered under a head that it has cosigned, the rest at once.',
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
            rowOf('1', alone.loads.solo),
            rowOf('32', alone.loads.crowd),
            rowOf('100 a second at fixed times', alone.loads.paced),
            rowOf('a whole opening by a device, 1', whole),
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
        {
          title: 'With a second warden and with a witness',
          columns: [
            'server and warden with',
            '1 caller, a second',
            'to alone',
            '32 callers, a second',
            'to alone',
            'p95 ms at 100 a second',
            ...(['server', 'warden', 'standby', 'witness'] as const).map(
              (process) => `${process} CPU ms each, 32 callers`,
            ),
          ],
          rows: measured.map(({ name, loads }) => [
            name,
            roundMeasured(rateOf(loads.solo)),
            ratioOf(loads.solo, alone.loads.solo),
            roundMeasured(rateOf(loads.crowd)),
            ratioOf(loads.crowd, alone.loads.crowd),
            percentileOf(loads.paced, 95),
            ...(['server', 'warden', 'standby', 'witness'] as const).map((process) =>
              cpuOf(loads.crowd, process),
            ),
          ]),
        },
        {
          title: 'From one more opening of the usual class to the witness’s cosignature upon a head with it',
          columns: ['server and warden with', 's'],
          rows: cosigned.map(([name, seconds]) => [name, roundMeasured(seconds)]),
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
        ...cosigned.map(([name, seconds]) => ({
          what: `an opening of the usual class cosigned, ${name}`,
          aim: 'within 60 s',
          measured: `${roundMeasured(seconds)} s`,
          isMet: seconds <= 60,
        })),
      ],
      notes: [],
    },
    options,
  );
}

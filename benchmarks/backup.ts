/** Backups of a real server's data that runs on: the first, one with nothing new, one with 1 % more, checking, and bringing it back, against `cp` and `restic`. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { drillBackup, makeBackup, verifyBackup } from '@strongroom/backup';
import { createNodeEngine } from '@strongroom/core/node';
import { openOffice } from './office/office.ts';
import { startServerProcess } from './office/server-process.ts';
import { finish, readOptions } from './report/result.ts';
import { findMedian, roundMeasured } from './report/statistics.ts';

const options = readOptions();
const rounds = options.isTiny ? 1 : 3;
const large = options.isTiny ? { count: 1, sizeBytes: 2 ** 20 } : { count: 4, sizeBytes: 2 ** 26 };
const small = options.isTiny
  ? { count: 4, sizeBytes: 20_000 }
  : { count: options.count ?? 500, sizeBytes: 20_000 };
const run = promisify(execFile);
const engine = createNodeEngine();
const signal = new AbortController().signal;
const folder = mkdtempSync(join(tmpdir(), 'strongroom-bench-backup-'));
const server = await startServerProcess();

async function time(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** One way of keeping a copy, for one round. */
interface Way {
  /** Copies what is there now; what is there already need not be copied again. */
  readonly make: () => Promise<unknown>;
  /** What else is timed once the copy is whole, in order; the last of them brings it back. */
  readonly after: readonly (() => Promise<unknown>)[];
  readonly clean: () => void;
}

function startOurs(round: number, kit: string): Way {
  const target = join(folder, `ours-${round}`);
  mkdirSync(target);
  const { home } = server;
  const verify = async (more: { readonly kit?: string }): Promise<void> => {
    const report = await verifyBackup({ engine, target, temporaryFolder: folder, signal, ...more });
    const wrong = report.missing.length + report.altered.length + (report.contents?.problems.length ?? 0);
    if (wrong > 0) throw new Error('the backup is not whole');
  };
  return {
    make: async () => await makeBackup({ engine, home, target, nowMs: Date.now(), signal }),
    after: [
      async () => await verify({}),
      async () => await verify({ kit }),
      async () => {
        const clock = { nowMs: () => Date.now() };
        const report = await drillBackup({ engine, target, kit, temporaryFolder: folder, clock, signal });
        if (report.problem !== undefined) throw new Error('the backup did not come back');
      },
    ],
    clean: () => rmSync(target, { recursive: true }),
  };
}

/** `-u`: what is not newer is left, so that the second time is an increment here too. */
function startCopy(round: number): Way {
  const target = join(folder, `cp-${round}`);
  const back = `${target}-back`;
  const copy = async (from: string, to: string): Promise<void> => {
    mkdirSync(to, { recursive: true });
    await run('cp', ['-ru', from, to]);
    await run('sync', ['-f', to]);
  };
  return {
    make: async () => await copy(join(server.home, 'data'), target),
    after: [async () => await copy(target, back)],
    clean() {
      for (const each of [target, back]) rmSync(each, { recursive: true });
    },
  };
}

/** Undefined where restic is not installed. */
async function startRestic(round: number): Promise<Way | undefined> {
  const target = join(folder, `restic-${round}`);
  const back = `${target}-back`;
  const env = { ...process.env, RESTIC_PASSWORD: 'bench', RESTIC_CACHE_DIR: join(folder, 'cache') };
  const restic = async (...args: readonly string[]) =>
    await run('restic', ['--quiet', '--repo', target, ...args], { env });
  try {
    await restic('init');
  } catch {
    return undefined; // the rows are left out, and a note says so
  }
  return {
    make: async () => await restic('backup', join(server.home, 'data')),
    after: [
      async () => await restic('check', '--read-data'),
      async () => {
        await restic('restore', 'latest', '--target', back);
        await run('sync', ['-f', back]);
      },
    ],
    clean() {
      for (const each of [target, back]) rmSync(each, { recursive: true });
    },
  };
}

function countData(): number {
  return readdirSync(join(server.home, 'data'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { name, parentPath }) => sum + statSync(join(parentPath, name)).size, 0);
}

/** The same data for all: each copies it and copies it again, then 1 % is added and each copies once more. Milliseconds of each step. */
async function runRound(ways: readonly Way[], addMore: () => Promise<void>): Promise<number[][]> {
  const times: number[][] = [];
  for (const { make } of ways) times.push([await time(make), await time(make)]);
  await addMore();
  for (const [place, { make }] of ways.entries()) times[place]?.push(await time(make));
  for (const [place, { after, clean }] of ways.entries()) {
    for (const step of after) times[place]?.push(await time(step));
    clean();
  }
  return times;
}

try {
  const office = await openOffice(server);
  for (const { count, sizeBytes } of [large, small])
    for (let each = 0; each < count; each += 1)
      await office.addRecord(`paper-${each}`, randomBytes(sizeBytes));
  const dataBytes = countData();
  const addMore = async (): Promise<void> =>
    void (await office.addRecord('more', randomBytes(Math.round(dataBytes / 100))));
  const measured = { ours: [] as number[][], copy: [] as number[][], restic: [] as number[][] };
  for (let round = 0; round < rounds; round += 1) {
    const restic = await startRestic(round);
    const ways = [
      startOurs(round, office.owner.kit),
      startCopy(round),
      ...(restic === undefined ? [] : [restic]),
    ];
    const [ours, copy, theirs] = await runRound(ways, addMore);
    measured.ours.push(ours ?? []);
    measured.copy.push(copy ?? []);
    if (theirs !== undefined) measured.restic.push(theirs);
  }
  const msOf = (times: readonly number[][], place: number): number =>
    findMedian(times.map((each) => each[place] ?? Number.NaN));
  const row = (what: string, times: readonly number[][], place: number): [string, number, number] => {
    const ms = msOf(times, place);
    return [what, roundMeasured(ms), roundMeasured(dataBytes / 1e6 / (ms / 1000))];
  };
  const { ours, copy, restic } = measured;
  const compare = (what: string, own: number, others: readonly number[]): [string, ...number[]] => [
    what,
    ...others.slice(0, restic.length === 0 ? 1 : 2).map((other) => roundMeasured(own / other)),
  ];
  finish(
    {
      benchmark: 'backup',
      title: 'Backups of a running server, against cp and restic',
      method: `${large.count} documents of ${large.sizeBytes / 2 ** 20} MiB and ${small.count} of ${small.sizeBytes / 1000} kB, ${Math.round(dataBytes / 1e6)} MB of data on one disk; the median of ${rounds}. Each file is sealed, hashed and synced by itself; cp is synced once at its end, and leaves what is not newer (-u). One percent is one more document of that size. All ways take turns on the same data within a round; MB/s count all of it.`,
      tables: [
        {
          title: 'Making and checking',
          columns: ['what', 'ms', 'MB/s of data'],
          rows: [
            row('backup, the first', ours, 0),
            row('backup, nothing new', ours, 1),
            row('backup, 1 % more', ours, 2),
            row('verify, every file', ours, 3),
            row('verify with the kit, everything inside too', ours, 4),
            row('cp -ru and sync, the first', copy, 0),
            row('cp -ru and sync, nothing new', copy, 1),
            row('cp -ru and sync, 1 % more', copy, 2),
            ...(restic.length === 0
              ? []
              : [
                  row('restic backup, the first', restic, 0),
                  row('restic backup, nothing new', restic, 1),
                  row('restic backup, 1 % more', restic, 2),
                  row('restic check --read-data', restic, 3),
                ]),
          ],
        },
        {
          title: 'Bringing it back',
          columns: ['what', 'ms', 'MB/s of data'],
          rows: [
            row('restored, compared and judged, and removed again', ours, 5),
            row('cp -ru and sync', copy, 3),
            ...(restic.length === 0 ? [] : [row('restic restore and sync', restic, 4)]),
          ],
        },
        {
          title: 'How many times as long as the others, in the same run',
          columns: ['what', 'cp', ...(restic.length === 0 ? [] : ['restic'])],
          rows: [
            compare('the first backup', msOf(ours, 0), [msOf(copy, 0), msOf(restic, 0)]),
            compare('a backup with 1 % more', msOf(ours, 2), [msOf(copy, 2), msOf(restic, 2)]),
            compare('bringing it back', msOf(ours, 5), [msOf(copy, 3), msOf(restic, 4)]),
          ],
        },
      ],
      aims: [],
      notes: restic.length === 0 ? ['restic is not installed'] : [],
    },
    options,
  );
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

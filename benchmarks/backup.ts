/** Backups of a real server's data that runs on: the first, one with nothing new, checking, and bringing it back, against `cp` and `restic`. */
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

/** Milliseconds of each step, in a target of its own. */
async function measureOurs(round: number, kit: string): Promise<number[]> {
  const target = join(folder, `ours-${round}`);
  mkdirSync(target);
  const { home } = server;
  const make = async () => await makeBackup({ engine, home, target, nowMs: Date.now(), signal });
  const verify = async (more: { readonly kit?: string }): Promise<void> => {
    const report = await verifyBackup({ engine, target, temporaryFolder: folder, signal, ...more });
    const wrong = report.missing.length + report.altered.length + (report.contents?.problems.length ?? 0);
    if (wrong > 0) throw new Error('the backup is not whole');
  };
  const restore = async (): Promise<void> => {
    const clock = { nowMs: () => Date.now() };
    const report = await drillBackup({ engine, target, kit, temporaryFolder: folder, clock, signal });
    if (report.problem !== undefined) throw new Error('the backup did not come back');
  };
  const first = await time(make);
  const again = await time(make);
  const times = [
    first,
    again,
    await time(async () => await verify({})),
    await time(async () => await verify({ kit })),
    await time(restore),
  ];
  rmSync(target, { recursive: true });
  return times;
}

async function measureCopy(round: number): Promise<number[]> {
  const target = join(folder, `cp-${round}`);
  const took = await time(async () => {
    await run('cp', ['-r', join(server.home, 'data'), target]);
    await run('sync', ['-f', target]);
  });
  const back = await time(async () => {
    await run('cp', ['-r', target, `${target}-back`]);
    await run('sync', ['-f', `${target}-back`]);
  });
  for (const each of [target, `${target}-back`]) rmSync(each, { recursive: true });
  return [took, back];
}

/** Undefined where restic is not installed. */
async function measureRestic(round: number): Promise<number[] | undefined> {
  const target = join(folder, `restic-${round}`);
  const env = { ...process.env, RESTIC_PASSWORD: 'bench', RESTIC_CACHE_DIR: join(folder, 'cache') };
  const restic = async (...args: readonly string[]) =>
    await run('restic', ['--quiet', '--repo', target, ...args], { env });
  try {
    await restic('init');
  } catch {
    return undefined; // not installed: the row is left out, and a note says so
  }
  const backup = async () => await restic('backup', join(server.home, 'data'));
  const times = [
    await time(backup),
    await time(backup),
    await time(async () => await restic('check', '--read-data')),
    await time(async () => {
      await restic('restore', 'latest', '--target', `${target}-back`);
      await run('sync', ['-f', `${target}-back`]);
    }),
  ];
  for (const each of [target, `${target}-back`]) rmSync(each, { recursive: true });
  return times;
}

try {
  const office = await openOffice(server);
  for (const { count, sizeBytes } of [large, small])
    for (let each = 0; each < count; each += 1)
      await office.addRecord(`paper-${each}`, randomBytes(sizeBytes));
  const dataBytes = readdirSync(join(server.home, 'data'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { name, parentPath }) => sum + statSync(join(parentPath, name)).size, 0);
  const measured = { ours: [] as number[][], copy: [] as number[][], restic: [] as number[][] };
  for (let round = 0; round < rounds; round += 1) {
    measured.ours.push(await measureOurs(round, office.owner.kit));
    measured.copy.push(await measureCopy(round));
    const restic = await measureRestic(round);
    if (restic !== undefined) measured.restic.push(restic);
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
      method: `${large.count} documents of ${large.sizeBytes / 2 ** 20} MiB and ${small.count} of ${small.sizeBytes / 1000} kB, ${Math.round(dataBytes / 1e6)} MB of data on one disk; the median of ${rounds}. Each file is sealed, hashed and synced by itself; cp is synced once at its end.`,
      tables: [
        {
          title: 'Making and checking',
          columns: ['what', 'ms', 'MB/s of data'],
          rows: [
            row('backup, the first', ours, 0),
            row('backup, nothing new', ours, 1),
            row('verify, every file', ours, 2),
            row('verify with the kit, everything inside too', ours, 3),
            row('cp -r and sync', copy, 0),
            ...(restic.length === 0
              ? []
              : [
                  row('restic backup, the first', restic, 0),
                  row('restic backup, nothing new', restic, 1),
                  row('restic check --read-data', restic, 2),
                ]),
          ],
        },
        {
          title: 'Bringing it back',
          columns: ['what', 'ms', 'MB/s of data'],
          rows: [
            row('restored, compared and judged, and removed again', ours, 4),
            row('cp -r and sync', copy, 1),
            ...(restic.length === 0 ? [] : [row('restic restore and sync', restic, 3)]),
          ],
        },
        {
          title: 'How many times as long as the others, in the same run',
          columns: ['what', 'cp', ...(restic.length === 0 ? [] : ['restic'])],
          rows: [
            compare('the first backup', msOf(ours, 0), [msOf(copy, 0), msOf(restic, 0)]),
            compare('bringing it back', msOf(ours, 4), [msOf(copy, 1), msOf(restic, 3)]),
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

/**
 * Sealing and opening a file, disk to disk, against `age` and against one AES-256-GCM message over the whole file. All ways
 * take turns in each round, so that a busy machine slows all of them: read the ratios.
 */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash, randomBytes } from 'node:crypto';
import { finish, readOptions } from './report/result.ts';
import type { Aim, Cell } from './report/result.ts';
import { findMedian, roundMeasured } from './report/statistics.ts';
import { findAge } from './seal/age.ts';
import type { SealOrder, SealReport, Way } from './seal/seal-child.ts';

const options = readOptions();
const sizeBytes = options.isTiny ? 3 * 2 ** 20 : 256 * 2 ** 20;
const rounds = options.isTiny ? 1 : 9;
const folder = mkdtempSync(join(tmpdir(), 'strongroom-bench-seal-'));
const plain = join(folder, 'plain');

const names: Readonly<Record<Way | 'age', string>> = {
  age: 'age',
  'one-thread': 'FLOE, one thread',
  'two-threads': 'FLOE, two workers',
  'one-thread-leaves': 'FLOE and hash tree, one thread',
  'two-threads-leaves': 'FLOE and hash tree, two workers',
  'one-shot': 'AES-256-GCM, one message',
};

/** A way to do it; `turn` answers what one turn cost. */
interface Contender {
  readonly name: string;
  readonly turn: (order: SealOrder) => Promise<SealReport>;
  readonly reports: Record<'seal' | 'open', SealReport[]>;
  readonly end: () => void;
}

function startChild(way: Way): Contender {
  const child: ChildProcess = fork(new URL('seal/seal-child.ts', import.meta.url), [way], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const failed = once(child, 'exit').then(() => {
    throw new Error(`the process of ${way} ended`);
  });
  failed.catch(() => undefined);
  return {
    name: names[way],
    reports: { seal: [], open: [] },
    turn: async (order) => {
      const answer = once(child, 'message');
      child.send(order);
      const [report] = (await Promise.race([answer, failed])) as [SealReport];
      return report;
    },
    end: () => child.kill(),
  };
}

async function startAge(): Promise<Contender | undefined> {
  const runAge = await findAge(folder);
  if (runAge === undefined) return undefined;
  return {
    name: names.age,
    reports: { seal: [], open: [] },
    turn: async ({ action, from, to }) => ({
      ms: await runAge(action, from, to),
      cpuMs: Number.NaN,
      peakBytes: Number.NaN,
    }),
    end: () => undefined,
  };
}

async function writePlain(): Promise<void> {
  const stream = createWriteStream(plain);
  for (let left = sizeBytes; left > 0; left -= 2 ** 20)
    if (!stream.write(randomBytes(2 ** 20))) await once(stream, 'drain');
  stream.end();
  await once(stream, 'finish');
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

async function runRound(contender: Contender, mustCompare: boolean): Promise<void> {
  const sealed = join(folder, 'sealed');
  const opened = join(folder, 'opened');
  try {
    const seal = await contender.turn({ action: 'seal', from: plain, to: sealed });
    const open = await contender.turn({ action: 'open', from: sealed, to: opened });
    if (mustCompare && (await hashFile(opened)) !== plainHash)
      throw new Error(`${contender.name} lost something`);
    contender.reports.seal.push(seal);
    contender.reports.open.push(open);
  } finally {
    for (const path of [sealed, opened, `${sealed}.seal`]) rmSync(path, { force: true });
  }
}

let plainHash = '';
const contenders: Contender[] = [];
try {
  await writePlain();
  plainHash = await hashFile(plain);
  const age = await startAge();
  if (age !== undefined) contenders.push(age);
  const ways: readonly Way[] = [
    'one-thread',
    'two-threads',
    'one-thread-leaves',
    'two-threads-leaves',
    'one-shot',
  ];
  contenders.push(...ways.map(startChild));
  // A first turn of each starts threads and fills caches; it is compared with the plaintext and not counted.
  for (const contender of contenders) {
    await runRound(contender, true);
    if (!options.isTiny) contender.reports.seal.length = contender.reports.open.length = 0;
  }
  for (let round = 0; round < rounds; round++)
    for (const contender of contenders) await runRound(contender, false);
  report(age);
} finally {
  for (const contender of contenders) contender.end();
  rmSync(folder, { recursive: true, force: true });
}

function report(age: Contender | undefined): void {
  const ratioOf = (contender: Contender, action: 'seal' | 'open'): number =>
    findMedian(
      contender.reports[action].map(({ ms }, round) => (age?.reports[action][round]?.ms ?? Number.NaN) / ms),
    );
  const rows = contenders.map((contender): Cell[] => {
    const speedOf = (action: 'seal' | 'open'): number =>
      roundMeasured(sizeBytes / 1e3 / findMedian(contender.reports[action].map(({ ms }) => ms)));
    const cpuOf = (action: 'seal' | 'open'): Cell =>
      formatKnown(findMedian(contender.reports[action].map(({ cpuMs }) => cpuMs)), '');
    const peak = Math.max(
      ...Object.values(contender.reports).flatMap((all) => all.map(({ peakBytes }) => peakBytes)),
    );
    return [
      contender.name,
      speedOf('seal'),
      speedOf('open'),
      formatKnown(ratioOf(contender, 'seal'), 'x'),
      formatKnown(ratioOf(contender, 'open'), 'x'),
      cpuOf('seal'),
      cpuOf('open'),
      formatKnown(peak / 1e6, ''),
    ];
  });
  const two = contenders.find(({ name }) => name === names['two-threads']);
  const aims: Aim[] = [];
  if (two !== undefined && age !== undefined) {
    for (const action of ['seal', 'open'] as const) {
      const ratio = ratioOf(two, action);
      const what = `${action === 'seal' ? 'sealing' : 'opening'} with two workers against age`;
      aims.push({ what, aim: '1.5x', measured: `${roundMeasured(ratio)}x`, isMet: ratio >= 1.5 });
    }
  }
  for (const { name, reports } of contenders.filter(({ name }) => name.startsWith('FLOE'))) {
    const peak = Math.max(...[...reports.seal, ...reports.open].map(({ peakBytes }) => peakBytes)) / 1e6;
    aims.push({
      what: `peak memory, ${name}`,
      aim: 'under 200 MB',
      measured: `${Math.round(peak)} MB`,
      isMet: peak < 200,
    });
  }
  finish(
    {
      benchmark: 'seal',
      title: `Sealing and opening a file of ${sizeBytes / 2 ** 20} MiB in Node, disk to disk`,
      method:
        `Median of ${rounds} rounds in which all take turns; nobody flushes to the disk. "Hash tree" adds what a record needs ` +
        'besides: SHA-256 of each stored segment for the signed root. Ratios are medians of the ratios within a round.',
      tables: [
        {
          title: 'Speed',
          columns: [
            'way',
            'seal MB/s',
            'open MB/s',
            'seal to age',
            'open to age',
            'seal CPU ms',
            'open CPU ms',
            'peak MB',
          ],
          rows,
        },
      ],
      aims,
      notes: age === undefined ? ['age is not installed: no ratios'] : [],
    },
    options,
  );
}

function formatKnown(value: number, unit: string): Cell {
  if (!Number.isFinite(value)) return '-';
  return unit === '' ? Math.round(value) : `${value.toFixed(2)}${unit}`;
}

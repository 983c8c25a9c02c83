/** One load upon one firm: requests sent by a process of its own, and what each process took for it. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MemorySink } from '../../tests/device/firm-world.ts';
import type { KeptRequest } from '../office/office.ts';
import { findMedian, findPercentile, roundMeasured } from '../report/statistics.ts';
import type { BenchFirm, CpuMs } from './bench-firm.ts';
import type { LoadOrder, LoadReport } from './load-child.ts';

/** What came of it. */
export type Load = Pick<LoadReport, 'seconds' | 'latenciesMs'> & { readonly cpu: CpuMs };

/** Sends signed requests. @throws Error if one of them was not released */
export async function runLoad(
  { url, readCpu }: BenchFirm,
  requests: readonly KeptRequest[],
  how: Pick<LoadOrder, 'callers' | 'perSecond'> & { readonly folder: string },
): Promise<Load> {
  const { folder, ...order } = how;
  const file = join(folder, 'requests.json');
  writeFileSync(file, JSON.stringify(requests));
  const child = fork(new URL('load-child.ts', import.meta.url), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const answered = once(child, 'message');
  const before = readCpu();
  child.send({ url, file, ...order } satisfies LoadOrder);
  const [report] = (await answered) as [LoadReport];
  if (Object.keys(report.failures).length > 0)
    throw new Error(`not released: ${JSON.stringify(report.failures)}`);
  return { ...report, cpu: difference(readCpu(), before) };
}

/** Whole openings by the owner's device, one after the other. */
export async function runDevice({ owner, usual, readCpu }: BenchFirm, count: number): Promise<Load> {
  const before = readCpu();
  const latenciesMs: number[] = [];
  const startedAt = performance.now();
  for (let round = 0; round < count; round++) {
    const beganAt = performance.now();
    await owner.device.records.open({ record: usual, sink: new MemorySink(), purpose: 'work' });
    latenciesMs.push(performance.now() - beganAt);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  return { seconds, latenciesMs, cpu: difference(readCpu(), before) };
}

/** Openings a second: the median of the rounds. */
export function rateOf(loads: readonly Load[]): number {
  return findMedian(loads.map(({ seconds, latenciesMs }) => latenciesMs.length / seconds));
}

/** A percentile of the milliseconds until an opening was answered: the median of the rounds. */
export function percentileOf(loads: readonly Load[], percent: number): number {
  return roundMeasured(findMedian(loads.map(({ latenciesMs }) => findPercentile(latenciesMs, percent))));
}

/** Milliseconds of processor time that a process took for an opening: the median of the rounds. */
export function cpuOf(loads: readonly Load[], process: keyof CpuMs): number {
  return roundMeasured(findMedian(loads.map(({ cpu, latenciesMs }) => cpu[process] / latenciesMs.length)));
}

function difference(after: CpuMs, before: CpuMs): CpuMs {
  return {
    server: after.server - before.server,
    warden: after.warden - before.warden,
    standby: after.standby - before.standby,
    witness: after.witness - before.witness,
  };
}

/**
 * Body segments on worker threads. Each thread has lanes: two stretches of shared memory, one for what goes in and one for
 * what comes out, made once and used again, so that a file of any length needs the memory of a few segments. A task is
 * copied into a free lane and its answer out of it; a lane is never read before its thread has answered.
 */
import { Worker } from 'node:worker_threads';
import { createError, DependencyError, isErrorCode } from '../errors/index.ts';
import { floeParameters } from '../floe/index.ts';
import { assertBytes, takeOutput } from '../bytes/index.ts';
import type { SegmentPool, SegmentResult, SegmentTask } from '../records/index.ts';
import type { LaneMemory, SegmentAnswer, SegmentOrder } from './segment-worker.ts';

/** A pool that must be closed when its work is done. */
export interface SegmentThreads extends SegmentPool {
  /** Ends the threads and wipes the lanes. Tasks that wait fail with ENGINE_FAILED. */
  close(): Promise<void>;
}

interface Lane {
  readonly input: Uint8Array;
  readonly output: Uint8Array;
  readonly send: (order: Omit<SegmentOrder, 'lane'>) => void;
  settle: ((answer: SegmentAnswer | Error) => void) | undefined;
}

/** Threads for body segments; none is started before the first task. `threads` defaults to two, with two lanes each. */
export function createSegmentThreads(options: { readonly threads?: number } = {}): SegmentThreads {
  const threadCount = options.threads ?? 2;
  const width = threadCount * lanesPerThread;
  const workers: Worker[] = [];
  const lanes: Lane[] = [];
  const free: Lane[] = [];
  const waiting: ((lane: Lane | Error) => void)[] = [];
  let failure: Error | undefined;
  let busyCount = 0;

  function fail(cause: unknown): void {
    failure ??= new DependencyError('ENGINE_FAILED', { operation: 'segments' }, { cause });
    for (const lane of lanes) lane.settle?.(failure);
    for (const next of waiting.splice(0)) next(failure);
  }

  function start(): void {
    for (let index = 0; index < threadCount; index++) {
      const started = startThread(fail);
      workers.push(started.worker);
      lanes.push(...started.lanes);
    }
    // Threads take turns, so that two tasks never share one while the other is idle.
    for (let lane = 0; lane < lanesPerThread; lane++)
      for (let thread = 0; thread < threadCount; thread++)
        free.push(lanes[thread * lanesPerThread + lane] as Lane);
  }

  async function take(): Promise<Lane> {
    if (failure !== undefined) throw failure;
    if (workers.length === 0) start();
    if (busyCount++ === 0) for (const worker of workers) worker.ref();
    const lane = free.shift();
    if (lane !== undefined) return lane;
    return await new Promise<Lane>((resolve, reject) => {
      waiting.push((next) => (next instanceof Error ? reject(next) : resolve(next)));
    });
  }

  function give(lane: Lane): void {
    const next = waiting.shift();
    if (next === undefined) free.push(lane);
    else next(lane);
  }

  async function run(task: SegmentTask): Promise<SegmentResult> {
    assertBytes(task.input, 'input');
    if (task.input.length > floeParameters.segmentSizeBytes)
      throw createError('INPUT_INVALID', { name: 'input' });
    let lane: Lane | undefined;
    try {
      lane = await take();
      return await runOn(lane, task);
    } finally {
      if (lane !== undefined) give(lane);
      // A process that has nothing else to do may end.
      if (--busyCount === 0) for (const worker of workers) worker.unref();
    }
  }

  async function close(): Promise<void> {
    fail(new Error('closed'));
    await Promise.all(workers.splice(0).map(async (worker) => await worker.terminate()));
    for (const lane of lanes.splice(0)) {
      lane.input.fill(0);
      lane.output.fill(0);
    }
  }

  return { width, run, close };
}

const lanesPerThread = 2;

async function runOn(lane: Lane, task: SegmentTask): Promise<SegmentResult> {
  const { kind, key, header, aad, index, isLast, leaf } = task;
  lane.input.set(task.input);
  const answer = await new Promise<SegmentAnswer>((resolve, reject) => {
    lane.settle = (settled) => (settled instanceof Error ? reject(settled) : resolve(settled));
    lane.send({ kind, key, header, aad, index, isLast, length: task.input.length, leaf });
  }).finally(() => (lane.settle = undefined));
  if (answer.code !== undefined) throw createError(isErrorCode(answer.code) ? answer.code : 'ENGINE_FAILED');
  const bytes = takeOutput(task.output, answer.length);
  bytes.set(lane.output.subarray(0, answer.length));
  return answer.leaf === undefined ? { bytes } : { bytes, leaf: answer.leaf };
}

function startThread(fail: (cause: unknown) => void): {
  readonly worker: Worker;
  readonly lanes: readonly Lane[];
} {
  const memory: LaneMemory[] = Array.from({ length: lanesPerThread }, () => ({
    input: new Uint8Array(new SharedArrayBuffer(floeParameters.segmentSizeBytes)),
    output: new Uint8Array(new SharedArrayBuffer(floeParameters.segmentSizeBytes)),
  }));
  const worker = new Worker(new URL('./segment-worker.ts', import.meta.url), { workerData: memory });
  worker.unref();
  const lanes: Lane[] = memory.map(({ input, output }, lane) => ({
    input,
    output,
    send: (order) => worker.postMessage({ ...order, lane } satisfies SegmentOrder),
    settle: undefined,
  }));
  worker.on('message', (answer: SegmentAnswer) => lanes[answer.lane]?.settle?.(answer));
  worker.on('error', fail);
  worker.on('exit', () => fail(new Error('a thread ended')));
  return { worker, lanes };
}

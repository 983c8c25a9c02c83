/**
 * Body segments on worker threads. Each thread has lanes: two stretches of shared memory, one for what goes in and one for
 * what comes out, made once and used again, so that a file of any length needs the memory of a few segments. A task is
 * copied into a free lane and its answer out of it; what the caller has in shared memory itself is not copied. Neither side
 * touches a lane's memory while the other has it.
 */
import { Worker } from 'node:worker_threads';
import { createError, DependencyError, isErrorCode } from '../errors/index.ts';
import { floeParameters } from '../floe/index.ts';
import { assertBytes, takeOutput } from '../bytes/index.ts';
import { createSegmentRunner } from '../records/index.ts';
import type { SegmentPool, SegmentResult, SegmentTask } from '../records/index.ts';
import { createNodeEngine } from './node-engine.ts';
import type { SegmentAnswer, SegmentOrder } from './segment-worker.ts';

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

/**
 * Threads for body segments, two unless told otherwise, with two lanes each. The first `alone` tasks (default 16: 4 MiB) are
 * done on the calling thread: starting threads costs as much as sealing a hundred segments, and most files are small.
 */
export function createSegmentThreads(
  options: { readonly threads?: number; readonly alone?: number } = {},
): SegmentThreads {
  const threadCount = options.threads ?? 2;
  const width = threadCount * lanesPerThread;
  const runner = createSegmentRunner(createNodeEngine());
  let aloneCount = options.alone ?? 16;
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

  async function waitForLane(): Promise<Lane> {
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
    if (failure !== undefined) throw failure;
    if (aloneCount > 0) {
      aloneCount--;
      return await runner.run(task);
    }
    runner.forget();
    if (workers.length === 0) start();
    if (busyCount++ === 0) for (const worker of workers) worker.ref();
    try {
      const lane = free.shift() ?? (await waitForLane());
      return await runOn(lane, task).finally(() => give(lane));
    } finally {
      // A process that has nothing else to do may end.
      if (--busyCount === 0) for (const worker of workers) worker.unref();
    }
  }

  async function close(): Promise<void> {
    fail(new Error('closed'));
    runner.forget();
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
  const { output, ...order } = task;
  const input = isShared(task.input) ? task.input : lane.input.subarray(0, task.input.length);
  if (input !== task.input) input.set(task.input);
  const target = output !== undefined && isShared(output) ? output : lane.output;
  const answer = await new Promise<SegmentAnswer>((resolve, reject) => {
    lane.settle = (settled) => (settled instanceof Error ? reject(settled) : resolve(settled));
    lane.send({ ...order, input, output: target });
  }).finally(() => (lane.settle = undefined));
  if (answer.code !== undefined) throw createError(isErrorCode(answer.code) ? answer.code : 'ENGINE_FAILED');
  const bytes = takeOutput(output, answer.length);
  if (target !== output) bytes.set(target.subarray(0, answer.length));
  return answer.leaf === undefined ? { bytes } : { bytes, leaf: answer.leaf };
}

function isShared(bytes: Uint8Array): boolean {
  return bytes.buffer instanceof SharedArrayBuffer;
}

function startThread(fail: (cause: unknown) => void): {
  readonly worker: Worker;
  readonly lanes: readonly Lane[];
} {
  const worker = new Worker(new URL('./segment-worker.ts', import.meta.url));
  worker.unref();
  const lanes = Array.from({ length: lanesPerThread }, (_, lane): Lane => ({
    input: newSharedBytes(),
    output: newSharedBytes(),
    send: (order) => worker.postMessage({ ...order, lane } satisfies SegmentOrder),
    settle: undefined,
  }));
  worker.on('message', (answer: SegmentAnswer) => lanes[answer.lane]?.settle?.(answer));
  worker.on('error', fail);
  worker.on('exit', () => fail(new Error('a thread ended')));
  return { worker, lanes };
}

function newSharedBytes(): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(floeParameters.segmentSizeBytes));
}

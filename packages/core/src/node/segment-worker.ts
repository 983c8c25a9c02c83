/** One thread of `createSegmentThreads`. Keys come with each task; those of the last body are kept until its thread is idle. */
import { parentPort, workerData } from 'node:worker_threads';
import { StrongroomError } from '../errors/index.ts';
import { createSegmentRunner } from '../records/index.ts';
import type { SegmentTask } from '../records/index.ts';
import { createNodeEngine } from './node-engine.ts';

/** The shared memory of one lane. */
export interface LaneMemory {
  readonly input: Uint8Array;
  readonly output: Uint8Array;
}

/** A task whose input lies in its lane. */
export type SegmentOrder = Omit<SegmentTask, 'input' | 'output' | 'leaf'> & {
  readonly lane: number;
  readonly length: number;
  readonly leaf: Uint8Array | undefined;
};

/** What became of it; the answer's bytes lie in the lane. */
export interface SegmentAnswer {
  readonly lane: number;
  readonly length: number;
  readonly leaf?: Uint8Array;
  /** The code of a refusal. */
  readonly code?: string;
}

const lanes = workerData as readonly LaneMemory[];
const runner = createSegmentRunner(createNodeEngine());
const port = parentPort;
let waitingCount = 0;

async function runOrder(order: SegmentOrder): Promise<SegmentAnswer> {
  const { lane, length, leaf, ...task } = order;
  const memory = lanes[lane] as LaneMemory;
  try {
    const result = await runner.run({
      ...task,
      input: memory.input.subarray(0, length),
      output: memory.output,
      ...(leaf === undefined ? {} : { leaf }),
    });
    return { lane, length: result.bytes.length, ...(result.leaf === undefined ? {} : { leaf: result.leaf }) };
  } catch (error) {
    return { lane, length: 0, code: error instanceof StrongroomError ? error.code : 'ENGINE_FAILED' };
  }
}

port?.on('message', (order: SegmentOrder) => {
  waitingCount++;
  void runOrder(order).then((answer) => {
    order.key.fill(0);
    port.postMessage(answer);
    if (--waitingCount === 0) setImmediate(forgetWhenIdle);
  });
});

/** The next order is usually there already: only a thread without any drops its keys. */
function forgetWhenIdle(): void {
  if (waitingCount === 0) runner.forget();
}

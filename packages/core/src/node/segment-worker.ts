/**
 * One thread of `createSegmentThreads`. Keys come with each task; those of the last body are kept until the thread is idle. It
 * imports file by file: a thread loads its modules anew, and the whole engine would cost more than the first hundred segments.
 */
import { randomBytes } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import { StrongroomError } from '../errors/index.ts';
import { expandHkdf } from '../engine/hkdf.ts';
import { createSegmentRunner } from '../records/segment-task.ts';
import type { SegmentTask } from '../records/segment-task.ts';
import { createNodeAesGcm } from './node-aes-gcm.ts';
import { hashSha256, hmacNode, toPlainBytes } from './node-hash.ts';

/** A task whose input and output lie in shared memory. */
export type SegmentOrder = SegmentTask & { readonly lane: number; readonly output: Uint8Array };

/** What became of it; the answer's bytes are the first `length` of the output. */
export interface SegmentAnswer {
  readonly lane: number;
  readonly length: number;
  readonly leaf?: Uint8Array;
  /** The code of a refusal. */
  readonly code?: string;
}

const runner = createSegmentRunner({
  randomBytes: (length) => toPlainBytes(randomBytes(length)),
  hkdfExpand: (hash, input) => expandHkdf(hmacNode, hash, input),
  createAesGcm: createNodeAesGcm,
  sha256Async: async (...parts) => hashSha256(...parts),
});
const port = parentPort;
let waitingCount = 0;

async function runOrder(order: SegmentOrder): Promise<SegmentAnswer> {
  const { lane, ...task } = order;
  try {
    const { bytes, leaf } = await runner.run(task);
    return { lane, length: bytes.length, ...(leaf && { leaf }) };
  } catch (error) {
    return { lane, length: 0, code: error instanceof StrongroomError ? error.code : 'ENGINE_FAILED' };
  }
}

port?.on('message', (order: SegmentOrder) => {
  waitingCount++;
  void runOrder(order).then((answer) => {
    order.key.fill(0);
    port.postMessage(answer);
    // oxlint-disable-next-line strongroom/ambient -- a thread has no context; it waits one turn and reads no clock
    if (--waitingCount === 0) setImmediate(forgetWhenIdle);
  });
});

/** The next order is usually there already: only a thread without any drops its keys. */
function forgetWhenIdle(): void {
  if (waitingCount === 0) runner.forget();
}

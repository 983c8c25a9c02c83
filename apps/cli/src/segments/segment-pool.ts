/** Two worker threads for body segments, started when the first segment comes and let go when the command ends. */
import { Worker } from 'node:worker_threads';
import { createError, isErrorCode } from '@strongroom/core';
import type { SegmentPool, SegmentTask } from '@strongroom/device';

const workers = 2;
const tasksPerWorker = 2;

interface Waiting {
  resolve(output: Uint8Array): void;
  reject(error: Error): void;
}

/** A pool that must be closed when the command ends. */
export interface ThreadPool extends SegmentPool {
  close(): Promise<void>;
}

/** Makes the pool; no thread runs until a task comes. */
export function createSegmentPool(): ThreadPool {
  const threads: { readonly worker: Worker; readonly waiting: Map<number, Waiting> }[] = [];
  let nextId = 0;
  return {
    width: workers * tasksPerWorker,
    run: async (task) => {
      if (threads.length < workers) threads.push(startThread());
      const thread = threads.reduce((least, one) => (one.waiting.size < least.waiting.size ? one : least));
      const id = nextId++;
      return await new Promise<Uint8Array>((resolve, reject) => {
        thread.waiting.set(id, { resolve, reject });
        thread.worker.ref();
        thread.worker.postMessage({ id, task }, transferable(task));
      });
    },
    close: async () => {
      await Promise.all(threads.splice(0).map(async ({ worker }) => await worker.terminate()));
    },
  };
}

function startThread(): { readonly worker: Worker; readonly waiting: Map<number, Waiting> } {
  const waiting = new Map<number, Waiting>();
  const worker = new Worker(new URL('./segment-worker.ts', import.meta.url));
  worker.unref();
  const failAll = (cause?: unknown): void => {
    for (const one of waiting.values()) one.reject(createError('ENGINE_FAILED', {}, { cause }));
    waiting.clear();
  };
  worker.on('message', (message: { id: number; output?: Uint8Array; code?: string }) => {
    const one = waiting.get(message.id);
    waiting.delete(message.id);
    if (waiting.size === 0) worker.unref();
    if (message.output !== undefined) one?.resolve(message.output);
    else one?.reject(createError(isErrorCode(message.code) ? message.code : 'ENGINE_FAILED'));
  });
  worker.on('error', failAll);
  worker.on('exit', () => failAll());
  return { worker, waiting };
}

/** The input's buffer goes over whole where the task owns all of it; a view into a larger one is copied. */
function transferable(task: SegmentTask): readonly ArrayBuffer[] {
  const { input } = task;
  const isWhole = input.byteOffset === 0 && input.byteLength === input.buffer.byteLength;
  return isWhole && input.buffer instanceof ArrayBuffer ? [input.buffer] : [];
}

/** A worker thread that seals and opens body segments with the core's FLOE. Keys come with each task and are not kept. */
import { parentPort } from 'node:worker_threads';
import { createFloeOpener, resumeFloeSealer, wipeBytes } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import type { SegmentTask } from '@strongroom/device';

const engine = createNodeEngine();

async function runTask(task: SegmentTask): Promise<Uint8Array> {
  const { kind, key, header, aad, index, isLast, input } = task;
  const options = { fileKey: key, aad, header };
  return kind === 'seal'
    ? await resumeFloeSealer(engine, options).sealSegment({ index, plaintext: input, isLast })
    : await createFloeOpener(engine, options).openSegment({ index, segment: input, isLast });
}

parentPort?.on('message', (message: { readonly id: number; readonly task: SegmentTask }) => {
  void (async () => {
    const { id, task } = message;
    try {
      const output = (await runTask(task)) as Uint8Array<ArrayBuffer>;
      const isWhole = output.byteOffset === 0 && output.byteLength === output.buffer.byteLength;
      parentPort?.postMessage({ id, output }, isWhole ? [output.buffer] : []);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'ENGINE_FAILED';
      parentPort?.postMessage({ id, code });
    } finally {
      wipeBytes(task.key);
    }
  })();
});

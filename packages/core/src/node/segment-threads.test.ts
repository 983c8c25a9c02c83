import { afterEach, describe, expect, test } from 'vitest';
import * as core from '@strongroom/core';
import type { SegmentPool, SegmentTask } from '@strongroom/core';
import { createNodeEngine, createSegmentThreads } from '@strongroom/core/node';
import type { SegmentThreads } from '@strongroom/core/node';

const engine = createNodeEngine();
const key = engine.randomBytes(32);
const aad = engine.randomBytes(32);
const { header } = core.createFloeSealer(engine, { fileKey: key, aad });
const full = core.floeSegmentPlaintextSizeBytes;
const pools: SegmentThreads[] = [];

afterEach(async () => {
  await Promise.all(pools.splice(0).map(async (pool) => await pool.close()));
});

function openPool(options: { readonly threads?: number; readonly alone?: number }): SegmentThreads {
  const pool = createSegmentThreads(options);
  pools.push(pool);
  return pool;
}

function taskOf(kind: SegmentTask['kind'], index: number, input: Uint8Array, isLast = false): SegmentTask {
  return { kind, key: key.slice(), header, aad, index, isLast, input };
}

function plaintextOf(index: number, length = full): Uint8Array {
  return new Uint8Array(length).fill(index + 1);
}

async function sealAll(pool: SegmentPool, count: number): Promise<readonly core.SegmentResult[]> {
  return await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const isLast = index === count - 1;
      return await pool.run(taskOf('seal-with-leaf', index, plaintextOf(index, isLast ? 100 : full), isLast));
    }),
  );
}

describe('segments on threads', () => {
  test('what threads seal the calling thread opens, and the other way round; more tasks than lanes wait', async () => {
    const pool = openPool({ threads: 2, alone: 0 });
    const alone = core.createSegmentRunner(engine);
    for (const [sealing, opening] of [
      [pool, { width: 1, ...alone }],
      [{ width: 1, ...alone }, pool],
    ] as const) {
      const sealed = await sealAll(sealing, 11);
      for (const [index, { bytes, leaf }] of sealed.entries()) {
        expect(leaf).toEqual(core.hashSegmentLeaf(engine, bytes));
        const isLast = index === 10;
        const task = { ...taskOf('open-under-leaf', index, bytes, isLast), ...(leaf && { leaf }) };
        expect((await opening.run(task)).bytes).toEqual(plaintextOf(index, isLast ? 100 : full));
      }
    }
  });

  test('the first tasks are done alone, the rest on threads, with the same result', async () => {
    const pool = openPool({ threads: 1, alone: 2 });
    const sealed = await sealAll(pool, 4);
    for (const [index, { bytes }] of sealed.entries()) {
      const isLast = index === 3;
      const { bytes: opened } = await pool.run(taskOf('open', index, bytes, isLast));
      expect(opened).toEqual(plaintextOf(index, isLast ? 100 : full));
    }
  });

  test('shared memory is used in place, other memory is left to the caller', async () => {
    const pool = openPool({ threads: 1, alone: 0 });
    const input = new Uint8Array(new SharedArrayBuffer(full)).fill(9);
    const output = new Uint8Array(new SharedArrayBuffer(core.floeParameters.segmentSizeBytes));
    const sealed = await pool.run({ ...taskOf('seal', 0, input), output });
    expect(sealed.bytes.buffer).toBe(output.buffer);
    expect(input.every((byte) => byte === 9)).toBe(true);
    const target = new Uint8Array(full + 10);
    const opened = await pool.run({ ...taskOf('open', 0, sealed.bytes), output: target });
    expect(opened.bytes.buffer).toBe(target.buffer);
    expect(target.subarray(0, full)).toEqual(new Uint8Array(full).fill(9));
    expect(target.subarray(full)).toEqual(new Uint8Array(10));
  });

  test('every refusal of a thread is the refusal of the calling thread, and the pool goes on', async () => {
    const pool = openPool({ threads: 2, alone: 0 });
    const sealed = await pool.run(taskOf('seal-with-leaf', 3, plaintextOf(3)));
    const { bytes } = sealed;
    const leaf = sealed.leaf as Uint8Array;
    const flipped = bytes.with(5000, (bytes[5000] ?? 0) ^ 1);
    const alone = core.createSegmentRunner(engine);
    const refusals: readonly [SegmentTask, string][] = [
      [taskOf('open', 3, flipped), 'DECRYPT_FAILED'],
      [taskOf('open', 4, bytes), 'DECRYPT_FAILED'],
      [taskOf('open', 3, bytes, true), 'DECRYPT_FAILED'],
      [{ ...taskOf('open', 3, bytes), key: engine.randomBytes(32) }, 'DECRYPT_FAILED'],
      [{ ...taskOf('open', 3, bytes), aad: new Uint8Array(32) }, 'DECRYPT_FAILED'],
      [{ ...taskOf('open-under-leaf', 3, flipped), leaf }, 'PROOF_INVALID'],
      [taskOf('open-under-leaf', 3, bytes), 'INPUT_INVALID'],
      [taskOf('seal', 3, new Uint8Array(10)), 'INPUT_INVALID'],
      [taskOf('seal', 3, new Uint8Array(full + 33)), 'INPUT_INVALID'],
      [{ ...taskOf('open', 3, bytes), output: new Uint8Array(10) }, 'INPUT_INVALID'],
    ];
    for (const [task, code] of refusals) {
      await expect(pool.run(task)).rejects.toMatchObject({ code });
      await expect(alone.run(task)).rejects.toMatchObject({ code });
    }
    const { bytes: opened } = await pool.run({ ...taskOf('open-under-leaf', 3, bytes), leaf });
    expect(opened).toEqual(plaintextOf(3));
  });

  test('closing fails what is under way and what comes after', async () => {
    const pool = openPool({ threads: 1, alone: 0 });
    const running = [0, 1, 2, 3].map(
      async (index) => await pool.run(taskOf('seal', index, plaintextOf(index))),
    );
    const failed = Promise.allSettled(running);
    await pool.close();
    expect((await failed).map(({ status }) => status)).toEqual(Array(4).fill('rejected'));
    await expect(pool.run(taskOf('seal', 0, plaintextOf(0)))).rejects.toMatchObject({
      code: 'ENGINE_FAILED',
    });
  });
});

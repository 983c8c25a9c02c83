import { randomBytes } from 'node:crypto';
import { createFloeOpener, createFloeSealer, floeSegmentPlaintextSizeBytes } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import { afterAll, expect, test } from 'vitest';
import { createSegmentPool } from '../src/segments/segment-pool.ts';

const engine = createNodeEngine();
const pool = createSegmentPool();
const aad = new Uint8Array([1, 2, 3]);
const random = (length: number): Uint8Array<ArrayBuffer> => new Uint8Array(randomBytes(length));

afterAll(async () => await pool.close());

test('workers seal what the core opens, and open what the core seals', async () => {
  const fileKey = random(32);
  const { header, sealSegment } = createFloeSealer(engine, { fileKey, aad });
  const opener = createFloeOpener(engine, { fileKey, aad, header });
  const plaintexts = [0, 1, 2, 3, 4].map((index) => random(index === 4 ? 10 : floeSegmentPlaintextSizeBytes));
  await Promise.all(
    plaintexts.map(async (plaintext, index) => {
      const isLast = index === 4;
      const task = { key: fileKey.slice(), header, aad, index, isLast };
      const segment = await pool.run({ ...task, kind: 'seal', input: plaintext.slice() });
      expect(await opener.openSegment({ index, segment, isLast })).toEqual(plaintext);
      const ours = await sealSegment({ index, plaintext, isLast });
      const opened = await pool.run({ ...task, key: fileKey.slice(), kind: 'open', input: ours.slice() });
      expect(opened).toEqual(plaintext);
    }),
  );
});

test('a worker refuses what the core refuses, with the same code', async () => {
  const fileKey = random(32);
  const { header, sealSegment } = createFloeSealer(engine, { fileKey, aad });
  const segment = (await sealSegment({ index: 0, plaintext: random(100), isLast: true })).slice();
  segment[50]! ^= 1;
  const task = { key: fileKey, header, aad, index: 0, isLast: true, input: segment };
  await expect(pool.run({ ...task, kind: 'open' })).rejects.toMatchObject({ code: 'DECRYPT_FAILED' });
});

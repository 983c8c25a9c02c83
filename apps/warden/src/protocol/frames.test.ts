import { encodeU32 } from '@strongroom/core';
import type { CborMap } from '@strongroom/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameReader, encodeFrame, frameBytesMax } from './frames.ts';

const messages: readonly CborMap[] = [
  { id: 1, op: 'hello', protocol: 1 },
  { id: 2, op: 'append', items: [{ entry: new Uint8Array(1000) }] },
  {},
];

test('frames come out whole however the stream is cut', () => {
  const stream = Buffer.concat(messages.map(encodeFrame));
  fc.assert(
    fc.property(fc.array(fc.nat(stream.length), { maxLength: 12 }), (cuts) => {
      const reader = new FrameReader();
      const ends = [...new Set([0, ...cuts, stream.length])].toSorted((left, right) => left - right);
      const found = ends.flatMap((end, place) =>
        place === 0 ? [] : reader.read(stream.subarray(ends[place - 1], end)),
      );
      expect(found).toEqual(messages.map((message) => expect.objectContaining(message)));
    }),
  );
});

test('hostile bytes are a typed refusal, never anything else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (body) => {
      const reader = new FrameReader();
      try {
        for (const frame of reader.read(Buffer.concat([encodeU32(body.length), body])))
          expect(frame).toBeTypeOf('object');
      } catch (error) {
        expect(['CBOR_INVALID', 'LIMIT_EXCEEDED']).toContain((error as { code: string }).code);
      }
    }),
  );
});

test('a length over the limit is refused before its bytes arrive', () => {
  expect(() => new FrameReader().read(encodeU32(frameBytesMax + 1))).toThrow(
    expect.objectContaining({ code: 'LIMIT_EXCEEDED' }),
  );
});

import { createNodeEngine } from '@strongroom/core/node';
import { encodeHex, encodeUtf8, newId } from '@strongroom/core';
import { expect, test } from 'vitest';
import { decodeLines, encodeLines } from './line-codec.ts';
import type { KeptLine } from './line-codec.ts';

const engine = createNodeEngine();
const room = newId(engine, 'rom');
const record = newId(engine, 'rec');

const lines: readonly KeptLine[] = [
  {
    index: 7,
    atMs: 1_800_000_000_000,
    kind: 'released',
    hash: encodeHex(engine.randomBytes(32)),
    person: newId(engine, 'per'),
    device: newId(engine, 'dev'),
    room,
    records: [record, newId(engine, 'rec')],
    rooms: [room, newId(engine, 'rom')],
    facts: { parts: 2, code: 'X' },
    purpose: 'work',
    hasReason: true,
    nonce: encodeHex(engine.randomBytes(16)),
  },
  {
    index: 9,
    atMs: 3,
    kind: 'hour.cut',
    hash: '00',
    records: [],
    rooms: [],
    facts: {},
    hasReason: false,
    isVoid: true,
  },
];

test('lines come back as they were kept', () => {
  expect(decodeLines(encodeLines(lines), new Map())).toEqual(lines);
  expect(decodeLines(encodeLines([]), new Map())).toEqual([]);
});

test('what is no kept line is damage, never a line', () => {
  for (const text of ['', '{', 'null', '{"a":1}'])
    expect(() => decodeLines(encodeUtf8(text), new Map())).toThrow(
      expect.objectContaining({ code: 'STATE_INVALID' }),
    );
});

test('fifty thousand lines take little room: an id stands once in a chunk, and once in memory', () => {
  const many = Array.from({ length: 50_000 }, (_, index): KeptLine => ({ ...(lines[0] as KeptLine), index }));
  const chunks = Array.from({ length: 100 }, (_, chunk) =>
    encodeLines(many.slice(chunk * 500, chunk * 500 + 500)),
  );
  const texts = new Map<string, string>();
  const read = chunks.flatMap((chunk) => decodeLines(chunk, texts));
  expect(chunks.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(10_000_000);
  expect(read).toHaveLength(50_000);
  expect(texts.size).toBeLessThan(10);
});

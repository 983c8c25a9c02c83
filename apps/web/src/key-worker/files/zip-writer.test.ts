import { unzipSync } from 'fflate';
import { encodeUtf8 } from '@strongroom/core';
import { expect, test } from 'vitest';
import { createZipWriter } from './zip-writer.ts';

test('what is packed is unpacked the same; what is compressed already is stored', async () => {
  const zip = createZipWriter();
  const text = encodeUtf8('word '.repeat(20_000));
  zip.add({
    path: 'In/text.txt',
    modifiedAtMs: 1_800_000_000_000,
    pieces: [text.slice(0, 7), text.slice(7)],
  });
  zip.add({ path: 'Scan.PDF', modifiedAtMs: 0, pieces: [text] });
  zip.add({ path: 'empty.txt', modifiedAtMs: 9e15, pieces: [] });
  const bytes = new Uint8Array(await zip.end().arrayBuffer());
  const files = unzipSync(bytes);
  expect(Object.keys(files)).toEqual(['In/text.txt', 'Scan.PDF', 'empty.txt']);
  expect(Buffer.compare(files['In/text.txt'] ?? text, text)).toBe(0);
  expect(Buffer.compare(files['Scan.PDF'] ?? new Uint8Array(0), text)).toBe(0);
  expect(bytes.length).toBeGreaterThan(text.length);
  expect(bytes.length).toBeLessThan(text.length * 1.1);
});

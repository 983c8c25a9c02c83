/** What waits between the device and the archive: whole again where it was large, and a folder that takes nothing is told as such. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { concatBytes } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import { afterAll, expect, test } from 'vitest';
import { createSpool } from './sealed-spool.ts';

const folder = mkdtempSync(join(tmpdir(), 'sr-spool-'));
const engine = createNodeEngine();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a large document is the same when it goes on, and leaves no file', async () => {
  const spool = await createSpool({ engine, folder, token: '0a', expectedBytes: Infinity });
  const pieces = [1, 2, 3].map((each) => new Uint8Array(1_500_000).fill(each));
  for (const piece of pieces) await spool.write(piece);
  expect(readdirSync(folder)).toEqual([]);
  await spool.commit();
  expect(spool.sizeBytes).toBe(4_500_000);
  const read: Uint8Array[] = [];
  for await (const piece of spool.read()) read.push(piece);
  expect(Buffer.from(concatBytes(...read)).equals(Buffer.concat(pieces))).toBe(true);
  await spool.close();
});

test('a folder that takes no file is named, with what the system says', async () => {
  const away = join(folder, 'away');
  await expect(
    createSpool({ engine, folder: away, token: '0b', expectedBytes: Infinity }),
  ).rejects.toMatchObject({ code: 'FILE_UNWRITABLE', details: { system: 'ENOENT' } });
});

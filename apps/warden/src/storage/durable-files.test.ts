/** Many files at once: each whole, each overwritten before its name goes, and nothing begun after a failure. */
import { linkSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createFiles, wipeFiles } from './durable-files.ts';

const directory = mkdtempSync(join(tmpdir(), 'strongroom-files-'));
afterAll(() => rmSync(directory, { recursive: true }));

const fileCount = 40;
/** Files that are open at once. */
const atOnce = 16;
const names = Array.from({ length: fileCount }, (_, index) => `file-${index}`);
const bytesOf = (name: string): Uint8Array => new Uint8Array(50_000).fill(Number(name.slice(5)) + 1);

test('files are made whole, their bytes a few at a time, and overwritten in place before they are removed', async () => {
  const folder = join(directory, 'whole');
  const kept = join(directory, 'kept');
  mkdirSync(folder);
  mkdirSync(kept);
  const openAtOnce: number[] = [];
  const files = names.map((name) => {
    const make = (): Uint8Array => {
      openAtOnce.push(readdirSync(folder).length - openAtOnce.length);
      return bytesOf(name);
    };
    return { name, make };
  });
  await createFiles(folder, files);
  expect(openAtOnce).toHaveLength(fileCount);
  expect(Math.min(...openAtOnce)).toBeGreaterThan(0);
  expect(Math.max(...openAtOnce)).toBeLessThanOrEqual(atOnce);
  for (const name of names) {
    expect(readFileSync(join(folder, name)).equals(bytesOf(name))).toBe(true);
    linkSync(join(folder, name), join(kept, name));
  }
  const large = new Uint8Array(2_500_000).fill(77);
  writeFileSync(join(folder, 'large'), large);
  linkSync(join(folder, 'large'), join(kept, 'large'));
  await wipeFiles(folder, [...names, 'large']);
  expect(readdirSync(folder)).toEqual([]);
  for (const name of [...names, 'large']) {
    const before = name === 'large' ? large : bytesOf(name);
    const after = readFileSync(join(kept, name));
    expect(after.length).toBe(before.length);
    // Random bytes are those of before in one place of 256; a run of 32 of them is not.
    expect(after.includes(Buffer.from(before.subarray(0, 32)))).toBe(false);
  }
});

test('many files are made in rooms that are used again, none of them before its file is whole; a single one has none', async () => {
  const folder = join(directory, 'rooms');
  mkdirSync(folder);
  const rooms = new Set<Uint8Array | undefined>();
  const files = names.map((name) => {
    const make = (room?: Uint8Array): Uint8Array => {
      rooms.add(room);
      const bytes = bytesOf(name);
      room?.set(bytes);
      return room?.subarray(0, bytes.length) ?? bytes;
    };
    return { name, make };
  });
  await createFiles(folder, files);
  expect(rooms.has(undefined)).toBe(false);
  expect(rooms.size).toBeLessThanOrEqual(atOnce);
  for (const name of names) expect(readFileSync(join(folder, name)).equals(bytesOf(name))).toBe(true);
  rooms.clear();
  await createFiles(folder, [{ name: 'alone', make: (files[0] as (typeof files)[number]).make }]);
  expect([...rooms]).toEqual([undefined]);
});

test('after a failure no other file is begun, and those begun have ended', async () => {
  const folder = join(directory, 'failed');
  mkdirSync(folder);
  let madeCount = 0;
  let madeAtFailure = fileCount;
  const files = names.map((name, index) => ({
    name,
    make: (): Uint8Array => {
      if (index !== 3) {
        madeCount++;
        return bytesOf(name);
      }
      madeAtFailure = madeCount;
      throw new Error('no bytes');
    },
  }));
  await expect(createFiles(folder, files)).rejects.toMatchObject({
    code: 'WARDEN_STORAGE_FAILED',
    details: { step: 'create', reason: 'unknown' },
  });
  expect(madeCount - madeAtFailure).toBeLessThan(atOnce);
  const whole = readdirSync(folder).filter((name) => name !== names[3]);
  expect(whole).toHaveLength(madeCount);
  for (const name of whole) expect(readFileSync(join(folder, name)).equals(bytesOf(name))).toBe(true);
  await expect(wipeFiles(folder, ['gone'])).rejects.toMatchObject({ code: 'WARDEN_STORAGE_FAILED' });
});

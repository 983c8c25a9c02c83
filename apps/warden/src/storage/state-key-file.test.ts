import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNodeEngine } from '@strongroom/core/node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStateKeyFile } from './state-key-file.ts';

const engine = createNodeEngine();
const steps = {
  afterNewKey: async (): Promise<void> => undefined,
  afterOldKeyWipe: async (): Promise<void> => undefined,
};
let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'srk-'));
  path = join(directory, 'state-key');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const keyOf = (generation: number): Uint8Array => engine.sha256(Uint8Array.of(generation));

test('keeps the newest key only; the file never changes its size or its mode', async () => {
  const store = await openStateKeyFile(engine, path);
  expect(await store.read()).toBeUndefined();
  for (let generation = 1; generation <= 5; generation++) {
    await store.replace({ generation, key: keyOf(generation) }, steps);
    const bytes = readFileSync(path);
    expect(bytes.length).toBe(8192);
    for (let older = 1; older < generation; older++) expect(bytes.includes(keyOf(older))).toBe(false);
    expect(bytes.includes(keyOf(generation))).toBe(true);
  }
  expect(statSync(path).mode & 0o777).toBe(0o600);
  await store.close();
  const again = await openStateKeyFile(engine, path);
  expect(await again.read()).toEqual({ generation: 5, key: keyOf(5) });
  await again.close();
});

test('a crash between new key and wipe leaves both; opening wipes the older one', async () => {
  const store = await openStateKeyFile(engine, path);
  await store.read();
  await store.replace({ generation: 1, key: keyOf(1) }, steps);
  const crash = { ...steps, afterNewKey: () => Promise.reject(new Error('crash')) };
  await expect(store.replace({ generation: 2, key: keyOf(2) }, crash)).rejects.toThrow();
  await store.close();
  expect(readFileSync(path).includes(keyOf(1))).toBe(true);
  const again = await openStateKeyFile(engine, path);
  expect((await again.read())?.generation).toBe(2);
  expect(readFileSync(path).includes(keyOf(1))).toBe(false);
  await again.close();
});

test('a sector that was half written is no key', async () => {
  const store = await openStateKeyFile(engine, path);
  await store.read();
  await store.replace({ generation: 1, key: keyOf(1) }, steps);
  await store.close();
  const bytes = readFileSync(path);
  const sector = bytes.subarray(0, 4).toString() === 'SRK1' ? 0 : 4096;
  const other = 4096 - sector;
  bytes.copy(bytes, other, sector, sector + 30);
  writeFileSync(path, bytes);
  const again = await openStateKeyFile(engine, path);
  expect(await again.read()).toEqual({ generation: 1, key: keyOf(1) });
  await again.close();
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fileSteps } from '../src/home/durable-file.ts';
import type { FileSteps } from '../src/home/durable-file.ts';
import { openFileStorage, removeUnfinishedFiles } from '../src/home/file-storage.ts';
import { lockHome } from '../src/home/home-lock.ts';
import { createTestContext, makeFolder } from './test-context.ts';

let token = 0;
const newToken = (): string => String(token++);
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('the storage of a device', () => {
  test('gives back what was written, by key and by beginning', async () => {
    const folder = join(makeFolder('storage'), 'device');
    const storage = openFileStorage({ folder, newToken });
    expect(await storage.read('a')).toBeUndefined();
    expect(await storage.list('')).toEqual([]);
    await storage.write('a', bytes('1'));
    await storage.write('a/b', bytes('2'));
    await storage.write('a/b/c.d', bytes('3'));
    await storage.write('a', bytes('4'));
    expect(await storage.read('a')).toEqual(bytes('4'));
    expect(await storage.list('a/')).toEqual(['a/b', 'a/b/c.d']);
    expect(await storage.list('')).toEqual(['a', 'a/b', 'a/b/c.d']);
    await storage.remove('a');
    await storage.remove('a');
    expect(await storage.list('')).toEqual(['a/b', 'a/b/c.d']);
  });

  test('is readable by its owner only', async () => {
    const folder = join(makeFolder('storage'), 'device');
    const storage = openFileStorage({ folder, newToken });
    await storage.write('deep/key', bytes('x'));
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'deep')).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(join(folder, 'deep'))) {
      expect(statSync(join(folder, 'deep', name)).mode & 0o777).toBe(0o600);
    }
  });

  test.each([
    '',
    '/',
    'a//b',
    '../a',
    'a/../b',
    '.hidden',
    'a/.b',
    'A',
    'ü',
    'a\0b',
    'a\\b',
    'x'.repeat(513),
  ])('refuses the key %j', async (key) => {
    const storage = openFileStorage({ folder: makeFolder('storage'), newToken });
    await expect(storage.write(key, bytes('x'))).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  test('keeps old or new, whole, wherever a write is cut', async () => {
    for (let cutAfter = 0; cutAfter < 3; cutAfter++) {
      const folder = makeFolder('storage');
      await openFileStorage({ folder, newToken }).write('key', bytes('old'));
      const cut = openFileStorage({ folder, newToken, steps: cutSteps(cutAfter) });
      await expect(cut.write('key', bytes('new'))).rejects.toThrow();
      const after = openFileStorage({ folder, newToken });
      expect(await after.read('key'), `cut after ${cutAfter}`).toEqual(bytes(cutAfter < 2 ? 'old' : 'new'));
      expect(await after.list('')).toEqual(['key']);
      expect(await removeUnfinishedFiles(folder)).toBe(cutAfter === 1 ? 1 : 0);
      expect(readdirSync(folder)).toHaveLength(1);
    }
  });

  test('keeps old or new under kill -9 at any moment', async () => {
    const folder = makeFolder('storage');
    const storage = openFileStorage({ folder, newToken });
    for (let round = 0; round < 8; round++) {
      const child = spawn(
        process.execPath,
        ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'write-forever.ts'), folder],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      await once(child.stdout, 'data');
      await new Promise((resolve) => setTimeout(resolve, 7 * round + Math.random() * 20));
      child.kill('SIGKILL');
      await once(child, 'exit');
      const found = await storage.read('key');
      expect(found).toHaveLength(64 * 1024);
      expect(new Set(found).size).toBe(1);
      await removeUnfinishedFiles(folder);
    }
  });

  test('behaves as a map does', async () => {
    const key = fc.constantFrom('a', 'b', 'a/b', 'a/b/c', 'b/x.1');
    const step = fc.oneof(
      fc.record({ kind: fc.constant('write' as const), key, value: fc.uint8Array({ maxLength: 40 }) }),
      fc.record({ kind: fc.constant('remove' as const), key }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const storage = openFileStorage({ folder: makeFolder('storage'), newToken });
        const model = new Map<string, Uint8Array>();
        for (const one of steps) {
          if (one.kind === 'write') {
            await storage.write(one.key, one.value);
            model.set(one.key, one.value);
          } else {
            await storage.remove(one.key);
            model.delete(one.key);
          }
        }
        expect(await storage.list('')).toEqual([...model.keys()].toSorted());
        for (const [name, value] of model) expect(await storage.read(name)).toEqual(new Uint8Array(value));
      }),
      { numRuns: 30 },
    );
  });
});

describe('the lock of a home', () => {
  const { clock } = createTestContext(makeFolder('lock'));

  test('lets one in at a time', async () => {
    const folder = makeFolder('lock');
    const first = await lockHome(folder, clock);
    await expect(lockHome(folder, clock, 100)).rejects.toMatchObject({ code: 'HOME_BUSY' });
    first.release();
    (await lockHome(folder, clock, 100)).release();
  });

  test('waits for the one before', async () => {
    const folder = makeFolder('lock');
    const first = await lockHome(folder, clock);
    setTimeout(() => first.release(), 150);
    (await lockHome(folder, clock, 5000)).release();
  });

  test('ends with a process that was killed', async () => {
    const folder = makeFolder('lock');
    mkdirSync(folder, { recursive: true });
    const script = join(folder, 'hold.ts');
    const lockModule = join(import.meta.dirname, '../src/home/home-lock.ts');
    writeFileSync(
      script,
      `import { lockHome } from ${JSON.stringify(lockModule)};
       await lockHome(${JSON.stringify(folder)}, { nowMs: () => Date.now(), sleep: async () => {} });
       console.log('held'); setInterval(() => {}, 1000);`,
    );
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    await expect(lockHome(folder, clock, 100)).rejects.toMatchObject({ code: 'HOME_BUSY' });
    child.kill('SIGKILL');
    await once(child, 'exit');
    (await lockHome(folder, clock, 1000)).release();
  });
});

/** Steps that do the first so many and then fail, as a process that ends there. */
function cutSteps(count: number): FileSteps {
  let left = count;
  const guard = async (action: () => Promise<void>): Promise<void> => {
    if (left-- <= 0) throw new Error('cut');
    await action();
  };
  return {
    writeNew: async (path, content) => await guard(async () => await fileSteps.writeNew(path, content)),
    rename: async (from, to) => await guard(async () => await fileSteps.rename(from, to)),
    syncFolder: async (path) => await guard(async () => await fileSteps.syncFolder(path)),
  };
}

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNodeEngine } from '@strongroom/core/node';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFaultPoints, createIdleFaultPoints } from '../test-control/fault-points.ts';
import { wardenFaultPoints } from '../warden-fault-points.ts';
import { Journal } from './journal.ts';

const engine = createNodeEngine();
let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'srj-'));
  path = join(directory, 'journal-0');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function open(): Promise<{ journal: Journal; records: Uint8Array[] }> {
  return await Journal.open({ path, directory, engine, faults: createIdleFaultPoints() });
}

const payloads = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 8 });

async function write(records: readonly Uint8Array[]): Promise<number[]> {
  rmSync(path, { force: true });
  const { journal } = await open();
  const ends: number[] = [];
  for (const record of records) {
    await journal.append(record);
    ends.push(journal.sizeBytes);
  }
  await journal.close();
  return ends;
}

test('gives back what was appended, in order, and goes on after it', async () => {
  await fc.assert(
    fc.asyncProperty(payloads, async (records) => {
      await write(records);
      const first = await open();
      expect(first.records).toEqual(records);
      await Promise.all([first.journal.append(Uint8Array.of(7)), first.journal.append(Uint8Array.of(8))]);
      await first.journal.close();
      const second = await open();
      expect(second.records).toEqual([...records, Uint8Array.of(7), Uint8Array.of(8)]);
      await second.journal.close();
    }),
    { numRuns: 20 },
  );
});

test('a file cut at any byte loses the torn record only', async () => {
  await fc.assert(
    fc.asyncProperty(payloads, fc.nat(), async (records, seed) => {
      const ends = await write(records);
      const bytes = readFileSync(path);
      const cut = seed % (bytes.length + 1);
      writeFileSync(path, bytes.subarray(0, cut));
      const { journal, records: found } = await open();
      const whole = ends.filter((end) => end <= cut).length;
      expect(found).toEqual(records.slice(0, whole));
      await journal.append(Uint8Array.of(1));
      await journal.close();
      const again = await open();
      expect(again.records).toEqual([...records.slice(0, whole), Uint8Array.of(1)]);
      await again.journal.close();
    }),
    { numRuns: 40 },
  );
});

test('any flipped bit before the last record is refused as damage; in the last one it reads as torn', async () => {
  await fc.assert(
    fc.asyncProperty(payloads, fc.nat(), fc.nat(7), async (records, seed, bit) => {
      const ends = await write(records);
      const bytes = readFileSync(path);
      const at = seed % bytes.length;
      bytes[at]! ^= 1 << bit;
      writeFileSync(path, bytes);
      const hit = ends.findIndex((end) => at < end);
      if (hit < records.length - 1)
        await expect(open()).rejects.toMatchObject({ code: 'WARDEN_STATE_CORRUPT' });
      else {
        const { journal, records: found } = await open();
        expect(found).toEqual(records.slice(0, -1));
        await journal.close();
      }
    }),
    { numRuns: 60 },
  );
});

test('a journal under another name is not read as its own', async () => {
  await write([Uint8Array.of(1, 2, 3)]);
  writeFileSync(join(directory, 'journal-1'), readFileSync(path));
  path = join(directory, 'journal-1');
  const { journal, records } = await open();
  expect(records).toEqual([]);
  await journal.close();
});

test('after a failed write nothing is acknowledged any more', async () => {
  const faults = createFaultPoints(wardenFaultPoints, {
    kill: () => undefined,
    sleep: async () => undefined,
  });
  const { journal } = await Journal.open({ path, directory, engine, faults });
  await journal.append(Uint8Array.of(1));
  faults.arm({ point: 'warden.journal.after-write', action: 'fail' });
  await expect(journal.append(Uint8Array.of(2))).rejects.toMatchObject({ code: 'FAULT_INJECTED' });
  await expect(journal.append(Uint8Array.of(3))).rejects.toMatchObject({ code: 'WARDEN_STORAGE_FAILED' });
  await journal.close();
  const { records, journal: again } = await open();
  // The write that was not synced may be there or not; the refused one is not.
  expect(records.length).toBeLessThanOrEqual(2);
  await again.close();
});

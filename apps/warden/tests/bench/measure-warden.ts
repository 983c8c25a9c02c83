/**
 * Measures the warden from inside its own walls and prints one JSON line; benchmarks/warden.ts runs it. Punctures on a
 * state of a million slots, openings against the real process. `--tiny` only shows that it still runs.
 */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { officeId, newId } from '@strongroom/core';
import type { AppendItem } from '../../src/index.ts';
import { WardenState } from '../../src/state/warden-state.ts';
import { Firm, engine } from '../kit/firm.ts';
import { RunningWarden } from '../kit/running-warden.ts';
import { TwoWardens } from '../kit/two-wardens.ts';
import { createUnservedContext } from '../../src/unserved-context.ts';

type Row = { readonly operation: string; readonly ms: number; readonly note: string };
const rows: Row[] = [];
const slotCount = 1_000_000;
const isTiny = process.argv.includes('--tiny');

async function measure(operation: string, note: string, work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  const ms = performance.now() - start;
  rows.push({ operation, ms: Number(ms.toFixed(2)), note });
  return ms;
}

async function measurePunctures(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'srb-'));
  const home = join(directory, 'state');
  mkdirSync(home);
  const context = createUnservedContext(engine, directory);
  const keyPath = join(directory, 'state-key');
  let state = await WardenState.open(context, home, keyPath);
  await state.prepareLedger(officeId, newId(engine, 'frm'));
  const scattered = (count: number, from: number): { first: number; last: number }[] =>
    Array.from({ length: count }, (_, place) => {
      const slot = from + Math.floor((place * slotCount) / count);
      return { first: slot, last: slot };
    });
  const size = (): string => `${state.seedCount} seeds in ${state.pageCount} pages after it`;
  await measure('puncture 1 of 1,000,000, first', 'fresh state', async () => {
    await state.puncture(officeId, scattered(1, 17), 'one');
  });
  for (const count of isTiny ? [100] : [100, 1_000, 10_000]) {
    await measure(`puncture ${count} scattered`, 'one commit', async () => {
      await state.puncture(officeId, scattered(count, 3), `many ${count}`);
    });
    rows.push({ ...(rows.pop() as Row), note: size() });
  }
  const rounds = isTiny ? 2 : 20;
  const ms = await measure('puncture 1 after 10,000', '', async () => {
    for (let round = 0; round < rounds; round++)
      await state.puncture(officeId, scattered(1, 500_000 + round * 7), `r${round}`);
  });
  rows.pop();
  rows.push({
    operation: 'puncture 1 after 10,000',
    ms: Number((ms / rounds).toFixed(2)),
    note: `mean of ${rounds}`,
  });
  await state.close();
  await measure('open the state again', 'after 10,000 scattered', async () => {
    state = await WardenState.open(context, home, keyPath);
  });
  const keys = isTiny ? 200 : 20_000;
  const cold = await measure('leaf keys', '', async () => {
    for (let place = 0; place < keys; place++)
      state.leafKey(officeId, 2_000_000 + ((place * 7_919) % slotCount));
  });
  rows.pop();
  rows.push({
    operation: 'leaf key',
    ms: Number((cold / keys).toFixed(4)),
    note: `mean of ${keys}, scattered`,
  });
  await state.close();
  rmSync(directory, { recursive: true });
}

/** @param how said of each row, for example that there is a standby */
async function measureOpenings(warden: RunningWarden, how: string): Promise<void> {
  const firm = await Firm.create(warden.client, warden.nowMs);
  const parts = await firm.sealParts(isTiny ? 8 : 256);
  for (const [batchSize, batches] of [
    [1, isTiny ? 2 : 40],
    [isTiny ? 8 : 256, isTiny ? 1 : 6],
  ] as const) {
    const made: AppendItem[][] = [];
    for (let batch = 0; batch < batches; batch++) {
      const items: AppendItem[] = [];
      for (let place = 0; place < batchSize; place++) {
        const part = parts[place];
        if (part === undefined) throw new Error('parts');
        const { request, sent } = await firm.ask([part]);
        items.push(firm.itemOf(request, sent, [part.sealed]));
      }
      made.push(items);
    }
    const start = performance.now();
    let released = 0;
    for (const items of made) {
      const from = firm.entries.get(firm.vault)?.length ?? 0;
      firm.entries.get(firm.vault)?.push(...items);
      const answer = await warden.client.append({ ledger: firm.vault, from, items });
      released += answer.results.filter(({ release }) => release !== undefined).length;
    }
    const ms = performance.now() - start;
    if (released !== batchSize * batches) throw new Error('not everything was released');
    rows.push({
      operation: `release, ${batchSize} in a batch${how}`,
      ms: Number((ms / released).toFixed(3)),
      note: 'a request each: verified, appended durably, signed, opened, sealed to the device; mean',
    });
  }
}

/** Lines that are neither blank nor comment. */
function countLines(directory: URL): { readonly files: number; readonly code: number; readonly all: number } {
  let code = 0;
  let all = 0;
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
  );
  for (const name of names) {
    const lines = readFileSync(new URL(name, directory), 'utf8').split('\n');
    all += lines.length;
    code += lines.filter((line) => !/^\s*(?:\/\/|\/\*|\*|$)/.test(line)).length;
  }
  return { files: names.length, code, all };
}

await measurePunctures();
const alone = await RunningWarden.start();
await measureOpenings(alone, '');
await alone.remove();
const two = await TwoWardens.start();
await measureOpenings(two.first, ', with a standby');
await two.remove();
process.stdout.write(
  `${JSON.stringify({ rows, lines: countLines(new URL('../../src/', import.meta.url)) })}\n`,
);
process.exit();

/**
 * Measures the state that forgets when it is large: a million random punctures among ten million slots, made durable as in
 * service. Prints one JSON line; benchmarks/punctures.ts runs it. `--tiny` only shows that it still runs. The start is measured
 * in a process of its own (`--start DIR`), so that its memory is that of a warden that starts and reads.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { formSlot, newId, officeId } from '@strongroom/core';
import { WardenState } from '../../src/state/warden-state.ts';
import type { SlotRange } from '../../src/state/vault-tree.ts';
import { engine } from '../kit/firm.ts';
import { createUnservedContext } from '../../src/unserved-context.ts';

interface Row {
  readonly operation: string;
  readonly ms: number;
  readonly note: string;
}

/** What one puncture took of the processor, and of it the tree's own hashes: what the format asks for, whatever the program. */
interface Cost {
  readonly hmacSha512: number;
  readonly hmacSha256: number;
  readonly sha256: number;
  readonly cpuMs: number;
  readonly hashingMs: number;
}

/** What the process of the start prints; memory in MiB. */
interface Started {
  readonly rows: readonly Row[];
  readonly memoryStartMib: number;
  readonly memoryReadMib: number;
}

const { values: args } = parseArgs({ options: { tiny: { type: 'boolean' }, start: { type: 'string' } } });
const isTiny = args.tiny === true;
const slotCount = isTiny ? 10_000 : 10_000_000;
const puncturedCount = slotCount / 10;
const batch = isTiny ? 500 : 50_000;
const manyCount = isTiny ? 100 : 10_000;
const roundCount = isTiny ? 3 : 20;
const rows: Row[] = [];

/** Random numbers that are the same at every run (xorshift32; Marsaglia, "Xorshift RNGs", 2003). */
function createRandom(seed: number): () => number {
  let value = seed;
  return () => {
    value ^= value << 13;
    value ^= value >>> 17;
    value ^= value << 5;
    return (value >>> 0) / 2 ** 32;
  };
}

// The process of the start draws others: those of the first are dead.
const random = createRandom(args.start === undefined ? 20_261_122 : 20_261_123);

function drawSlots(count: number): SlotRange[] {
  return Array.from({ length: count }, () => {
    const slot = Math.floor(random() * slotCount);
    return { first: slot, last: slot };
  });
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Notes the median and the largest of several. */
async function timeEach(
  operation: string,
  count: number,
  work: (round: number) => Promise<unknown>,
): Promise<void> {
  const all: number[] = [];
  for (let round = 0; round < count; round++) all.push(await time(() => work(round)));
  const sorted = all.toSorted((left, right) => left - right);
  const median = sorted[Math.floor(count / 2)] ?? 0;
  rows.push({
    operation,
    ms: median,
    note: `median of ${count}, largest ${(sorted.at(-1) ?? 0).toFixed(1)} ms`,
  });
}

function readCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Processor time of one call, in milliseconds. */
function timeCall(call: () => unknown): number {
  const count = isTiny ? 1_000 : 50_000;
  const start = readCpuMs();
  for (let index = 0; index < count; index++) call();
  return (readCpuMs() - start) / count;
}

/** Counts the tree's hashes of one more puncture, and times as many of each alone. */
async function countCost(work: () => Promise<unknown>): Promise<Cost> {
  const before = { ...counts };
  const start = readCpuMs();
  await work();
  const cpuMs = readCpuMs() - start;
  const hmacSha512 = counts.sha512 - before.sha512;
  const hmacSha256 = counts.hmacSha256 - before.hmacSha256;
  const sha256 = counts.sha256 - before.sha256;
  const [seed, label, pair] = [new Uint8Array(32), new Uint8Array(12), new Uint8Array(65)];
  const hashingMs =
    hmacSha512 * timeCall(() => engine.hmac('sha512', seed, label)) +
    hmacSha256 * timeCall(() => engine.hmac('sha256', seed, label)) +
    sha256 * timeCall(() => engine.sha256(pair));
  return { hmacSha512, hmacSha256, sha256, cpuMs, hashingMs };
}

const directory = args.start ?? mkdtempSync(join(tmpdir(), 'strongroom-punctures-'));
const home = join(directory, 'state');
mkdirSync(home, { recursive: true });
const counts = { sha512: 0, sha384: 0, hmacSha256: 0, sha256: 0 };
const counted: typeof engine = {
  ...engine,
  hmac(hash, key, ...parts) {
    counts[hash === 'sha256' ? 'hmacSha256' : hash]++;
    return engine.hmac(hash, key, ...parts);
  },
  sha256(...parts) {
    counts.sha256++;
    return engine.sha256(...parts);
  },
};
const context = createUnservedContext(counted, directory);
const keyPath = join(directory, 'state-key');

function describeState(state: WardenState): string {
  const bytes = readdirSync(home).reduce((sum, name) => sum + statSync(join(home, name)).size, 0);
  const { seedCount, pageCount } = state;
  return `${seedCount.toLocaleString('en')} seeds in ${pageCount.toLocaleString('en')} pages, ${(bytes / 1e6).toFixed(0)} MB`;
}

if (args.start === undefined) await measureAll();
else process.stdout.write(`${JSON.stringify(await measureStart())}\n`);

async function measureAll(): Promise<void> {
  const state = await WardenState.open(context, home, keyPath);
  await state.prepareLedger(officeId, newId(engine, 'frm'));
  const growMs = await time(async () => {
    for (let done = 0; done < puncturedCount; done += batch)
      await state.puncture(officeId, drawSlots(batch), `grow ${done}`);
  });
  rows.push({
    operation: `${puncturedCount.toLocaleString('en')} random punctures of ${slotCount.toLocaleString('en')} slots, ${batch.toLocaleString('en')} a commit`,
    ms: growMs,
    note: describeState(state),
  });
  await timeEach('one more, random', roundCount, (round) =>
    state.puncture(officeId, drawSlots(1), `one ${round}`),
  );
  await timeEach('10,000 slots of one room at once', 3, (round) => {
    const first = formSlot(0, 20_000_000 + round * 20_000);
    return state.puncture(officeId, [{ first, last: first + 9_999 }], `room ${round}`);
  });
  await timeEach(`${manyCount.toLocaleString('en')} random slots at once`, 3, (round) =>
    state.puncture(officeId, drawSlots(manyCount), `many ${round}`),
  );
  const cost = await countCost(() => state.puncture(officeId, drawSlots(manyCount), 'many counted'));
  await timeEach('the end of an hour: all its messages', roundCount, (round) => {
    const hour = 8_000 + round;
    return state.puncture(
      officeId,
      [{ first: formSlot(hour, 0), last: formSlot(hour + 1, 0) - 1 }],
      `hour ${hour}`,
    );
  });
  await state.close();
  const self = fileURLToPath(import.meta.url);
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    self,
    '--start',
    directory,
    ...(isTiny ? ['--tiny'] : []),
  ]);
  const started = JSON.parse(stdout) as Started;
  const { memoryStartMib, memoryReadMib } = started;
  rmSync(directory, { recursive: true });
  const all = [...rows, ...started.rows];
  process.stdout.write(`${JSON.stringify({ rows: all, cost, memoryStartMib, memoryReadMib })}\n`);
}

async function measureStart(): Promise<Started> {
  const start = performance.now();
  const state = await WardenState.open(context, home, keyPath);
  rows.push({
    operation: 'start: open the state',
    ms: performance.now() - start,
    note: `the root alone; ${state.unreadPageCount.toLocaleString('en')} pages are read when somebody comes to them`,
  });
  const memoryStartMib = readMemoryMib();
  await timeEach('one after the start, random', roundCount, (round) =>
    state.puncture(officeId, drawSlots(1), `after ${round}`),
  );
  while (state.unreadPageCount > 0) state.readAhead();
  const memoryReadMib = readMemoryMib();
  await state.close();
  return { rows, memoryStartMib, memoryReadMib };
}

function readMemoryMib(): number {
  return process.memoryUsage.rss() / 2 ** 20;
}

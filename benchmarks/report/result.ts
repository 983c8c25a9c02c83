/**
 * What a benchmark has to say, in one shape: tables for people, aims with what was measured, and the machine. `finish` prints
 * it, and with `--record` writes benchmarks/results/<name>.json, from which benchmarks/README.md is made.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, getPriority, loadavg, totalmem } from 'node:os';
import { parseArgs } from 'node:util';

/** A cell; numbers are shown with their thousands apart. */
export type Cell = string | number;

export interface ResultTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** A figure that the project aims at. */
export interface Aim {
  readonly what: string;
  readonly aim: string;
  readonly measured: string;
  readonly isMet: boolean;
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly node: string;
  /** The system's load over the last minute, before and after: above the number of cores, others took part of the machine. */
  readonly loadBefore: number;
  readonly loadAfter: number;
  /** The run's priority: below 0 it went before the other work of the machine. */
  readonly niceness?: number;
  /** The same of its session, where the system shares processors by session. */
  readonly groupNiceness?: number;
}

export interface BenchmarkResult {
  readonly benchmark: string;
  readonly title: string;
  /** What is measured and how, in a sentence or two. */
  readonly method: string;
  readonly machine: Machine;
  readonly tables: readonly ResultTable[];
  readonly aims: readonly Aim[];
  readonly notes: readonly string[];
}

/** How a benchmark was asked to run. */
export interface BenchmarkOptions {
  readonly isTiny: boolean;
  readonly canRecord: boolean;
  /** Another size than the usual, for benchmarks that have one. */
  readonly count?: number;
}

const resultsFolder = new URL('../results/', import.meta.url);
const loadBefore = loadavg()[0] ?? 0;

/** Reads `--tiny` (seconds instead of minutes; says nothing about speed), `--record` and `--count N`. */
export function readOptions(): BenchmarkOptions {
  const { values } = parseArgs({
    options: {
      record: { type: 'boolean', default: false },
      tiny: { type: 'boolean', default: false },
      count: { type: 'string' },
    },
  });
  const { record, tiny, count } = values;
  if (record && tiny) throw new Error('a tiny run says nothing about speed and is not recorded');
  if (count !== undefined && !/^[1-9]\d{0,6}$/.test(count)) throw new Error('--count takes a number');
  return { isTiny: tiny, canRecord: record, ...(count === undefined ? {} : { count: Number(count) }) };
}

/** Prints a result and, if it was asked for, records it. */
export function finish(result: Omit<BenchmarkResult, 'machine'>, options: BenchmarkOptions): void {
  const whole: BenchmarkResult = { ...result, machine: describeMachine() };
  for (const table of whole.tables) process.stdout.write(`\n${table.title}\n${formatTable(table)}\n`);
  for (const { what, aim, measured, isMet } of whole.aims)
    process.stdout.write(`aim ${isMet ? 'met    ' : 'not met'}  ${what}: ${measured} (aim ${aim})\n`);
  for (const note of whole.notes) process.stdout.write(`note: ${note}\n`);
  process.stdout.write(`${JSON.stringify(whole)}\n`);
  if (!options.canRecord) return;
  mkdirSync(resultsFolder, { recursive: true });
  writeFileSync(new URL(`${whole.benchmark}.json`, resultsFolder), `${JSON.stringify(whole, null, 2)}\n`);
}

/** All recorded results, by name. */
export function readResults(): readonly BenchmarkResult[] {
  return readdirSync(resultsFolder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(new URL(name, resultsFolder), 'utf8')) as BenchmarkResult);
}

/** A cell as people read it. */
export function formatCell(cell: Cell): string {
  return typeof cell === 'number' ? cell.toLocaleString('en', { maximumSignificantDigits: 6 }) : cell;
}

function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    loadBefore: Math.round(loadBefore * 10) / 10,
    loadAfter: Math.round((loadavg()[0] ?? 0) * 10) / 10,
    niceness: getPriority(),
    groupNiceness: readGroupNiceness(),
  };
}

function readGroupNiceness(): number {
  try {
    return Number(/nice (-?\d+)/.exec(readFileSync('/proc/self/autogroup', 'utf8'))?.[1] ?? 0);
  } catch {
    // No such thing here: nobody can have raised it.
    return 0;
  }
}

function formatTable({ columns, rows }: ResultTable): string {
  const texts = [columns, ...rows].map((row) => row.map(formatCell));
  const widths = columns.map((_, column) => Math.max(...texts.map((row) => row[column]?.length ?? 0)));
  return texts
    .map((row) =>
      row
        .map((text, column) =>
          column === 0 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0),
        )
        .join('  '),
    )
    .join('\n');
}

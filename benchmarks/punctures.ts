/** The state that forgets, large: a million random punctures among ten million slots, what one more costs, and a start after it. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Aim } from './report/result.ts';
import { finish, readOptions } from './report/result.ts';

interface Measured {
  readonly rows: readonly { readonly operation: string; readonly ms: number; readonly note: string }[];
  /** Of the 10,000 random slots at once. */
  readonly cost: {
    readonly hmacSha512: number;
    readonly hmacSha256: number;
    readonly sha256: number;
    readonly cpuMs: number;
    readonly hashingMs: number;
  };
  /** Of a process that only starts: then, and with every page read. */
  readonly memoryStartMib: number;
  readonly memoryReadMib: number;
}

const options = readOptions();
const script = fileURLToPath(new URL('../apps/warden/tests/bench/measure-punctures.ts', import.meta.url));
const { stdout } = await promisify(execFile)(
  process.execPath,
  ['--disable-warning=ExperimentalWarning', script, ...(options.isTiny ? ['--tiny'] : [])],
  { maxBuffer: 2 ** 26 },
);
const { rows, cost, memoryStartMib, memoryReadMib } = JSON.parse(
  stdout.trim().split('\n').at(-1) ?? '',
) as Measured;

/** The aims of the design, by the beginning of the operation's name. */
const aimsMs: readonly (readonly [operation: string, limitMs: number])[] = [
  ['one more, random', 20],
  ['10,000 slots of one room', 1_000],
  ['10,000 random slots', 1_000],
  ['the end of an hour', 5],
  ['start', 2_000],
];

const aims = aimsMs.flatMap(([operation, limitMs]): Aim[] => {
  const row = rows.find((one) => one.operation.startsWith(operation));
  if (row === undefined) return [];
  const limit = `under ${limitMs.toLocaleString('en')} ms`;
  return [{ what: row.operation, aim: limit, measured: `${row.ms.toFixed(1)} ms`, isMet: row.ms < limitMs }];
});

const count = (value: number): string => value.toLocaleString('en');

finish(
  {
    benchmark: 'punctures',
    title: 'The state that forgets after a million random punctures of ten million slots',
    method:
      'On the warden’s own state, each puncture durable when it counts: new pages, new root, new state key, the old ones overwritten, each step synced.',
    tables: [
      {
        title: 'Operations',
        columns: ['operation', 'ms', 'how'],
        rows: rows.map(({ operation, ms, note }) => [operation, Number(ms.toFixed(2)), note]),
      },
      {
        title: 'What 10,000 random slots at once take of the processor',
        columns: ['what', 'ms'],
        rows: [
          ['all threads together', Math.round(cost.cpuMs)],
          [
            `of which the tree’s hashes: ${count(cost.hmacSha512)} HMAC-SHA-512, ${count(cost.hmacSha256)} HMAC-SHA-256, ${count(cost.sha256)} SHA-256`,
            Math.round(cost.hashingMs),
          ],
        ],
      },
      {
        title: 'Memory',
        columns: ['what', 'MiB'],
        rows: [
          ['a process that has started: the root alone', Math.round(memoryStartMib)],
          ['the same with all pages read', Math.round(memoryReadMib)],
        ],
      },
    ],
    aims,
    notes: [
      'The tree’s hashes are the floor of the format. 10,000 random slots lie in nearly all pages, so all of them are sealed, written, synced and the old ones overwritten: what is beyond the floor is the size of a page.',
    ],
  },
  options,
);

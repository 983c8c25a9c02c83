/** Cost of the warden: punctures of a state with a million slots, openings against the real process, lines of code. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { finish, readOptions } from './report/result.ts';

interface Measured {
  readonly rows: readonly { readonly operation: string; readonly ms: number; readonly note: string }[];
  readonly lines: { readonly files: number; readonly code: number; readonly all: number };
}

const options = readOptions();
const script = fileURLToPath(new URL('../apps/warden/tests/bench/measure-warden.ts', import.meta.url));
const { stdout } = await promisify(execFile)(
  process.execPath,
  ['--disable-warning=ExperimentalWarning', script, ...(options.isTiny ? ['--tiny'] : [])],
  { maxBuffer: 2 ** 26 },
);
const { rows, lines } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Measured;

finish(
  {
    benchmark: 'warden',
    title: 'The warden: punctures among a million slots, openings',
    method:
      'Punctures on the state itself, made durable as in service; openings against the real process over its socket.',
    tables: [
      {
        title: 'Operations',
        columns: ['operation', 'ms', 'how'],
        rows: rows.map(({ operation, ms, note }) => [operation, ms, note]),
      },
      {
        title: 'Size',
        columns: ['what', 'lines'],
        rows: [
          [`code in ${lines.files} files, without tests, comments and blank lines`, lines.code],
          ['with comments and blank lines', lines.all],
        ],
      },
    ],
    aims: [],
    notes: [],
  },
  options,
);

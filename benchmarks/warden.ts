/**
 * Cost of the warden: punctures of a state with a million slots, openings against the real process, lines of code. Prints a table
 * and JSON; `--record` writes benchmarks/results/warden.json.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';

type Measured = {
  readonly rows: readonly { readonly operation: string; readonly ms: number; readonly note: string }[];
  readonly lines: { readonly files: number; readonly code: number; readonly all: number };
};

const { values } = parseArgs({ options: { record: { type: 'boolean', default: false } } });
const script = fileURLToPath(new URL('../apps/warden/tests/bench/measure-warden.ts', import.meta.url));
const { stdout } = await promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', script], {
  maxBuffer: 2 ** 26,
});
const measured = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Measured;
const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version };
const result = { benchmark: 'warden', slots: 1_000_000, machine, ...measured };
for (const { operation, ms, note } of measured.rows)
  console.log(`${operation.padEnd(36)} ${ms.toLocaleString('en').padStart(10)} ms  ${note}`);
console.log(`${measured.lines.code} lines of code in ${measured.lines.files} files, tests not counted`);
console.log(JSON.stringify(result));
if (values.record) {
  const folder = new URL('results/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL('warden.json', folder), `${JSON.stringify(result, null, 2)}\n`);
}

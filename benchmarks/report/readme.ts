/** benchmarks/README.md, made from the recorded results and nothing else. */
import { benchmarks } from '../catalogue.ts';
import { formatCell } from './result.ts';
import type { BenchmarkResult, Machine, ResultTable } from './result.ts';

const head = `# Benchmarks

Made from \`benchmarks/results/*.json\` by \`npm run bench -- NAME --record\`; do not edit. \`npm run bench\` lists what there is.

The machines of these runs are small and shared. What is compared ran in turns within one run, so read the ratios, not the
absolute figures; the load of the system (processes that wanted a processor, before and after) says how busy it was: well above the number of
cores, the absolute figures are too low. A niceness below 0 says that the run went before the machine's other work.
`;

/** The page. */
export function formatReadme(results: readonly BenchmarkResult[]): string {
  const order = benchmarks.map(({ name }) => name);
  const sorted = results.toSorted(
    (left, right) => order.indexOf(left.benchmark) - order.indexOf(right.benchmark),
  );
  return [head, formatAims(sorted), ...sorted.map(formatResult)].join('\n');
}

function formatAims(results: readonly BenchmarkResult[]): string {
  const rows = results.flatMap(({ aims }) =>
    aims.map(({ what, aim, measured, isMet }) => [what, aim, measured, isMet ? 'yes' : '**no**']),
  );
  return `## Aims\n\n${formatRows(['what', 'aim', 'measured', 'met'], rows)}\n`;
}

function formatResult(result: BenchmarkResult): string {
  const { machine } = result;
  const tables = result.tables.map(formatTable);
  const notes = result.notes.map((note) => `- ${note}`).join('\n');
  return [
    `## ${result.title}\n`,
    `\`npm run bench -- ${result.benchmark} --record\`. ${result.method}\n`,
    ...tables,
    ...(notes === '' ? [] : [`${notes}\n`]),
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGib} GiB, Node ${machine.node.replace('v', '')}; load ${machine.loadBefore} before, ${machine.loadAfter} after${formatPriority(machine)}.\n`,
  ].join('\n');
}

/** What set the run before the machine's other work, if anything did. */
function formatPriority({ niceness = 0, groupNiceness = 0 }: Machine): string {
  const own = niceness === 0 ? '' : `, niceness ${niceness}`;
  return groupNiceness === 0 ? own : `${own}, session's niceness ${groupNiceness}`;
}

function formatTable({ title, columns, rows }: ResultTable): string {
  return `### ${title}\n\n${formatRows(
    columns,
    rows.map((row) => row.map(formatCell)),
  )}\n`;
}

function formatRows(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [columns, columns.map((_, column) => (column === 0 ? '---' : '---:')), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

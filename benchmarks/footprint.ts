/** What Strongroom costs before anybody uses it: installing, starting, idling; and how much code the warden is. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startServerProcess } from './office/server-process.ts';
import { finish, readOptions } from './report/result.ts';
import type { Cell } from './report/result.ts';
import { findMedian } from './report/statistics.ts';

const options = readOptions();
const run = promisify(execFile);
const root = fileURLToPath(new URL('../', import.meta.url));
const rounds = options.isTiny ? 1 : 5;
const idleMs = options.isTiny ? 0 : 10_000;

/** `npm ci` of the committed tree in an empty folder, packages from npm's own cache where it has them. */
async function measureInstall(): Promise<{ readonly seconds: number; readonly megabytes: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-bench-install-'));
  try {
    const archive = join(folder, 'tree.tar');
    await run('git', ['-C', root, 'archive', '--output', archive, 'HEAD']);
    await run('tar', ['-xf', archive, '-C', folder]);
    const startedAt = performance.now();
    await run('npm', ['ci', '--no-audit', '--no-fund', '--prefer-offline'], {
      cwd: folder,
      maxBuffer: 2 ** 24,
    });
    const seconds = (performance.now() - startedAt) / 1000;
    return { seconds, megabytes: countBytes(join(folder, 'node_modules')) / 1e6 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function countBytes(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true }))
    if (entry.isFile()) bytes += statSync(join(entry.parentPath, entry.name)).size;
  return bytes;
}

/** From the start of the process to the first answer over HTTP; then what both processes hold while nobody asks anything. */
async function measureServer(): Promise<{
  readonly startMs: number;
  readonly serverBytes: number;
  readonly wardenBytes: number;
}> {
  const startedAt = performance.now();
  const server = await startServerProcess();
  try {
    const response = await fetch(`${server.url}/v1/health`);
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`health: ${response.status}`);
    const startMs = performance.now() - startedAt;
    await new Promise((resolve) => {
      setTimeout(resolve, idleMs);
    });
    const memory = server.readMemory();
    return { startMs, serverBytes: memory.server, wardenBytes: memory.warden };
  } finally {
    await server.stop();
  }
}

function countLines(folder: string): { readonly files: number; readonly lines: number } {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
  );
  const lines = names.flatMap((name) =>
    readFileSync(join(folder, name), 'utf8')
      .split('\n')
      .filter((line) => !/^\s*(?:\/\/|\/\*|\*|$)/.test(line)),
  );
  return { files: names.length, lines: lines.length };
}

const install = options.isTiny ? undefined : await measureInstall();
const starts: Awaited<ReturnType<typeof measureServer>>[] = [];
for (let round = 0; round < rounds; round++) starts.push(await measureServer());
const medianOf = (pick: (start: (typeof starts)[number]) => number): number => findMedian(starts.map(pick));
const code = ['apps/warden', 'packages/core', 'packages/ledger', 'packages/authority'].map(
  (folder): Cell[] => {
    const { files, lines } = countLines(join(root, folder, 'src'));
    return [folder, files, lines];
  },
);

finish(
  {
    benchmark: 'footprint',
    title: 'Installing, starting, idling',
    method: `Install: "npm ci" of the committed tree in an empty folder, npm's cache warm, development tools included. Start and memory: median of ${rounds} starts on an empty home; memory is resident, ${idleMs / 1000} s after the first answer.`,
    tables: [
      {
        title: 'Cost',
        columns: ['what', 'measured'],
        rows: [
          ...(install === undefined
            ? []
            : [
                ['npm ci, s', Math.round(install.seconds * 10) / 10],
                ['node_modules, MB', Math.round(install.megabytes)],
              ]),
          ['start to the first answer, ms', Math.round(medianOf(({ startMs }) => startMs))],
          ['server, idle, MB', Math.round(medianOf(({ serverBytes }) => serverBytes) / 1e6)],
          ['warden, idle, MB', Math.round(medianOf(({ wardenBytes }) => wardenBytes) / 1e6)],
        ],
      },
      {
        title: 'Lines of code that the warden runs, without tests, comments and blank lines',
        columns: ['part', 'files', 'lines'],
        rows: code,
      },
    ],
    aims: [],
    notes: [],
  },
  options,
);

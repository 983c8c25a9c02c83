import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { reasonOf } from './runner.ts';
import type { Runner, RunReport, Skip } from './runner.ts';
import { slowFiles } from './slow-files.ts';

/** The part of vitest's JSON report that is read here. */
interface VitestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    /** Of a file that did not load. */
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

const SKIP_REASON = /\[skipped: ([^\]]+)\]/;

/** Files of a share: few enough that no share is long, enough that starting vitest anew is a small part of it. */
const SHARE_FILES = 8;
/** Where vitest.config.ts looks. */
const FOLDERS = ['apps', 'benchmarks', 'packages', 'tests', 'tools'];

/**
 * The tests of vitest.config.ts. All of them come in shares with one worker each, which can run beside something else, the slow files
 * first; what somebody names runs in one, with the workers of the configuration.
 */
export function shareVitest(root: string, filters: readonly string[]): readonly Runner[] {
  if (filters.length > 0) return [createVitestRunner([])];
  const slow = slowFiles.filter((file) => existsSync(join(root, file)));
  const shares = Math.max(1, Math.ceil((countTestFiles(root) - slow.length) / SHARE_FILES));
  const others = slow.map((file) => `--exclude=${file}`);
  return [
    ...slow.map((file) => createVitestRunner(['--maxWorkers=1', file])),
    ...Array.from({ length: shares }, (_, place) =>
      createVitestRunner(['--maxWorkers=1', `--shard=${place + 1}/${shares}`, ...others]),
    ),
  ];
}

/** About how many there are: only how finely they are shared depends on it. */
function countTestFiles(root: string): number {
  return FOLDERS.filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map(String))
    .filter((path) => path.endsWith('.test.ts') && !path.includes('node_modules')).length;
}

function createVitestRunner(options: readonly string[]): Runner {
  return {
    name: 'vitest',
    async run(root, filters) {
      const folder = mkdtempSync(join(tmpdir(), 'strongroom-test-'));
      try {
        const reportPath = join(folder, 'report.json');
        const exitCode = await runVitest(root, reportPath, [...options, ...filters]);
        return countReport(root, readReport(reportPath), exitCode);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

/**
 * Runs the tests of one file whose full name matches, quietly; answers their statuses. A file that does not load gives none.
 */
export async function runNamedTests(root: string, file: string, namePattern: string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-test-'));
  try {
    const reportPath = join(folder, 'report.json');
    const script = join(root, 'node_modules', 'vitest', 'vitest.mjs');
    const args = ['run', file, '-t', namePattern, '--reporter=json', `--outputFile.json=${reportPath}`];
    const child = spawn(process.execPath, [script, ...args], { cwd: root, stdio: 'ignore' });
    await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
    const files = readReport(reportPath)?.testResults ?? [];
    return files
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ fullName }) => new RegExp(namePattern).test(fullName))
      .map(({ status }) => status);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runVitest(root: string, reportPath: string, args: readonly string[]): Promise<number> {
  const script = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportPath}`];
  const child = spawn(process.execPath, [script, 'run', '--passWithNoTests', ...reporters, ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

function readReport(path: string): VitestReport | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as VitestReport;
  } catch {
    // Vitest ended before it wrote a report; the caller counts that as a failure.
    return undefined;
  }
}

/**
 * A file that could not be loaded counts as one failed test, and so does a run that ended badly though every test passed
 * (an unhandled rejection, a worker that died, no report).
 */
function countReport(root: string, report: VitestReport | undefined, exitCode: number): RunReport {
  const files = report?.testResults ?? [];
  const tests = files.flatMap((file) => {
    const path = relative(root, file.name).replaceAll('\\', '/');
    return file.assertionResults.map((result) => ({
      name: `${path}: ${result.fullName}`,
      status: result.status,
      reason: reasonOf(result.failureMessages?.[0]),
    }));
  });
  const passed = tests.filter((result) => result.status === 'passed').length;
  const skips = tests
    .filter((result) => result.status !== 'passed' && result.status !== 'failed')
    .map(readSkip);
  const broken = files
    .filter(
      (file) =>
        file.status === 'failed' && !file.assertionResults.some((result) => result.status === 'failed'),
    )
    .map((file) => ({
      name: relative(root, file.name).replaceAll('\\', '/'),
      reason: reasonOf(file.message),
    }));
  const failures = [
    ...tests
      .filter((result) => result.status === 'failed')
      .map(({ name, reason }) => ({ name: name.replaceAll(/\s+/g, ' '), reason })),
    ...broken,
  ];
  if (report === undefined || (exitCode !== 0 && failures.length === 0))
    failures.push({ name: 'vitest', reason: `it ended with ${exitCode} and names no test` });
  return { passed, failures, skips };
}

/** The reason stands in the name of the test or of a block around it: `[skipped: why]`. */
function readSkip(result: { readonly name: string }): Skip {
  return {
    name: result.name.replace(SKIP_REASON, '').replaceAll(/\s+/g, ' ').trim(),
    reason: SKIP_REASON.exec(result.name)?.[1],
  };
}

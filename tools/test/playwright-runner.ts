import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reasonOf } from './runner.ts';
import type { Failure, Runner, RunReport, Skip } from './runner.ts';

const FOLDER = 'tests/e2e';
const OUTPUT = 'node_modules/.e2e';
const BROWSER = '/usr/bin/chromium';
const SKIP_REASON = /\[skipped: ([^\]]+)\]/u;

/** The part of the JSON report that is read here. */
interface Suite {
  readonly title: string;
  readonly file: string;
  readonly suites?: readonly Suite[];
  readonly specs?: readonly {
    readonly title: string;
    readonly tests: readonly {
      readonly status: 'expected' | 'unexpected' | 'flaky' | 'skipped';
      readonly annotations: readonly { readonly type: string; readonly description?: string }[];
      readonly results: readonly { readonly error?: { readonly message?: string } }[];
    }[];
  }[];
}

/** What stands in a spec that takes people of the demo firm. */
const TAKES_DEMO_FIRM = /\bpeople\.(?:open|blank)\b/u;

/**
 * The specs of tests/e2e, in a real browser, one after the other; without the browser each file is a named skip. All of them come in two
 * runs that share nothing and can run beside each other; what somebody names comes in one.
 */
export function sharePlaywright(root: string, filters: readonly string[]): readonly Runner[] {
  const files = findSpecs(root, filters);
  if (filters.length > 0) return [createPlaywrightRunner('named', files)];
  const { demoFirm, ownFirms } = divideSpecs(root, files);
  return [createPlaywrightRunner('demo-firm', demoFirm), createPlaywrightRunner('own-firms', ownFirms)];
}

/** Those in the demo firm, whose making costs most and is so done once, and those in firms of their own. */
export function divideSpecs(
  root: string,
  files: readonly string[],
): { readonly demoFirm: readonly string[]; readonly ownFirms: readonly string[] } {
  const takesDemoFirm = new Set(
    files.filter((file) => TAKES_DEMO_FIRM.test(readFileSync(join(root, file), 'utf8'))),
  );
  return {
    demoFirm: files.filter((file) => takesDemoFirm.has(file)),
    ownFirms: files.filter((file) => !takesDemoFirm.has(file)),
  };
}

function createPlaywrightRunner(name: string, files: readonly string[]): Runner {
  return {
    name: 'e2e',
    async run(root) {
      if (files.length === 0) return { passed: 0, failures: [], skips: [] };
      if (!existsSync(BROWSER))
        return {
          passed: 0,
          failures: [],
          skips: files.map((name) => ({ name, reason: 'chromium is not installed' })),
        };
      const folder = mkdtempSync(join(tmpdir(), 'strongroom-test-'));
      try {
        const reportPath = join(folder, 'report.json');
        const exitCode = await runPlaywright(root, reportPath, name, files);
        return count(reportPath, exitCode);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

function findSpecs(root: string, filters: readonly string[]): readonly string[] {
  if (!existsSync(join(root, FOLDER))) return [];
  return readdirSync(join(root, FOLDER))
    .filter((name) => name.endsWith('.spec.ts'))
    .toSorted()
    .map((name) => `${FOLDER}/${name}`)
    .filter((path) => filters.length === 0 || filters.some((filter) => path.includes(filter)));
}

/** What the tests write, such as the picture that differs, lies in a place of the run's own: a run empties it when it begins. */
async function runPlaywright(
  root: string,
  reportPath: string,
  name: string,
  files: readonly string[],
): Promise<number> {
  const script = join(root, 'node_modules', '@playwright', 'test', 'cli.js');
  const options = ['--reporter=line,json', `--output=${OUTPUT}/${name}`];
  const child = spawn(process.execPath, [script, 'test', ...options, ...files], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: reportPath, FORCE_COLOR: '0' },
  });
  return await new Promise((settle, fail) =>
    child.once('error', fail).once('close', (code) => settle(code ?? 1)),
  );
}

function count(reportPath: string, exitCode: number): RunReport {
  const suites = existsSync(reportPath)
    ? (JSON.parse(readFileSync(reportPath, 'utf8')) as { readonly suites: readonly Suite[] }).suites
    : [];
  const skips: Skip[] = [];
  let passed = 0;
  const failures: Failure[] = [];
  const visit = (suite: Suite): void => {
    for (const spec of suite.specs ?? []) {
      for (const test of spec.tests) {
        if (test.status === 'expected') passed++;
        else if (test.status === 'skipped') {
          const said = test.annotations.find(({ type }) => type === 'skip')?.description;
          skips.push({
            name: `${suite.file}: ${spec.title}`,
            reason: said ?? SKIP_REASON.exec(spec.title)?.[1],
          });
        } else
          failures.push({
            name: `${suite.file}: ${spec.title}`,
            reason: reasonOf(test.results.find(({ error }) => error !== undefined)?.error?.message),
          });
      }
    }
    for (const inner of suite.suites ?? []) visit(inner);
  };
  for (const suite of suites) visit(suite);
  // A run that ended badly without a failed test (a file that does not load, a fixture that threw) is a failure all the same.
  if (exitCode !== 0 && failures.length === 0)
    failures.push({ name: FOLDER, reason: `the runner ended with ${exitCode} and names no test` });
  return { passed, failures, skips };
}

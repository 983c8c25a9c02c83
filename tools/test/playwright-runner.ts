import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Runner, RunReport, Skip } from './runner.ts';

const FOLDER = 'tests/e2e';
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
    }[];
  }[];
}

/** The specs of tests/e2e, in a real browser, one after the other. Without the browser each file is a named skip. */
export const playwrightRunner: Runner = {
  name: 'e2e',
  async run(root, filters) {
    const files = findSpecs(root, filters);
    if (files.length === 0) return { passed: 0, failed: 0, skips: [] };
    if (!existsSync(BROWSER))
      return {
        passed: 0,
        failed: 0,
        skips: files.map((name) => ({ name, reason: 'chromium is not installed' })),
      };
    const folder = mkdtempSync(join(tmpdir(), 'strongroom-test-'));
    try {
      const reportPath = join(folder, 'report.json');
      const exitCode = await runPlaywright(root, reportPath, files);
      return count(reportPath, exitCode);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function findSpecs(root: string, filters: readonly string[]): readonly string[] {
  if (!existsSync(join(root, FOLDER))) return [];
  return readdirSync(join(root, FOLDER))
    .filter((name) => name.endsWith('.spec.ts'))
    .toSorted()
    .map((name) => `${FOLDER}/${name}`)
    .filter((path) => filters.length === 0 || filters.some((filter) => path.includes(filter)));
}

async function runPlaywright(root: string, reportPath: string, files: readonly string[]): Promise<number> {
  const script = join(root, 'node_modules', '@playwright', 'test', 'cli.js');
  const child = spawn(process.execPath, [script, 'test', '--reporter=line,json', ...files], {
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
  let failed = 0;
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
        } else failed++;
      }
    }
    for (const inner of suite.suites ?? []) visit(inner);
  };
  for (const suite of suites) visit(suite);
  // A run that ended badly without a failed test (a file that does not load, a fixture that threw) is a failure all the same.
  if (exitCode !== 0 && failed === 0) failed = 1;
  return { passed, failed, skips };
}

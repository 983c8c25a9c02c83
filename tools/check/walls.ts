// The import graph against .dependency-cruiser.cjs.
//
// Invariant: a graph that was not read is a failure. Without a parser it understands, dependency-cruiser reports no
// modules, or modules without imports, and finds nothing wrong; so what it read is compared with the files on the disk.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from './outcome.ts';
import { runTool } from './run-tool.ts';
import { listSourceFiles, SOURCE_FOLDERS } from './source-files.ts';

interface CruiseResult {
  readonly modules: readonly { readonly source: string; readonly dependencies: readonly unknown[] }[];
  readonly summary: {
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string; readonly severity: string };
      readonly comment?: string;
    }[];
  };
}

const IMPORTS_SOMETHING = /^(?:import|export)\b[^;]*?\bfrom\s*['"]/m;

export const walls: Check = {
  name: 'walls',
  async run(root) {
    const files = listSourceFiles(root);
    const folders = SOURCE_FOLDERS.filter((folder) => files.some((path) => path.startsWith(`${folder}/`)));
    const run = await runTool(root, { packageName: 'dependency-cruiser', command: 'depcruise' }, [
      '--config',
      '.dependency-cruiser.cjs',
      '--output-type',
      'json',
      ...folders,
    ]);
    const result = parseResult(run.stdout);
    if (result === undefined) return { isGreen: false, output: run.stdout + run.stderr };
    const problems = [...findUnread(root, files, result), ...listViolations(result)];
    return { isGreen: problems.length === 0, output: problems.join('\n') };
  },
};

function parseResult(text: string): CruiseResult | undefined {
  try {
    return JSON.parse(text) as CruiseResult;
  } catch {
    // The caller shows what was printed instead of JSON.
    return undefined;
  }
}

function findUnread(root: string, files: readonly string[], result: CruiseResult): string[] {
  const dependencyCounts = new Map(
    result.modules.map((module) => [module.source, module.dependencies.length]),
  );
  return files.flatMap((path) => {
    const count = dependencyCounts.get(path);
    if (count === undefined) return [`${path}: was not read`];
    const hasImports = IMPORTS_SOMETHING.test(readFileSync(join(root, path), 'utf8'));
    return hasImports && count === 0 ? [`${path}: its imports were not read`] : [];
  });
}

function listViolations(result: CruiseResult): string[] {
  return result.summary.violations
    .filter((violation) => violation.rule.severity === 'error')
    .map((violation) => `${violation.rule.name}: ${violation.from} -> ${violation.to}`);
}

import { globSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Check } from './outcome.ts';
import { runTool } from './run-tool.ts';
import { listSourceFiles } from './source-files.ts';

const TSC = { packageName: 'typescript', command: 'tsc' };

/** Pages and their workers have the DOM's types or a worker's, and no Node's. */
const webProjects = [
  'apps/verifier/tsconfig.json',
  'apps/web/tsconfig.json',
  'apps/web/tests/tsconfig.json',
  'apps/web/src/*/tsconfig.json',
  'apps/web/src/*/worker/tsconfig.json',
  'tests/e2e/tsconfig.json',
];

/** The root project sees everything with Node's types; each package's own sees it without Node and DOM. */
export const types: Check = {
  name: 'types',
  async run(root) {
    const packageProjects = globSync('packages/*/tsconfig.json', { cwd: root })
      .filter((project) => listSourceFiles(root, [`${dirname(project)}/src`]).some(isProductFile))
      .sort();
    const outputs: string[] = [];
    const webs = globSync(webProjects, { cwd: root }).sort();
    for (const project of ['tsconfig.json', ...packageProjects, ...webs]) {
      const run = await runTool(root, TSC, ['-p', project, '--pretty', 'false']);
      if (run.exitCode !== 0) outputs.push(`${project}:\n${run.stdout}${run.stderr}`);
    }
    return { isGreen: outputs.length === 0, output: outputs.join('\n') };
  },
};

function isProductFile(path: string): boolean {
  return !path.endsWith('.test.ts') && !path.startsWith('packages/core/src/node/');
}

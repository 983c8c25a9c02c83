import { globSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Check } from './outcome.ts';
import { runTool } from './run-tool.ts';
import { listSourceFiles } from './source-files.ts';

const TSC = { packageName: 'typescript', command: 'tsc' };

/** The root project sees everything with Node's types; each package's own sees it without Node and DOM. */
export const types: Check = {
  name: 'types',
  async run(root) {
    const packageProjects = globSync('packages/*/tsconfig.json', { cwd: root })
      .filter((project) => listSourceFiles(root, [`${dirname(project)}/src`]).some(isProductFile))
      .sort();
    const outputs: string[] = [];
    for (const project of ['tsconfig.json', ...packageProjects]) {
      const run = await runTool(root, TSC, ['-p', project, '--pretty', 'false']);
      if (run.exitCode !== 0) outputs.push(`${project}:\n${run.stdout}${run.stderr}`);
    }
    return { isGreen: outputs.length === 0, output: outputs.join('\n') };
  },
};

function isProductFile(path: string): boolean {
  return !path.endsWith('.test.ts') && !path.startsWith('packages/core/src/node/');
}

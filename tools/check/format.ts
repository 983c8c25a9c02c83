import type { Check } from './outcome.ts';
import { runTool } from './run-tool.ts';

export const format: Check = {
  name: 'format',
  async run(root) {
    const run = await runTool(root, { packageName: 'oxfmt', command: 'oxfmt' }, ['--check', '.']);
    return { isGreen: run.exitCode === 0, output: run.exitCode === 0 ? '' : run.stdout + run.stderr };
  },
};

import type { Check } from './outcome.ts';
import { runTool } from './run-tool.ts';

export const lint: Check = {
  name: 'lint',
  async run(root) {
    const run = await runTool(root, { packageName: 'oxlint', command: 'oxlint' }, [
      '--type-aware',
      '--deny-warnings',
    ]);
    return { isGreen: run.exitCode === 0, output: run.exitCode === 0 ? '' : run.stdout + run.stderr };
  },
};

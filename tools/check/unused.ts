import type { Check } from './outcome.ts';
import { runTool } from './run-tool.ts';

const KNIP = { packageName: 'knip', command: 'knip' };

/**
 * First with tests and tools counted in: unused files, exports and dependencies. Then product code alone, each package by
 * itself: every import is declared in the importing package's own package.json, and not as a development dependency.
 */
export const unused: Check = {
  name: 'unused',
  async run(root) {
    const whole = await runTool(root, KNIP, ['--no-progress', '--no-config-hints']);
    const product = await runTool(root, KNIP, [
      '--no-progress',
      '--no-config-hints',
      '--strict',
      '--dependencies',
    ]);
    const red = [whole, product].filter((run) => run.exitCode !== 0);
    return { isGreen: red.length === 0, output: red.map((run) => run.stdout + run.stderr).join('\n') };
  },
};

// `npm run fix`: what lint can mend, then the format.

import { resolve } from 'node:path';
import { runTool } from './check/run-tool.ts';

const root = resolve(import.meta.dirname, '..');

const lint = await runTool(root, { packageName: 'oxlint', command: 'oxlint' }, ['--type-aware', '--fix']);
const format = await runTool(root, { packageName: 'oxfmt', command: 'oxfmt' }, ['.']);
process.stdout.write(lint.stdout + format.stdout);
process.stderr.write(lint.stderr + format.stderr);
process.exitCode = lint.exitCode === 0 && format.exitCode === 0 ? 0 : 1;

import { createProcessContext } from './context.ts';
import { runCli } from './run-cli.ts';

process.umask(0o077);
process.exitCode = await runCli(process.argv.slice(2), createProcessContext());

export type { CommandSpec } from './command.ts';
export { commands } from './commands/index.ts';
export type { CliContext, TextSink } from './context.ts';
export { exitCodes } from './exit-codes.ts';
export type { ExitCode } from './exit-codes.ts';
export { openFileStorage } from './home/file-storage.ts';
export { runCli } from './run-cli.ts';
export { createHttpTransport } from './transport/http-transport.ts';

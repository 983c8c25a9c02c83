/** `npm start`: runs the server until it is told to end. Exit codes: 0 ended, 1 could not start, 2 wrong arguments. */
import { InputError, StrongroomError } from '@strongroom/core';
import { createTranslator } from '@strongroom/texts';
import { readArguments } from './arguments.ts';
import type { Arguments } from './arguments.ts';
import { consoleText } from './console-texts.ts';
import { createLogSink } from './log-sink.ts';
import { startServer } from './start.ts';
import type { RunningServer } from './start.ts';

const nodeMajorMin = 26;

async function main(): Promise<number> {
  let options: Arguments;
  try {
    options = readArguments(process.argv.slice(2), process.env, process.platform);
    assertNode();
  } catch (cause) {
    return refuse(cause, 'en', process.argv.includes('--json'));
  }
  const { isJson, locale } = options;
  if (process.env['STRONGROOM_UNSAFE_TEST'] === '1')
    say(isJson, { event: 'unsafe-test' }, consoleText(locale, 'unsafe'));
  // From here on a signal ends us in order, also one that comes while we start.
  const signalled = new Promise<string>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  let server: RunningServer;
  try {
    server = await startServer({
      home: options.home,
      ...(options.port === undefined ? {} : { port: options.port }),
      ...(options.testControl === undefined ? {} : { testControl: options.testControl }),
      onLog: createLogSink({ home: options.home, locale, isTerminal: process.stderr.isTTY, isJson }, (text) =>
        process.stderr.write(text),
      ),
    });
  } catch (cause) {
    return refuse(cause, locale, isJson);
  }
  const { url, firstRunCode } = server;
  say(
    isJson,
    { event: 'listening', url, home: options.home, ...(firstRunCode === undefined ? {} : { firstRunCode }) },
    describeStart(locale, url, firstRunCode),
  );
  const code = await signalled;
  if (process.stderr.isTTY && !isJson) say(isJson, {}, consoleText(locale, 'stopping'));
  server.context.log.write('stopping', { code });
  await server.close();
  return 0;
}

function describeStart(locale: Arguments['locale'], url: string, firstRunCode: string | undefined): string {
  const lines = [consoleText(locale, 'listening', url)];
  if (firstRunCode !== undefined)
    lines.push(consoleText(locale, 'first-run', firstRunCode), `  strongroom firm create --server ${url}`);
  return lines.join('\n');
}

function assertNode(): void {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < nodeMajorMin) throw new StrongroomError('NODE_TOO_OLD', { major, majorMin: nodeMajorMin });
}

/** One JSON line for programs, text for people. */
function say(isJson: boolean, event: Readonly<Record<string, unknown>>, text: string): void {
  process.stdout.write(isJson ? `${JSON.stringify(event)}\n` : `${text}\n`);
}

function refuse(cause: unknown, locale: Arguments['locale'], isJson: boolean): number {
  if (!(cause instanceof StrongroomError)) throw cause;
  const text = createTranslator(locale).find(`error.${cause.code}.title`, cause.details) ?? cause.code;
  if (isJson) say(true, { event: 'refused', code: cause.code, details: cause.details }, '');
  else process.stderr.write(`strongroom: ${cause.code}: ${text}\n`);
  return cause instanceof InputError && cause.code === 'USAGE_INVALID' ? 2 : 1;
}

process.exitCode = await main();
// A warden that does not end, or a socket that lingers, does not keep an ended server.
process.exit();

/** The program: arguments in, a server until a signal comes, exit code out (0 ended, 1 could not start, 2 wrong arguments). */
import { StrongroomError } from '@strongroom/core';
import { createTranslator } from '@strongroom/texts';
import { readArguments } from './arguments.ts';
import type { Arguments } from './arguments.ts';
import { describeStart, exitCodes, firstRunAddress, formatHelp, refuse, say } from './console.ts';
import type { Manner } from './console.ts';
import { createLogSink } from './log-sink.ts';
import { startServer } from './start.ts';
import type { RunningServer } from './start.ts';

const nodeMajorMin = 26;

/**
 * Runs a server until it is told to end.
 * @param options.prepare done once the arguments are understood and before anything is started; what it throws is refused with
 */
export async function runServer(options: {
  readonly args: readonly string[];
  readonly prepare?: (manner: Manner) => Promise<void>;
}): Promise<number> {
  let given: Arguments;
  try {
    given = readArguments(options.args, process.env, process.platform);
    assertNode();
  } catch (cause) {
    return refuse(cause, { locale: 'en', isJson: options.args.includes('--json') });
  }
  const { isJson, locale, isHelp } = given;
  const manner = { isJson, locale };
  const { t } = createTranslator(locale);
  if (isHelp) {
    process.stdout.write(formatHelp(locale));
    return exitCodes.ended;
  }
  if (process.env['STRONGROOM_UNSAFE_TEST'] === '1')
    say(manner, { event: 'unsafe-test' }, t('server.console.unsafe'));
  let signalled: Promise<string>;
  let server: RunningServer;
  try {
    await options.prepare?.(manner);
    // From here on a signal ends us in order, also one that comes while we start.
    signalled = new Promise<string>((resolve) => {
      // A terminal and a launcher both pass a signal on: the second one must not end us in the middle of closing.
      process.on('SIGTERM', resolve);
      process.on('SIGINT', resolve);
    });
    server = await startServer({
      home: given.home,
      listening: given.listening,
      ...(given.testControl === undefined ? {} : { testControl: given.testControl }),
      onLog: createLogSink({ home: given.home, locale, isTerminal: process.stderr.isTTY, isJson }, (text) =>
        process.stderr.write(text),
      ),
    });
  } catch (cause) {
    return refuse(cause, manner);
  }
  const { url, firstRunCode, authority } = server;
  say(
    manner,
    {
      event: 'listening',
      url,
      home: given.home,
      ...(firstRunCode === undefined ? {} : { firstRunCode, firstRunAddress: firstRunAddress(server) }),
      ...(authority === undefined
        ? {}
        : { authority: authority.certificateFile, fingerprint: authority.fingerprint }),
    },
    describeStart(locale, server),
  );
  const code = await signalled;
  if (process.stderr.isTTY && !isJson) say(manner, {}, t('server.console.stopping'));
  server.context.log.write('stopping', { code });
  await server.close();
  return exitCodes.ended;
}

function assertNode(): void {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < nodeMajorMin) throw new StrongroomError('NODE_TOO_OLD', { major, majorMin: nodeMajorMin });
}

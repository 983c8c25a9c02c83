/** One run of the command line: language, parsing, the command, the words for whatever went wrong, the exit code. */
import { createTranslator } from '@strongroom/texts';
import type { Locale } from '@strongroom/texts';
import { commands } from './commands/index.ts';
import type { CliContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import { findClientHome } from './home/client-home.ts';
import { chooseLocale, findLanguageWish } from './language.ts';
import { createOutput } from './output/output.ts';
import { reportError } from './output/report-error.ts';
import { NothingMoreToDo, createProgram, translateParserError } from './program.ts';
import { version } from './version.ts';

const columnsDefault = 100;

/** Runs a command line (without the program's own name). Never throws. */
export async function runCli(args: readonly string[], context: CliContext): Promise<number> {
  const { env, stdout } = context;
  const isJson = args.includes('--json');
  const speak = (locale: Locale): ReturnType<typeof createOutput> =>
    createOutput({ context, texts: createTranslator(locale), isJson });
  const isDebug = (env['STRONGROOM_DEBUG'] ?? '') !== '';
  let output = speak('en');
  let exitCode: number = exitCodes.ok;
  try {
    output = speak(chooseLocale({ wish: findLanguageWish(args), env }));
    const program = createProgram({
      commands,
      output,
      version,
      write: (text) => void stdout.write(text),
      columns: stdout.columns ?? columnsDefault,
      makeRun: (globals) => ({
        context,
        output,
        home: findClientHome(context),
        passwordFd: globals.passwordFd,
        canUseAgent: globals.agent !== false,
      }),
      onExitCode: (code) => {
        exitCode = code;
      },
    });
    if (args.length === 0) {
      program.outputHelp();
      return exitCodes.usage satisfies ExitCode;
    }
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (thrown) {
    const error = translateParserError(thrown, output.t);
    if (error instanceof NothingMoreToDo) return exitCodes.ok;
    return reportError(output, error, isDebug);
  }
}

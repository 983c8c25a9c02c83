/**
 * The parser, made from the commands. Every word it says is from the catalogues, its own complaints included: those are thrown
 * as USAGE_INVALID with the part of the command line that was wrong.
 */
import { Command, CommanderError, Option } from 'commander';
import { InputError } from '@strongroom/core';
import type { Translator } from '@strongroom/texts';
import { CommandInput, parseWholeNumber } from './command.ts';
import type { CommandSpec, Run } from './command.ts';
import { globalOptionSpecs, optionSpecs } from './options.ts';
import type { OptionSpec } from './options.ts';
import type { Output } from './output/output.ts';
import { nameSubject } from './subject.ts';
import { trustAuthority } from './transport/trusted-authority.ts';

/** Options of the whole program as given. */
export interface GlobalOptions {
  readonly json?: boolean;
  readonly agent?: boolean;
  readonly passwordFd?: number;
}

/** Thrown when help or the version was shown and there is nothing more to do. */
export class NothingMoreToDo extends Error {
  override readonly name: string = 'NothingMoreToDo';
}

/** Makes the parser. `makeRun` is called with the global options when a command is about to run. */
export function createProgram(options: {
  readonly commands: readonly CommandSpec[];
  readonly output: Output;
  readonly version: string;
  readonly write: (text: string) => void;
  readonly columns: number;
  readonly makeRun: (globals: GlobalOptions) => Run;
  readonly onExitCode: (code: number) => void;
}): Command {
  const { commands, output, version, write, columns } = options;
  const text = (id: string): string => output.say(id);
  const program = prepare(new Command('strongroom'), output, write, columns);
  program.description(text('cli.help')).version(version, '--version', text('cli.option.version'));
  program.addHelpText('after', () => `\n${text('cli.help.exit-codes')}\n\n${text('cli.help.environment')}`);
  for (const [name, spec] of Object.entries(globalOptionSpecs))
    program.addOption(createOption(output, name, spec));
  const groups = new Map<string, Command>();
  for (const spec of commands) {
    const words = spec.path.split(' ');
    const name = words.pop() ?? '';
    let parent = program;
    for (const word of words) {
      const found = groups.get(word);
      parent =
        found ?? prepare(parent.command(word), output, write, columns).description(text(`cli.${word}.help`));
      groups.set(word, parent);
      parent.helpCommand(false);
    }
    addCommand(parent, name, spec, options);
  }
  program.helpCommand(false);
  return program;
}

function addCommand(
  parent: Command,
  name: string,
  spec: CommandSpec,
  options: Parameters<typeof createProgram>[0],
): void {
  const { output, write, columns, makeRun, onExitCode } = options;
  const command = prepare(parent.command(name), output, write, columns);
  command.description(output.say(`cli.${spec.path.replaceAll(' ', '.')}.help`));
  for (const taken of spec.takes ?? []) {
    const word = taken.replace(/[<>[\].]/gu, '');
    command.argument(taken, output.say(`cli.argument.${word}`));
  }
  const made = (spec.options ?? []).map((optionName) => {
    const option = createOption(output, optionName, optionSpecs[optionName]);
    command.addOption(option);
    return [optionName, option.attributeName()] as const;
  });
  command.action(async (...values: unknown[]) => {
    const positional = values.slice(0, (spec.takes ?? []).length) as (string | string[] | undefined)[];
    const given = command.opts();
    const input = new CommandInput(
      positional,
      Object.fromEntries(made.map(([optionName, attribute]) => [optionName, given[attribute]])),
    );
    const run = makeRun(command.optsWithGlobals());
    await trustAuthority(run, input.text('authority'));
    const exitCode = await spec.run(run, input);
    if (typeof exitCode === 'number') onExitCode(exitCode);
  });
}

function createOption(output: Output, name: string, spec: OptionSpec): Option {
  const option = new Option(spec.flags, output.say(`cli.option.${name}`));
  if (spec.choices !== undefined) {
    const { choices } = spec;
    option.choices(choices);
    const isMember = (value: string): string => {
      if (!choices.includes(value))
        throw nameSubject(new InputError('USAGE_INVALID'), `${option.long} ${value}`);
      return value;
    };
    option.argParser((value: string, previous: unknown) =>
      spec.kind === 'list'
        ? [...((previous as string[] | undefined) ?? []), isMember(value)]
        : isMember(value),
    );
  } else if (spec.kind === 'number') {
    option.argParser((value: string) => parseWholeNumber(value, option.long ?? ''));
  }
  return option;
}

function prepare(command: Command, output: Output, write: (text: string) => void, columns: number): Command {
  const headings: Readonly<Record<string, string>> = {
    'Usage:': 'cli.help.usage',
    'Options:': 'cli.help.options',
    'Commands:': 'cli.help.commands',
    'Arguments:': 'cli.help.arguments',
    'Global Options:': 'cli.help.global-options',
  };
  return command
    .exitOverride()
    .helpOption('-h, --help', output.t('cli.option.help'))
    .showHelpAfterError(false)
    .showSuggestionAfterError(false)
    .configureHelp({
      helpWidth: columns,
      showGlobalOptions: true,
      styleTitle: (title) => {
        const id = headings[title];
        return id === undefined ? title : output.style('bold', output.say(id));
      },
      styleUsage: (usage) =>
        usage
          .replace('[options]', output.t('cli.help.options-word'))
          .replace('[command]', output.t('cli.help.command-word')),
      // The parser's own remarks (choices, defaults) are English: the texts say what matters.
      optionDescription: (option) =>
        option.argChoices === undefined
          ? option.description
          : `${option.description} (${option.argChoices.join(', ')})`,
      subcommandDescription: (sub) => sub.description(),
    })
    .configureOutput({ writeOut: write, writeErr: () => undefined, outputError: () => undefined });
}

/** The parser's codes and the words for them. */
const usageTexts = {
  'commander.unknownOption': 'cli.usage.unknown-option',
  'commander.unknownCommand': 'cli.usage.unknown-command',
  'commander.missingArgument': 'cli.usage.missing-argument',
  'commander.optionMissingArgument': 'cli.usage.option-value',
  'commander.missingMandatoryOptionValue': 'cli.usage.missing-option',
} as const;

/** Turns what the parser threw into our own words; help and version are no errors. */
export function translateParserError(error: unknown, t: Translator['t']): unknown {
  if (!(error instanceof CommanderError)) return error;
  if (error.exitCode === 0) return new NothingMoreToDo();
  const what = /'([^']*)'/u.exec(error.message)?.[1] ?? '';
  const refusal = new InputError('USAGE_INVALID', {}, { cause: error });
  if (error.code === 'commander.excessArguments')
    return nameSubject(refusal, t('cli.usage.excess', { what: readExcess(error) }));
  if (what === '') return refusal;
  const id = Object.hasOwn(usageTexts, error.code)
    ? usageTexts[error.code as keyof typeof usageTexts]
    : undefined;
  return nameSubject(refusal, id === undefined ? what : t(id, { what }));
}

/** What stands after the colon of the parser's remark about words too many, or all of its numbers. */
function readExcess(error: CommanderError): string {
  return /: ([^.]*)\.?$/u.exec(error.message)?.[1] ?? error.message;
}

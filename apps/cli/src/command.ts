/** A command as data: where it stands, what it takes, what it does. The parser, the help and the completions are made from it. */
import { InputError } from '@strongroom/core';
import type { CliContext } from './context.ts';
import type { ClientHome } from './home/client-home.ts';
import type { OptionName } from './options.ts';
import type { Output } from './output/output.ts';
import { nameSubject } from './subject.ts';

/** What a command runs with. */
export interface Run {
  readonly context: CliContext;
  readonly output: Output;
  readonly home: ClientHome;
  /** Descriptor of the password for a run without the agent. */
  readonly passwordFd: number | undefined;
  readonly canUseAgent: boolean;
}

/** A command. Its explanation is the text `cli.<path with dots>.help`. */
export interface CommandSpec {
  /** Words after `strongroom`, for example `records add`. */
  readonly path: string;
  /** Positional arguments as the parser writes them: `<id>`, `[dir]`, `<file...>`; explained by `cli.argument.<name>`. */
  readonly takes?: readonly string[];
  readonly options?: readonly OptionName[];
  /** Ends with an exit code where that is not the ordinary 0. */
  run(run: Run, input: CommandInput): Promise<number | void>;
}

/** Values of one call. */
export class CommandInput {
  readonly #positional: readonly (string | readonly string[] | undefined)[];
  readonly #options: Readonly<Record<string, unknown>>;

  constructor(
    positional: readonly (string | readonly string[] | undefined)[],
    options: Readonly<Record<string, unknown>>,
  ) {
    this.#positional = positional;
    this.#options = options;
  }

  /** A positional argument that the parser has made sure of. */
  argument(place: number): string {
    return this.findArgument(place) ?? '';
  }

  findArgument(place: number): string | undefined {
    const value = this.#positional[place];
    return typeof value === 'string' ? value : undefined;
  }

  /** All values of the argument that takes many. */
  argumentList(place: number): readonly string[] {
    const value = this.#positional[place];
    return Array.isArray(value) ? (value as readonly string[]) : [];
  }

  text(name: OptionName): string | undefined {
    const value = this.#options[name];
    return typeof value === 'string' ? value : undefined;
  }

  list(name: OptionName): readonly string[] {
    const value = this.#options[name];
    return Array.isArray(value) ? (value as readonly string[]) : [];
  }

  flag(name: OptionName): boolean {
    return this.#options[name] === true;
  }

  number(name: OptionName): number | undefined {
    const value = this.#options[name];
    return typeof value === 'number' ? value : undefined;
  }
}

/** A whole number from a command line. @throws InputError USAGE_INVALID */
export function parseWholeNumber(text: string, option: string): number {
  if (!/^\d{1,15}$/u.test(text)) throw nameSubject(new InputError('USAGE_INVALID'), `${option} ${text}`);
  return Number(text);
}

/** The end of a day, `YYYY-MM-DD` in UTC, as an instant. @throws InputError USAGE_INVALID */
export function parseEndDate(text: string): number {
  const atMs = /^\d{4}-\d{2}-\d{2}$/u.test(text) ? Date.parse(`${text}T23:59:59.999Z`) : Number.NaN;
  if (Number.isNaN(atMs)) throw nameSubject(new InputError('USAGE_INVALID'), text);
  return atMs;
}

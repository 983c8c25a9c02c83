/**
 * What a command says. Results go to standard output, in words or as one JSON value; everything about the way there
 * (progress, warnings, refusals) goes to standard error.
 */
import { styleText } from 'node:util';
import { assert } from '@strongroom/core';
import type { TextId, TextArguments, ArgumentsOf, Translator } from '@strongroom/texts';
import type { CliContext } from '../context.ts';
import { cleanText } from './clean-text.ts';
import { formatTable } from './table.ts';
import type { TableColumn } from './table.ts';

/** The voice of one run. */
export interface Output {
  readonly texts: Translator;
  readonly isJson: boolean;
  /** Whether progress may be drawn over itself on standard error. */
  readonly canDraw: boolean;
  /** A text of the catalogue, its arguments made safe for a terminal. */
  readonly t: <K extends TextId>(id: K, ...args: ArgumentsOf<K>) => string;
  /** The text of an id that is put together from data, and exists: a command's explanation, an option's. */
  say(id: string): string;
  /** The result: as JSON where that was asked for, else in the words that `sayIt` says. */
  result(value: unknown, sayIt: () => void): void;
  line(text?: string): void;
  heading(text: string): void;
  table(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): void;
  /** A remark on standard error. */
  remark(text: string): void;
  /** A warning on standard error. */
  warn(text: string): void;
  /** One JSON line on standard error, for scripts that follow along; only with --json. */
  event(value: unknown): void;
  /** Draws over the current line of standard error. */
  draw(text: string): void;
  /** A text in a colour, where the terminal has colours. */
  style(format: 'bold' | 'dim' | 'red' | 'yellow' | 'green', text: string): string;
}

/** Makes the voice of a run. */
export function createOutput(options: {
  readonly context: Pick<CliContext, 'stdout' | 'stderr' | 'env'>;
  readonly texts: Translator;
  readonly isJson: boolean;
}): Output {
  const { context, texts, isJson } = options;
  const { stdout, stderr, env } = context;
  const hasColour = (sink: { readonly isTTY?: boolean }): boolean =>
    sink.isTTY === true && env['NO_COLOR'] === undefined && env['TERM'] !== 'dumb';
  const style: Output['style'] = (format, text) =>
    hasColour(stderr) && hasColour(stdout) ? styleText(format, text, { validateStream: false }) : text;
  const output: Output = {
    texts,
    isJson,
    canDraw: stderr.isTTY === true && !isJson && env['TERM'] !== 'dumb',
    t: (id, ...args) => texts.t(id, ...(cleanArguments(args) as typeof args)),
    say: (id) => {
      const text = texts.find(id);
      assert(text !== undefined, `there is no text ${id}`);
      return text;
    },
    result: (value, sayIt) => {
      if (isJson) stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
      else sayIt();
    },
    line: (text = '') => void stdout.write(`${text}\n`),
    heading: (text) => void stdout.write(`${style('bold', text)}\n`),
    table: (columns, rows) => {
      for (const [place, text] of formatTable(columns, rows).entries()) {
        stdout.write(`${place === 0 ? style('bold', text) : text}\n`);
      }
    },
    remark: (text) => void stderr.write(`${text}\n`),
    warn: (text) => void stderr.write(`${style('yellow', text)}\n`),
    event: (value) => {
      if (isJson) stderr.write(`${JSON.stringify(value)}\n`);
    },
    draw: (text) => void stderr.write(`\r\u001b[2K${text}`),
    style,
  };
  return output;
}

function cleanArguments(args: readonly (TextArguments[TextId] | undefined)[]): readonly unknown[] {
  return args.map((one) =>
    one === undefined
      ? one
      : Object.fromEntries(
          Object.entries(one).map(([name, value]) => [
            name,
            typeof value === 'string' ? cleanText(value) : value,
          ]),
        ),
  );
}

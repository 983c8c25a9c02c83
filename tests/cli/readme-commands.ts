/** The commands that README.md shows, as words that a shell would hand over. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Absolute path of the checkout. */
export const repository: string = resolve(import.meta.dirname, '../..');

/** Options of a command line, without their values. */
export function optionsOf(args: readonly string[]): string[] {
  return args.filter((arg) => arg.startsWith('-'));
}

/** The words before the first option; the first one or two of them name the command. */
export function wordsOf(args: readonly string[]): string[] {
  const end = args.findIndex((arg) => arg.startsWith('-'));
  return args.slice(0, end === -1 ? args.length : end);
}

/**
 * The command lines in the shell blocks of a section of README.md, each without `strongroom` itself.
 *
 * @throws Error when the section is not there
 */
export function readReadmeBlocks(section: string): string[][] {
  const text = readFileSync(join(repository, 'README.md'), 'utf8');
  const start = text.indexOf(`\n## ${section}\n`);
  if (start === -1) throw new Error(`README.md has no section ${section}`);
  const end = text.indexOf('\n## ', start + 1);
  const blocks = text.slice(start, end === -1 ? undefined : end).matchAll(/^```sh\n([^]*?)^```$/gmu);
  return [...blocks].flatMap(([, block]) => (block ?? '').split('\n')).flatMap(readCommandLine);
}

/** The commands that a document shows within its sentences, between backticks. */
export function readInlineCommands(path: string): string[][] {
  const text = readFileSync(join(repository, path), 'utf8').replaceAll(/^```[^]*?^```$/gmu, '');
  return [...text.matchAll(/`(strongroom [^`]+)`/gu)].flatMap(([, line]) => readCommandLine(line ?? ''));
}

/** Nothing, or the one command of a line; quotes and remarks are read as a shell reads them. */
function readCommandLine(line: string): string[][] {
  const [program, ...args] = [...line.replace(/\s#.*$/u, '').matchAll(/"([^"]*)"|(\S+)/gu)].map(
    ([, quoted, bare]) => quoted ?? bare ?? '',
  );
  return program === 'strongroom' ? [args] : [];
}

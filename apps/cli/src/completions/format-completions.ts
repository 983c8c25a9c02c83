/** Completion scripts for three shells, made from the commands themselves. They are static: completing asks nobody anything. */
import type { CommandSpec } from '../command.ts';
import { globalOptionSpecs, optionSpecs } from '../options.ts';
import type { OptionSpec } from '../options.ts';

/** Shells that a script can be made for. */
export const shells = ['bash', 'zsh', 'fish'] as const;

/** One of the shells. */
export type Shell = (typeof shells)[number];

interface Node {
  readonly path: string;
  readonly words: readonly string[];
  readonly options: readonly OptionSpec[];
}

/** The script for a shell. `explain` gives a command's one-line explanation. */
export function formatCompletions(
  shell: Shell,
  commands: readonly CommandSpec[],
  explain: (path: string) => string,
): string {
  const nodes = listNodes(commands);
  switch (shell) {
    case 'bash':
      return formatBash(nodes);
    case 'zsh':
      return `#compdef strongroom\nautoload -U +X bashcompinit && bashcompinit\n${formatBash(nodes)}`;
    case 'fish':
      return formatFish(nodes, explain);
  }
}

function listNodes(commands: readonly CommandSpec[]): readonly Node[] {
  const words = new Map<string, Set<string>>([['', new Set()]]);
  for (const { path } of commands) {
    const parts = path.split(' ');
    for (const [place, part] of parts.entries()) {
      const parent = parts.slice(0, place).join(' ');
      const known = words.get(parent) ?? new Set();
      known.add(part);
      words.set(parent, known);
    }
  }
  const globals = Object.values(globalOptionSpecs);
  const options = new Map(
    commands.map((spec) => [spec.path, (spec.options ?? []).map((name): OptionSpec => optionSpecs[name])]),
  );
  const paths = new Set([...words.keys(), ...options.keys()]);
  return [...paths].toSorted().map((path) => ({
    path,
    words: [...(words.get(path) ?? [])].toSorted(),
    options: [...(options.get(path) ?? []), ...globals],
  }));
}

function longFlag(option: OptionSpec): string {
  return /--[a-z-]+/u.exec(option.flags)?.[0] ?? '';
}

function formatBash(nodes: readonly Node[]): string {
  const cases = nodes.map(({ path, words, options }) => {
    const all = [...words, ...options.map(longFlag), '--help'].join(' ');
    return `    '${path}') words='${all}' ;;`;
  });
  const choices = new Map<string, readonly string[]>();
  for (const option of nodes.flatMap((node) => node.options)) {
    if (option.choices !== undefined) choices.set(longFlag(option), option.choices);
  }
  return [
    '_strongroom() {',
    '  local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" path="" words="" word',
    '  case "$previous" in',
    ...[...choices].map(
      ([flag, values]) =>
        `    ${flag}) COMPREPLY=($(compgen -W '${values.join(' ')}' -- "$current")); return ;;`,
    ),
    '  esac',
    '  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do',
    '    case "${path:+$path }$word" in',
    `      ${nodes.flatMap(({ path }) => (path === '' ? [] : [`'${path}'`])).join('|')}) path="\${path:+$path }$word" ;;`,
    '    esac',
    '  done',
    '  case "$path" in',
    ...cases,
    '  esac',
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    '  [[ ${#COMPREPLY[@]} -eq 0 ]] && COMPREPLY=($(compgen -f -- "$current"))',
    '}',
    'complete -o filenames -F _strongroom strongroom',
    '',
  ].join('\n');
}

function formatFish(nodes: readonly Node[], explain: (path: string) => string): string {
  const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const lines = ['complete -c strongroom -f -n __fish_use_subcommand'];
  for (const { path, words, options } of nodes) {
    const parts = path === '' ? [] : path.split(' ');
    const seen = parts.map((part) => `__fish_seen_subcommand_from ${part}`);
    const unseen = words.length === 0 ? [] : [`not __fish_seen_subcommand_from ${words.join(' ')}`];
    const condition = [...seen, ...unseen].join('; and ');
    for (const word of words) {
      const text = explain([...parts, word].join(' '));
      lines.push(`complete -c strongroom -f -n ${quote(condition)} -a ${word} -d ${quote(text)}`);
    }
    if (path === '') continue;
    for (const option of options) {
      const isFlag = option.kind === 'flag';
      const values = option.choices === undefined ? '' : ` -a ${quote(option.choices.join(' '))}`;
      lines.push(
        `complete -c strongroom -n ${quote(seen.join('; and '))} -l ${longFlag(option).slice(2)}${isFlag ? '' : ' -r'}${values}`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}

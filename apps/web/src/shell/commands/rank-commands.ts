/** Finds commands as one types: every word of the query must begin a word of the command, in whatever language, accents aside. */
import type { Command } from './command.ts';

function wordsOf(text: string): readonly string[] {
  return text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll('ł', 'l')
    .replaceAll('Ł', 'l')
    .toLocaleLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

function scoreOf(command: Pick<Command, 'label' | 'words'>, query: readonly string[]): number {
  const label = wordsOf(command.label);
  const others = wordsOf(command.words ?? '');
  let score = 0;
  for (const wanted of query) {
    const place = label.findIndex(
      (word) => word.startsWith(wanted) || (isHan(wanted) && word.includes(wanted)),
    );
    if (place === 0) score += 3;
    else if (place > 0) score += 2;
    else if (others.some((word) => word.startsWith(wanted))) score += 1;
    else return 0;
  }
  return score;
}

/** Chinese writes no spaces: a word may begin anywhere. */
function isHan(text: string): boolean {
  return /\p{Script=Han}/u.test(text);
}

/** Commands that the query finds, best first; all in their order for an empty query. */
export function rankCommands<C extends Pick<Command, 'label' | 'words'>>(
  commands: readonly C[],
  query: string,
): readonly C[] {
  const wanted = wordsOf(query);
  if (wanted.length === 0) return commands;
  return commands
    .map((command) => ({ command, score: scoreOf(command, wanted) }))
    .filter(({ score }) => score > 0)
    .sort((left, right) => right.score - left.score)
    .map(({ command }) => command);
}

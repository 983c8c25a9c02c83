/** `completions bash|zsh|fish`: prints a script to be read by the shell. */
import { InputError } from '@strongroom/core';
import type { CommandSpec } from '../command.ts';
import { formatCompletions, shells } from '../completions/format-completions.ts';
import { nameSubject } from '../subject.ts';

/** The command, which needs to know all commands, itself included. */
export function createCompletionsCommand(listCommands: () => readonly CommandSpec[]): CommandSpec {
  return {
    path: 'completions',
    takes: ['<shell>'],
    run: async ({ output, context }, input) => {
      const shell = shells.find((name) => name === input.argument(0));
      if (shell === undefined) throw nameSubject(new InputError('USAGE_INVALID'), shells.join(', '));
      const explain = (path: string): string => output.say(`cli.${path.replaceAll(' ', '.')}.help`);
      context.stdout.write(formatCompletions(shell, listCommands(), explain));
    },
  };
}

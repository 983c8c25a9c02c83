/**
 * Questions to the person at the terminal. The prompts are loaded only when somebody is there to answer; without a terminal a
 * missing answer is a refusal that names the option to give.
 */
import type * as ClackPrompts from '@clack/prompts';
import { DependencyError, InputError } from '@strongroom/core';
import type { CliContext } from '../context.ts';
import { nameSubject } from '../subject.ts';

/** A question with its way for scripts. */
export interface Question {
  readonly message: string;
  /** The option that answers it without a terminal, for example `--name`. */
  readonly option: string;
}

/** Asks for a line of text. @throws InputError INPUT_MISSING without a terminal; DependencyError INTERRUPTED */
export async function askText(context: CliContext, question: Question): Promise<string> {
  const prompts = await loadPrompts(context, question);
  return takeAnswer(
    await prompts.text({ message: question.message, validate: (value) => (value?.trim() ? undefined : '…') }),
  );
}

/** Asks for a secret, which is not shown. */
export async function askSecret(context: CliContext, question: Question): Promise<string> {
  const prompts = await loadPrompts(context, question);
  return takeAnswer(await prompts.password({ message: question.message }));
}

/** Asks yes or no; no is the answer of Enter. */
export async function askConsent(
  context: CliContext,
  question: Question & { readonly yes: string; readonly no: string },
): Promise<boolean> {
  const prompts = await loadPrompts(context, question);
  return takeAnswer(
    await prompts.confirm({
      message: question.message,
      active: question.yes,
      inactive: question.no,
      initialValue: false,
    }),
  );
}

/** Asks for one of a list. */
export async function askChoice(
  context: CliContext,
  question: Question & { readonly choices: readonly { readonly value: string; readonly label: string }[] },
): Promise<string> {
  const prompts = await loadPrompts(context, question);
  return takeAnswer(await prompts.select({ message: question.message, options: [...question.choices] }));
}

type Prompts = typeof ClackPrompts;

async function loadPrompts(context: CliContext, question: Question): Promise<Prompts> {
  if (!context.isInteractive) throw nameSubject(new InputError('INPUT_MISSING'), question.option);
  return await import('@clack/prompts');
}

function takeAnswer<T>(answer: T): Exclude<T, symbol> {
  if (typeof answer === 'symbol') throw new DependencyError('INTERRUPTED');
  return answer as Exclude<T, symbol>;
}

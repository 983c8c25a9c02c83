/** Turns whatever was thrown into words with a way on, and into an exit code. */
import { StrongroomError, errorClassOf } from '@strongroom/core';
import { exitCodeOf, exitCodes } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { subjectOf } from '../subject.ts';
import { cleanText } from './clean-text.ts';
import type { Output } from './output.ts';

/**
 * Says what happened and what to do next. A bug of ours (anything but a StrongroomError) is said to be one; its stack is
 * shown only where STRONGROOM_DEBUG is set.
 */
export function reportError(output: Output, error: unknown, isDebug: boolean): ExitCode {
  if (!(error instanceof StrongroomError)) return reportBug(output, error, isDebug);
  const { code, details } = error;
  const errorClass = errorClassOf(code);
  const title = output.texts.find(`error.${code}.title`, details) ?? code;
  const next = output.texts.find(`error.${code}.next`, details) ?? '';
  const subject = subjectOf(error);
  if (output.isJson) {
    output.event({ error: { code, class: errorClass, title, next, subject: subject ?? null, details } });
  } else {
    const about = subject === undefined ? '' : `: ${cleanText(subject)}`;
    output.remark(output.style('red', `${title}${about}`));
    if (next !== '') output.remark(next);
    output.remark(output.style('dim', [code, ...describeDetails(details)].join(' ')));
  }
  if (isDebug) output.remark(describeCauses(error));
  return exitCodeOf(code);
}

function describeDetails(details: Readonly<Record<string, string | number>>): readonly string[] {
  return Object.entries(details).map(([name, value]) => `${name}=${cleanText(String(value))}`);
}

function reportBug(output: Output, error: unknown, isDebug: boolean): ExitCode {
  const title = output.say('error.INTERNAL_ERROR.title');
  const next = output.say('error.INTERNAL_ERROR.next');
  if (output.isJson) output.event({ error: { code: 'INTERNAL_ERROR', class: 'Bug', title, next } });
  else output.remark(`${output.style('red', title)}\n${next}`);
  if (isDebug) output.remark(describeCauses(error));
  return exitCodes.refused;
}

function describeCauses(error: unknown): string {
  const stacks: string[] = [];
  for (let current: unknown = error; current instanceof Error && stacks.length < 8; current = current.cause) {
    stacks.push(current.stack ?? String(current));
  }
  return stacks.join('\ncaused by: ');
}

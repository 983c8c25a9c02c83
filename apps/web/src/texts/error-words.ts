/** What happened and what to do next, for whatever a call threw, in the language of the page. */
import { errorClassOf, StrongroomError } from '@strongroom/core';
import type { Texts } from './texts-context.tsx';

/** An error for people. */
export interface ErrorWords {
  readonly title: string;
  readonly next: string;
  readonly code: string;
  /** A rule said no; nothing is broken. */
  readonly isRefusal: boolean;
}

/** Words for an error. Anything but a StrongroomError is a bug of ours and is said to be one. */
export function describeError(error: unknown, { find }: Pick<Texts, 'find'>): ErrorWords {
  const isOurs = error instanceof StrongroomError;
  const code = isOurs ? error.code : 'INTERNAL_ERROR';
  const details = isOurs ? error.details : {};
  return {
    title: find(`error.${code}.title`, details) ?? code,
    next: find(`error.${code}.next`, details) ?? '',
    code,
    isRefusal: isOurs && errorClassOf(error.code) === 'Access',
  };
}

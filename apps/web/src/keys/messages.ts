/**
 * What pages and the worker say to each other: calls with a path and arguments one way, answers and events the other. Everything is
 * structured-cloneable. Failures cross as code and details; whatever is no StrongroomError crosses as INTERNAL_ERROR and nothing more.
 */
import { createError, DependencyError, isErrorCode, StrongroomError } from '@strongroom/core';
import type { ErrorDetails } from '@strongroom/core';
import type { KeysEvent } from './contract.ts';

/** From a page. */
export type PageMessage =
  /** The first message of a page. The page holds the Web Lock `page` as long as it lives. */
  | { readonly kind: 'hello'; readonly page: string }
  | {
      readonly kind: 'call';
      readonly page: string;
      readonly id: number;
      readonly path: string;
      readonly args: readonly unknown[];
    }
  | { readonly kind: 'visible'; readonly page: string; readonly isVisible: boolean };

/** From the worker. */
export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly code: string; readonly details: ErrorDetails }
  | { readonly kind: 'event'; readonly event: KeysEvent };

/** The channel that pages and a dedicated worker share. */
export const channelName = 'strongroom-keys';

/** What a worker says on the channel that pages share where there is no SharedWorker. */
export type ChannelMessage =
  | { readonly to: 'worker'; readonly message: PageMessage }
  | { readonly to: string; readonly message: WorkerMessage };

/** A failure as it crosses. */
export interface Failure {
  readonly code: string;
  readonly details: ErrorDetails;
}

/** The failure of a caught value. A message of the platform may hold anything, so none crosses. */
export function encodeFailure(cause: unknown): Failure {
  if (cause instanceof StrongroomError) return { code: cause.code, details: { ...cause.details } };
  if (isNamed(cause, 'QuotaExceededError')) return { code: 'DISK_FULL', details: {} };
  if (isNamed(cause, 'AbortError')) return { code: 'INTERRUPTED', details: {} };
  return { code: 'INTERNAL_ERROR', details: {} };
}

/** The error of a failure. */
export function decodeFailure(failure: Failure): StrongroomError {
  if (!isErrorCode(failure.code)) return new DependencyError('INTERNAL_ERROR');
  return createError(failure.code, failure.details);
}

/** Whether a caught value is an error of that name, as the platform names its own. */
export function isNamed(cause: unknown, name: string): boolean {
  return cause instanceof Error && cause.name === name;
}

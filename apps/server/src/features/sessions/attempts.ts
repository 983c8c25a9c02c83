/** OPAQUE exchanges under way. They live in memory: a restart only means to begin again. Each is taken once. */
import { encodeHex } from '@strongroom/core';
import type { DeviceId, PersonId } from '@strongroom/core';
import type { ServerContext } from '../../context.ts';

/** An exchange that was answered and waits for its end. */
export type Attempt = {
  readonly person: PersonId;
  /** The device that wants a session, or the id of the one that is to be added. */
  readonly device: DeviceId;
  readonly state: string;
  readonly challenge: Uint8Array;
  readonly loginResponse: Uint8Array;
  readonly startedMs: number;
};

const attemptsOf = new WeakMap<ServerContext, Map<string, Attempt>>();
const attemptLifeMs = 120_000;
const attemptsMax = 10_000;

/** Keeps an attempt; the oldest goes where there are too many. */
export function keepAttempt(context: ServerContext, id: Uint8Array, attempt: Attempt): void {
  const attempts = attemptsOf.get(context) ?? new Map<string, Attempt>();
  attemptsOf.set(context, attempts);
  for (const [key, old] of attempts) {
    if (attempts.size < attemptsMax && attempt.startedMs - old.startedMs <= attemptLifeMs) break;
    attempts.delete(key);
  }
  attempts.set(encodeHex(id), attempt);
}

/** Takes an attempt out; undefined for one that is unknown, used or too old. */
export function takeAttempt(context: ServerContext, id: Uint8Array): Attempt | undefined {
  const key = encodeHex(id);
  const attempt = attemptsOf.get(context)?.get(key);
  attemptsOf.get(context)?.delete(key);
  if (attempt === undefined || context.clock.monotonicMs() - attempt.startedMs > attemptLifeMs)
    return undefined;
  return attempt;
}

/** OPAQUE exchanges under way. They live in memory: a restart only means to begin again. Each is taken once. */
import { encodeHex } from '@strongroom/core';
import type { DeviceId, PersonId } from '@strongroom/core';
import { limits } from '@strongroom/protocol';
import type { ServerContext } from '../../context.ts';

/** An exchange that was answered and waits for its end. */
export type Attempt = {
  readonly person: PersonId;
  /** The device that wants a session, or the id of the one that is to be added. */
  readonly device: DeviceId;
  readonly state: string;
  readonly challenge: Uint8Array;
  readonly loginResponse: Uint8Array;
  /** Whether it names a device that this person has: nobody else knows its id. */
  readonly isOwnDevice: boolean;
  readonly startedMs: number;
};

const attemptsOf = new WeakMap<ServerContext, Map<string, Attempt>>();

/**
 * Keeps an attempt. Where there are too many of a person or of all, the oldest goes; of a person, one that names no device of his
 * goes first, so that strangers who claim to be him do not end his own.
 */
export function keepAttempt(context: ServerContext, id: Uint8Array, attempt: Attempt): void {
  const attempts = attemptsOf.get(context) ?? new Map<string, Attempt>();
  attemptsOf.set(context, attempts);
  for (const [key, old] of attempts) {
    const isOld = attempt.startedMs - old.startedMs > limits.attemptLifeMs;
    if (attempts.size < limits.attemptsMax && !isOld) break;
    attempts.delete(key);
  }
  const theirs = [...attempts].filter(([, { person }]) => person === attempt.person);
  if (theirs.length >= limits.attemptsPerPersonMax) {
    const [key] = theirs.find(([, { isOwnDevice }]) => !isOwnDevice) ?? theirs[0] ?? [];
    if (key !== undefined) attempts.delete(key);
  }
  attempts.set(encodeHex(id), attempt);
}

/** Takes an attempt out; undefined for one that is unknown, used or too old. */
export function takeAttempt(context: ServerContext, id: Uint8Array): Attempt | undefined {
  const key = encodeHex(id);
  const attempt = attemptsOf.get(context)?.get(key);
  attemptsOf.get(context)?.delete(key);
  if (attempt === undefined || context.clock.monotonicMs() - attempt.startedMs > limits.attemptLifeMs)
    return undefined;
  return attempt;
}

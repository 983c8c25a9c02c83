/**
 * Requests of devices that wait to be adopted (docs/spec/requests.md 4.1). They live in memory for some minutes: a restart only means
 * to begin again. Each is taken by one device and answered once; what is unknown, over, somebody else's or answered otherwise is
 * refused alike.
 */
import { AccessError, compareBytes, encodeHex, LimitError } from '@strongroom/core';
import type { DeviceId } from '@strongroom/core';
import { limits } from '@strongroom/protocol';
import type { ServerContext } from '../../context.ts';
import type { Handler, HandlersOf } from '../../handler.ts';
import { getSession } from '../sessions/index.ts';

type Adoption = {
  readonly request: Uint8Array;
  /** By the monotonic clock. */
  endsMs: number;
  takenBy?: DeviceId;
  answer?: Uint8Array;
};

const adoptionsOf = new WeakMap<ServerContext, Map<string, Adoption>>();

function openAdoptions(context: ServerContext): Map<string, Adoption> {
  const adoptions = adoptionsOf.get(context) ?? new Map<string, Adoption>();
  adoptionsOf.set(context, adoptions);
  const nowMs = context.clock.monotonicMs();
  for (const [key, { endsMs }] of adoptions) if (endsMs <= nowMs) adoptions.delete(key);
  return adoptions;
}

function findAdoption(context: ServerContext, id: Uint8Array): Adoption {
  const found = openAdoptions(context).get(encodeHex(id));
  if (found === undefined) throw new AccessError('ADOPTION_ENDED');
  return found;
}

/** The end as the wire tells it. */
function endOf(context: ServerContext, { endsMs }: Adoption): number {
  return context.clock.nowMs() + Math.max(0, Math.round(endsMs - context.clock.monotonicMs()));
}

function renew(context: ServerContext, adoption: Adoption): void {
  adoption.endsMs = context.clock.monotonicMs() + limits.adoptionLifeMs;
}

const startAdoption: Handler<'startAdoption'> = async (context, { body: input }) => {
  const adoptions = openAdoptions(context);
  const key = encodeHex(input.adoption);
  const before = adoptions.get(key);
  if (before !== undefined) {
    if (compareBytes(before.request, input.request) !== 0) throw new AccessError('ADOPTION_ENDED');
    return { endsAtMs: endOf(context, before) };
  }
  // Whoever waits already is not put out by who comes later.
  if (adoptions.size >= limits.adoptionsMax) throw new LimitError('RATE_LIMITED');
  const adoption: Adoption = { request: input.request, endsMs: 0 };
  renew(context, adoption);
  adoptions.set(key, adoption);
  return { endsAtMs: endOf(context, adoption) };
};

const getAdoption: Handler<'getAdoption'> = async (context, { params }) => {
  const adoption = findAdoption(context, params.adoption);
  const endsAtMs = endOf(context, adoption);
  const { takenBy, answer } = adoption;
  if (answer !== undefined) return { state: 'answered', endsAtMs, answer };
  return { state: takenBy === undefined ? 'waiting' : 'taken', endsAtMs };
};

const takeAdoption: Handler<'takeAdoption'> = async (context, { params, session }) => {
  const { device } = getSession(session);
  const adoption = findAdoption(context, params.adoption);
  if (adoption.takenBy === undefined) {
    adoption.takenBy = device;
    renew(context, adoption);
  }
  if (adoption.takenBy !== device) throw new AccessError('ADOPTION_ENDED');
  return { request: adoption.request, endsAtMs: endOf(context, adoption) };
};

const answerAdoption: Handler<'answerAdoption'> = async (context, { params, body: input, session }) => {
  const { device } = getSession(session);
  const adoption = findAdoption(context, params.adoption);
  if (adoption.takenBy !== device) throw new AccessError('ADOPTION_ENDED');
  if (adoption.answer === undefined) {
    adoption.answer = input.answer;
    renew(context, adoption);
  } else if (compareBytes(adoption.answer, input.answer) !== 0) throw new AccessError('ADOPTION_ENDED');
};

export const adoptionHandlers: HandlersOf<
  'startAdoption' | 'getAdoption' | 'takeAdoption' | 'answerAdoption'
> = { startAdoption, getAdoption, takeAdoption, answerAdoption };

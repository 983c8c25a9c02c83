/** A new device that waits to be adopted by an enrolled one (docs/spec/requests.md 4.1). The server sees an id and ciphertext. */
import { z } from '../schemas.ts';
import { endpoint } from '../endpoint.ts';
import { limits } from '../limits.ts';
import { bytes, exactBytes, instantMs } from '../wire/scalars.ts';
import { none } from './none.ts';

const adoption = exactBytes(16);
const named = z.strictObject({ adoption });
const sealed = bytes({ min: 1, max: limits.adoptionBytesMax });

export const startAdoption = endpoint({
  method: 'POST',
  path: '/v1/adoptions',
  gate: 'public',
  event: 'none',
  summary: 'A device that is not one yet leaves its sealed request under the id of its code',
  params: none,
  query: none,
  input: z.strictObject({ adoption, request: sealed }),
  output: z.strictObject({ endsAtMs: instantMs }),
  answer: 'json',
  errors: ['ADOPTION_ENDED', 'RATE_LIMITED'],
  limits: { bodyBytesMax: limits.bodyBytesMax, perMinute: 10 },
});

export const getAdoption = endpoint({
  method: 'GET',
  path: '/v1/adoptions/:adoption',
  gate: 'public',
  event: 'none',
  summary: 'Whether a request was taken or answered',
  params: named,
  query: none,
  input: none,
  output: z.discriminatedUnion('state', [
    z.strictObject({ state: z.literal('waiting'), endsAtMs: instantMs }),
    z.strictObject({ state: z.literal('taken'), endsAtMs: instantMs }),
    z.strictObject({ state: z.literal('answered'), endsAtMs: instantMs, answer: sealed }),
  ]),
  answer: 'json',
  errors: ['ADOPTION_ENDED', 'RATE_LIMITED'],
  limits: { bodyBytesMax: 0, perMinute: 60 },
});

export const takeAdoption = endpoint({
  method: 'POST',
  path: '/v1/adoptions/:adoption/take',
  gate: 'session',
  event: 'none',
  summary: 'The sealed request, for the first enrolled device that asks',
  params: named,
  query: none,
  input: none,
  output: z.strictObject({ request: sealed, endsAtMs: instantMs }),
  answer: 'json',
  errors: ['ADOPTION_ENDED'],
  limits: { bodyBytesMax: 0, perMinute: 30 },
});

export const answerAdoption = endpoint({
  method: 'PUT',
  path: '/v1/adoptions/:adoption/answer',
  gate: 'session',
  event: 'none',
  summary: 'The sealed answer of the device that took the request, once',
  params: named,
  query: none,
  input: z.strictObject({ answer: sealed }),
  output: none,
  answer: 'none',
  errors: ['ADOPTION_ENDED'],
  limits: { bodyBytesMax: limits.bodyBytesMax, perMinute: 30 },
});

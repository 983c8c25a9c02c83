import { z } from '../schemas.ts';
import { endpoint } from '../endpoint.ts';
import { limits } from '../limits.ts';
import { bytes, count, exactBytes, id } from '../wire/scalars.ts';
import { none } from './none.ts';

export const getHealth = endpoint({
  method: 'GET',
  path: '/v1/health',
  gate: 'public',
  event: 'none',
  summary: 'Whether the server and its warden answer',
  params: none,
  query: none,
  input: none,
  output: z.strictObject({
    version: z.string(),
    isReady: z.boolean(),
    isWardenReachable: z.boolean(),
    isRestoreMode: z.boolean(),
    isUnsafeTest: z.boolean(),
  }),
  answer: 'json',
  errors: [],
  limits: { bodyBytesMax: 0, perMinute: 6_000 },
});

export const getFirm = endpoint({
  method: 'GET',
  path: '/v1/firm',
  gate: 'public',
  event: 'none',
  summary: 'Genesis entry and proof that the newest checkpoint contains it',
  params: none,
  query: none,
  input: none,
  output: z.discriminatedUnion('state', [
    z.strictObject({ state: z.literal('new') }),
    z.strictObject({
      state: z.literal('created'),
      firm: id('frm'),
      genesis: bytes({ max: limits.entryBytesMax }),
      root: exactBytes(32),
      origin: z.string().max(255),
      vkey: z.string().max(512),
      checkpoint: z.string().max(8_192),
      inclusion: z.array(exactBytes(32)).max(64),
      size: count(),
      /** The entry by which the warden in force took another's place. */
      promotion: bytes({ max: limits.entryBytesMax }).optional(),
    }),
  ]),
  answer: 'json',
  errors: ['WARDEN_UNAVAILABLE'],
  limits: { bodyBytesMax: 0, perMinute: 600 },
});

import { z } from '../schemas.ts';
import { endpoint } from '../endpoint.ts';
import { none } from './none.ts';

/** What is wrong with an installation: a code, how bad, and numbers. Texts live in the catalogues. */
export const finding = z.strictObject({
  code: z.string().max(64),
  severity: z.enum(['info', 'warning', 'error']),
  details: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type Finding = z.output<typeof finding>;

export const getDoctor = endpoint({
  method: 'GET',
  path: '/v1/doctor',
  gate: 'firm.administer',
  event: 'none',
  summary: 'Findings about the server and its warden',
  params: none,
  query: none,
  input: none,
  output: z.strictObject({ findings: z.array(finding) }),
  answer: 'json',
  errors: ['ACCESS_DENIED'],
  limits: { bodyBytesMax: 0, perMinute: 60 },
});

import { z } from './schemas.ts';

/** RFC 9457 problem: a code and numbers; the text for people is in the catalogues (`error.<code>`). */
export const problem = z.strictObject({
  type: z.literal('about:blank'),
  status: z.number().int().min(400).max(599),
  code: z.string().regex(/^[A-Z][A-Z0-9_]{1,63}$/),
  requestId: z.string().max(64),
  retryAfterMs: z.number().int().min(0).optional(),
  details: z.record(z.string().max(64), z.union([z.string().max(128), z.number()])).optional(),
});
export type Problem = z.output<typeof problem>;
export const problemMediaType = 'application/problem+json';

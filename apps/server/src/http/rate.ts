/** Token buckets, one for each endpoint and asker. Bounded: the oldest bucket is dropped when there are too many. */
import { LimitError } from '@strongroom/core';
import type { Clock } from '../clock.ts';

const bucketsMax = 50_000;

type Bucket = { tokens: number; atMs: number };

/** Counts calls. */
export interface RateLimiter {
  /** @throws LimitError RATE_LIMITED with `retryAfterMs` */
  take(key: string, perMinute: number): void;
}

export function createRateLimiter(clock: Clock): RateLimiter {
  const buckets = new Map<string, Bucket>();
  return {
    take(key, perMinute) {
      const nowMs = clock.monotonicMs();
      const bucket = buckets.get(key) ?? { tokens: perMinute, atMs: nowMs };
      bucket.tokens = Math.min(perMinute, bucket.tokens + ((nowMs - bucket.atMs) * perMinute) / 60_000);
      bucket.atMs = nowMs;
      if (!buckets.has(key)) {
        if (buckets.size >= bucketsMax) buckets.delete(buckets.keys().next().value ?? '');
        buckets.set(key, bucket);
      }
      if (bucket.tokens < 1) {
        const retryAfterMs = Math.ceil(((1 - bucket.tokens) * 60_000) / perMinute);
        throw new LimitError('RATE_LIMITED', { retryAfterMs });
      }
      bucket.tokens -= 1;
    },
  };
}

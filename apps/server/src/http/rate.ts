/**
 * Token buckets, one for each endpoint and asker. Bounded: where there are too many, those that are full again go first, which
 * changes nothing for their askers.
 */
import { LimitError } from '@strongroom/core';
import type { Clock } from '../clock.ts';

const bucketsMaxDefault = 50_000;

type Bucket = { tokens: number; atMs: number; readonly perMinute: number };

/** Counts calls. */
export interface RateLimiter {
  /** @throws LimitError RATE_LIMITED with `retryAfterMs` */
  take(key: string, perMinute: number): void;
}

export function createRateLimiter(clock: Clock, bucketsMax: number = bucketsMaxDefault): RateLimiter {
  const buckets = new Map<string, Bucket>();
  const makeRoom = (nowMs: number): void => {
    for (const [key, bucket] of buckets) if (tokensOf(bucket, nowMs) >= bucket.perMinute) buckets.delete(key);
    if (buckets.size >= bucketsMax) buckets.delete(buckets.keys().next().value ?? '');
  };
  return {
    take(key, perMinute) {
      const nowMs = clock.monotonicMs();
      let bucket = buckets.get(key);
      if (bucket === undefined) {
        if (buckets.size >= bucketsMax) makeRoom(nowMs);
        bucket = { tokens: perMinute, atMs: nowMs, perMinute };
        buckets.set(key, bucket);
      }
      bucket.tokens = tokensOf(bucket, nowMs);
      bucket.atMs = nowMs;
      if (bucket.tokens < 1) {
        const retryAfterMs = Math.ceil(((1 - bucket.tokens) * 60_000) / perMinute);
        throw new LimitError('RATE_LIMITED', { retryAfterMs });
      }
      bucket.tokens -= 1;
    },
  };
}

function tokensOf({ tokens, atMs, perMinute }: Bucket, nowMs: number): number {
  return Math.min(perMinute, tokens + ((nowMs - atMs) * perMinute) / 60_000);
}

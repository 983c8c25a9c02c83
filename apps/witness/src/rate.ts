/** How many requests a minute are let in: of each address, and of all together. Buckets that fill again by themselves. */
import { addressesMax, perAddressMinuteMax, perMinuteMax } from './limits.ts';

type Bucket = { left: number; atMs: number };

/** Counts. */
export interface Rate {
  /** Whether one more request of this address is let in now. */
  take(address: string): boolean;
}

/** Counts by a clock that only goes forward. */
export function createRate(monotonicMs: () => number): Rate {
  const all: Bucket = { left: perMinuteMax, atMs: monotonicMs() };
  const buckets = new Map<string, Bucket>();

  function refill(bucket: Bucket, perMinute: number): Bucket {
    const nowMs = monotonicMs();
    bucket.left = Math.min(perMinute, bucket.left + ((nowMs - bucket.atMs) * perMinute) / 60_000);
    bucket.atMs = nowMs;
    return bucket;
  }

  return {
    take(address) {
      const own = refill(
        buckets.get(address) ?? { left: perAddressMinuteMax, atMs: monotonicMs() },
        perAddressMinuteMax,
      );
      // Put last: the first of the map is the one that has rested longest.
      buckets.delete(address);
      buckets.set(address, own);
      if (buckets.size > addressesMax) buckets.delete(buckets.keys().next().value ?? '');
      if (own.left < 1 || refill(all, perMinuteMax).left < 1) return false;
      own.left -= 1;
      all.left -= 1;
      return true;
    },
  };
}

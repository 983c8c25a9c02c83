/** Too many buckets: nobody gets a fresh allowance by making others. */
import { expect, test } from 'vitest';
import { systemClock } from '../clock.ts';
import { createRateLimiter } from './rate.ts';

test('a used bucket outlives any number of idle ones, and an idle one costs its asker nothing', () => {
  let nowMs = 0;
  const rate = createRateLimiter({ ...systemClock, monotonicMs: () => nowMs }, 100);
  for (let call = 0; call < 60; call++) rate.take('used', 60);
  expect(() => rate.take('used', 60)).toThrow('RATE_LIMITED');
  for (let other = 0; other < 99; other++) rate.take(`first ${other}`, 60);
  nowMs = 1_500;
  // 99 others are full again; the used one has a single call back.
  for (let other = 0; other < 99; other++) rate.take(`second ${other}`, 60);
  rate.take('used', 60);
  expect(() => rate.take('used', 60)).toThrow('RATE_LIMITED');
});

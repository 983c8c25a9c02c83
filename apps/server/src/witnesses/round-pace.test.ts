import { describe, expect, test } from 'vitest';
import { RoundPace, roundsAtOnceMax, roundsPerSecondMax } from './round-pace.ts';

function start() {
  const time = { nowMs: 5_000 };
  const pace = new RoundPace({ monotonicMs: () => time.nowMs });
  return { time, pace };
}

describe('rounds of asking witnesses', () => {
  test('go at once after a rest, and then one after the other', () => {
    const { time, pace } = start();
    for (let round = 0; round < roundsAtOnceMax; round++) {
      expect(pace.waitMs).toBe(0);
      pace.take();
    }
    expect(pace.waitMs).toBe(1000 / roundsPerSecondMax);
    time.nowMs += pace.waitMs;
    expect(pace.waitMs).toBe(0);
    pace.take();
    expect(pace.waitMs).toBe(1000 / roundsPerSecondMax);
  });

  test('stay below what a witness lets in of one address in any minute', () => {
    const { time, pace } = start();
    let taken = 0;
    const untilMs = time.nowMs + 60_000;
    while (time.nowMs < untilMs) {
      if (pace.waitMs === 0) {
        pace.take();
        taken += 1;
      } else time.nowMs += pace.waitMs;
    }
    expect(taken).toBeGreaterThan(500);
    expect(taken).toBeLessThan(600);
  });

  test('that go by the clock leave no debt to those who wait', () => {
    const { pace } = start();
    for (let round = 0; round < 3 * roundsAtOnceMax; round++) pace.take();
    expect(pace.waitMs).toBe(1000 / roundsPerSecondMax);
  });

  test('rest for as long as it takes to fill, and no longer counts', () => {
    const { time, pace } = start();
    for (let round = 0; round < roundsAtOnceMax; round++) pace.take();
    time.nowMs += 3_600_000;
    for (let round = 0; round < roundsAtOnceMax; round++) pace.take();
    expect(pace.waitMs).toBeGreaterThan(0);
  });
});

import { expect, test } from 'vitest';
import { ClockTrust } from './clock-trust.ts';
import { createControllableClock } from './clock.ts';

const hourMs = 3_600_000;
const still = { nowMs: () => 1_800_000_000_000, monotonicMs: () => 0 };

test('two persons give trust, one twice does not; in a firm of one it does', () => {
  const clock = createControllableClock(still);
  const trust = new ClockTrust(clock);
  expect(trust.isTrusted).toBe(false);
  trust.witness('a', clock.nowMs(), 2);
  trust.witness('a', clock.nowMs(), 2);
  expect(trust.isTrusted).toBe(false);
  trust.witness('b', clock.nowMs() - hourMs - 1, 2);
  expect(trust.isTrusted).toBe(false);
  trust.witness('b', clock.nowMs() + 1_000, 2);
  expect(trust.isTrusted).toBe(true);
  const alone = new ClockTrust(clock);
  alone.witness('a', clock.nowMs(), 1);
  expect(alone.isTrusted).toBe(true);
});

test('agreements more than an hour apart do not add up', () => {
  const clock = createControllableClock(still);
  const trust = new ClockTrust(clock);
  trust.witness('a', clock.nowMs(), 2);
  clock.advance(hourMs + 1);
  trust.witness('b', clock.nowMs(), 2);
  expect(trust.isTrusted).toBe(false);
});

test('time that passes keeps it; a wall clock that is moved over an hour, at once or in steps, ends it', () => {
  const clock = createControllableClock(still);
  const trust = new ClockTrust(clock);
  trust.confirm(clock.nowMs());
  clock.advance(100 * hourMs);
  expect(trust.isTrusted).toBe(true);
  clock.step(hourMs / 2);
  expect(trust.isTrusted).toBe(true);
  clock.step(hourMs / 2 + 1);
  expect(trust.isTrusted).toBe(false);
  clock.step(-hourMs - 1);
  expect(trust.isTrusted).toBe(false);
});

test('an operator must be right to the minute', () => {
  const trust = new ClockTrust(still);
  for (const wrong of [still.nowMs() + 60_001, 0, Number.NaN])
    expect(() => trust.confirm(wrong)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  trust.confirm(still.nowMs() - 59_000);
  expect(trust.isTrusted).toBe(true);
});

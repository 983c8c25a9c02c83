/** A clock that goes as far as a test moves it, and does what is due on the way. */
import type { Clock } from '../src/index.ts';

export type HandClock = Clock & { advance(ms: number): void };

export function createHandClock(startMs: number): HandClock {
  let nowMs = startMs;
  const waiting = new Set<{ readonly dueMs: number; readonly work: () => void }>();
  return {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    schedule(delayMs, work) {
      const one = { dueMs: nowMs + delayMs, work };
      waiting.add(one);
      return () => waiting.delete(one);
    },
    advance(ms) {
      const untilMs = nowMs + ms;
      for (;;) {
        const next = [...waiting].sort((a, b) => a.dueMs - b.dueMs)[0];
        if (next === undefined || next.dueMs > untilMs) break;
        waiting.delete(next);
        nowMs = next.dueMs;
        next.work();
      }
      nowMs = untilMs;
    },
  };
}

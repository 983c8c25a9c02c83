/** The server's clock and timers. Everything that waits or asks the time is handed one. */

/** Time as the server sees it. */
export interface Clock {
  /** Milliseconds since 1970 (UTC), as the machine says. */
  nowMs(): number;
  /** Milliseconds that only go forward, from an arbitrary start. */
  monotonicMs(): number;
  /** Runs `work` once after `delayMs`; the answer cancels it. Never keeps the process alive. */
  schedule(delayMs: number, work: () => void): () => void;
}

/** The machine's clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  schedule(delayMs, work) {
    const timer = setTimeout(work, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

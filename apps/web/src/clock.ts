/** The browser's clocks and timers, for what pages show. What counts is decided by the worker's and the server's clocks. */

/** Milliseconds since 1970. */
export function nowMs(): number {
  return Date.now();
}

/** Milliseconds on a clock that never goes back. */
export function elapsedMs(): number {
  return performance.now();
}

/** Calls once after a while. Answers what calls it off. */
export function after(delayMs: number, call: () => void): () => void {
  const timer = setTimeout(call, delayMs);
  return () => clearTimeout(timer);
}

/** Calls again and again. Answers what ends it. */
export function every(periodMs: number, call: () => void): () => void {
  const timer = setInterval(call, periodMs);
  return () => clearInterval(timer);
}

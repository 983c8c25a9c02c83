/** The browser's clock, for what pages show. What counts is decided by the worker's and the server's clocks. */

/** Milliseconds since 1970. */
export function nowMs(): number {
  return Date.now();
}

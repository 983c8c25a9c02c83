/** A broken assertion is a bug of ours. It is caught only at the edge of a process. */
export class AssertionError extends Error {
  override readonly name: string = 'AssertionError';
}

/** Throws when `condition` is false. Stays on in production; for bugs, never for input. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

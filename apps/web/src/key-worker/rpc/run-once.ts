/**
 * Runs one at a time: asked for while one runs, one more follows for all that asked. A list of thousands takes longer than the time
 * between two changes, and must not be begun again each time.
 */
export function runOnce<T>(run: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  let next: Promise<T> | undefined;
  const start = (): Promise<T> => {
    running = run().finally(() => {
      running = undefined;
    });
    return running;
  };
  return async () => {
    if (running === undefined) return await start();
    next ??= running
      .catch(() => undefined)
      .then(async () => {
        next = undefined;
        return await start();
      });
    return await next;
  };
}

/** Runs actions one after the other, in the order in which they were asked for. */
export function createTurns(): <T>(action: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return async (action) => {
    const run = last.then(action, action);
    last = run.catch(() => undefined);
    return await run;
  };
}

/**
 * Runs a task for each item, at most `count` of them at a time, in the order of the items. The first failure ends the whole when
 * those under way have ended; nothing new is begun after it.
 */
export async function forEach<T>(
  items: Iterable<T>,
  count: number,
  task: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items[Symbol.iterator]();
  let failure: { readonly cause: unknown } | undefined;
  const work = async (): Promise<void> => {
    for (let next = rest.next(); failure === undefined && next.done !== true; next = rest.next()) {
      try {
        await task(next.value);
      } catch (cause) {
        failure ??= { cause };
      }
    }
  };
  await Promise.all(Array.from({ length: count }, work));
  if (failure !== undefined) throw failure.cause;
}

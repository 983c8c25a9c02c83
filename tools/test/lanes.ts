/** Work that waits in one queue and is taken by a few lanes: as soon as one has ended, its lane takes the next. */

/** Runs all of it, `width` at a time, in the order given; answers the results in that order. The first failure is thrown when all lanes have ended. */
export async function runInLanes<T>(
  work: readonly (() => Promise<T>)[],
  width: number,
): Promise<readonly T[]> {
  const results: T[] = [];
  let next = 0;
  const runLane = async (): Promise<void> => {
    for (let place = next++; place < work.length; place = next++) {
      const one = work[place];
      if (one !== undefined) results[place] = await one();
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: width }, runLane));
  for (const lane of lanes) if (lane.status === 'rejected') throw lane.reason;
  return results;
}

/**
 * Entries that the warden is handed in once more, put together: what stands side by side in the ledger and comes with the same cosigned head
 * goes in one call, so that the warden verifies that head once for all of them.
 */

/** What is asked for once more. */
export type AskedAgain = {
  /** The entry's index. */
  readonly again: number;
  /** The cosigned head that comes with it. */
  readonly witnessed: { readonly note: string } | undefined;
};

/** Consecutive entries under one head; several may ask for the same entry. */
export type AgainRun<T extends AskedAgain> = {
  /** Index of the first. */
  readonly from: number;
  /** Entries, not askers. */
  readonly count: number;
  readonly asked: readonly T[];
};

/** Puts them together, lowest index first within each head. Nothing that nobody asked for is in a run. */
export function findAgainRuns<T extends AskedAgain>(asked: readonly T[]): AgainRun<T>[] {
  const byNote = new Map<string | undefined, T[]>();
  for (const one of asked) {
    const note = one.witnessed?.note;
    byNote.set(note, [...(byNote.get(note) ?? []), one]);
  }
  return [...byNote.values()].flatMap((under) => {
    const runs: { from: number; count: number; asked: T[] }[] = [];
    for (const one of under.toSorted((left, right) => left.again - right.again)) {
      const run = runs.at(-1);
      if (run === undefined || one.again > run.from + run.count)
        runs.push({ from: one.again, count: 1, asked: [one] });
      else {
        run.count = one.again - run.from + 1;
        run.asked.push(one);
      }
    }
    return runs;
  });
}

/** Which backups stay. */

/**
 * The newest `keep`; everything younger than `keepMs`; the newest of each of the last `daily` days, `weekly` weeks (from Monday) and
 * `monthly` months that have one, in UTC. What one rule keeps stays, whatever the others say. None of them: all of it.
 */
export type Retention = {
  readonly keep?: number;
  readonly keepMs?: number;
  readonly daily?: number;
  readonly weekly?: number;
  readonly monthly?: number;
};

const dayMs = 86_400_000;
/** 1970 began on a Thursday. */
const thursdayToMonday = 3;

const periods = {
  daily: (atMs: number): string => String(Math.floor(atMs / dayMs)),
  weekly: (atMs: number): string => String(Math.floor((Math.floor(atMs / dayMs) + thursdayToMonday) / 7)),
  monthly: (atMs: number): string => new Date(atMs).toISOString().slice(0, 7),
} as const;

/** Whether anything may go at all. */
export function isEndless(retention: Retention): boolean {
  return Object.values(retention).every((value) => value === undefined);
}

/** Ids of those that stay, of backups with the newest first. The newest always stays. */
export function selectKept(
  backups: readonly { readonly id: string; readonly madeAtMs: number }[],
  retention: Retention,
  nowMs: number,
): ReadonlySet<string> {
  const { keep = 1, keepMs = 0 } = retention;
  const kept = new Set(
    backups
      .filter(({ madeAtMs }, place) => place < Math.max(1, keep) || madeAtMs > nowMs - keepMs)
      .map(({ id }) => id),
  );
  for (const [name, periodOf] of Object.entries(periods)) {
    const seen = new Set<string>();
    for (const { id, madeAtMs } of backups) {
      const period = periodOf(madeAtMs);
      if (seen.has(period)) continue;
      seen.add(period);
      if (seen.size > (retention[name as keyof typeof periods] ?? 0)) break;
      kept.add(id);
    }
  }
  return kept;
}

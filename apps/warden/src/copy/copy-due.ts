/** When the next disaster copy is due (docs/spec/warden.md section 13). */
import type { MadeCopy } from './copy-settings.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;

/** Where a warden stands. */
export type CopyPoint = {
  /** Of the state: another one after every puncture. */
  readonly generation: number;
  readonly records: number;
};

/** Whether one is to be made now. */
export function isCopyDue({
  made,
  point,
  nowMs,
  failedAtMs,
}: {
  readonly made: Pick<MadeCopy, 'madeAtMs' | 'generation' | 'records'> | undefined;
  readonly point: CopyPoint;
  readonly nowMs: number;
  readonly failedAtMs: number | undefined;
}): boolean {
  if (failedAtMs !== undefined && nowMs >= failedAtMs && nowMs < failedAtMs + minuteMs) return false;
  // Also where the clock went back.
  if (made === undefined || nowMs < made.madeAtMs) return true;
  const ageMs = nowMs - made.madeAtMs;
  if (point.generation !== made.generation) return ageMs >= 5 * minuteMs;
  if (point.records !== made.records) return ageMs >= hourMs;
  return ageMs >= dayMs;
}

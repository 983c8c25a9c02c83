/** How the warden's disaster copy stands, as the warden says (docs/spec/warden.md section 13). */
import type { Finding } from '@strongroom/protocol';
import type { StatusAnswer } from '@strongroom/warden';

const hourMs = 3_600_000;
/** One is made each day, whatever happens. */
const lateHours = 26;

/** A copy that still opens what was destroyed an hour ago, or is older than a day, is an error: administrators see it on Today. */
export function checkCopy({ copy, timeMs }: Pick<StatusAnswer, 'copy' | 'timeMs'>): readonly Finding[] {
  if (copy === null) return [{ code: 'DISASTER_COPY_NONE', severity: 'warning', details: {} }];
  const { madeAtMs, waitingSinceMs, failure } = copy;
  const reason = failure ?? '';
  if (madeAtMs === null)
    return failure === null
      ? [{ code: 'DISASTER_COPY_NONE', severity: 'warning', details: {} }]
      : [{ code: 'DISASTER_COPY_FAILED', severity: 'error', details: { reason } }];
  const hours = Math.max(0, Math.floor((timeMs - madeAtMs) / hourMs));
  const isWaiting = waitingSinceMs !== null && timeMs - waitingSinceMs > hourMs;
  if (hours >= lateHours || isWaiting)
    return [{ code: 'DISASTER_COPY_LATE', severity: 'error', details: { hours, reason } }];
  return [
    { code: 'DISASTER_COPY', severity: 'info', details: { hours } },
    ...(copy.isKeyApart
      ? []
      : [{ code: 'DISASTER_COPY_KEY_BESIDE', severity: 'warning', details: {} } as const]),
  ];
}

/** How the second warden stands, as the first says (docs/spec/warden.md section 10). */
import type { Finding } from '@strongroom/protocol';
import type { StatusAnswer } from '@strongroom/warden';

const byState: Readonly<Record<StatusAnswer['standby'], readonly Finding[]>> = {
  none: [],
  joining: [{ code: 'STANDBY_GONE', severity: 'error', details: {} }],
  gone: [{ code: 'STANDBY_GONE', severity: 'error', details: {} }],
  refused: [{ code: 'STANDBY_REFUSES', severity: 'error', details: {} }],
  current: [{ code: 'STANDBY_CURRENT', severity: 'info', details: {} }],
};

/** One that refused and is away is not merely away: bringing it back may not be what helps, so it has a code of its own. */
export function checkStandby({
  standby,
  isRefusalKept,
}: Pick<StatusAnswer, 'standby' | 'isRefusalKept'>): readonly Finding[] {
  const isUnsettled = isRefusalKept && (standby === 'joining' || standby === 'gone');
  return isUnsettled
    ? [{ code: 'STANDBY_REFUSED_BEFORE', severity: 'error', details: {} }]
    : byState[standby];
}

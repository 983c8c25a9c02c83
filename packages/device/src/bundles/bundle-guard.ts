/** Code that is older than the firm allows does not unlock (docs/spec/statements.md section 4.1; attack K2). */
import { AccessError } from '@strongroom/core';
import { newestBundle } from '@strongroom/authority';
import type { OfficeState } from '@strongroom/authority';
import type { RunningBundle } from '../environment/index.ts';

/**
 * A check of the office for the code that this device runs in. The highest minimum that it ever saw stays: a fold that was gone
 * back to for reading does not lower it.
 */
export function createBundleGuard(bundle: RunningBundle | undefined): (office: OfficeState) => void {
  let minimum = 0;
  return (office) => {
    if (bundle === undefined) return;
    minimum = Math.max(minimum, newestBundle(office)?.minimum ?? 0);
    if (bundle.number < minimum) throw new AccessError('BUNDLE_TOO_OLD', { number: bundle.number, minimum });
  };
}

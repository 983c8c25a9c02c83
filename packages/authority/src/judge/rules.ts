import type { BodyKind } from '../bodies/index.ts';
import type { Rules } from './context.ts';
import { bundleRules } from './rules-bundles.ts';
import { disputeRules } from './rules-disputes.ts';
import { exportRules } from './rules-exports.ts';
import { retentionRules } from './rules-retention.ts';
import { disposalRules } from './rules-disposals.ts';
import { firmRules } from './rules-firm.ts';
import { lineRules } from './rules-lines.ts';
import { memberRules } from './rules-members.ts';
import { personRules } from './rules-persons.ts';
import { witnessRules } from './rules-witnesses.ts';
import { promotionRules } from './rules-promotion.ts';
import { restoreRules } from './rules-restore.ts';

/** The rule of every kind. */
export const rules: Rules<BodyKind> = {
  ...personRules,
  ...firmRules,
  ...bundleRules,
  ...witnessRules,
  ...disputeRules,
  ...retentionRules,
  ...exportRules,
  ...memberRules,
  ...disposalRules,
  ...lineRules,
  ...restoreRules,
  ...promotionRules,
};

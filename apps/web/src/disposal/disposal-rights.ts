/** What a person may do about a disposal now: a function of the row, the person and the time, so that screen and test ask the same. */
import type { DisposalRow } from '@strongroom/device';

/** Why it cannot be approved now, or that it can: by a second person, or by the one person that there is. */
export type Approval = 'allowed' | 'allowed-alone' | 'no-right' | 'held' | 'needs-other' | 'too-early';

/** Whether a person may approve a proposal. */
export function judgeApproval(
  row: Pick<DisposalRow, 'proposedBy' | 'mayDecide' | 'isHeld' | 'ownApprovalFromMs'>,
  options: { readonly person: string; readonly nowMs: number },
): Approval {
  if (!row.mayDecide) return 'no-right';
  if (row.isHeld) return 'held';
  if (row.proposedBy !== options.person) return 'allowed';
  if (row.ownApprovalFromMs === undefined) return 'needs-other';
  return options.nowMs < row.ownApprovalFromMs ? 'too-early' : 'allowed-alone';
}

/** The word that is typed before keys are destroyed: the client's code where it can be read, else the number that the screen shows. */
export function wordToType(row: Pick<DisposalRow, 'disposal'>, code: string | undefined): string {
  return code ?? shortNumber(row);
}

/** The number of a disposal, as people read it out. */
export function shortNumber({ disposal }: Pick<DisposalRow, 'disposal'>): string {
  return `D-${disposal.slice(4, 10).toUpperCase()}`;
}

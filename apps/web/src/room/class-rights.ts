/** Who may set which classification level of a room: managers of the room raise it, officers and the owner lower it. */
import { StrongroomError } from '@strongroom/core';
import type { RecordClass } from '@strongroom/device';

/** What counts of a person's rights. */
export interface ClassRights {
  readonly isManager: boolean;
  readonly isOfficer: boolean;
}

/** Whether this person may set the level `to` where it is `from`. To leave it as it is, is open to everybody. */
export function maySetClass(
  from: RecordClass,
  to: RecordClass,
  { isManager, isOfficer }: ClassRights,
): boolean {
  if (to === from) return true;
  return to > from ? isManager : isOfficer;
}

/** The level that somebody else set meanwhile, where that is why a change was refused. */
export function levelSince(error: unknown): RecordClass | undefined {
  if (!(error instanceof StrongroomError) || error.code !== 'STATE_CHANGED') return undefined;
  const level = error.details['class'];
  return level === 0 || level === 1 || level === 2 || level === 3 ? level : undefined;
}

/**
 * Profiles of the top class that were shown since the device was unlocked. They are kept nowhere else, and reading them again is a line:
 * a list that is drawn anew because something else changed must not write one. Gone when the device closes.
 */
import type { RoomId } from '@strongroom/core';
import type { IndexedProfile } from '../cache/profile-index.ts';
import type { DeviceContext } from '../device/context.ts';

const shownOf = new WeakMap<DeviceContext, Map<RoomId, IndexedProfile>>();

/** By room. A profile that is no longer the newest is not shown again. */
export function shownProfiles(context: DeviceContext): Map<RoomId, IndexedProfile> {
  const known = shownOf.get(context);
  if (known !== undefined) return known;
  const made = new Map<RoomId, IndexedProfile>();
  shownOf.set(context, made);
  return made;
}

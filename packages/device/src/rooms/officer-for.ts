import type { RoomId } from '@strongroom/core';
import { hasRole, isWalled } from '@strongroom/authority';
import type { DeviceContext } from '../device/context.ts';

const now = Number.MAX_SAFE_INTEGER;

/** Whether this person is an officer or owner who is not walled off a room. */
export function isOfficerFor({ book, person }: DeviceContext, room: RoomId): boolean {
  const isOfficer =
    hasRole(book.office, person, 'officer', now) || hasRole(book.office, person, 'owner', now);
  return isOfficer && !isWalled(book.office, person, room, now);
}

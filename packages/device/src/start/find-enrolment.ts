/** What a locked device knows of itself: enough to say whose it is before anybody types a password. */
import type { DeviceId, PersonId } from '@strongroom/core';
import type { DeviceStorage } from '../environment/index.ts';
import { findDeviceRecord } from '../identity/identity.ts';

/** The device in a storage. */
export interface Enrolment {
  readonly person: PersonId;
  readonly device: DeviceId;
  /** False while it is not known whether the server took the start: unlocking settles it. */
  readonly isSettled: boolean;
}

/** The device that a storage holds, if any. @throws IntegrityError STATE_INVALID */
export async function findEnrolment(storage: DeviceStorage): Promise<Enrolment | undefined> {
  const record = await findDeviceRecord(storage);
  if (record === undefined) return undefined;
  const { person, device, root, isPending } = record;
  return { person, device, isSettled: root !== undefined && isPending !== true };
}

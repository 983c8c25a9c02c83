import { IntegrityError } from '@strongroom/core';
import type { DeviceId, PersonId, UnlockId } from '@strongroom/core';
import { personOf } from '@strongroom/authority';
import type { DeviceContext } from '../device/context.ts';

/** Whose device signed an applied entry. @throws IntegrityError CHAIN_INVALID */
export function personOfDevice(context: DeviceContext, device: DeviceId | UnlockId): PersonId {
  const person = personOf(context.book.office, device);
  if (person === undefined) throw new IntegrityError('CHAIN_INVALID', { device });
  return person;
}

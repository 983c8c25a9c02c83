/** Who let a person into the staff room, from the chain: that act names the fingerprint that was compared. */
import { officeId } from '@strongroom/core';
import type { PersonId } from '@strongroom/core';
import { findGrant } from '@strongroom/authority';
import type { DeviceContext } from '../device/context.ts';
import type { Admission } from '../device/device.ts';
import { personOfDevice } from './person-of-device.ts';

/** @returns undefined for who is not in the staff room, and for the founder, whom nobody let in */
export async function findAdmission(
  context: DeviceContext,
  person: PersonId,
  names: ReadonlyMap<string, string>,
): Promise<Admission | undefined> {
  const { book } = context;
  const staffRoom = book.office.firm?.staffRoom;
  if (staffRoom === undefined) return undefined;
  const grant = findGrant(book.states(officeId), staffRoom, person, book.moment(officeId));
  if (grant === undefined) return undefined;
  const entry = (await book.loadLog(officeId)).find(grant.from);
  if (entry?.body.k !== 'access.granted') return undefined;
  const by = personOfDevice(context, entry.body.d);
  const byName = names.get(by);
  return { by, ...(byName === undefined ? {} : { byName }), atMs: entry.atMs, index: grant.from };
}

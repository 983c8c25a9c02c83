/** What a person can open, over the rooms that this device follows: counted from the chains. */
import { officeId } from '@strongroom/core';
import type { PersonId } from '@strongroom/core';
import { findGrant } from '@strongroom/authority';
import type { DeviceContext } from '../device/context.ts';
import type { PersonPreview } from '../device/device.ts';
import { countDocuments } from '../records/count-documents.ts';

export function previewPerson(context: DeviceContext, person: PersonId): PersonPreview {
  const { book } = context;
  const byClass: [number, number, number, number] = [0, 0, 0, 0];
  let rooms = 0;
  let documents = 0;
  for (const vault of book.ledgers()) {
    if (vault === officeId) continue;
    const states = book.states(vault);
    const moment = book.moment(vault);
    for (const room of book.rooms(vault).rooms.keys()) {
      const grant = findGrant(states, room, person, moment);
      if (grant === undefined) continue;
      rooms += 1;
      const counted = countDocuments(context, { vault, room, epoch: 0 });
      documents += counted.documents;
      counted.byClass.forEach((count, index) => (byClass[index as 0 | 1 | 2 | 3] += count));
    }
  }
  return { person, rooms, documents, byClass };
}

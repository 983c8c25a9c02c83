/** Clients whose review is due, from the profiles that this device keeps: nothing is asked for. */
import { findGrant } from '@strongroom/authority';
import { parseClientProfile } from '../clients/profile-card.ts';
import { readProfiles } from '../clients/read-profiles.ts';
import type { DeviceContext } from '../device/context.ts';
import type { TodayItem } from '../device/today.ts';

export async function listReviewsDue(context: DeviceContext): Promise<TodayItem[]> {
  const { book, env, person } = context;
  const due: TodayItem[] = [];
  const nowMs = env.clock.nowMs();
  for (const vault of book.ledgers()) {
    const states = book.states(vault);
    const moment = book.moment(vault);
    const rooms = [...book.rooms(vault).rooms.values()].filter(
      ({ id, client }) => client !== undefined && findGrant(states, id, person, moment) !== undefined,
    );
    for (const [room, { content }] of await readProfiles(context, { vault, rooms, mayAsk: false })) {
      const { reviewAtMs } = parseClientProfile(content);
      if (reviewAtMs !== undefined && reviewAtMs <= nowMs) due.push({ kind: 'review-due', room, reviewAtMs });
    }
  }
  return due;
}

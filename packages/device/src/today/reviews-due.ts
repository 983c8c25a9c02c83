/** Clients whose review is due, from the cards that this device keeps of their rooms: nothing is asked for. */
import type { DeviceContext } from '../device/context.ts';
import type { TodayItem } from '../device/today.ts';
import { asMap } from '../records/card-content.ts';
import { readCards } from '../records/read-cards.ts';

/** A profile may say in `review` (milliseconds) when the client's file is to be looked through. */
export async function listReviewsDue(context: DeviceContext): Promise<TodayItem[]> {
  const { book, cards, env } = context;
  const due: TodayItem[] = [];
  const nowMs = env.clock.nowMs();
  for (const vault of book.ledgers()) {
    for (const { id: room, client } of book.rooms(vault).rooms.values()) {
      if (client === undefined || (await cards.find(room)) === undefined) continue;
      let newest = -1;
      let reviewAtMs: number | undefined;
      for (const { row, content } of await readCards(context, { vault, room, mayAsk: false })) {
        if (row.kind !== 'profile' || content === undefined || row.index < newest) continue;
        const { code, review } = asMap(content);
        if (code !== client) continue;
        newest = row.index;
        reviewAtMs = typeof review === 'number' ? review : undefined;
      }
      if (reviewAtMs !== undefined && reviewAtMs <= nowMs) due.push({ kind: 'review-due', room, reviewAtMs });
    }
  }
  return due;
}

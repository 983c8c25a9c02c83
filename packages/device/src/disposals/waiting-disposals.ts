/** Who may decide about a disposal, and which wait for this person. */
import type { RoomId, VaultId } from '@strongroom/core';
import { isFirmOfOne, lonelyApprovalMs, openDisposals, roleInRoom } from '@strongroom/authority';
import type { Disposal } from '@strongroom/authority';
import type { DeviceContext } from '../device/context.ts';
import { isOfficerFor } from '../rooms/officer-for.ts';

const now = Number.MAX_SAFE_INTEGER;

/** Whether this person may propose, approve and stop in a room: its manager, or an officer or owner who is not walled off it. */
export function mayDispose(context: DeviceContext, ledger: VaultId, room: RoomId): boolean {
  const { book, person } = context;
  if (roleInRoom(book.states(ledger), room, person, book.moment(ledger)) === 'manager') return true;
  return isOfficerFor(context, room);
}

/** Proposals by others in rooms where this person may approve; in a firm of one its own, once they may be. Asks nobody. */
export function waitingDisposals(context: DeviceContext): readonly Disposal[] {
  const { book, env, person } = context;
  const isAlone = isFirmOfOne(book.office, now);
  const ownBeforeMs = env.clock.nowMs() - lonelyApprovalMs;
  return book.ledgers().flatMap((ledger) =>
    openDisposals(book.rooms(ledger))
      .filter(({ stage }) => stage === 'proposed')
      .filter(({ proposal: { by, atMs } }) => by !== person || (isAlone && atMs <= ownBeforeMs))
      .filter(({ room }) => mayDispose(context, ledger, room)),
  );
}

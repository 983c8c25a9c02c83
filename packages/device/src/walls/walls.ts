/** Walls between a person and rooms: those that stand, and taking one down. A restore raises them (docs/spec/statements.md, 4.3). */
import { AccessError, officeId } from '@strongroom/core';
import type { PersonId, RoomId } from '@strongroom/core';
import { hasRole, standingWalls } from '@strongroom/authority';
import { toLineReference } from '../chains/line-reference.ts';
import type { DeviceContext } from '../device/context.ts';
import type { WallsModule } from '../device/device.ts';

const now = Number.MAX_SAFE_INTEGER;

export function createWalls({ book, person: me }: DeviceContext): WallsModule {
  const mayLift = (person: PersonId): boolean =>
    person !== me && (hasRole(book.office, me, 'officer', now) || hasRole(book.office, me, 'owner', now));

  /** A grant that the wall holds back but that has not ended, in a room that this device follows. */
  function isStillNamed(person: PersonId, room: RoomId): boolean {
    return book.ledgers().some((ledger) => {
      const grant = book.rooms(ledger).rooms.get(room)?.grants.get(person);
      if (grant === undefined) return false;
      return grant.endsAt === undefined || grant.endsAt > book.moment(ledger).atMs;
    });
  }

  return {
    async list(options = {}) {
      await book.sync();
      return standingWalls(book.office, now)
        .filter(({ rooms }) => options.room === undefined || rooms.includes(options.room))
        .map(({ id, person, rooms, life }) => ({
          wall: id,
          person,
          rooms,
          memberOf: rooms.filter((room) => isStillNamed(person, room)),
          raisedLine: life.from,
          raisedAtMs: life.fromMs,
          isOfRestore: book.office.restores?.some(({ from }) => from === life.from) === true,
          mayLift: mayLift(person),
        }));
    },
    async lift({ wall }) {
      await book.sync();
      const standing = standingWalls(book.office, now).find(({ id }) => id === wall);
      if (standing === undefined) throw new AccessError('NOT_FOUND', { wall });
      if (!mayLift(standing.person)) throw new AccessError('ENTRY_REFUSED', { reason: 'VOID_RIGHT' });
      const appended = await book.append<'firm'>({
        ledger: officeId,
        chain: 'firm',
        makeBody: (start) => ({ k: 'wall.lifted', ...start, wall }),
      });
      return { line: toLineReference(appended) };
    },
  };
}

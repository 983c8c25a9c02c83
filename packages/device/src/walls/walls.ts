/** Walls between a person and rooms: those that stand, and taking one down. A restore raises them (docs/spec/statements.md, 4.3). */
import { AccessError, officeId } from '@strongroom/core';
import type { PersonId } from '@strongroom/core';
import { hasRole, standingWalls } from '@strongroom/authority';
import { toLineReference } from '../chains/line-reference.ts';
import type { DeviceContext } from '../device/context.ts';
import type { WallsModule } from '../device/device.ts';

const now = Number.MAX_SAFE_INTEGER;

export function createWalls({ book, person: me }: DeviceContext): WallsModule {
  const mayLift = (person: PersonId): boolean =>
    person !== me && (hasRole(book.office, me, 'officer', now) || hasRole(book.office, me, 'owner', now));

  return {
    async list(options = {}) {
      await book.sync();
      return standingWalls(book.office, now)
        .filter(({ rooms }) => options.room === undefined || rooms.includes(options.room))
        .map(({ id, person, rooms, life }) => ({
          wall: id,
          person,
          rooms,
          raisedLine: life.from,
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

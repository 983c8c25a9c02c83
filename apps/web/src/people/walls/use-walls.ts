/** The walls that stand: of the firm, or those of one room. */
import type { RoomId, StrongroomError } from '@strongroom/core';
import type { WallRow } from '@strongroom/device';
import type { UseQueryResult } from '@tanstack/react-query';
import { useDeviceQuery } from '../../keys/keys-context.tsx';

/** Where a list of walls stands in its screen: what leads to it names this place. */
export const wallsPlace = 'walls';

/** The newest first. `room`: those of this room alone. */
export function useWalls(room?: RoomId): UseQueryResult<readonly WallRow[], StrongroomError> {
  return useDeviceQuery(['walls', room], async (keys) =>
    (await keys.device.walls.list(room === undefined ? {} : { room })).toSorted(
      (left, right) => right.raisedLine - left.raisedLine,
    ),
  );
}

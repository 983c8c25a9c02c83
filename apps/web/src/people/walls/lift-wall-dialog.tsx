/** Asks before a wall is taken down, and says first what that allows: who is still a member gets in again at once. */
import type { RoomId } from '@strongroom/core';
import type { WallRow } from '@strongroom/device';
import { formatList } from '@strongroom/texts';
import type { ReactNode } from 'react';
import { useDeviceMutation } from '../../keys/keys-context.tsx';
import { useNames } from '../../room/room-queries.ts';
import { ErrorView } from '../../texts/error-view.tsx';
import { useTexts } from '../../texts/texts-context.tsx';
import { ConfirmDialog, formatLine, useToast } from '../../ui/index.ts';

/** Rooms that a sentence names. */
const namedMax = 4;

export function LiftWallDialog({
  wall,
  name,
  onClose,
}: {
  readonly wall: WallRow;
  /** Of the person whom it keeps out. */
  readonly name: string;
  readonly onClose: () => void;
}): ReactNode {
  const { t, intlTag } = useTexts();
  const toast = useToast();
  const names = useNames();
  const lift = useDeviceMutation(
    async (keys, id: WallRow['wall']) => await keys.device.walls.lift({ wall: id }),
  );
  const others = wall.rooms.filter((room) => !wall.memberOf.includes(room));
  function say(rooms: readonly RoomId[]): string {
    const said = rooms
      .slice(0, rooms.length > namedMax ? namedMax - 1 : namedMax)
      .map((room) => names.get(room) ?? t('web.walls.room.nameless'));
    const more = rooms.length - said.length;
    return formatList(intlTag, more > 0 ? [...said, t('web.room.and-more', { count: more })] : said);
  }
  return (
    <ConfirmDialog
      title={t('web.walls.lift.title', { name, count: wall.rooms.length })}
      confirmLabel={t('web.walls.lift')}
      cancelLabel={t('web.people.cancel')}
      isDanger={wall.memberOf.length > 0}
      isPending={lift.isPending}
      error={<ErrorView error={lift.error} />}
      onClose={onClose}
      onConfirm={() =>
        lift.mutate(wall.wall, {
          onSuccess: ({ line }) => {
            toast.show({ tone: 'ok', text: t('web.walls.lift.done', { line: formatLine(line.index) }) });
            onClose();
          },
        })
      }
    >
      <div className="walls-words">
        {wall.memberOf.length === 0 ? undefined : (
          <p>{t('web.walls.lift.members', { name, rooms: say(wall.memberOf) })}</p>
        )}
        {others.length === 0 ? undefined : <p>{t('web.walls.lift.others', { name, rooms: say(others) })}</p>}
        <p>{t('web.walls.lift.stays')}</p>
      </div>
    </ConfirmDialog>
  );
}

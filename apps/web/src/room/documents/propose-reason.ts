import type { RecordRow } from '@strongroom/device';
import type { Texts } from '../../texts/texts-context.tsx';
import type { MyRights } from '../room-queries.ts';

/** Why a document cannot be proposed for destruction now. */
export function proposeReason(row: RecordRow, rights: MyRights, { t }: Texts): string | undefined {
  if (!rights.mayDispose) return t('web.room.only-managers');
  if (row.isOnHold) return t('web.room.keep.held.reason');
  return row.disposal === undefined || row.disposal.state === 'stopped'
    ? undefined
    : t('web.room.keep.proposed.reason');
}

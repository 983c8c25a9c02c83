/** Every line about the room, newest first, by person and kind, with a check of the ledger on this device. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { paths } from '../app/paths.ts';
import { LedgerLines } from '../ledger/ledger-lines.tsx';
import { roomLineGroups } from '../ledger-words/line-groups.ts';
import { useTexts } from '../texts/texts-context.tsx';
import { linkOf } from './room-activity.tsx';
import { useRoom } from './room-context.ts';
import { useNamesInRoom } from './room-queries.ts';

export function RoomLedger(): ReactNode {
  const { t } = useTexts();
  const { room, vault, code, title } = useRoom();
  const names = useNamesInRoom(room);
  const navigate = useNavigate();
  const search = useSearch({ from: paths.roomLedger });
  return (
    <LedgerLines
      ledger={vault}
      room={room}
      title={t('web.room.tab.ledger')}
      label={t('web.room.ledger.of', { room: title })}
      groups={roomLineGroups}
      names={names}
      search={search}
      onSearch={(change) =>
        void navigate({ to: paths.roomLedger, params: { code }, search: change, replace: true })
      }
      show={(part, line) => linkOf(part, line, code)}
    />
  );
}

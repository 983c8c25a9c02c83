import { Link, useMatchRoute } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { paths } from '../app/paths.ts';
import { useTexts } from '../texts/texts-context.tsx';
import { Tabs, formatNumber } from '../ui/index.ts';
import { useRoom } from './room-context.ts';
import { useAccess, useDisposals, useHolds, useRecords } from './room-queries.ts';

/** What there is in a room. */
export function RoomTabs(): ReactNode {
  const { t, intlTag } = useTexts();
  const { code, room } = useRoom();
  const match = useMatchRoute();
  const records = useRecords(room);
  const access = useAccess(room);
  const holds = useHolds(room);
  const disposals = useDisposals(room);
  const countOf = (count: number | undefined): string | undefined =>
    count === undefined || count === 0 ? undefined : formatNumber(intlTag, count);
  const waiting =
    (holds.data?.filter(({ state }) => state === 'open').length ?? 0) +
    (disposals.data?.filter(({ state }) => state === 'proposed' || state === 'approved').length ?? 0);
  const tabs = [
    { id: 'room', to: paths.room, label: t('web.room.tab.room') },
    {
      id: 'documents',
      to: paths.roomDocuments,
      label: t('web.room.tab.documents'),
      count: countOf(records.rows?.filter(({ state }) => state === 'present').length),
    },
    {
      id: 'people',
      to: paths.roomPeople,
      label: t('web.room.tab.people'),
      count: countOf(access.data?.members.length),
    },
    { id: 'holds', to: paths.roomHolds, label: t('web.room.tab.holds'), count: countOf(waiting) },
    { id: 'ledger', to: paths.roomLedger, label: t('web.room.tab.ledger') },
  ] as const;
  return (
    <Tabs
      label={t('web.room.tabs')}
      items={tabs.map((tab) => ({
        id: tab.id,
        label: tab.label,
        count: 'count' in tab ? tab.count : undefined,
        isCurrent: match({ to: tab.to, params: { code } }) !== false,
        render: (props) => (
          <Link
            to={tab.to}
            params={{ code }}
            activeOptions={{ exact: true, includeSearch: false }}
            {...props}
          />
        ),
      }))}
    />
  );
}

/** Every line about the room, newest first, by person and kind, with a check of the ledger on this device. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { LineRow } from '@strongroom/device';
import { ShieldCheck } from 'lucide-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { PersonId } from '@strongroom/core';
import { useEffect } from 'react';
import type { ReactNode } from 'react';
import { paths } from '../app/paths.ts';
import { deviceQueries, useKeys } from '../keys/keys-context.tsx';
import { lineGroups, roomLineGroups } from '../ledger-words/line-groups.ts';
import { useTexts } from '../texts/texts-context.tsx';
import { ErrorView } from '../texts/error-view.tsx';
import { Button, Card, EmptyState, LedgerTape, NativeSelect, Skeleton, formatNumber } from '../ui/index.ts';
import { LedgerFoot } from './ledger-foot.tsx';
import { toLedgerRows } from './ledger-rows.tsx';
import { useRoom } from './room-context.ts';
import { useNamesInRoom } from './room-queries.ts';
import type { LinesSearch } from './room-search.ts';
import { useLedgerCheck } from './use-ledger-check.ts';

const pageLines = 100;
const anybody = 'all';

export function RoomLedger(): ReactNode {
  const texts = useTexts();
  const { t, intlTag } = texts;
  const { room, vault, code, title } = useRoom();
  const names = useNamesInRoom(room);
  const keys = useKeys();
  const navigate = useNavigate();
  const search = useSearch({ from: paths.roomLedger });
  const check = useLedgerCheck(vault);
  const filter = {
    ledger: vault,
    room,
    ...(search.group === undefined ? {} : { kinds: lineGroups[search.group] }),
    ...(search.person === undefined ? {} : { person: search.person as PersonId }),
  };
  const pages = useInfiniteQuery({
    queryKey: [deviceQueries, 'line-pages', filter],
    queryFn: async ({ pageParam }) =>
      await keys.device.ledger.page({
        ...filter,
        count: pageLines,
        ...(pageParam === undefined ? {} : { before: pageParam }),
      }),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page) => page.before,
    staleTime: Infinity,
    retry: false,
    networkMode: 'always',
  });
  const lines = pages.data?.pages.flatMap((page) => page.lines) ?? [];
  const total = pages.data?.pages[0]?.total ?? 0;
  useLineInSight(lines);
  const go = (change: LinesSearch): void =>
    void navigate({ to: paths.roomLedger, params: { code }, search: change, replace: true });
  const { group, person } = search;
  return (
    <Card
      className="room-alone"
      title={t('web.room.tab.ledger')}
      hint={t('web.room.ledger.hint')}
      isPadded={false}
      actions={
        <Button
          size="s"
          icon={<ShieldCheck aria-hidden="true" />}
          pending={check.isRunning}
          onClick={check.start}
        >
          {t('web.room.check')}
        </Button>
      }
      footer={<LedgerFoot ledger={vault} check={check} />}
    >
      <div className="ledger-filters">
        <NativeSelect
          size="s"
          isLabelHidden
          label={t('web.room.ledger.kind')}
          value={group ?? anybody}
          options={[
            { value: anybody, label: t('web.room.ledger.kind.all') },
            ...roomLineGroups.map((value) => ({ value, label: t(`web.lines.filter.${value}`) })),
          ]}
          onChange={(value) =>
            go({
              ...(person === undefined ? {} : { person }),
              ...(value === anybody ? {} : { group: value }),
            })
          }
        />
        <NativeSelect
          size="s"
          isLabelHidden
          label={t('web.room.ledger.person')}
          value={person ?? anybody}
          options={[
            { value: anybody, label: t('web.room.ledger.person.all') },
            ...[...names]
              .filter(([id]) => id.startsWith('per_'))
              .map(([value, label]) => ({ value, label }))
              .toSorted((left, right) => left.label.localeCompare(right.label, intlTag)),
          ]}
          onChange={(value) =>
            go({ ...(group === undefined ? {} : { group }), ...(value === anybody ? {} : { person: value }) })
          }
        />
        <p className="row-under" role="status">
          {pages.data === undefined
            ? undefined
            : t('web.room.ledger.count', { count: total, shown: formatNumber(intlTag, lines.length) })}
        </p>
      </div>
      <ErrorView error={pages.error} />
      {pages.data === undefined && pages.error === null ? (
        <Skeleton label={t('web.room.activity.loading')} lines={6} />
      ) : undefined}
      {pages.data !== undefined && lines.length === 0 ? (
        <EmptyState title={t('web.room.ledger.none')} />
      ) : undefined}
      {lines.length === 0 ? undefined : (
        <LedgerTape
          label={t('web.room.ledger.of', { room: title })}
          rows={toLedgerRows(lines, { texts, names, code })}
        />
      )}
      {pages.hasNextPage ? (
        <div className="ledger-more">
          <Button pending={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            {t('web.room.ledger.more')}
          </Button>
        </div>
      ) : undefined}
    </Card>
  );
}

/** Brings the line that the address names into sight, once it is there. */
function useLineInSight(lines: readonly LineRow[]): void {
  const wanted = /^#line-(\d+)$/u.exec(location.hash)?.[1];
  const place = wanted === undefined ? -1 : lines.findIndex(({ index }) => String(index) === wanted);
  useEffect(() => {
    if (place < 0) return;
    const row = document.querySelectorAll('.ledger-tape > li')[place];
    row?.scrollIntoView({ block: 'center' });
    row?.setAttribute('data-sought', '');
  }, [place]);
}

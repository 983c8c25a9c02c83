/** The lines of a ledger or of a room in it: filters, the tape, further pages, and a check of the whole ledger on this device. */
import type { RoomId, VaultId } from '@strongroom/core';
import type { ReactNode } from 'react';
import type { LineGroup } from '../ledger-words/line-groups.ts';
import { lineGroups } from '../ledger-words/line-groups.ts';
import type { NamesById } from '../ledger-words/line-parts.ts';
import type { LinesSearch } from '../room/room-search.ts';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Button, Card, EmptyState, formatNumber, LedgerTape, NativeSelect, Skeleton } from '../ui/index.ts';
import { CheckButton } from './check-button.tsx';
import { LedgerFoot } from './ledger-foot.tsx';
import { toLedgerRows } from './ledger-rows.tsx';
import type { RowOptions } from './ledger-rows.tsx';
import { LineDetails } from './line-details.tsx';
import { useLedgerCheck } from './use-ledger-check.ts';
import { useLinePages } from './use-line-pages.ts';
import './ledger-lines.css';

const anybody = 'all';
const allGroups = Object.keys(lineGroups) as readonly LineGroup[];

export interface LedgerLinesProps {
  readonly ledger: VaultId;
  /** Only the lines about it. */
  readonly room?: RoomId | undefined;
  readonly title: string;
  /** What the list is called to who cannot see it. */
  readonly label: string;
  readonly groups?: readonly LineGroup[] | undefined;
  readonly names: NamesById;
  readonly search: LinesSearch;
  readonly onSearch: (search: LinesSearch) => void;
  /** What a part of a line's sentence leads to. */
  readonly show: RowOptions['show'];
  /** Beside the check. */
  readonly actions?: ReactNode;
  readonly error?: unknown;
}

export function LedgerLines({
  ledger,
  room,
  title,
  label,
  groups = allGroups,
  names,
  search,
  onSearch,
  show,
  actions,
  error,
}: LedgerLinesProps): ReactNode {
  const texts = useTexts();
  const { t, intlTag } = texts;
  const check = useLedgerCheck(ledger);
  const pages = useLinePages({ ledger, room, search });
  const { lines } = pages;
  return (
    <Card
      className="ledger-lines"
      title={title}
      hint={t('web.room.ledger.hint')}
      isPadded={false}
      actions={
        <>
          <CheckButton check={check} />
          {actions}
        </>
      }
      footer={<LedgerFoot ledger={ledger} check={check} />}
    >
      <div className="ledger-filters">
        <NativeSelect<LineGroup | typeof anybody>
          size="s"
          isLabelHidden
          label={t('web.room.ledger.kind')}
          value={search.group ?? anybody}
          options={[
            { value: anybody, label: t('web.room.ledger.kind.all') },
            ...groups.map((value) => ({ value, label: t(`web.lines.filter.${value}`) })),
          ]}
          onChange={(value) =>
            onSearch({
              ...(search.person === undefined ? {} : { person: search.person }),
              ...(value === anybody ? {} : { group: value }),
            })
          }
        />
        <NativeSelect
          size="s"
          isLabelHidden
          label={t('web.room.ledger.person')}
          value={search.person ?? anybody}
          options={[
            { value: anybody, label: t('web.room.ledger.person.all') },
            ...[...names]
              .filter(([id]) => id.startsWith('per_'))
              .map(([value, name]) => ({ value, label: name }))
              .toSorted((left, right) => left.label.localeCompare(right.label, intlTag)),
          ]}
          onChange={(value) =>
            onSearch({
              ...(search.group === undefined ? {} : { group: search.group }),
              ...(value === anybody ? {} : { person: value }),
            })
          }
        />
        <p className="row-under" role="status">
          {pages.isRead
            ? t('web.room.ledger.count', { count: pages.total, shown: formatNumber(intlTag, lines.length) })
            : undefined}
        </p>
      </div>
      <ErrorView error={error ?? pages.error} />
      {!pages.isRead && pages.error === null ? (
        <Skeleton label={t('web.ledger.loading')} lines={6} />
      ) : undefined}
      {pages.isRead && lines.length === 0 ? <EmptyState title={t('web.room.ledger.none')} /> : undefined}
      {lines.length === 0 ? undefined : (
        <LedgerTape
          label={label}
          rows={toLedgerRows(lines, { texts, names, show, more: (line) => <LineDetails line={line} /> })}
        />
      )}
      {pages.hasMore ? (
        <div className="ledger-more">
          <Button pending={pages.isReadingMore} onClick={pages.readMore}>
            {t('web.room.ledger.more')}
          </Button>
        </div>
      ) : undefined}
    </Card>
  );
}

/** The grid of clients: what each column shows. */
import type { ClientRow } from '@strongroom/device';
import { formatValues } from '@strongroom/texts';
import { useLettersOn } from '../shell/keyboard/letters.ts';
import type { ReactNode, Ref } from 'react';
import { memo, useMemo } from 'react';
import { nowMs } from '../clock.ts';
import { useTexts } from '../texts/texts-context.tsx';
import { Avatar, DataGrid, HoldTapeGlyph, KeyBit, Time } from '../ui/index.ts';
import type { DataGridHandle, GridColumn, GridSort } from '../ui/index.ts';
import { isReviewDue } from './arrange-clients.ts';
import { classTitle } from './class-words.ts';
import type { ClientSort, ClientsSearch } from './clients-search.ts';
import { useNamesOf } from './use-clients.ts';

export interface ClientsGridProps {
  readonly label: string;
  readonly rows: readonly ClientRow[];
  /** False: names may still come. */
  readonly isComplete: boolean;
  readonly order: Pick<ClientsSearch, 'order' | 'reversed'>;
  /** Rows stand by how well they match, as long as no column is chosen. */
  readonly isByMatch: boolean;
  readonly onSort: (sort: ClientSort, reversed: boolean) => void;
  readonly selection: ReadonlySet<string>;
  readonly onSelectionChange: (selection: ReadonlySet<string>) => void;
  readonly onOpen: (row: ClientRow) => void;
  readonly ref?: Ref<DataGridHandle>;
}

const rowKey = (row: ClientRow): string => row.room;
/** Columns that lead with the highest or newest. */
const falling: ReadonlySet<string> = new Set(['class', 'activity']);

export function ClientsGrid({
  label,
  rows,
  isComplete,
  order,
  isByMatch,
  onSort,
  selection,
  onSelectionChange,
  onOpen,
  ref,
}: ClientsGridProps): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const columns = useClientColumns(isComplete);
  const column = order.order ?? (isByMatch ? undefined : 'activity');
  const isFalling = falling.has(column ?? '') !== (order.reversed === true);
  const shown: GridSort | undefined =
    column === undefined ? undefined : { column, direction: isFalling ? 'descending' : 'ascending' };
  const areLettersOn = useLettersOn();
  return (
    <DataGrid
      ref={ref}
      label={label}
      areLettersOn={areLettersOn}
      columns={columns}
      rows={rows}
      rowKey={rowKey}
      rowLabel={(row) =>
        t('web.clients.row', {
          name: row.name ?? t('web.clients.name.none'),
          code: row.code,
          class: t(`class.${row.class}`),
        })
      }
      onOpen={onOpen}
      sort={shown}
      onSort={({ column: chosen }) =>
        onSort(chosen as ClientSort, chosen === column && order.reversed !== true)
      }
      selection={selection}
      onSelectionChange={onSelectionChange}
      selectAllLabel={t('web.clients.select-all')}
      rowState={(row) => (row.isFrozen ? 'muted' : undefined)}
    />
  );
}

function useClientColumns(isComplete: boolean): readonly GridColumn<ClientRow>[] {
  const texts = useTexts();
  const { groupNames, personNames } = useNamesOf();
  return useMemo(() => {
    const { t } = texts;
    const now = nowMs();
    const column = (
      id: ClientSort,
      rest: Omit<GridColumn<ClientRow>, 'id' | 'title' | 'isSortable'>,
    ): GridColumn<ClientRow> => ({ id, title: t(`web.clients.column.${id}`), isSortable: true, ...rest });
    return [
      column('code', {
        width: '92px',
        fits: true,
        cell: (row) => <code className="client-code">{row.code}</code>,
      }),
      column('name', {
        width: 'minmax(120px, 1.85fr)',
        card: 'main',
        fits: true,
        cell: (row) => <ClientName row={row} isComplete={isComplete} />,
      }),
      column('group', {
        width: 'minmax(0, 1.05fr)',
        card: 'hidden',
        isWideOnly: true,
        cell: (row) => groupNames.get(row.vault) ?? '',
      }),
      column('lead', {
        width: 'minmax(96px, 1.45fr)',
        card: 'line',
        fits: true,
        cell: (row) => {
          const name = row.lead === undefined ? undefined : personNames.get(row.lead);
          if (row.lead === undefined || name === undefined) return undefined;
          return <Lead person={row.lead} name={name} />;
        },
      }),
      column('class', {
        width: '142px',
        card: 'aside',
        fits: true,
        cell: (row) => <Class value={row.class} label={classTitle(row.class, texts)} />,
      }),
      column('review', {
        width: '124px',
        card: 'hidden',
        isWideOnly: true,
        fits: true,
        cell: (row) =>
          row.reviewAtMs === undefined ? undefined : (
            <Review atMs={row.reviewAtMs} isDue={isReviewDue(row, now)} />
          ),
      }),
      {
        id: 'hold',
        title: t('web.clients.column.hold'),
        isTitleHidden: true,
        width: '36px',
        fits: true,
        cell: (row) =>
          row.isOnHold ? (
            <span className="client-held" title={t('web.clients.held')}>
              <HoldTapeGlyph />
              <span className="visually-hidden">{t('web.clients.held')}</span>
            </span>
          ) : undefined,
      },
      column('activity', {
        width: '128px',
        align: 'end',
        fits: true,
        cell: (row) =>
          row.lastActivityAtMs === undefined ? undefined : <Activity atMs={row.lastActivityAtMs} />,
      }),
    ];
  }, [texts, groupNames, personNames, isComplete]);
}

// Scrolling draws all rows in sight anew: what a row shows is made once.
const Class = memo(KeyBit);

const Lead = memo(function Lead({
  person,
  name,
}: {
  readonly person: string;
  readonly name: string;
}): ReactNode {
  return (
    <span className="client-lead">
      <Avatar id={person} name={name} size="s" />
      <span>{name}</span>
    </span>
  );
});

const Review = memo(function Review({
  atMs,
  isDue,
}: {
  readonly atMs: number;
  readonly isDue: boolean;
}): ReactNode {
  return (
    <span data-due={isDue ? '' : undefined} className="client-review">
      <Time atMs={atMs} format="date" />
    </span>
  );
});

const Activity = memo(function Activity({ atMs }: { readonly atMs: number }): ReactNode {
  return (
    <span className="client-activity">
      <Time atMs={atMs} isRelative />
    </span>
  );
});

const ClientName = memo(function ClientName({
  row,
  isComplete,
}: {
  readonly row: ClientRow;
  readonly isComplete: boolean;
}): ReactNode {
  const { t, intlTag } = useTexts();
  if (row.name === undefined) {
    return (
      <span className="client-nameless">
        {t(isComplete ? 'web.clients.name.none' : 'web.clients.name.later')}
      </span>
    );
  }
  const aliases = formatValues(intlTag, row.aliases);
  return (
    <span className="client-name" title={aliases === '' ? row.name : `${row.name} (${aliases})`}>
      <span>{row.name}</span>
      {aliases === '' ? undefined : <span className="client-aliases">{aliases}</span>}
    </span>
  );
});

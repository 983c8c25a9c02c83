/** Destruction, from the proposal to the certificate: what waits for a second person, what is in its grace time, what is done. */
import type { DisposalRow } from '@strongroom/device';
import { Link, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { paths } from '../app/paths.ts';
import { useClients } from '../clients/use-clients.ts';
import { useDeviceQuery } from '../keys/keys-context.tsx';
import { useNames } from '../room/room-queries.ts';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Card, EmptyState, formatNumber, Skeleton, Table, Tabs, Time } from '../ui/index.ts';
import { disposalTabs, tabOf } from './disposal-search.ts';
import './disposal.css';

export function DisposalPage(): ReactNode {
  const { t, intlTag } = useTexts();
  const { tab = 'waiting' } = useSearch({ from: paths.disposal });
  const names = useNames();
  const { rows: clients } = useClients();
  const disposals = useDeviceQuery(['disposals'], async (keys) => await keys.device.disposals.list());
  const all = disposals.data ?? [];
  const rows = all
    .filter((row) => tabOf(row) === tab)
    .toSorted((left, right) => right.proposedAtMs - left.proposedAtMs);
  const clientOf = (row: DisposalRow): string => {
    const client = clients.find(({ room }) => room === row.room);
    return client === undefined ? t('web.lines.room') : (client.name ?? client.code);
  };
  return (
    <>
      <title>{t('web.disposal.title')}</title>
      <h1 className="disposal-heading">{t('web.disposal.heading')}</h1>
      <p className="screen-sentence">{t('web.disposal.sentence')}</p>
      <ErrorView error={disposals.error} />
      <Tabs
        label={t('web.disposal.tabs')}
        items={disposalTabs.map((each) => ({
          id: each,
          label: t(`web.disposal.tab.${each}`),
          count: formatNumber(intlTag, all.filter((row) => tabOf(row) === each).length),
          isCurrent: each === tab,
          render: (props) => (
            <Link to={paths.disposal} search={each === 'waiting' ? {} : { tab: each }} {...props} />
          ),
        }))}
      />
      <Card className="disposal-list" title={t(`web.disposal.tab.${tab}`)} isPadded={false}>
        {disposals.data === undefined && disposals.error === null ? (
          <Skeleton label={t('web.disposal.loading')} lines={4} />
        ) : rows.length === 0 ? (
          <EmptyState title={t(`web.disposal.none.${tab}`)} sentence={t('web.disposal.none.sentence')} />
        ) : (
          <Table
            label={t(`web.disposal.tab.${tab}`)}
            rows={rows}
            rowKey={({ disposal }) => disposal}
            columns={[
              {
                id: 'what',
                title: t('web.disposal.what'),
                card: 'main',
                cell: (row) => (
                  <>
                    <Link to={paths.disposalDetails} params={{ disposal: row.disposal }}>
                      {clientOf(row)}
                    </Link>
                    <span className="row-under block">
                      {t('web.disposal.documents', { count: row.records.length })}
                    </span>
                  </>
                ),
              },
              {
                id: 'by',
                title: t('web.disposal.by'),
                width: '220px',
                cell: (row) => (
                  <>
                    {names.get(row.proposedBy) ?? t('web.people.nameless')}
                    <span className="row-under block">
                      <Time atMs={row.proposedAtMs} format="date-time" />
                    </span>
                  </>
                ),
              },
              {
                id: 'when',
                title: t('web.disposal.when'),
                width: '220px',
                cell: (row) => <When row={row} />,
              },
            ]}
          />
        )}
      </Card>
    </>
  );
}

/** The moment that counts in each state. */
function When({ row }: { readonly row: DisposalRow }): ReactNode {
  const { t } = useTexts();
  if (row.destroyedAtMs !== undefined) return <Time atMs={row.destroyedAtMs} format="date-time" />;
  if (row.dueAtMs !== undefined && row.state !== 'stopped')
    return <Time atMs={row.dueAtMs} format="date-time" isZoneNamed />;
  return <span className="muted">{t(`web.disposal.state.${row.state}`)}</span>;
}

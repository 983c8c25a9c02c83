/** Everything that is proposed to be destroyed, in grace, destroyed or stopped, over all rooms. */
import type { DisposalRow } from '@strongroom/device';
import { Link, useSearch } from '@tanstack/react-router';
import { Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { paths } from '../app/paths.ts';
import { useClients } from '../clients/use-clients.ts';
import { useDeviceQuery } from '../keys/keys-context.tsx';
import { useNames } from '../room/room-queries.ts';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { buttonClass, Card, EmptyState, formatNumber, Skeleton, Table, Tabs, Time } from '../ui/index.ts';
import { disposalTabs, tabOf } from './disposal-search.ts';
import './disposal.css';

export function DisposalPage(): ReactNode {
  const { t, intlTag } = useTexts();
  const { show = 'waiting' } = useSearch({ from: paths.disposal });
  const names = useNames();
  const { rows: clients } = useClients();
  const disposals = useDeviceQuery(
    ['disposals-all'],
    async (keys): Promise<readonly DisposalRow[]> => await keys.device.disposals.list(),
  );
  const codes = new Map(clients.map(({ room, code }) => [room, code]));
  const rows = (disposals.data ?? [])
    .filter(({ state }) => tabOf(state) === show)
    .toSorted((left, right) => sortTime(right) - sortTime(left));
  const count = (tab: (typeof disposalTabs)[number]): string | undefined =>
    disposals.data === undefined
      ? undefined
      : formatNumber(disposals.data.filter(({ state }) => tabOf(state) === tab).length, intlTag);
  return (
    <>
      <title>{t('web.disposal.title')}</title>
      <h1>{t('web.disposal.heading')}</h1>
      <p className="disposal-sentence">{t('web.disposal.meaning')}</p>
      <Tabs
        label={t('web.disposal.heading')}
        items={disposalTabs.map((tab) => ({
          id: tab,
          label: t(`web.disposal.tab.${tab}`),
          count: count(tab),
          isCurrent: tab === show,
          render: (props) => (
            <Link to={paths.disposal} search={tab === 'waiting' ? {} : { show: tab }} {...props} />
          ),
        }))}
      />
      <div className="disposal-list">
        <ErrorView error={disposals.error} />
        <Card title={t(`web.disposal.tab.${show}`)} isPadded={false}>
          {disposals.data === undefined ? (
            disposals.error === null ? (
              <Skeleton label={t('web.disposal.loading')} lines={4} />
            ) : undefined
          ) : rows.length === 0 ? (
            <EmptyState
              icon={<Trash2 aria-hidden="true" />}
              title={t(`web.disposal.none.${show}`)}
              sentence={show === 'waiting' ? t('web.disposal.none.sentence') : undefined}
              action={
                show === 'waiting' ? (
                  <Link to={paths.clients} className={buttonClass()}>
                    {t('web.disposal.to-clients')}
                  </Link>
                ) : undefined
              }
            />
          ) : (
            <Table
              label={t(`web.disposal.tab.${show}`)}
              rows={rows}
              rowKey={({ disposal }) => disposal}
              columns={[
                {
                  id: 'client',
                  title: t('web.disposal.client'),
                  card: 'main',
                  cell: (row) => (
                    <>
                      <Link to={paths.disposalDetails} params={{ disposal: row.disposal }}>
                        {names.get(row.room) ?? t('web.disposal.client.unknown')}
                      </Link>
                      <span className="row-under mono"> {codes.get(row.room)}</span>
                    </>
                  ),
                },
                {
                  id: 'documents',
                  title: t('web.disposal.documents'),
                  width: '150px',
                  cell: (row) => t('web.disposal.count', { count: row.records.length }),
                },
                {
                  id: 'proposed',
                  title: t('web.disposal.proposed'),
                  width: '240px',
                  cell: (row) => (
                    <>
                      {names.get(row.proposedBy) ?? t('web.disposal.somebody')}
                      <span className="row-under">
                        {' '}
                        <Time atMs={row.proposedAtMs} format="date" />
                      </span>
                    </>
                  ),
                },
                {
                  id: 'state',
                  title: t('web.disposal.state'),
                  width: '250px',
                  cell: (row) => (
                    <>
                      {t(`state.disposal.${row.state}`)}
                      {row.state === 'approved' && row.dueAtMs !== undefined ? (
                        <span className="row-under">
                          {' '}
                          <Time atMs={row.dueAtMs} format="date-time" isZoneNamed />
                        </span>
                      ) : undefined}
                      {row.destroyedAtMs === undefined ? undefined : (
                        <span className="row-under">
                          {' '}
                          <Time atMs={row.destroyedAtMs} format="date-time" isZoneNamed />
                        </span>
                      )}
                    </>
                  ),
                },
              ]}
            />
          )}
        </Card>
      </div>
    </>
  );
}

function sortTime({ destroyedAtMs, approvedAtMs, proposedAtMs }: DisposalRow): number {
  return destroyedAtMs ?? approvedAtMs ?? proposedAtMs;
}

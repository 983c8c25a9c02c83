/** Destruction, from the proposal to the certificate: what waits for a second person, what is in its grace time, what is done. */
import type { DisposalRow } from '@strongroom/device';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { FileCheck2, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { paths } from '../app/paths.ts';
import { useClients } from '../clients/use-clients.ts';
import { useDeviceQuery } from '../keys/keys-context.tsx';
import { useNames } from '../room/room-queries.ts';
import { useCommands } from '../shell/commands/commands-context.tsx';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { buttonClass, Card, EmptyState, formatNumber, Skeleton, Table, Tabs, Time } from '../ui/index.ts';
import { disposalTabs, tabOf } from './disposal-search.ts';
import './disposal.css';

/** Destructions of the list that the palette names. */
const commandsMax = 5;

export function DisposalPage(): ReactNode {
  const { t, intlTag } = useTexts();
  const navigate = useNavigate();
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
    return client === undefined ? t('web.disposal.room') : (client.name ?? client.code);
  };
  const goTo = (disposal: DisposalRow['disposal']): void =>
    void navigate({ to: paths.disposalDetails, params: { disposal } });
  useCommands([
    ...disposalTabs
      .filter((each) => each !== tab)
      .map((each) => ({
        id: `disposal-${each}`,
        label: t('web.disposal.show', { tab: t(`web.disposal.tab.${each}`) }),
        icon: <Trash2 aria-hidden="true" />,
        onRun: () => void navigate({ to: paths.disposal, search: each === 'waiting' ? {} : { tab: each } }),
      })),
    ...rows.slice(0, commandsMax).map((row) => ({
      id: `disposal-${row.disposal}`,
      label: t('web.disposal.open', { client: clientOf(row), count: row.records.length }),
      icon: <FileCheck2 aria-hidden="true" />,
      onRun: () => goTo(row.disposal),
    })),
  ]);
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
            <Link
              to={paths.disposal}
              search={each === 'waiting' ? {} : { tab: each }}
              activeOptions={{ exact: true }}
              {...props}
            />
          ),
        }))}
      />
      <Card className="disposal-list" title={t(`web.disposal.tab.${tab}`)} isPadded={false}>
        {disposals.data === undefined && disposals.error === null ? (
          <Skeleton label={t('web.disposal.loading')} lines={4} />
        ) : rows.length === 0 ? (
          <EmptyState
            icon={<Trash2 aria-hidden="true" />}
            title={t(`web.disposal.none.${tab}`)}
            sentence={t('web.disposal.none.sentence')}
            action={
              <Link to={paths.clients} className={buttonClass()}>
                {t('web.today.to-clients')}
              </Link>
            }
          />
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
                    <div className="row-under">
                      {row.months.length === row.records.length
                        ? t('web.disposal.months', { count: row.months.length })
                        : t('web.disposal.documents', { count: row.records.length })}
                    </div>
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
                    <div className="row-under">
                      <Time atMs={row.proposedAtMs} format="date-time" />
                    </div>
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
  const atMs = row.destroyedAtMs ?? row.stoppedAtMs ?? row.dueAtMs ?? row.ownApprovalFromMs;
  return (
    <>
      {atMs === undefined ? undefined : <Time atMs={atMs} format="date-time" isZoneNamed />}
      <div className={atMs === undefined ? 'muted' : 'row-under'}>
        {row.state === 'proposed' && atMs !== undefined
          ? t('web.disposal.alone.from')
          : t(`web.disposal.state.${row.state}`)}
      </div>
    </>
  );
}

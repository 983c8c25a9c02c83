/** One destruction: what, on whose word, what stays, the second person's decision, the time to stop it, and the certificate. */
import type { DisposalRow } from '@strongroom/device';
import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { paths } from '../app/paths.ts';
import { useClients } from '../clients/use-clients.ts';
import { useDeviceQuery } from '../keys/keys-context.tsx';
import { formatMonth } from '../ledger-words/month.ts';
import { nameOfRecord } from '../room/document-words.ts';
import { useNames, useRecords } from '../room/room-queries.ts';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Breadcrumbs, Card, EmptyState, Plate, Skeleton, Time } from '../ui/index.ts';
import { DisposalCertificate } from './disposal-certificate.tsx';
import { DisposalDecision } from './disposal-decision.tsx';
import { shortNumber } from './disposal-rights.ts';
import { DisposalSteps } from './disposal-steps.tsx';
import './disposal.css';

export function DisposalDetailsPage(): ReactNode {
  const { disposal } = useParams({ from: paths.disposalDetails });
  const { t } = useTexts();
  const disposals = useDeviceQuery(['disposals'], async (keys) => await keys.device.disposals.list());
  const row = disposals.data?.find((each) => each.disposal === disposal);
  return (
    <>
      <title>{t('web.disposal.title')}</title>
      <Breadcrumbs
        label={t('web.people.crumbs')}
        items={[
          {
            id: 'disposal',
            label: t('web.disposal.heading'),
            render: (props) => <Link to={paths.disposal} {...props} />,
          },
        ]}
      />
      <ErrorView error={disposals.error} />
      {row !== undefined ? (
        <Details row={row} />
      ) : disposals.data === undefined ? (
        <Skeleton label={t('web.disposal.loading')} lines={6} />
      ) : (
        <EmptyState
          title={t('web.disposal.unknown')}
          sentence={t('web.disposal.unknown.sentence')}
          action={<Link to={paths.disposal}>{t('web.disposal.heading')}</Link>}
        />
      )}
    </>
  );
}

function Details({ row }: { readonly row: DisposalRow }): ReactNode {
  const { t } = useTexts();
  const names = useNames();
  const { rows: clients } = useClients();
  const client = clients.find(({ room }) => room === row.room);
  const isDone = row.state === 'destroyed';
  return (
    <>
      <Plate
        code={client?.code ?? shortNumber(row)}
        title={titleOf(row, t)}
        subtitle={<span dir="auto">{client?.name ?? client?.code ?? t('web.disposal.room')}</span>}
        facts={[
          { id: 'state', label: t('web.disposal.state'), value: t(`web.disposal.state.${row.state}`) },
          {
            id: 'by',
            label: t('web.disposal.by'),
            value: names.get(row.proposedBy) ?? t('web.people.nameless'),
          },
          ...(row.dueAtMs === undefined || row.state === 'stopped' || isDone
            ? []
            : [
                {
                  id: 'due',
                  label: t('web.disposal.due'),
                  value: <Time atMs={row.dueAtMs} format="date-time" isZoneNamed />,
                },
              ]),
        ]}
      />
      <div className="disposal-layout">
        <div>
          {isDone ? (
            <DisposalCertificate row={row} client={client} />
          ) : (
            <DisposalDecision row={row} code={client?.code} />
          )}
          <Card title={t(isDone ? 'web.disposal.what-went' : 'web.disposal.what-goes')} isPadded={false}>
            <Records row={row} code={client?.code} />
          </Card>
        </div>
        <div>
          <Card title={t('web.disposal.steps')}>
            <DisposalSteps row={row} code={client?.code} />
          </Card>
          <Card title={t('web.disposal.what-stays')}>
            <ul className="disposal-points">
              <li>{t('web.disposal.stays.ledger')}</li>
              <li>{t('web.disposal.stays.certificate')}</li>
              <li>{t('web.disposal.stays.copies')}</li>
            </ul>
          </Card>
        </div>
      </div>
    </>
  );
}

/** The documents by name, where they can be read; those that are gone by their number alone. */
function Records({ row, code }: { readonly row: DisposalRow; readonly code: string | undefined }): ReactNode {
  const texts = useTexts();
  const records = useRecords(row.room);
  return (
    <ul className="disposal-records">
      {row.records.map((record) => {
        const known = records.rows?.find((each) => each.record === record);
        const isGone = row.state === 'destroyed' || known?.state === 'destroyed';
        const month = row.months.find((each) => each.record === record)?.month;
        const name =
          month === undefined
            ? known === undefined
              ? texts.t('web.disposal.document')
              : nameOfRecord(known, texts)
            : texts.t('web.disposal.month', { month: formatMonth(month, texts.intlTag) });
        return (
          <li key={record} data-gone={isGone ? '' : undefined}>
            {code === undefined || known === undefined || isGone ? (
              <span dir="auto">{name}</span>
            ) : (
              <Link to={paths.document} params={{ code, record }} dir="auto">
                {name}
              </Link>
            )}
            <span className="mono muted">{record.slice(4, 12)}</span>
          </li>
        );
      })}
    </ul>
  );
}

function titleOf(row: DisposalRow, t: ReturnType<typeof useTexts>['t']): string {
  const count = row.records.length;
  const isDone = row.state === 'destroyed';
  if (row.months.length === count) return t(isDone ? 'web.disposal.erased' : 'web.disposal.erase', { count });
  return t(isDone ? 'web.disposal.plate.done' : 'web.disposal.plate', { count });
}

/** One destruction: what, on whose word, what stays, the second person's decision, the time to stop it, and the certificate. */
import type { DisposalRow } from '@strongroom/device';
import { Link, useParams } from '@tanstack/react-router';
import { CircleCheck, Circle } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { paths } from '../app/paths.ts';
import { useClients } from '../clients/use-clients.ts';
import { useDeviceMutation, useDeviceQuery, useSession } from '../keys/keys-context.tsx';
import { nameOfRecord } from '../room/document-words.ts';
import { useNames, useRecords } from '../room/room-queries.ts';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import {
  Band,
  Breadcrumbs,
  Button,
  Card,
  ConfirmDialog,
  EmptyState,
  Plate,
  Skeleton,
  Time,
  useToast,
} from '../ui/index.ts';
import { DisposalCertificate } from './disposal-certificate.tsx';
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
  const texts = useTexts();
  const { t } = texts;
  const names = useNames();
  const { rows: clients } = useClients();
  const client = clients.find(({ room }) => room === row.room);
  const records = useRecords(row.room);
  const title = client?.name ?? client?.code ?? t('web.lines.room');
  return (
    <>
      <Plate
        code={client?.code}
        title={t('web.disposal.plate', { count: row.records.length })}
        subtitle={title}
        facts={[
          { id: 'state', label: t('web.disposal.state'), value: t(`web.disposal.state.${row.state}`) },
          {
            id: 'by',
            label: t('web.disposal.by'),
            value: names.get(row.proposedBy) ?? t('web.people.nameless'),
          },
          ...(row.dueAtMs === undefined || row.state === 'stopped' || row.state === 'destroyed'
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
        <div className="me-main">
          <Decide row={row} code={client?.code ?? ''} />
          <Card title={t('web.disposal.what-goes')} isPadded={false}>
            <ul className="disposal-records">
              {row.records.map((record) => {
                const known = records.rows?.find((each) => each.record === record);
                return (
                  <li key={record} data-gone={known?.state === 'destroyed' ? '' : undefined}>
                    {known === undefined ? (
                      <span className="mono">{record}</span>
                    ) : client === undefined || known.state === 'destroyed' ? (
                      <span>{nameOfRecord(known, texts)}</span>
                    ) : (
                      <Link to={paths.document} params={{ code: client.code, record }}>
                        {nameOfRecord(known, texts)}
                      </Link>
                    )}
                  </li>
                );
              })}
            </ul>
          </Card>
          {row.state === 'destroyed' ? <DisposalCertificate row={row} client={client} /> : undefined}
        </div>
        <div className="me-side">
          <Card title={t('web.disposal.steps')}>
            <Steps row={row} />
          </Card>
          <Card title={t('web.disposal.what-stays')}>
            <ul className="people-consequences">
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

/** What can be decided now, by whom. */
function Decide({ row, code }: { readonly row: DisposalRow; readonly code: string }): ReactNode {
  const { t } = useTexts();
  const session = useSession();
  const toast = useToast();
  const [asking, setAsking] = useState<'approve' | 'stop'>();
  const approve = useDeviceMutation(
    async (keys) => await keys.device.disposals.approve({ disposal: row.disposal }),
  );
  const stop = useDeviceMutation(
    async (keys) => await keys.device.disposals.stop({ disposal: row.disposal }),
  );
  if (row.state === 'destroyed') return undefined;
  const isOwn = session.kind === 'unlocked' && session.person === row.proposedBy;
  const close = (): void => setAsking(undefined);
  return (
    <Card title={t('web.disposal.decide')}>
      {row.state === 'stopped' ? <p>{t('web.disposal.was-stopped')}</p> : undefined}
      {row.state === 'proposed' ? (
        isOwn ? (
          <Band kind="info">{t('web.disposal.needs-other')}</Band>
        ) : (
          <p>{t('web.disposal.approve.sentence')}</p>
        )
      ) : undefined}
      {row.state === 'approved' || row.state === 'intended' ? (
        <p>{t('web.disposal.grace.sentence')}</p>
      ) : undefined}
      {row.state === 'stopped' ? undefined : (
        <div className="public-actions">
          {row.state === 'proposed' ? (
            <Button
              variant="danger"
              disabledReason={isOwn ? t('web.disposal.needs-other') : undefined}
              onClick={() => setAsking('approve')}
            >
              {t('web.disposal.approve')}
            </Button>
          ) : undefined}
          <Button
            disabledReason={row.state === 'intended' ? t('web.disposal.too-late') : undefined}
            onClick={() => setAsking('stop')}
          >
            {t('web.disposal.stop')}
          </Button>
        </div>
      )}
      {asking === 'approve' ? (
        <ConfirmDialog
          title={t('web.disposal.approve.title', { count: row.records.length })}
          confirmLabel={t('web.disposal.approve')}
          cancelLabel={t('web.people.cancel')}
          isDanger
          isPending={approve.isPending}
          typed={
            code === ''
              ? undefined
              : {
                  label: t('web.disposal.type', { code }),
                  expected: code,
                  reason: t('web.disposal.type.first'),
                }
          }
          error={<ErrorView error={approve.error} />}
          onConfirm={() =>
            approve.mutate(undefined, {
              onSuccess: () => {
                toast.show({ tone: 'ok', text: t('web.disposal.approved') });
                close();
              },
            })
          }
          onClose={close}
        >
          <p>{t('web.disposal.approve.checked')}</p>
        </ConfirmDialog>
      ) : undefined}
      {asking === 'stop' ? (
        <ConfirmDialog
          title={t('web.disposal.stop.title')}
          confirmLabel={t('web.disposal.stop')}
          cancelLabel={t('web.people.cancel')}
          isPending={stop.isPending}
          error={<ErrorView error={stop.error} />}
          onConfirm={() => stop.mutate(undefined, { onSuccess: close })}
          onClose={close}
        >
          <p>{t('web.disposal.stop.sentence')}</p>
        </ConfirmDialog>
      ) : undefined}
    </Card>
  );
}

function Steps({ row }: { readonly row: DisposalRow }): ReactNode {
  const { t } = useTexts();
  const names = useNames();
  const nameOf = (person: string | undefined): string =>
    person === undefined ? '' : (names.get(person) ?? t('web.people.nameless'));
  const steps = [
    { id: 'proposed', atMs: row.proposedAtMs, by: nameOf(row.proposedBy) },
    { id: 'approved', atMs: row.approvedAtMs, by: nameOf(row.approvedBy) },
    {
      id: 'destroyed',
      atMs: row.destroyedAtMs,
      by: row.destroyedAtMs === undefined ? '' : t('web.lines.warden'),
    },
  ] as const;
  return (
    <ol className="today-steps">
      {steps.map(({ id, atMs, by }) => (
        <li key={id} data-state={atMs === undefined ? 'open' : 'done'}>
          {atMs === undefined ? <Circle aria-hidden="true" /> : <CircleCheck aria-hidden="true" />}
          <div>
            <span>{t(`web.disposal.step.${id}`)}</span>
            {atMs === undefined ? undefined : (
              <p className="row-under">
                {by}, <Time atMs={atMs} format="date-time" />
              </p>
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}

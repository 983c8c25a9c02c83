/** One disposal: what would be destroyed, who decides, until when it can be stopped, and the certificate once it is done. */
import type { DisposalRow, LineRow } from '@strongroom/device';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { paths } from '../app/paths.ts';
import { useClients, usePeople } from '../clients/use-clients.ts';
import { useDeviceMutation, useDeviceQuery } from '../keys/keys-context.tsx';
import { nameOfRecord } from '../room/document-words.ts';
import { useLines, useMyRights, useNames, useRecords } from '../room/room-queries.ts';
import { useWhen } from '../room/use-when.ts';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import {
  Band,
  Breadcrumbs,
  Button,
  Card,
  ConfirmDialog,
  EmptyState,
  FactList,
  formatLine,
  Skeleton,
  Time,
  useToast,
} from '../ui/index.ts';
import { CertificateCard } from './certificate-card.tsx';
import './disposal.css';

const disposalKinds = [
  'disposal.proposed',
  'disposal.approved',
  'disposal.stopped',
  'destruction.intended',
  'destruction.stopped',
  'destroyed',
];

export function DisposalDetailsPage(): ReactNode {
  const { t } = useTexts();
  const { disposal } = useParams({ from: paths.disposalDetails });
  const disposals = useDeviceQuery(
    ['disposals-all'],
    async (keys): Promise<readonly DisposalRow[]> => await keys.device.disposals.list(),
  );
  const row = disposals.data?.find((each) => each.disposal === disposal);
  return (
    <>
      <title>{t('web.disposal.title')}</title>
      <Breadcrumbs
        label={t('web.disposal.crumbs')}
        items={[
          {
            id: 'all',
            label: t('web.disposal.heading'),
            render: (props) => <Link to={paths.disposal} {...props} />,
          },
          { id: 'one', label: disposal.slice(4, 12), isMono: true },
        ]}
      />
      <ErrorView error={disposals.error} />
      {row === undefined ? (
        disposals.data === undefined ? (
          disposals.error === null ? (
            <Skeleton label={t('web.disposal.loading')} lines={5} />
          ) : undefined
        ) : (
          <>
            <h1>{t('web.disposal.heading')}</h1>
            <EmptyState title={t('web.disposal.missing')} sentence={t('web.disposal.missing.sentence')} />
          </>
        )
      ) : (
        <OneDisposal row={row} />
      )}
    </>
  );
}

function OneDisposal({ row }: { readonly row: DisposalRow }): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const when = useWhen();
  const names = useNames();
  const rights = useMyRights(row.room);
  const people = usePeople();
  const client = useClients().rows.find(({ room }) => room === row.room);
  const [asked, setAsked] = useState<'approve' | 'stop'>();
  const name = names.get(row.room) ?? t('web.disposal.client.unknown');
  const isAlone = (people.data ?? []).filter(({ state }) => state === 'active').length === 1;
  const isOpen = row.state === 'proposed' || row.state === 'approved';
  const notAllowed = rights.mayDispose ? undefined : t('web.disposal.only-managers');
  const whyNotApprove =
    notAllowed ?? (row.proposedBy === rights.person && !isAlone ? t('web.disposal.not-own') : undefined);
  return (
    <>
      <div className="disposal-head">
        <div>
          <h1>{t('web.disposal.of', { count: row.records.length, client: name })}</h1>
          <p className="row-under">{t(`state.disposal.${row.state}`)}</p>
        </div>
        {isOpen ? (
          <div className="disposal-actions">
            {row.state === 'proposed' ? (
              <Button variant="danger" disabledReason={whyNotApprove} onClick={() => setAsked('approve')}>
                {t('web.disposal.approve')}
              </Button>
            ) : undefined}
            <Button disabledReason={notAllowed} onClick={() => setAsked('stop')}>
              {t('web.disposal.stop')}
            </Button>
          </div>
        ) : undefined}
      </div>
      {row.state === 'approved' && row.dueAtMs !== undefined ? (
        <Band kind="warn">
          {t('web.disposal.grace', { time: when(row.dueAtMs, 'date-time', true) })} (
          <Time atMs={row.dueAtMs} isRelative />)
        </Band>
      ) : undefined}
      {row.state === 'proposed' && row.proposedBy === rights.person ? (
        <Band kind="info">{t(isAlone ? 'web.disposal.alone' : 'web.disposal.not-own')}</Band>
      ) : undefined}
      <div className="disposal-layout">
        <div>
          {row.state === 'destroyed' ? <CertificateCard row={row} /> : undefined}
          <Named row={row} code={client?.code} />
        </div>
        <div>
          <Steps row={row} vault={client?.vault} />
          <Card title={t('web.disposal.stays')}>
            <ul className="disposal-points">
              <li>{t('web.disposal.stays.ledger')}</li>
              <li>{t('web.disposal.stays.certificate')}</li>
              <li>{t('web.disposal.stays.copies')}</li>
            </ul>
          </Card>
        </div>
      </div>
      {asked === undefined ? undefined : (
        <Decide
          row={row}
          what={asked}
          client={name}
          word={client?.code ?? String(row.records.length)}
          onClose={() => setAsked(undefined)}
        />
      )}
    </>
  );
}

/** The documents by name, as far as this person may read them. */
function Named({ row, code }: { readonly row: DisposalRow; readonly code: string | undefined }): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const records = useRecords(row.room);
  const known = new Map((records.rows ?? []).map((record) => [record.record, record]));
  const isOver = row.state === 'destroyed' || row.state === 'stopped';
  return (
    <Card
      title={t(row.state === 'destroyed' ? 'web.disposal.was' : 'web.disposal.what')}
      hint={t('web.disposal.count', { count: row.records.length })}
      isPadded={false}
      footer={isOver ? undefined : <p className="row-under">{t('web.disposal.check')}</p>}
      actions={
        code === undefined ? undefined : (
          <Link to={paths.roomHolds} params={{ code }}>
            {t('web.disposal.room')}
          </Link>
        )
      }
    >
      <ul className="disposal-names">
        {row.records.map((id) => {
          const record = known.get(id);
          const label = record === undefined ? t('web.room.document.nameless') : nameOfRecord(record, texts);
          return (
            <li key={id} dir="auto">
              {record === undefined || record.state === 'destroyed' || code === undefined ? (
                label
              ) : (
                <Link to={paths.document} params={{ code, record: id }}>
                  {label}
                </Link>
              )}{' '}
              <span className="row-under mono">{id.slice(4, 12)}</span>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}

/** What was signed when, with the lines of the ledger. */
function Steps({
  row,
  vault,
}: {
  readonly row: DisposalRow;
  readonly vault: LineRow['ledger'] | undefined;
}): ReactNode {
  const { t } = useTexts();
  const names = useNames();
  return (
    <Card title={t('web.disposal.steps')}>
      <FactList
        facts={[
          {
            id: 'proposed',
            label: t('web.disposal.step.proposed'),
            value: (
              <>
                {names.get(row.proposedBy) ?? t('web.disposal.somebody')}{' '}
                <Time atMs={row.proposedAtMs} format="date-time" isZoneNamed />
              </>
            ),
          },
          ...(row.approvedAtMs === undefined
            ? []
            : [
                {
                  id: 'approved',
                  label: t('web.disposal.step.approved'),
                  value: (
                    <>
                      {(row.approvedBy === undefined ? undefined : names.get(row.approvedBy)) ??
                        t('web.disposal.somebody')}{' '}
                      <Time atMs={row.approvedAtMs} format="date-time" isZoneNamed />
                    </>
                  ),
                },
              ]),
          ...(row.destroyedAtMs === undefined
            ? []
            : [
                {
                  id: 'destroyed',
                  label: t('web.disposal.step.destroyed'),
                  value: <Time atMs={row.destroyedAtMs} format="date-time" isZoneNamed />,
                },
              ]),
        ]}
      />
      {vault === undefined ? undefined : <StepLines row={row} vault={vault} />}
    </Card>
  );
}

function StepLines({
  row,
  vault,
}: {
  readonly row: DisposalRow;
  readonly vault: LineRow['ledger'];
}): ReactNode {
  const { t } = useTexts();
  const page = useLines({ ledger: vault, room: row.room, kinds: disposalKinds, count: 200 });
  const lines = (page.data?.lines ?? [])
    .filter(({ facts }) => facts['disposal'] === row.disposal)
    .toSorted((left, right) => left.index - right.index);
  if (lines.length === 0) return undefined;
  return (
    <p className="row-under">
      {t('web.disposal.lines', { lines: lines.map(({ index }) => formatLine(index)).join(', ') })}
    </p>
  );
}

/** Approves with a typed word, or stops. */
function Decide({
  row,
  what,
  client,
  word,
  onClose,
}: {
  readonly row: DisposalRow;
  readonly what: 'approve' | 'stop';
  readonly client: string;
  readonly word: string;
  readonly onClose: () => void;
}): ReactNode {
  const { t } = useTexts();
  const toast = useToast();
  const decide = useDeviceMutation(async (keys, _: undefined) =>
    what === 'approve'
      ? await keys.device.disposals.approve({ disposal: row.disposal })
      : await keys.device.disposals.stop({ disposal: row.disposal }),
  );
  return (
    <ConfirmDialog
      title={t(`web.disposal.${what}.title`, { count: row.records.length, client })}
      confirmLabel={t(`web.disposal.${what}`)}
      cancelLabel={t('web.disposal.cancel')}
      isDanger={what === 'approve'}
      isPending={decide.isPending}
      typed={
        what === 'approve'
          ? {
              label: t('web.disposal.typed', { word }),
              expected: word,
              reason: t('web.disposal.typed.reason', { word }),
            }
          : undefined
      }
      error={<ErrorView error={decide.error} />}
      onClose={onClose}
      onConfirm={() =>
        decide.mutate(undefined, {
          onSuccess: ({ line }) => {
            toast.show({
              tone: 'ok',
              text: t(`web.disposal.${what}.done`, { line: formatLine(line.index) }),
            });
            onClose();
          },
        })
      }
    >
      <p>{t(`web.disposal.${what}.sentence`)}</p>
    </ConfirmDialog>
  );
}

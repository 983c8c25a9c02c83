/** This person's own: devices, kit, openings matched with the receipts kept here, and what the firm records about him. */
import type { Device } from '@strongroom/device';
import { Link, useNavigate } from '@tanstack/react-router';
import { LogOut, PenLine, Settings2 } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { paths } from '../app/paths.ts';
import { useClients } from '../clients/use-clients.ts';
import { useDeviceMutation, useDeviceQuery, useKeys, useSession } from '../keys/keys-context.tsx';
import { formatMonth } from '../ledger-words/month.ts';
import { describeLine } from '../ledger-words/describe-line.tsx';
import { wordsOfRoles } from '../people/role-words.ts';
import { useNames } from '../room/room-queries.ts';
import { useWhen } from '../room/use-when.ts';
import { useCommands } from '../shell/commands/commands-context.tsx';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import {
  Avatar,
  Band,
  Button,
  buttonClass,
  Card,
  EmptyState,
  FactList,
  formatLine,
  LedgerTape,
  Skeleton,
  Table,
  Time,
} from '../ui/index.ts';
import { MyDevices } from './my-devices.tsx';
import { RenameDialog } from './rename-dialog.tsx';
import './me.css';

type Openings = Awaited<ReturnType<Device['mine']['openings']>>;
const openingsStep = 50;
const alarms: ReadonlySet<string> = new Set(['lineWithoutReceipt', 'receiptWithoutLine']);

export function MePage(): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const session = useSession();
  const keys = useKeys();
  const navigate = useNavigate();
  const [isRenaming, setIsRenaming] = useState(false);
  useCommands([
    {
      id: 'rename',
      label: t('web.me.rename'),
      icon: <PenLine aria-hidden="true" />,
      onRun: () => setIsRenaming(true),
    },
    {
      id: 'settings',
      label: t('web.me.settings'),
      icon: <Settings2 aria-hidden="true" />,
      onRun: () => void navigate({ to: paths.settings }),
    },
    {
      id: 'sign-out',
      label: t('web.me.sign-out'),
      icon: <LogOut aria-hidden="true" />,
      onRun: () => void keys.session.signOut(),
    },
  ]);
  if (session.kind !== 'unlocked') return undefined;
  const name = session.personName ?? t('web.me.nameless');
  return (
    <>
      <title>{t('web.me.title')}</title>
      <header className="me-head">
        <Avatar id={session.person} name={name} size="l" />
        <div>
          <h1>{name}</h1>
          <p className="row-under">
            {wordsOfRoles(session.roles, texts)}
            {session.firmName === undefined ? '' : ` · ${session.firmName}`}
          </p>
        </div>
        <div className="me-actions">
          <Button onClick={() => setIsRenaming(true)}>{t('web.me.rename')}</Button>
          <Link to={paths.settings} className={buttonClass()}>
            {t('web.me.settings')}
          </Link>
          <Button onClick={() => void keys.session.lock()}>{t('web.me.lock')}</Button>
          <Button onClick={() => void keys.session.signOut()}>{t('web.me.sign-out')}</Button>
        </div>
      </header>
      {isRenaming ? (
        <RenameDialog name={session.personName ?? ''} onClose={() => setIsRenaming(false)} />
      ) : undefined}
      <div className="me-layout">
        <div className="me-main">
          <MyOpenings />
          <MyRecords />
        </div>
        <div className="me-side">
          <MyDevices />
          <MyKit />
        </div>
      </div>
    </>
  );
}

/** Keys without one of content opened nothing: names were read. */
function kindOf(row: Openings['openings'][number]): Openings['openings'][number]['kind'] {
  return row.kind === 'released' && row.bodies === 0 ? 'listed' : row.kind;
}

function MyOpenings(): ReactNode {
  const { t } = useTexts();
  const when = useWhen();
  const [count, setCount] = useState(openingsStep);
  const { rows: clients } = useClients();
  const openings = useDeviceQuery(
    ['my-openings', count],
    async (keys): Promise<Openings> => await keys.device.mine.openings({ count }),
  );
  const raise = useDeviceMutation(async (keys) => await keys.device.mine.reconcile());
  const isRaised = openings.data?.openings.every(
    ({ match, disputed }) => !alarms.has(match) || disputed !== undefined,
  );
  const codes = new Map(clients.map((client) => [client.room, client]));
  const facts = openings.data;
  return (
    <Card title={t('web.me.openings')} hint={t('web.me.openings.hint')} isPadded={false}>
      <ErrorView error={openings.error} />
      {facts === undefined ? (
        openings.error === null ? (
          <Skeleton label={t('web.me.loading')} lines={4} />
        ) : undefined
      ) : (
        <>
          {facts.alarming > 0 ? (
            <div className="me-band">
              <Band kind="bad">{t('web.me.openings.alarm', { count: facts.alarming })}</Band>
              <ErrorView error={raise.error} />
              {isRaised ? (
                <p className="row-under">{t('web.me.openings.raised')}</p>
              ) : (
                <Button pending={raise.isPending} onClick={() => raise.mutate(undefined)}>
                  {t('web.me.openings.raise')}
                </Button>
              )}
            </div>
          ) : (
            <div className="me-band">
              <Band kind="ok">
                {t('web.me.openings.fine', { count: facts.total })}{' '}
                {facts.receiptsSinceMs === undefined
                  ? undefined
                  : t('web.me.openings.since', { date: when(facts.receiptsSinceMs, 'long-date') })}
              </Band>
            </div>
          )}
          {facts.openings.length === 0 ? (
            <EmptyState title={t('web.me.openings.none')} />
          ) : (
            <Table
              label={t('web.me.openings')}
              rows={facts.openings}
              rowKey={(row) => `${row.ledger} ${String(row.index)}`}
              columns={[
                {
                  id: 'what',
                  title: t('web.me.column.what'),
                  card: 'main',
                  cell: (row) => {
                    const client = row.room === undefined ? undefined : codes.get(row.room);
                    return (
                      <>
                        <span>
                          {t(`web.me.kind.${kindOf(row)}`, { count: row.count ?? row.records.length })}
                        </span>
                        <span className="row-under">
                          {client === undefined ? undefined : (
                            <Link to={paths.room} params={{ code: client.code }}>
                              {client.name ?? client.code}
                            </Link>
                          )}
                        </span>
                      </>
                    );
                  },
                },
                {
                  id: 'when',
                  title: t('web.me.column.when'),
                  width: '190px',
                  cell: (row) => (
                    <>
                      <Time atMs={row.atMs} format="date-time" />
                      <span className="row-under mono">{formatLine(row.index)}</span>
                    </>
                  ),
                },
                {
                  id: 'match',
                  title: t('web.me.column.match'),
                  width: '220px',
                  cell: (row) => <span data-match={row.match}>{t(`web.me.match.${row.match}`)}</span>,
                },
              ]}
            />
          )}
          {facts.openings.length < facts.total ? (
            <div className="me-more">
              <Button onClick={() => setCount(count + openingsStep)}>{t('web.me.more')}</Button>
            </div>
          ) : undefined}
        </>
      )}
    </Card>
  );
}

function MyRecords(): ReactNode {
  const texts = useTexts();
  const { t, intlTag } = texts;
  const names = useNames();
  const records = useDeviceQuery(['my-records'], async (keys) => await keys.device.mine.records());
  const facts = records.data;
  return (
    <Card title={t('web.me.records')} hint={t('web.me.records.hint')} isPadded={false}>
      <ErrorView error={records.error} />
      {facts === undefined ? (
        records.error === null ? (
          <Skeleton label={t('web.me.loading')} lines={4} />
        ) : undefined
      ) : (
        <>
          <div className="me-facts">
            <FactList
              facts={[
                ...(facts.enrolledAtMs === undefined
                  ? []
                  : [
                      {
                        id: 'since',
                        label: t('web.me.records.since'),
                        value: <Time atMs={facts.enrolledAtMs} format="long-date" />,
                      },
                    ]),
                ...(facts.signIns === undefined
                  ? []
                  : [
                      {
                        id: 'sign-ins',
                        label: t('web.me.records.sign-ins'),
                        value: (
                          <>
                            {t('web.me.records.sign-ins.count', { count: facts.signIns.count })}
                            {facts.signIns.failed === 0
                              ? ''
                              : ` · ${t('web.me.records.sign-ins.failed', { count: facts.signIns.failed })}`}
                          </>
                        ),
                      },
                    ]),
                ...facts.openingsByMonth.slice(0, 6).map(({ month, openings }) => ({
                  id: month,
                  label: formatMonth(month, intlTag),
                  value: t('web.me.records.openings', { count: openings }),
                })),
              ]}
            />
          </div>
          {facts.statements.length === 0 ? undefined : (
            <LedgerTape
              label={t('web.me.records')}
              rows={facts.statements.map((line) => ({
                id: `${line.ledger} ${String(line.index)}`,
                index: formatLine(line.index),
                time: <Time atMs={line.atMs} />,
                what: describeLine(line, texts, { names, show: () => undefined }),
              }))}
            />
          )}
        </>
      )}
    </Card>
  );
}

function MyKit(): ReactNode {
  const { t } = useTexts();
  const when = useWhen();
  const kit = useDeviceQuery(['my-kit'], async (keys) => await keys.device.mine.kit());
  const act = useDeviceMutation(async (keys) => await keys.session.forgetDevice());
  const [isSure, setIsSure] = useState(false);
  return (
    <>
      <Card title={t('web.me.kit')}>
        <ErrorView error={kit.error} />
        {kit.data === undefined ? (
          <Skeleton label={t('web.me.loading')} lines={2} />
        ) : (
          <div className="me-card">
            <p>
              {kit.data.notedAtMs === undefined
                ? t('web.me.kit.not-noted')
                : t('web.me.kit.noted', { date: when(kit.data.notedAtMs, 'long-date') })}
            </p>
            <p className="row-under">{t('web.me.kit.sentence')}</p>
            <ul className="me-unlocks">
              {kit.data.unlocks.map((unlock) => (
                <li key={unlock.unlock}>
                  {t(`web.me.unlock.${unlock.type}`)} · <Time atMs={unlock.sinceMs} format="long-date" />
                </li>
              ))}
            </ul>
          </div>
        )}
      </Card>
      <Card title={t('web.me.browser')}>
        <div className="me-card">
          <p className="row-under">{t('web.me.browser.sentence')}</p>
          {isSure ? (
            <>
              <p>{t('web.me.browser.sure')}</p>
              <Button variant="danger" pending={act.isPending} onClick={() => act.mutate(undefined)}>
                {t('web.me.browser.forget')}
              </Button>
              <Button onClick={() => setIsSure(false)}>{t('web.me.cancel')}</Button>
            </>
          ) : (
            <Button onClick={() => setIsSure(true)}>{t('web.me.browser.forget')}</Button>
          )}
          <ErrorView error={act.error} />
        </div>
      </Card>
    </>
  );
}

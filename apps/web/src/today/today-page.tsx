/** What waits for this person today, what is left of setting the firm up, and how the ledgers stand. Never a wall of charts. */
import type { Device } from '@strongroom/device';
import { formatList } from '@strongroom/texts';
import { Link } from '@tanstack/react-router';
import { CircleCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { paths } from '../app/paths.ts';
import { nowMs } from '../clock.ts';
import { useClients } from '../clients/use-clients.ts';
import { useDeviceQuery } from '../keys/keys-context.tsx';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { buttonClass, Card, EmptyState, formatLine, formatTime, Skeleton } from '../ui/index.ts';
import { RecentRooms } from './recent-rooms.tsx';
import { SetUpList } from './set-up-list.tsx';
import { WaitingItem } from './waiting-item.tsx';
import './today.css';

export type TodayFacts = Awaited<ReturnType<Device['today']['list']>>;

export function TodayPage(): ReactNode {
  const { t, intlTag } = useTexts();
  const today = useDeviceQuery(['today'], async (keys) => await keys.device.today.list());
  const clients = useClients();
  const date = formatTime(nowMs(), { tag: intlTag, style: 'long-date', nowMs: nowMs() });
  const items = today.data?.items ?? [];
  return (
    <>
      <title>{t('web.today.title')}</title>
      <h1 className="today-date">{date}</h1>
      <ErrorView error={today.error} />
      <div className="today">
        <div className="today-main">
          <Card title={t('web.today.waiting')} isPadded={false}>
            {today.data === undefined && today.error === null ? (
              <Skeleton label={t('web.today.loading')} lines={4} />
            ) : undefined}
            {today.data !== undefined && items.length === 0 ? (
              <EmptyState
                icon={<CircleCheck aria-hidden="true" />}
                title={t('web.today.nothing')}
                sentence={t('web.today.nothing.sentence')}
                action={
                  <Link to={paths.clients} className={buttonClass({ variant: 'primary' })}>
                    {t('web.today.to-clients')}
                  </Link>
                }
              />
            ) : undefined}
            {items.length === 0 ? undefined : (
              <ul className="today-items">
                {items.map((item) => (
                  <WaitingItem key={keyOf(item)} item={item} clients={clients.rows} />
                ))}
              </ul>
            )}
          </Card>
          <RecentRooms clients={clients.rows} />
        </div>
        <div className="today-side">
          {today.data === undefined ? undefined : <SetUpList steps={today.data.setUp} />}
          {today.data === undefined || today.data.findings.length === 0 ? undefined : (
            <Findings findings={today.data.findings} />
          )}
          <LedgerStatusLine />
        </div>
      </div>
    </>
  );
}

/** What tells one waiting thing from another. */
function keyOf(item: TodayFacts['items'][number]): string {
  return JSON.stringify(item);
}

function Findings({ findings }: { readonly findings: TodayFacts['findings'] }): ReactNode {
  const { t, find } = useTexts();
  return (
    <Card
      title={t('web.today.alerts')}
      actions={
        <Link to={paths.settings} className={buttonClass({ size: 's' })}>
          {t('web.today.alerts.all')}
        </Link>
      }
    >
      <ul className="today-findings">
        {findings.map((finding) => (
          <li key={`${finding.source} ${finding.code}`} data-severity={finding.severity}>
            {find(`finding.${finding.code}`, finding.details) ?? finding.code}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function LedgerStatusLine(): ReactNode {
  const { t, intlTag } = useTexts();
  const status = useDeviceQuery(['ledger-status'], async (keys) => await keys.device.ledger.status());
  const office = status.data?.[0];
  if (office === undefined) return undefined;
  const size = (status.data ?? []).reduce((sum, each) => sum + each.size, 0);
  return (
    <p className="today-ledger">
      <CircleCheck aria-hidden="true" />
      <span>
        {t('web.today.ledger', { size: formatLine(size), count: status.data?.length ?? 0 })}{' '}
        {office.witnesses.length === 0
          ? t('web.room.check.no-witness')
          : t('web.room.check.witnesses', {
              names: formatList(intlTag, office.witnesses),
              size: formatLine(office.witnessedSize),
            })}{' '}
        <Link to={paths.ledger}>{t('web.today.ledger.see')}</Link>
      </span>
    </p>
  );
}

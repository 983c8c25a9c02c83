/** One thing that waits, as a sentence with its one next step. */
import type { ClientRow, TodayItem } from '@strongroom/device';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { paths } from '../app/paths.ts';
import { useDeviceMutation } from '../keys/keys-context.tsx';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Avatar, Button, buttonClass, formatLine, Time } from '../ui/index.ts';

export function WaitingItem({
  item,
  clients,
}: {
  readonly item: TodayItem;
  readonly clients: readonly ClientRow[];
}): ReactNode {
  const { t } = useTexts();
  const nameless = t('web.room.person.nameless');
  const client = 'room' in item ? clients.find(({ room }) => room === item.room) : undefined;
  const room = client?.name ?? client?.code ?? t('web.lines.room');
  const toRoom = (to: typeof paths.room | typeof paths.roomPeople, label: string): ReactNode =>
    client === undefined ? undefined : (
      <Link to={to} params={{ code: client.code }} className={buttonClass({ size: 's' })}>
        {label}
      </Link>
    );
  switch (item.kind) {
    case 'disposal-to-approve':
      return (
        <Row
          person={{ id: item.proposedBy, name: item.proposedByName ?? nameless }}
          action={
            <Link
              to={paths.disposalDetails}
              params={{ disposal: item.disposal }}
              className={buttonClass({ size: 's', variant: 'primary' })}
            >
              {t('web.today.disposal.look')}
            </Link>
          }
          under={<Time atMs={item.atMs} isRelative />}
        >
          {t('web.today.disposal', { name: item.proposedByName ?? nameless, count: item.records, room })}
        </Row>
      );
    case 'person-to-admit':
      return (
        <Row
          person={{ id: item.person, name: item.name ?? nameless }}
          action={
            <Link
              to={paths.person}
              params={{ person: item.person }}
              className={buttonClass({ size: 's', variant: 'primary' })}
            >
              {t('web.today.admit.look')}
            </Link>
          }
          under={t('web.today.admit.under')}
        >
          {t('web.today.admit', { name: item.name ?? nameless })}
        </Row>
      );
    case 'device-added':
      return <DeviceItem item={item} />;
    case 'rotation-due':
      return (
        <Row
          action={toRoom(paths.roomPeople, t('web.today.see'))}
          under={<Time atMs={item.sinceMs} isRelative />}
        >
          {t('web.today.rotation', { room })}
        </Row>
      );
    case 'access-ending':
      return (
        <Row
          person={{ id: item.person, name: item.name ?? nameless }}
          action={toRoom(paths.roomPeople, t('web.today.see'))}
          under={<Time atMs={item.endsAtMs} format="date-time" isZoneNamed />}
        >
          {item.isMe
            ? t('web.today.access.mine', { room })
            : t('web.today.access', { name: item.name ?? nameless, room })}
        </Row>
      );
    case 'opening-disputed':
      return <DisputeItem item={item} />;
    case 'review-due':
      return (
        <Row
          action={toRoom(paths.room, t('web.today.see'))}
          under={<Time atMs={item.reviewAtMs} format="long-date" />}
        >
          {t('web.today.review', { room })}
        </Row>
      );
    case 'upload-unfinished':
      return (
        <Row
          action={toRoom(paths.room, t('web.today.see'))}
          under={item.needsSource ? t('web.today.upload.source') : undefined}
        >
          {t('web.today.upload', { name: item.name })}
        </Row>
      );
  }
}

/** Somebody's device: looked at where it can be cut off, or taken note of. */
function DeviceItem({ item }: { readonly item: Extract<TodayItem, { kind: 'device-added' }> }): ReactNode {
  const { t } = useTexts();
  const seen = useDeviceMutation(async (keys) => await keys.device.devices.acknowledge(item.device));
  const name = item.name ?? t('web.room.person.nameless');
  return (
    <Row
      person={{ id: item.person, name }}
      action={
        <span className="today-actions">
          <Link to={paths.person} params={{ person: item.person }} className={buttonClass({ size: 's' })}>
            {t('web.today.device.look')}
          </Link>
          <Button size="s" pending={seen.isPending} onClick={() => seen.mutate(undefined)}>
            {t('web.today.device.seen')}
          </Button>
        </span>
      }
      under={
        <>
          <span className="mono">{item.device.slice(4, 12)}</span> · <Time atMs={item.atMs} isRelative />
          <ErrorView error={seen.error} />
        </>
      }
    >
      {t('web.today.device', { name })}
    </Row>
  );
}

/** First it is looked into, then somebody else than who raised it says so. */
function DisputeItem({
  item,
}: {
  readonly item: Extract<TodayItem, { kind: 'opening-disputed' }>;
}): ReactNode {
  const { t } = useTexts();
  const close = useDeviceMutation(async (keys) => await keys.device.mine.closeDispute(item.dispute));
  const [isSure, setIsSure] = useState(false);
  const name = item.name ?? t('web.room.person.nameless');
  return (
    <Row
      person={{ id: item.person, name }}
      action={
        item.mayClose ? (
          <Button
            size="s"
            variant={isSure ? 'primary' : 'default'}
            pending={close.isPending}
            onClick={() => (isSure ? close.mutate(undefined) : setIsSure(true))}
          >
            {isSure ? t('web.today.dispute.close.sure') : t('web.today.dispute.close')}
          </Button>
        ) : undefined
      }
      under={
        <>
          {t('web.today.dispute.under')} <ErrorView error={close.error} />
        </>
      }
    >
      {t(`web.today.dispute.${item.what}`, { name, line: formatLine(item.index) })}
    </Row>
  );
}

function Row({
  person,
  action,
  under,
  children,
}: {
  readonly person?: { readonly id: string; readonly name: string };
  readonly action: ReactNode;
  readonly under?: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <li className="today-item">
      {person === undefined ? <span className="today-dot" aria-hidden="true" /> : <Avatar {...person} />}
      <div className="today-words">
        <p>{children}</p>
        {under === undefined ? undefined : <p className="row-under">{under}</p>}
      </div>
      {action}
    </li>
  );
}

/** Who can open the room: role, since when, until when, and the fingerprint to compare. */
import { Link } from '@tanstack/react-router';
import type { LineRow, MemberRow } from '@strongroom/device';
import { ShieldAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { paths } from '../app/paths.ts';
import { useTexts } from '../texts/texts-context.tsx';
import { ErrorView } from '../texts/error-view.tsx';
import { Avatar, Band, Card, Skeleton, Table, Time, formatLine } from '../ui/index.ts';
import type { TableColumn } from '../ui/index.ts';
import { startSentence } from '../texts/start-sentence.ts';
import { GrantAccessButton, RevokeAccessButton } from './grant-access.tsx';
import { useRoom } from './room-context.ts';
import { useAccess, useLines, useMyRights } from './room-queries.ts';
import { WallsCard } from '../people/walls/walls-card.tsx';
import '../people/person-cell.css';

/** A member with the line that let him in. */
interface MemberWithGrant extends MemberRow {
  readonly granted: LineRow | undefined;
}

const grantsRead = 500;

export function RoomPeople(): ReactNode {
  const { t, intlTag } = useTexts();
  const { room, vault, code } = useRoom();
  const access = useAccess(room);
  const rights = useMyRights(room);
  const grants = useLines({
    ledger: vault,
    room,
    kinds: ['access.granted', 'room.created'],
    count: grantsRead,
  });
  if (access.error !== null) return <ErrorView error={access.error} />;
  if (access.data === undefined) return <Skeleton label={t('web.room.people.loading')} lines={5} />;
  const rows = access.data.members
    .map((member): MemberWithGrant => ({ ...member, granted: findGrant(grants.data?.lines ?? [], member) }))
    .toSorted(
      (left, right) =>
        Number(right.role === 'manager') - Number(left.role === 'manager') ||
        (left.granted?.atMs ?? 0) - (right.granted?.atMs ?? 0),
    );
  const columns: readonly TableColumn<MemberWithGrant>[] = [
    {
      id: 'person',
      title: t('web.room.people.person'),
      card: 'main',
      cell: (member) => <PersonCell member={member} isMe={member.person === rights.person} />,
    },
    {
      id: 'role',
      title: t('web.room.people.role'),
      width: '150px',
      cell: (member) => startSentence(t(`role.${member.role}`), intlTag),
    },
    {
      id: 'since',
      title: t('web.room.people.since'),
      width: '132px',
      card: 'hidden',
      cell: ({ granted }) =>
        granted === undefined ? undefined : (
          <>
            <Time atMs={granted.atMs} format="date" />
            <Link
              to={paths.roomLedger}
              params={{ code }}
              hash={`line-${granted.index}`}
              className="row-under mono line-link block"
            >
              {formatLine(granted.index)}
            </Link>
          </>
        ),
    },
    {
      id: 'until',
      title: t('web.room.people.until'),
      width: '116px',
      card: 'hidden',
      cell: ({ endsAtMs }) =>
        endsAtMs === undefined ? (
          <span className="muted">{t('web.room.people.no-end')}</span>
        ) : (
          <Time atMs={endsAtMs} format="date" />
        ),
    },
    {
      id: 'fingerprint',
      title: t('web.room.people.fingerprint'),
      width: '262px',
      cell: ({ fingerprint }) => <span className="mono fingerprint">{fingerprint}</span>,
    },
    {
      id: 'actions',
      title: t('web.room.column.actions'),
      isTitleHidden: true,
      width: '150px',
      align: 'end',
      card: 'aside',
      cell: (member) => <RevokeAccessButton member={member} />,
    },
  ];
  return (
    <>
      {access.data.rotationDue ? (
        <div className="room-band">
          <Band kind="info">{t('web.room.people.rotation-due')}</Band>
        </div>
      ) : undefined}
      <Card
        className="room-alone people-card"
        title={t('web.room.people.title')}
        hint={t('web.room.people.hint')}
        isPadded={false}
        actions={<GrantAccessButton size="s" />}
        footer={<p className="row-under">{t('web.room.people.compare')}</p>}
      >
        <Table
          label={t('web.room.people.title')}
          columns={columns}
          rows={rows}
          rowKey={({ person }) => person}
          rowState={({ isActive, isWalled }) => (isActive && !isWalled ? undefined : 'muted')}
        />
      </Card>
      <WallsCard room={room} />
    </>
  );
}

function PersonCell({ member, isMe }: { readonly member: MemberRow; readonly isMe: boolean }): ReactNode {
  const { t } = useTexts();
  const name = member.name ?? t('web.room.person.nameless');
  return (
    <div className="person-cell">
      <Avatar id={member.person} name={name} />
      <div>
        <Link to={paths.person} params={{ person: member.person }}>
          {name}
        </Link>
        {isMe ? <span className="row-under"> {t('web.room.people.me')}</span> : undefined}
        {member.isWalled ? (
          <span className="row-flag">
            <ShieldAlert aria-hidden="true" /> {t('state.member.walled')}
          </span>
        ) : undefined}
        {member.isActive ? undefined : <span className="row-flag">{t('state.member.suspended')}</span>}
      </div>
    </div>
  );
}

/** The newest grant to a member; whoever made the room is in it since then. */
function findGrant(lines: readonly LineRow[], member: MemberRow): LineRow | undefined {
  return lines.find((line) =>
    line.kind === 'access.granted' ? line.facts['person'] === member.person : line.person === member.person,
  );
}

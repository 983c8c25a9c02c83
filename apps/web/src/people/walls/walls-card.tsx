/** The walls that stand, of the firm or of one room: whom they keep out of which rooms, since when and why, and taking one down. */
import { officeId } from '@strongroom/core';
import type { RoomId } from '@strongroom/core';
import type { WallRow } from '@strongroom/device';
import { Link, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import type { ReactNode, RefObject } from 'react';
import { paths } from '../../app/paths.ts';
import { useClients } from '../../clients/use-clients.ts';
import { LineLink } from '../../ledger/line-link.tsx';
import { useNames } from '../../room/room-queries.ts';
import { ErrorView } from '../../texts/error-view.tsx';
import { useTexts } from '../../texts/texts-context.tsx';
import { Avatar, Button, Card, EmptyState, Skeleton, Table, Time, WallGlyph } from '../../ui/index.ts';
import { LiftWallDialog } from './lift-wall-dialog.tsx';
import { useWalls, wallsPlace } from './use-walls.ts';
import '../person-cell.css';
import './walls.css';

/** Rooms of a wall that are named one by one. */
const roomsShown = 5;

/** With a room it is there only while a wall of that room stands; without, an empty list says what would stand in it. */
export function WallsCard({ room }: { readonly room?: RoomId }): ReactNode {
  const { t } = useTexts();
  const walls = useWalls(room);
  const names = useNames();
  const place = useRef<HTMLDivElement>(null);
  const [lifting, setLifting] = useState<WallRow>();
  const rows = walls.data ?? [];
  useComing(place, rows.length);
  if (room !== undefined && rows.length === 0) return undefined;
  const nameOf = ({ person }: WallRow): string => names.get(person) ?? t('web.people.nameless');
  return (
    <div ref={place} id={wallsPlace} tabIndex={-1} className="walls">
      <Card title={t('web.walls.title')} hint={t('web.walls.hint')} isPadded={false}>
        <ErrorView error={walls.error} />
        {walls.data === undefined ? (
          walls.error === null ? (
            <Skeleton label={t('web.people.loading')} lines={2} />
          ) : undefined
        ) : rows.length === 0 ? (
          <EmptyState
            icon={<WallGlyph />}
            title={t('web.walls.none')}
            sentence={t('web.walls.none.sentence')}
          />
        ) : (
          <Table
            label={t('web.walls.title')}
            rows={rows}
            rowKey={({ wall }) => wall}
            columns={[
              {
                id: 'person',
                title: t('web.people.person'),
                card: 'main',
                cell: (row) => (
                  <div className="person-cell">
                    <Avatar id={row.person} name={nameOf(row)} />
                    <div>
                      <Link to={paths.person} params={{ person: row.person }}>
                        {nameOf(row)}
                      </Link>
                      <span className="row-under">
                        {t('web.walls.kept-out', { count: row.rooms.length })}
                      </span>
                    </div>
                  </div>
                ),
              },
              {
                id: 'rooms',
                title: t('web.walls.rooms'),
                width: '240px',
                cell: (row) => <Rooms row={row} />,
              },
              {
                id: 'why',
                title: t('web.walls.why'),
                width: '270px',
                cell: ({ isOfRestore }) => t(isOfRestore ? 'web.walls.why.restore' : 'web.walls.why.office'),
              },
              {
                id: 'since',
                title: t('web.walls.since'),
                width: '132px',
                cell: ({ raisedAtMs, raisedLine }) => (
                  <>
                    <Time atMs={raisedAtMs} format="date" />
                    <div className="row-under">
                      <LineLink ledger={officeId} index={raisedLine} />
                    </div>
                  </>
                ),
              },
              {
                id: 'actions',
                title: t('web.people.actions'),
                isTitleHidden: true,
                width: '150px',
                align: 'end',
                cell: (row) => (
                  <Button
                    size="s"
                    disabledReason={row.mayLift ? undefined : t('web.walls.lift.may-not')}
                    onClick={() => setLifting(row)}
                  >
                    {t('web.walls.lift')}
                  </Button>
                ),
              },
            ]}
          />
        )}
      </Card>
      {lifting === undefined ? undefined : (
        <LiftWallDialog wall={lifting} name={nameOf(lifting)} onClose={() => setLifting(undefined)} />
      )}
    </div>
  );
}

/** Who followed a link here stands here; so does who took a wall down, whose button is gone with it. */
function useComing(place: RefObject<HTMLDivElement | null>, count: number): void {
  const hash = useRouterState({ select: ({ location }) => location.hash });
  const before = useRef(count);
  const isThere = count > 0;
  useEffect(() => {
    if (hash === wallsPlace && isThere) place.current?.focus();
  }, [place, hash, isThere]);
  useEffect(() => {
    if (count < before.current && document.activeElement === document.body) place.current?.focus();
    before.current = count;
  }, [place, count]);
}

/** The rooms of a wall, each a link to its people; and whether it holds back an access that was given. */
function Rooms({ row }: { readonly row: WallRow }): ReactNode {
  const { t } = useTexts();
  const { rows: clients } = useClients();
  const more = row.rooms.length - roomsShown;
  return (
    <>
      <ul>
        {row.rooms.slice(0, roomsShown).map((id) => {
          const client = clients.find((each) => each.room === id);
          return (
            <li key={id}>
              {client === undefined ? (
                t('web.walls.room.nameless')
              ) : (
                <Link to={paths.roomPeople} params={{ code: client.code }} dir="auto">
                  {client.name ?? client.code}
                </Link>
              )}
            </li>
          );
        })}
        {more > 0 ? <li>{t('web.room.and-more', { count: more })}</li> : undefined}
      </ul>
      {row.memberOf.length === 0 ? undefined : (
        <p className="wall-still">{t('web.walls.still', { count: row.memberOf.length })}</p>
      )}
    </>
  );
}
